use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Destination, Patience, Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

use super::{Queued, WhenFull};

/// A gate that a sink waits at.
#[derive(Default)]
struct Gate(Mutex<bool>, Condvar);

impl Gate {
    fn open(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }

    fn pass(&self) {
        let open = self.0.lock().unwrap();
        drop(self.1.wait_while(open, |open| !*open).unwrap());
    }
}

/// Notes what it gets, as soon as its gate is open.
#[derive(Clone)]
struct Slow {
    gate: Arc<Gate>,
    log: Arc<Mutex<Vec<String>>>,
    fails: Arc<AtomicBool>,
    fails_once: Arc<AtomicBool>,
    /// Nothing can be completed or begun.
    is_full: Arc<AtomicBool>,
}

impl Slow {
    fn new() -> Self {
        let (fails, fails_once, is_full) = (Arc::default(), Arc::default(), Arc::default());
        Self { gate: Arc::default(), log: Arc::default(), fails, fails_once, is_full }
    }

    fn note(&self, what: String) -> Result<(), SinkError> {
        self.gate.pass();
        if self.is_full.load(Ordering::Relaxed) && !what.starts_with(char::is_numeric) {
            self.log.lock().unwrap().push(format!("no {what}"));
            return Err(SinkError::Other(format!("no room to {what}").into()));
        }
        self.log.lock().unwrap().push(what);
        if self.fails.load(Ordering::Relaxed) { Err(SinkError::Closed) } else { Ok(()) }
    }

    fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

impl Sink for Slow {
    fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        self.note(format!("{} {} {:?}", id.0, table.name, record.bytes()))
    }

    fn rotate(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.note(format!("rotate {}", setup.destination.prefix.display()))?;
        if self.fails_once.swap(false, Ordering::Relaxed) {
            return Err(SinkError::Settings("the folder is gone".to_owned()));
        }
        Ok(())
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.note("prepare".to_owned())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.note("finish".to_owned())
    }
}

fn table(name: &'static str, kind: TableKind) -> Table {
    Table { name, kind, doc: "", schema: Schema::default() }
}

fn started(slow: &Slow, bound: u64, when_full: WhenFull) -> (Queued, Vec<Table>) {
    let tables = vec![table("flows", TableKind::Flows), table("sound", TableKind::Requested)];
    let mut queued = Queued::new(vec![Box::new(slow.clone())], bound, when_full);
    let destination = Destination::default();
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    queued.start(&setup).unwrap();
    queued.all_started(&setup).unwrap();
    (queued, tables)
}

fn row(queued: &mut Queued, tables: &[Table], id: u16, bytes: &[u8]) -> Result<(), SinkError> {
    let mut record = Record::new();
    record.raw(bytes);
    queued.record(TableId(id), &tables[usize::from(id)], &record)
}

#[test]
fn rows_and_orders_in_order() {
    let slow = Slow::new();
    let (mut queued, tables) = started(&slow, 1 << 20, WhenFull::Block);
    row(&mut queued, &tables, 0, &[1]).unwrap();
    row(&mut queued, &tables, 1, &[2]).unwrap();
    let next = Destination { prefix: "next".into(), ..Destination::default() };
    queued.rotate(&SinkSetup { tables: &tables, destination: &next, preamble: &[] }).unwrap();
    row(&mut queued, &tables, 0, &[3]).unwrap();
    slow.gate.open();
    queued.prepare().unwrap();
    queued.finish().unwrap();
    // Nobody asked for the table that is made on request.
    assert_eq!(slow.log(), ["0 flows [1]", "rotate next", "0 flows [3]", "prepare", "finish"]);
    assert_eq!((queued.figures().rows(), queued.figures().dropped()), (3, 0));
    assert_eq!(queued.figures().queued(), 0);
}

#[test]
fn rows_come_out_though_no_block_is_full() {
    let slow = Slow::new();
    let (mut queued, tables) = started(&slow, 1 << 20, WhenFull::Block);
    slow.gate.open();
    row(&mut queued, &tables, 0, &[1]).unwrap();
    while slow.log().is_empty() {
        std::thread::yield_now();
    }
}

#[test]
fn a_full_queue_drops_rows_and_counts_them() {
    let slow = Slow::new();
    let (mut queued, tables) = started(&slow, 200_000, WhenFull::DropRows);
    let long = vec![7; 70_000];
    for _ in 0..10 {
        row(&mut queued, &tables, 0, &long).unwrap();
    }
    let figures = queued.figures();
    assert!(figures.queued() >= 200_000 && figures.most_queued() < 300_000, "{figures:?}");
    slow.gate.open();
    queued.prepare().unwrap();
    assert_eq!(figures.rows() + figures.dropped(), 10);
    assert_eq!(figures.rows(), slow.log().len() as u64 - 1);
    assert!(figures.dropped() > 0 && figures.waited() == 0);
}

