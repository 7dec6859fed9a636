//! The end: what came before the order to stop is still handed out.

use std::time::{Duration, Instant};

use flowz_api::packet::Timestamp;

use crate::clock;

/// The kernel may take so much longer to hand out packets than it was told.
pub(crate) const MARGIN: Duration = Duration::from_millis(30);

/// An order to stop that has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    /// When it came, in the time of packets.
    at: Timestamp,
    /// Packets that were in rings then are there at this time.
    deadline: Instant,
    /// So many packets may still come.
    left: u64,
}

impl Ending {
    /// Now, with packets that are handed out after so long, and at most so many in the rings.
    pub(crate) fn now(delay: Duration, most: u64) -> Self {
        let deadline = clock::now() + delay + MARGIN;
        Self { at: clock::time_of_day(), deadline, left: most }
    }

    /// Until when packets are waited for.
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether a packet is still one of those; each is asked for once. The number is for clocks that are not the system's.
    pub(crate) fn takes(&mut self, time: Timestamp) -> bool {
        self.left = self.left.saturating_sub(1);
        time <= self.at && self.left > 0
    }
}

#[cfg(test)]
mod tests {
    use super::Ending;
    use crate::clock;
    use flowz_api::packet::Timestamp;
    use std::time::Duration;

    #[test]
    fn what_came_before() {
        let mut ending = Ending::now(Duration::from_secs(1), 4);
        assert!(ending.deadline() > clock::now() + Duration::from_millis(900));
        assert!(ending.takes(Timestamp(0)) && !ending.takes(Timestamp(i64::MAX)));
        assert!(ending.takes(Timestamp(0)) && !ending.takes(Timestamp(0)), "only so many");
    }
}
