//! Round-trip times: how long one direction waits for the other.
//!
//! The time between a packet and the peer's latest one is what the *peer* waited, so it goes
//! into the peer's record. Jitter is the root of a running mean of squared deviations.

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};

/// How far the handshake is, as bits.
pub(crate) mod stage {
    /// A SYN was sent.
    pub(crate) const SYN: u8 = 0x01;
    /// SYN and ACK were sent; other protocols: one packet.
    pub(crate) const SYN_ACK: u8 = 0x02;
    /// The connection stands.
    pub(crate) const ACK: u8 = 0x04;
    /// It was closed or reset: no more times.
    pub(crate) const STOP: u8 = 0x80;
}

/// Waiting times of one direction, in seconds.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub(crate) struct Rtt {
    /// From the first packet to the peer's answer.
    pub(crate) first: f32,
    pub(crate) min: f32,
    pub(crate) max: f32,
    pub(crate) mean: f32,
    /// Running mean of squared deviations.
    pub(crate) jitter: f32,
    /// Bits of [`stage`].
    pub(crate) stage: u8,
}

impl Default for Rtt {
    fn default() -> Self {
        Self { first: 0.0, min: 65_535.0, max: 0.0, mean: 0.0, jitter: 0.0, stage: 0 }
    }
}

impl Rtt {
    /// This direction waited `wait` seconds for a packet, the peer's number `n`; `sent` packets
    /// were sent until then.
    pub(crate) fn waited(&mut self, wait: f32, n: u32, sent: u32) {
        self.min = self.min.min(wait);
        self.max = self.max.max(wait);
        if self.stage & (stage::SYN | stage::SYN_ACK) != 0 && sent == 1 {
            self.first = wait;
            self.mean = wait;
            return;
        }
        let delta = wait - self.mean;
        self.mean += delta / n as f32;
        self.jitter += (delta * delta - self.jitter) / n as f32;
        self.stage = stage::ACK;
    }
}

/// Time since the flow's previous packet in seconds. The reference takes seconds without a sign: a step into an earlier
/// one is an age.
#[inline]
pub(crate) fn step(now: Timestamp, before: Timestamp, compat: bool) -> f32 {
    if compat && now.seconds() < before.seconds() {
        return (now.seconds() - before.seconds()) as u32 as f32;
    }
    ((now - before) as f64 / NANOS as f64) as f32
}

/// Time between packets of the two directions in seconds. The reference subtracts nanoseconds in single precision.
pub(crate) fn gap(now: Timestamp, before: Timestamp, compat: bool) -> f32 {
    if compat {
        let fraction = now.subsec_nanos() as f32 - before.subsec_nanos() as f32;
        ((now.seconds() - before.seconds()) as f64 + f64::from(fraction) / NANOS as f64) as f32
    } else {
        ((now - before) as f64 / NANOS as f64) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::{Rtt, gap, stage};
    use flowz_api::packet::Timestamp;

    #[test]
    fn the_handshake_sets_the_first_time() {
        let mut rtt = Rtt { stage: stage::SYN, ..Rtt::default() };
        rtt.waited(0.25, 1, 1);
        assert_eq!((rtt.first, rtt.mean, rtt.min, rtt.jitter), (0.25, 0.25, 0.25, 0.0));
        rtt.waited(0.75, 2, 2);
        assert_eq!((rtt.first, rtt.mean, rtt.max, rtt.jitter), (0.25, 0.5, 0.75, 0.125));
    }

    #[test]
    fn single_precision_only_where_asked_for() {
        let (a, b) = (Timestamp::new(7, 734_303_000), Timestamp::new(7, 734_312_000));
        assert_eq!(gap(b, a, false).to_string(), "0.000009");
        assert_eq!(gap(b, a, true).to_string(), "0.000009024");
    }
}
