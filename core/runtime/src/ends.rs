//! Ends of the input in front of its last packet: after so many packets, or so much time.

use flowz_api::packet::Timestamp;

/// What ends the input.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ends {
    /// So many packets, copies that are dropped among them.
    pub packets: Option<u64>,
    /// The first packet that is so many nanoseconds or more behind the first one: it is not read any more.
    pub duration: Option<i64>,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Countdown {
    ends: Ends,
    packets: u64,
    first: Option<Timestamp>,
    is_over: bool,
    /// There is an end to look for.
    pub(crate) is_set: bool,
}

impl Countdown {
    pub(crate) fn new(ends: Ends) -> Self {
        let is_set = ends != Ends::default();
        Self { ends, packets: 0, first: None, is_over: false, is_set }
    }

    /// Whether the next packet, with this time, is read.
    pub(crate) fn admits(&mut self, ts: Timestamp) -> bool {
        let first = *self.first.get_or_insert(ts);
        let is_late = self.ends.duration.is_some_and(|most| ts.0.saturating_sub(first.0) >= most);
        self.is_over |= is_late || self.ends.packets.is_some_and(|most| self.packets >= most);
        self.packets += u64::from(!self.is_over);
        !self.is_over
    }

    /// Whether the end has come, so that nothing more is read.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over || self.ends.packets.is_some_and(|most| self.packets >= most)
    }
}

#[cfg(test)]
mod tests {
    use super::{Countdown, Ends};
    use flowz_api::packet::Timestamp;

    fn admitted(ends: Ends, times: &[i64]) -> usize {
        let mut countdown = Countdown::new(ends);
        times.iter().take_while(|ts| countdown.admits(Timestamp(**ts))).count()
    }

    #[test]
    fn by_number_and_time() {
        let ends = |packets, duration| Ends { packets, duration };
        assert_eq!(admitted(ends(None, None), &[5, 1, 9]), 3);
        assert_eq!(admitted(ends(Some(2), None), &[5, 1, 9]), 2);
        assert_eq!(admitted(ends(Some(0), None), &[5]), 0);
        assert_eq!(admitted(ends(None, Some(4)), &[5, 1, 8, 9, 5]), 3);
        assert_eq!(admitted(ends(Some(9), Some(i64::MAX)), &[i64::MIN, i64::MAX]), 1);
    }

    #[test]
    fn over_with_the_last_packet() {
        let mut countdown = Countdown::new(Ends { packets: Some(1), duration: None });
        assert!(countdown.is_set && !countdown.is_over());
        assert!(countdown.admits(Timestamp(0)) && countdown.is_over());
        assert!(!Countdown::new(Ends::default()).is_set);
    }
}
