//! Packets and bits per second of all traffic.

use crate::snapshot::{Source, Totals};

/// Two looks that are closer make no rate.
const LEAST: i64 = 200_000_000;

/// Remembers the last look.
#[derive(Debug)]
pub struct Meter {
    source: Source,
    before: Totals,
}

impl Meter {
    /// One for a run; it begins with what was before the first packet.
    pub fn new(source: Source, start: Totals) -> Self {
        Self { source, before: start }
    }

    /// The totals with their rates: since the last look, of captures since the start.
    pub fn read(&mut self, totals: Totals) -> Totals {
        let passed = totals.now - self.before.now;
        let is_live = self.source == Source::Interfaces;
        if passed <= 0 || is_live && passed < LEAST {
            let Totals { packet_rate, bit_rate, .. } = self.before;
            return Totals { packet_rate, bit_rate, ..totals };
        }
        let seconds = passed as f64 / 1e9;
        let packets = totals.packets.saturating_sub(self.before.packets) as f64;
        let bits = 8.0 * totals.bytes.saturating_sub(self.before.bytes) as f64;
        let (packet_rate, bit_rate) = (packets / seconds, bits / seconds);
        let read = Totals { packet_rate, bit_rate, ..totals };
        if is_live {
            self.before = read;
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::Meter;
    use flowz_api::packet::Timestamp;

    use crate::snapshot::{Source, Totals};

    const SECOND: i64 = 1_000_000_000;

    fn totals(now: i64, packets: u64) -> Totals {
        Totals { now: Timestamp(now), packets, bytes: packets * 100, ..Totals::default() }
    }

    fn rates(source: Source) -> Vec<(f64, f64)> {
        let mut meter = Meter::new(source, totals(SECOND, 0));
        let looks = [(SECOND, 1), (2 * SECOND, 5), (2 * SECOND + 1, 500), (4 * SECOND, 6)];
        let read = looks.map(|(now, packets)| meter.read(totals(now, packets)));
        read.map(|totals| (totals.packet_rate, totals.bit_rate)).to_vec()
    }

    #[test]
    fn since_the_last_look() {
        let expected = [(0.0, 0.0), (5.0, 4000.0), (5.0, 4000.0), (0.5, 400.0)];
        assert_eq!(rates(Source::Interfaces), expected);
    }

    #[test]
    fn since_the_start() {
        let rates = rates(Source::Captures);
        assert_eq!((rates[1], rates[3]), ((5.0, 4000.0), (2.0, 1600.0)));
    }
}
