//! What is counted of a flow.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use super::bins::Bins;
use super::histogram::Histogram;

/// Nanoseconds in a millisecond.
const MILLI: i64 = 1_000_000;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) histogram: Histogram,
    /// Time of the latest packet that counted.
    latest: Option<Timestamp>,
}

impl State {
    /// Counts a packet. The first one counts with a time of 0, and so does one that is older than the one
    /// before; the reference takes the latter's time for a very long one.
    #[inline]
    pub(crate) fn add(&mut self, size: u32, now: Timestamp, bins: Bins, compat: bool) {
        let nanos = self.latest.map_or(0, |before| now - before);
        self.latest = Some(now);
        let ms = if compat { (nanos / MILLI) as u64 } else { nanos.max(0) as u64 / MILLI as u64 };
        self.histogram.add(size, bins.number(ms));
    }
}
