//! When a hole is given up that the receiver has acknowledged.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use crate::limits::Limits;

/// How many times the usual time must have passed if there are no packets of the direction to count.
const ALONE: i64 = 100;

/// The wait for bytes that the receiver has acknowledged: mirrors of switches change the order of packets by microseconds, so
/// the bytes may still come.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub(crate) struct Wait {
    since: Timestamp,
    packets: u32,
}

impl Wait {
    /// Begins now.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { since: now, packets: 0 }
    }

    /// A packet of the direction with the hole has come, and did not bring the bytes.
    pub(crate) fn packet(&mut self) {
        self.packets = self.packets.saturating_add(1);
    }

    /// Whether it is over.
    pub(crate) fn is_over(&self, now: Timestamp, limits: &Limits) -> bool {
        let passed = now - self.since;
        let long = limits.patience_time.saturating_mul(ALONE);
        (self.packets >= limits.patience_packets && passed >= limits.patience_time) || passed > long
    }
}

#[cfg(test)]
mod tests {
    use super::Wait;
    use crate::limits::Limits;
    use flowz_api::packet::Timestamp;

    #[test]
    fn packets_and_time() {
        let limits = Limits { patience_packets: 2, patience_time: 1000, ..Limits::default() };
        let mut wait = Wait::new(Timestamp(0));
        let over = |wait: &Wait, now| wait.is_over(Timestamp(now), &limits);
        assert!(!over(&wait, 1000) && !over(&wait, 100_000));
        assert!(over(&wait, 100_001), "the direction is silent");
        wait.packet();
        assert!(!over(&wait, 5000));
        wait.packet();
        assert!(!over(&wait, 999) && over(&wait, 1000));
        assert!(!over(&wait, -5), "time goes back");
    }
}