#[test]
fn or_waits_and_loses_none() {
    let slow = Slow::new();
    let (mut queued, tables) = started(&slow, 200_000, WhenFull::Block);
    let figures = queued.figures();
    let feeder = std::thread::spawn(move || {
        for _ in 0..10 {
            row(&mut queued, &tables, 0, &vec![7; 70_000]).unwrap();
        }
        queued.prepare().unwrap();
    });
    while figures.waited() == 0 {
        std::thread::yield_now();
    }
    slow.gate.open();
    feeder.join().unwrap();
    assert_eq!((figures.rows(), figures.dropped()), (10, 0));
}

#[test]
fn while_writing_is_held_up_nobody_waits() {
    let slow = Slow::new();
    let (mut queued, tables) = started(&slow, 200_000, WhenFull::Block);
    let figures = queued.figures();
    assert!(figures.wait() && figures.is_held_up());
    for _ in 0..10 {
        row(&mut queued, &tables, 0, &vec![7; 70_000]).unwrap();
    }
    figures.goes_on();
    slow.gate.open();
    queued.prepare().unwrap();
    assert_eq!(figures.rows() + figures.dropped(), 10);
    assert!(figures.dropped() > 0 && !figures.is_held_up() && figures.held_up_times() == 1);
    assert!(!figures.wait(), "at the end nobody waits for room");
}

#[test]
fn a_failure_is_told() {
    let slow = Slow::new();
    let (mut queued, tables) = started(&slow, 1 << 20, WhenFull::Block);
    slow.fails.store(true, Ordering::Relaxed);
    slow.gate.open();
    row(&mut queued, &tables, 0, &[1]).unwrap();
    while row(&mut queued, &tables, 0, &[1]).is_ok() {
        std::thread::yield_now();
    }
    assert!(queued.prepare().is_err());
}

#[test]
fn a_period_that_cannot_begin_is_tried_again() {
    let slow = Slow::new();
    let (mut queued, tables) = started(&slow, 1 << 20, WhenFull::Block);
    slow.fails_once.store(true, Ordering::Relaxed);
    let next = Destination { prefix: "next".into(), ..Destination::default() };
    queued.rotate(&SinkSetup { tables: &tables, destination: &next, preamble: &[] }).unwrap();
    row(&mut queued, &tables, 0, &[3]).unwrap();
    slow.gate.open();
    while slow.log().len() < 3 {
        std::thread::yield_now();
    }
    assert_eq!(slow.log(), ["rotate next", "rotate next", "0 flows [3]"]);
    assert_eq!(queued.figures().failure().as_deref(), Some("the folder is gone"));
    assert_eq!(queued.figures().failure(), None, "told once");
    queued.prepare().unwrap();
}

#[test]
fn what_cannot_be_completed_at_the_end_costs_nothing_else() {
    let slow = Slow::new();
    let (mut queued, tables) = started(&slow, 1 << 20, WhenFull::Block);
    slow.is_full.store(true, Ordering::Relaxed);
    slow.gate.open();
    row(&mut queued, &tables, 0, &[3]).unwrap();
    queued.prepare().unwrap();
    queued.finish().unwrap();
    assert_eq!(slow.log(), ["0 flows [3]", "no prepare", "no finish"]);
    let figures = queued.figures();
    assert_eq!(figures.failure_at_the_end().as_deref(), Some("no room to prepare"), "the first");
    assert_eq!(figures.lost_at_the_end(), 0);
}

#[test]
fn rows_for_which_no_files_can_be_begun_at_the_end_are_lost() {
    let slow = Slow::new();
    let (mut queued, tables) = started(&slow, 1 << 20, WhenFull::Block);
    slow.is_full.store(true, Ordering::Relaxed);
    let next = Destination { prefix: "next".into(), ..Destination::default() };
    queued.rotate(&SinkSetup { tables: &tables, destination: &next, preamble: &[] }).unwrap();
    row(&mut queued, &tables, 0, &[3]).unwrap();
    row(&mut queued, &tables, 0, &[4]).unwrap();
    let opener = Arc::clone(&slow.gate);
    let open = std::thread::spawn(move || opener.open());
    queued.prepare().unwrap();
    queued.finish().unwrap();
    open.join().unwrap();
    let figures = queued.figures();
    assert_eq!(figures.failure_at_the_end().as_deref(), Some("no room to rotate next"));
    assert_eq!((figures.lost_at_the_end(), figures.dropped()), (2, 2));
    assert!(!slow.log().iter().any(|what| what.starts_with('0')), "{:?}", slow.log());
}

#[test]
fn a_reader_that_has_left_is_told_at_the_end() {
    let slow = Slow::new();
    let (mut queued, _) = started(&slow, 1 << 20, WhenFull::Block);
    slow.fails.store(true, Ordering::Relaxed);
    slow.gate.open();
    assert!(matches!(queued.finish(), Err(SinkError::Closed)));
    assert_eq!(queued.figures().failure_at_the_end(), None);
}
