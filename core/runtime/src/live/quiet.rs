//! The time in moments without packets.

use std::time::{Duration, Instant};

use flowz_api::packet::{NANOS, Timestamp};

/// Nanoseconds by which time may go back before all flows leave: for so long they stay longer than they should.
const SET_BACK: i64 = 10 * NANOS;

/// Tells the time when no packet does: that of the last packet, and what a clock that never steps has counted since.
///
/// Less than has really passed, so that no packet that still lies in a ring comes from before: silence counts from the first
/// time that somebody notices it, and less the time for which the kernel gathers packets.
#[derive(Clone, Copy, Debug)]
pub(super) struct QuietClock {
    /// Time of the latest packet; before the first one, that of the start.
    last: Timestamp,
    /// When silence was first noticed.
    since: Option<Instant>,
    margin: Duration,
}

impl QuietClock {
    pub(super) fn new(start: Timestamp, margin: Duration) -> Self {
        Self { last: start, since: None, margin }
    }

    /// A packet came; whether the clock was set back in front of it.
    #[inline]
    pub(super) fn packet(&mut self, ts: Timestamp) -> bool {
        let is_set_back = ts.0 < self.last.0.saturating_sub(SET_BACK);
        (self.last, self.since) = (ts, None);
        is_set_back
    }

    /// None came for a while, and on the clock it is `now`.
    pub(super) fn quiet(&mut self, now: Instant) -> Timestamp {
        let since = *self.since.get_or_insert(now);
        let passed = now.saturating_duration_since(since).saturating_sub(self.margin);
        let passed = i64::try_from(passed.as_nanos()).unwrap_or(i64::MAX);
        Timestamp(self.last.0.saturating_add(passed))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use flowz_api::packet::{NANOS, Timestamp};

    use super::QuietClock;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "any moment will do")]
    fn time_goes_on_behind_the_last_packet() {
        let mut clock = QuietClock::new(Timestamp(5), Duration::from_nanos(100));
        let start = Instant::now();
        let mut quiet_at = |nanos| clock.quiet(start + Duration::from_nanos(nanos)).0;
        assert_eq!([quiet_at(0), quiet_at(50), quiet_at(100), quiet_at(130)], [5, 5, 5, 35]);
        assert!(!clock.packet(Timestamp(1000)));
        let mut quiet_at = |nanos| clock.quiet(start + Duration::from_nanos(nanos)).0;
        assert_eq!([quiet_at(500), quiet_at(700)], [1000, 1100]);
        // Packets of a clock that was set back, a little and by far.
        assert!(!clock.packet(Timestamp(7)));
        assert_eq!(clock.quiet(start).0, 7);
        assert!(!clock.packet(Timestamp(3600 * NANOS)) && !clock.packet(Timestamp(3590 * NANOS)));
        assert!(clock.packet(Timestamp(3579 * NANOS)) && !clock.packet(Timestamp(3580 * NANOS)));
    }
}
