//! The time in moments without packets.

use std::time::{Duration, Instant};

use flowz_api::packet::{NANOS, Timestamp};

/// Nanoseconds by which time may go back before all flows leave: for so long they stay longer than they should.
const SET_BACK: i64 = 10 * NANOS;

/// Tells the time when no packet does: that of the last packet, and what a clock that never steps has counted since.
///
/// Less than has really passed, so that no packet that still lies in a ring comes from before: silence counts from the first
/// time that somebody notices it, and less the time for which the kernel gathers packets.
#[derive(Clone, Debug)]
pub(super) struct QuietClock {
    /// Time of the latest packet; before the first one, that of the start.
    last: Timestamp,
    /// That of each interface: their clocks may differ.
    of_interfaces: Vec<Timestamp>,
    /// When silence was first noticed.
    since: Option<Instant>,
    margin: Duration,
}

impl QuietClock {
    pub(super) fn new(start: Timestamp, interfaces: usize, margin: Duration) -> Self {
        let of_interfaces = vec![Timestamp(i64::MIN); interfaces];
        Self { last: start, of_interfaces, since: None, margin }
    }

    /// A packet came by an interface; whether its clock was set back in front of it.
    #[inline]
    pub(super) fn packet(&mut self, ts: Timestamp, interface: u32) -> bool {
        (self.last, self.since) = (ts, None);
        let Some(last) = self.of_interfaces.get_mut(interface as usize) else { return false };
        let is_set_back = ts.0 < last.0.saturating_sub(SET_BACK);
        *last = ts;
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
        let mut clock = QuietClock::new(Timestamp(5), 2, Duration::from_nanos(100));
        let start = Instant::now();
        let mut quiet_at = |nanos| clock.quiet(start + Duration::from_nanos(nanos)).0;
        assert_eq!([quiet_at(0), quiet_at(50), quiet_at(100), quiet_at(130)], [5, 5, 5, 35]);
        assert!(!clock.packet(Timestamp(1000), 0));
        let mut quiet_at = |nanos| clock.quiet(start + Duration::from_nanos(nanos)).0;
        assert_eq!([quiet_at(500), quiet_at(700)], [1000, 1100]);
        // Packets of a clock that was set back, a little and by far.
        assert!(!clock.packet(Timestamp(7), 0));
        assert_eq!(clock.quiet(start).0, 7);
        let mut is_set_back =
            |seconds: i64, interface| clock.packet(Timestamp(seconds * NANOS), interface);
        assert!(!is_set_back(3600, 0) && !is_set_back(3590, 0));
        assert!(is_set_back(3579, 0) && !is_set_back(3580, 0));
        // That of another interface is always behind.
        assert!(!is_set_back(100, 1) && !is_set_back(3580, 0) && !is_set_back(101, 1));
    }
}
