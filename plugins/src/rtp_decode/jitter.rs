//! Interarrival jitter as RFC 3550 defines it (section 6.4.1, appendix A.8), and times between packets.

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};

/// The part of a difference that goes into the jitter.
const GAIN: f64 = 16.0;
/// Nanoseconds of a millisecond.
const MILLI: f64 = 1e6;

/// The jitter over packets in the order in which they come.
#[derive(Clone, Copy, PartialEq, Debug, Default, Checkpoint)]
pub(crate) struct Jitter {
    /// When the packet before came, and its timestamp.
    before: Option<(Timestamp, u32)>,
    /// In milliseconds.
    value: f64,
    most: f64,
    sum: f64,
    samples: u64,
}

/// The jitter in milliseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct JitterValues {
    /// At the end.
    pub(crate) last: f64,
    /// Largest of the running values.
    pub(crate) most: f64,
    /// Mean of the running values.
    pub(crate) mean: f64,
}

impl Jitter {
    /// Takes in a packet; where the clock is not known there is no difference.
    pub(crate) fn add(&mut self, time: Timestamp, timestamp: u32, clock: Option<u32>) {
        let before = self.before.replace((time, timestamp));
        let (Some((then, earlier)), Some(clock)) = (before, clock) else { return };
        let arrival = (time - then) as f64 / MILLI;
        self.add_difference(
            (arrival - millis(i64::from(timestamp.wrapping_sub(earlier) as i32), clock)).abs(),
        );
    }

    fn add_difference(&mut self, difference: f64) {
        self.value += (difference - self.value) / GAIN;
        self.most = self.most.max(self.value);
        self.sum += self.value;
        self.samples += 1;
    }

    /// The values; none without two packets and a clock.
    pub(crate) fn values(&self) -> Option<JitterValues> {
        let mean = self.sum / self.samples as f64;
        (self.samples > 0).then_some(JitterValues { last: self.value, most: self.most, mean })
    }
}

/// A difference of timestamps in milliseconds.
pub(crate) fn millis(difference: i64, clock: u32) -> f64 {
    difference as f64 * 1000.0 / f64::from(clock.max(1))
}

/// The jitter with whole numbers, as endpoints with the code of appendix A.8 report it in RTCP.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct WholeJitter {
    transit: Option<u32>,
    /// 16 times the value.
    scaled: u32,
}

impl WholeJitter {
    /// Takes in a packet.
    pub(crate) fn add(&mut self, time: Timestamp, timestamp: u32, clock: u32) {
        let clock = i64::from(clock);
        let part = i64::from(time.subsec_nanos()) * clock / NANOS;
        let arrival = time.seconds().wrapping_mul(clock).wrapping_add(part);
        let transit = (arrival as u32).wrapping_sub(timestamp);
        if let Some(before) = self.transit.replace(transit) {
            let difference = (transit.wrapping_sub(before) as i32).unsigned_abs();
            let decay = self.scaled.saturating_add(8) >> 4;
            self.scaled = self.scaled.saturating_add(difference).saturating_sub(decay);
        }
    }

    /// In units of the clock.
    pub(crate) fn value(&self) -> u32 {
        self.scaled >> 4
    }
}

/// Times between packets in the order in which they come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Deltas {
    before: Option<Timestamp>,
    least: i64,
    most: i64,
    sum: i64,
    count: u64,
}

impl Deltas {
    /// A packet comes.
    pub(crate) fn add(&mut self, time: Timestamp) {
        let Some(before) = self.before.replace(time) else { return };
        let delta = time - before;
        let is_first = self.count == 0;
        self.least = if is_first { delta } else { self.least.min(delta) };
        self.most = if is_first { delta } else { self.most.max(delta) };
        self.sum = self.sum.saturating_add(delta);
        self.count += 1;
    }

    /// Least, mean and most in milliseconds; none without two packets.
    pub(crate) fn values(&self) -> Option<[f64; 3]> {
        let mean = self.sum as f64 / self.count as f64;
        (self.count > 0).then_some([self.least as f64, mean, self.most as f64].map(|n| n / MILLI))
    }
}

#[cfg(test)]
mod tests {
    use super::{Deltas, Jitter, WholeJitter};
    use flowz_api::packet::Timestamp;

    fn at(millis: i64) -> Timestamp {
        Timestamp(1_760_001_801_000_000_000 + millis * 1_000_000)
    }

    #[test]
    fn a_late_packet() {
        let mut jitter = Jitter::default();
        let mut whole = WholeJitter::default();
        for (time, timestamp) in [(0, u32::MAX - 159), (20, 0), (56, 160), (60, 320)] {
            jitter.add(at(time), timestamp, Some(8000));
            whole.add(at(time), timestamp, 8000);
        }
        // Differences of 0, 16 and 16 ms.
        let values = jitter.values().expect("there are differences");
        assert_eq!((values.last, values.most), (1.0 + 15.0 / 16.0, 1.0 + 15.0 / 16.0));
        assert!((values.mean - (2.0 + 15.0 / 16.0) / 3.0).abs() < 1e-12);
        assert_eq!(whole.value(), 15, "of 8,000 in a second");
    }

    #[test]
    fn unknown_clocks_have_no_jitter() {
        let mut jitter = Jitter::default();
        jitter.add(at(0), 0, None);
        jitter.add(at(20), 160, None);
        assert_eq!(jitter.values(), None);
        jitter.add(at(40), 320, Some(8000));
        assert_eq!(jitter.values().map(|values| values.last), Some(0.0));
    }

    #[test]
    fn times_between_packets() {
        let mut deltas = Deltas::default();
        assert_eq!(deltas.values(), None);
        for time in [0, 20, 50, 45] {
            deltas.add(at(time));
        }
        assert_eq!(deltas.values(), Some([-5.0, 15.0, 30.0]));
    }
}
