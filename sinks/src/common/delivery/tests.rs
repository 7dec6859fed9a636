//! Couriers with servers that refuse.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flowz_api::sink::Delivery;

use super::{Carrier, Courier, Refusal, Route};

/// A server that answers with these outcomes, the last one first, then takes all.
struct Moody {
    outcomes: Vec<Refusal>,
    taken: Arc<Mutex<Vec<u64>>>,
    /// Rows that it takes of a batch before it refuses.
    part: usize,
    slow: Duration,
}

impl Carrier for Moody {
    type Batch = Vec<u64>;

    fn deliver(&mut self, batch: &mut Vec<u64>) -> Result<(), Refusal> {
        thread::sleep(self.slow);
        let refusal = self.outcomes.pop();
        let taken = if refusal.is_some() { self.part.min(batch.len()) } else { batch.len() };
        self.taken.lock().unwrap().extend(batch.drain(..taken));
        refusal.map_or(Ok(()), Err)
    }

    fn rows(batch: &Vec<u64>) -> u64 {
        batch.len() as u64
    }
}

fn run(
    outcomes: &[Refusal],
    part: usize,
    patience: Duration,
    batches: u64,
) -> (Delivery, Vec<u64>) {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let outcomes = outcomes.iter().rev().cloned().collect();
    let carrier = Moody { outcomes, taken: Arc::clone(&taken), part, slow: Duration::ZERO };
    let mut courier =
        Courier::start(carrier, Route { sink: "moody", patience, queue: 100 }).unwrap();
    for n in 0..batches {
        courier.send(vec![2 * n, 2 * n + 1], 60);
    }
    let delivery = courier.finish().unwrap().unwrap();
    let taken = taken.lock().unwrap().clone();
    (delivery, taken)
}

fn later() -> Refusal {
    Refusal::Later("it is away".to_owned())
}

const PATIENT: Duration = Duration::from_mins(1);

#[test]
fn all_arrive_in_order() {
    let (delivery, taken) = run(&[], 0, PATIENT, 50);
    assert_eq!(taken, (0..100).collect::<Vec<_>>());
    assert_eq!(
        (delivery.delivered, delivery.lost, delivery.retries, delivery.why),
        (100, 0, 0, None)
    );
}

#[test]
fn what_is_refused_is_tried_again_without_what_was_taken() {
    let (delivery, taken) = run(&[later(), later()], 1, PATIENT, 3);
    assert_eq!(taken, [0, 1, 2, 3, 4, 5]);
    assert_eq!((delivery.delivered, delivery.lost, delivery.retries), (6, 0, 2));
}

#[test]
fn a_batch_that_is_never_taken_is_lost_alone() {
    let (delivery, taken) = run(&[Refusal::Batch("too long".to_owned())], 1, PATIENT, 3);
    assert_eq!(taken, [0, 2, 3, 4, 5]);
    assert_eq!((delivery.delivered, delivery.lost), (5, 1));
    assert_eq!(delivery.why.as_deref(), Some("too long"));
}

#[test]
fn a_final_refusal_loses_the_rest() {
    let (delivery, taken) = run(&[Refusal::Final("wrong password".to_owned())], 0, PATIENT, 3);
    assert_eq!(taken, [0; 0]);
    assert_eq!((delivery.delivered, delivery.lost), (0, 6));
    assert_eq!(delivery.why.as_deref(), Some("wrong password"));
}

/// What became of the batch is not known: sent again, it might arrive twice. Those behind it are not waited for.
#[test]
fn a_batch_of_unknown_fate_is_not_sent_again() {
    let (delivery, taken) = run(&[Refusal::Spent("no answer".to_owned())], 1, PATIENT, 3);
    assert_eq!(taken, [0]);
    assert_eq!((delivery.delivered, delivery.lost, delivery.retries), (1, 5, 0));
    assert_eq!(delivery.why.as_deref(), Some("no answer"));
}

/// Without patience a batch is tried once, and those behind it are not waited for.
#[test]
fn a_server_that_stays_away_costs_no_time() {
    let (delivery, _) = run(&vec![later(); 1000], 0, Duration::ZERO, 500);
    assert_eq!((delivery.delivered, delivery.lost, delivery.retries), (0, 1000, 0));
    assert_eq!(delivery.why.as_deref(), Some("it is away"));
}

/// A server that takes a row with each try is slow, not away: the tries take longer than the patience.
#[test]
fn patience_begins_anew_with_each_row_that_is_taken() {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let slow = Duration::from_millis(60);
    let carrier = Moody { outcomes: vec![later(); 4], taken: Arc::clone(&taken), part: 1, slow };
    let patience = Duration::from_millis(250);
    let mut courier =
        Courier::start(carrier, Route { sink: "moody", patience, queue: 100 }).unwrap();
    courier.send((0..5).collect(), 40);
    let delivery = courier.finish().unwrap().unwrap();
    assert_eq!((delivery.delivered, delivery.lost, delivery.retries), (5, 0, 4));
}

/// A run that is given up does not wait for the patience.
#[test]
fn a_courier_that_is_dropped_stops() {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let carrier = Moody { outcomes: vec![later(); 1000], taken, part: 0, slow: Duration::ZERO };
    let courier =
        Courier::start(carrier, Route { sink: "moody", patience: PATIENT, queue: 1 << 20 })
            .unwrap();
    courier.send(vec![1], 8);
    drop(courier);
}

/// Batches beyond the bound wait in front of the queue.
#[test]
fn a_slow_server_holds_up_the_sender() {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let slow = Duration::from_millis(2);
    let carrier = Moody { outcomes: Vec::new(), taken: Arc::clone(&taken), part: 0, slow };
    let mut courier =
        Courier::start(carrier, Route { sink: "moody", patience: PATIENT, queue: 100 }).unwrap();
    for n in 0..50 {
        courier.send(vec![n], 60);
        // One is on its way, one waits.
        assert!(taken.lock().unwrap().len() as u64 + 2 >= n);
    }
    assert_eq!(courier.finish().unwrap().unwrap().delivered, 50);
}

/// A carrier with a fault.
struct Faulty;

impl Carrier for Faulty {
    type Batch = u64;

    fn deliver(&mut self, batch: &mut u64) -> Result<(), Refusal> {
        panic!("the fault of this test, at {batch}");
    }

    fn rows(_: &u64) -> u64 {
        1
    }
}

#[test]
fn nobody_waits_for_a_thread_that_has_panicked() {
    let route = Route { sink: "faulty", patience: PATIENT, queue: 100 };
    let mut courier = Courier::start(Faulty, route).unwrap();
    for n in 0..50 {
        courier.send(n, 60);
    }
    assert!(courier.finish().unwrap_err().to_string().contains("panicked"));
}
