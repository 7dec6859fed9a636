use flowz_api::packet::{NANOS, Timestamp};
use flowz_capture::Place;
use proptest::prelude::*;

use super::{JITTER, Records, SHORT, before};

/// Records of one length with these times.
struct Times {
    times: Vec<i64>,
    length: u64,
    looks: u32,
}

impl Times {
    fn new(times: Vec<i64>, length: u64) -> Self {
        Self { times, length, looks: 0 }
    }

    fn place(&self, index: usize) -> Place {
        Place { offset: 24 + index as u64 * self.length, ts: Timestamp(self.times[index]) }
    }

    fn before(&mut self, time: i64) -> Option<Place> {
        let (first, last) = (self.place(0), self.place(self.times.len() - 1));
        before(self, first, last, Timestamp(time))
    }
}

impl Records for Times {
    fn find(&mut self, from: u64) -> Option<Place> {
        self.looks += 1;
        let index = (from.saturating_sub(24)).div_ceil(self.length) as usize;
        (index < self.times.len()).then(|| self.place(index))
    }

    fn find_surely(&mut self, from: u64) -> Option<Place> {
        self.find(from)
    }
}

/// That the place is in front of the first record from `time` on, and not far.
fn check(records: &mut Times, time: i64) {
    let found = records.before(time).unwrap();
    let wanted = records.times.iter().position(|t| *t >= time).unwrap_or(records.times.len());
    let wanted = 24 + wanted as u64 * records.length;
    assert!(found.offset <= wanted, "{time}: {} is behind {wanted}", found.offset);
    assert!(wanted - found.offset <= SHORT + 2 * records.length, "{time}: {}", found.offset);
}

#[test]
fn even_times() {
    let mut records = Times::new((0..4_000_000).map(|n| n * 1000).collect(), 1000);
    for time in [-5, 0, 1, 1_999_999_500, 3_333_333_333, 3_999_999_000, 3_999_999_001] {
        records.looks = 0;
        check(&mut records, time);
        assert!(records.looks < 25, "{} looks for {time}", records.looks);
    }
}

#[test]
fn times_that_stand_still_and_jump() {
    // Half of the packets in one moment, then a night, then a burst.
    let mut times = vec![0; 500_000];
    times.extend((0..500_000).map(|n| 40_000 * NANOS + n));
    let mut records = Times::new(times, 100);
    for time in [0, 1, 40_000 * NANOS - 1, 40_000 * NANOS, 40_000 * NANOS + 250_000] {
        records.looks = 0;
        check(&mut records, time);
        assert!(records.looks < 60, "{} looks for {time}", records.looks);
    }
}

#[test]
fn times_out_of_order_have_no_answer() {
    let mut times: Vec<i64> = (0..1_000_000).map(|n| n * 1_000_000).collect();
    times[400_000..600_000].reverse();
    let mut records = Times::new(times, 100);
    assert_eq!(records.before(450_000 * 1_000_000), None);
    let mut records = Times::new(vec![5 * NANOS, 3 * NANOS, 0], 1 << 20);
    assert_eq!(records.before(NANOS), None, "the last is older than the first");
}

proptest! {
    #[test]
    fn any_order(steps in prop::collection::vec(0..3_i64, 2..400), length in 1000..2_000_000_u64, at in 0..1000_i64) {
        let mut now = 0;
        let times = steps.iter().map(|step| { now += step * step * JITTER; now }).collect();
        check(&mut Times::new(times, length), now * at / 1000);
    }
}
