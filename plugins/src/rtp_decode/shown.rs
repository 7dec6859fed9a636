//! Jitter as Wireshark shows it in its list of RTP streams.
//!
//! The running value is that of RFC 3550, but telephone-events do not go into it: their timestamps stand still (RFC 4733, section 2.2.1).
//! Neither do packets whose timestamp is before that of the first packet. Least, mean and most leave out packets with a marker, comfort
//! noise and what follows it, and packets with a marker whose timestamp does not go on. The mean nevertheless divides by all packets
//! before. Found by comparing values.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use super::jitter::millis;

/// What Wireshark counts of a source.
#[derive(Clone, Copy, PartialEq, Debug, Default, Checkpoint)]
pub(crate) struct ShownJitter {
    before: Option<Before>,
    value: f64,
    least: Option<f64>,
    most: f64,
    mean: f64,
    packets: u64,
    wrong_timestamps: u32,
}

/// The packet before.
#[derive(Clone, Copy, PartialEq, Debug, Checkpoint)]
struct Before {
    timestamp: u32,
    /// When the latest packet came whose timestamp is not before the first one.
    sane: Timestamp,
    is_noise: bool,
    /// Timestamp less the first one, counted on where it wraps.
    nominal: i64,
    /// The same of the latest packet with media.
    media: i64,
}

/// A packet, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) time: Timestamp,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) is_noise: bool,
    pub(crate) is_event: bool,
    /// The clock of its payload type, if that is known.
    pub(crate) clock: Option<u32>,
}

impl ShownJitter {
    /// Takes in a packet.
    pub(crate) fn add(&mut self, packet: Arrival) {
        let Arrival { time, timestamp, is_noise, .. } = packet;
        let clock = packet.clock.filter(|_| !packet.is_event);
        let Some(before) = self.before else {
            let [nominal, media] = [0; 2];
            self.before = Some(Before { timestamp, sane: time, is_noise, nominal, media });
            return;
        };
        let step = timestamp.wrapping_sub(before.timestamp) as i32;
        let nominal = before.nominal.saturating_add(step.into());
        let (mut media, mut sane) = (before.media, before.sane);
        if nominal >= 0 {
            if let Some(clock) = clock {
                let difference = (time - sane) as f64 / 1e6 - millis(nominal - media, clock);
                self.value = (15.0 * self.value + difference.abs()) / 16.0;
                media = nominal;
            }
            sane = time;
        }
        let is_wrong = nominal < 0 || packet.marker && step <= 0;
        self.wrong_timestamps = self.wrong_timestamps.saturating_add(is_wrong.into());
        let is_left_out = packet.marker || is_wrong || is_noise || before.is_noise;
        if !is_left_out && clock.is_some() {
            self.count();
        }
        self.packets += 1;
        self.before = Some(Before { timestamp, sane, is_noise, nominal, media });
    }

    fn count(&mut self) {
        let (value, packets) = (self.value, self.packets as f64);
        self.least = Some(self.least.map_or(value, |least| least.min(value)));
        self.most = self.most.max(value);
        self.mean = (self.mean * packets + value) / (packets + 1.0);
    }

    /// Least, mean and most in milliseconds, if there are any.
    pub(crate) fn values(&self) -> Option<[f64; 3]> {
        self.least.map(|least| [least, self.mean, self.most])
    }

    /// Packets whose timestamp is before the first one, or does not go on though they have a marker.
    pub(crate) fn wrong_timestamps(&self) -> u32 {
        self.wrong_timestamps
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, ShownJitter};
    use flowz_api::packet::Timestamp;

    fn packet(millis: i64, timestamp: u32) -> Arrival {
        Arrival {
            time: Timestamp(millis * 1_000_000),
            timestamp,
            marker: false,
            is_noise: false,
            is_event: false,
            clock: Some(8000),
        }
    }

    fn of(packets: &[Arrival]) -> ShownJitter {
        let mut jitter = ShownJitter::default();
        for packet in packets {
            jitter.add(*packet);
        }
        jitter
    }

    #[test]
    fn markers_count_in_the_running_value_only() {
        let marked = Arrival { marker: true, ..packet(36, 160) };
        let jitter = of(&[packet(0, 0), marked, packet(56, 320)]);
        assert_eq!(jitter.values(), Some([0.9375, 0.46875, 0.9375]));
        let wrong = Arrival { marker: true, ..packet(36, 0) };
        assert_eq!(of(&[packet(0, 0), wrong]).wrong_timestamps(), 1);
    }

    #[test]
    fn noise_and_what_follows_it_is_left_out() {
        let noise = Arrival { is_noise: true, ..packet(20, 160) };
        assert_eq!(of(&[packet(0, 0), noise, packet(40, 320)]).values(), None);
        let jitter = of(&[packet(0, 0), noise, packet(40, 320), packet(60, 480)]);
        assert_eq!(jitter.values(), Some([0.0, 0.0, 0.0]));
    }

    #[test]
    fn events_are_left_out() {
        let event = |time| Arrival { is_event: true, ..packet(time, 160) };
        let jitter = of(&[packet(0, 0), event(20), event(40), packet(60, 480)]);
        // From the latest event, but with the timestamps since the audio before.
        assert_eq!(jitter.values(), Some([2.5, 2.5 / 3.0, 2.5]));
    }

    #[test]
    fn timestamps_before_the_first_are_left_out() {
        let jitter = of(&[packet(0, 1600), packet(20, 1760), packet(40, 0), packet(60, 2080)]);
        assert_eq!((jitter.values(), jitter.wrong_timestamps()), (Some([0.0, 0.0, 0.0]), 1));
    }

    #[test]
    fn without_a_clock_there_is_nothing() {
        let unknown = |time, timestamp| Arrival { clock: None, ..packet(time, timestamp) };
        assert_eq!(of(&[unknown(0, 0), unknown(20, 160)]).values(), None);
    }
}
