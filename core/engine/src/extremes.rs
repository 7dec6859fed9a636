//! Largest and smallest loads and bandwidths: `core.MIN_MAX_ESTIMATE`.
//!
//! The run is cut into intervals: each ends with the first packet that is more than a tenth of a
//! second behind the end of the one before. What comes behind the last end does not count. Mean and
//! deviation of the bandwidth are recursive: with n the number of the interval and m its distance from
//! the mean so far, mean += m/n and variance += (m² − variance)/n.

use flowz_api::packet::{NANOS, Packet, Timestamp};
use flowz_api::report::{Human, Part, Report};

use crate::counters::Volume;

/// Intervals are longer than this.
const INTERVAL: i64 = NANOS / 10;
/// Intervals in a second.
const PER_SECOND: u64 = 10;

/// Smallest and largest of the values so far.
#[derive(Clone, Copy, Debug, Default)]
struct Range {
    least: f64,
    most: f64,
}

impl Range {
    fn add(&mut self, value: f64, first: bool) {
        self.least = if first { value } else { self.least.min(value) };
        self.most = if first { value } else { self.most.max(value) };
    }
}

/// Intervals that are over, and the one at hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extremes {
    /// End of the latest interval; none before the first packet.
    begin: Option<Timestamp>,
    wire_bytes: u64,
    directions: [Volume; 2],
    intervals: u64,
    loads: [Range; 2],
    bandwidth: Range,
    mean: f64,
    variance: f64,
}

impl Extremes {
    /// A packet was read; `direction` is that of its flow, 0 for A, if it has one.
    #[cold]
    pub(crate) fn add(&mut self, packet: &Packet<'_>, direction: Option<usize>) {
        self.wire_bytes += u64::from(packet.wire_len);
        if let Some(direction) = direction {
            self.directions[direction].add(packet.data.len());
        }
        let begin = *self.begin.get_or_insert(packet.ts);
        if packet.ts - begin > INTERVAL {
            self.close();
            self.begin = Some(packet.ts);
        }
    }

    fn close(&mut self) {
        let first = self.intervals == 0;
        self.intervals += 1;
        for (range, volume) in self.loads.iter_mut().zip(self.directions) {
            range.add(volume.load(), first);
        }
        let bandwidth = (8 * PER_SECOND * self.wire_bytes) as f64;
        self.bandwidth.add(bandwidth, first);
        let (n, distance) = (self.intervals as f64, bandwidth - self.mean);
        self.mean += distance / n;
        self.variance += (distance * distance - self.variance) / n;
        self.wire_bytes = 0;
        self.directions = Default::default();
    }

    /// The lines about loads; none if no interval was over. The reference shows its initial values then.
    pub(crate) fn loads(&self, compat: bool, out: &mut Report) {
        if self.intervals == 0 && !compat {
            return;
        }
        let none = Range { least: f64::MAX, most: 0.0 };
        for (name, range) in ["A", "B"].into_iter().zip(self.loads) {
            let range = if self.intervals == 0 { none } else { range };
            out.line(format!("Max {name} packet load"), [Part::Ratio(range.most)]);
            out.line(format!("Min {name} packet load"), [load(range.least)]);
        }
    }

    /// The lines about bandwidth.
    pub(crate) fn bandwidth(&self, compat: bool, out: &mut Report) {
        if self.intervals == 0 && !compat {
            return;
        }
        let most = u64::MAX as f64 * (8 * PER_SECOND) as f64;
        let least = if self.intervals == 0 { most } else { self.bandwidth.least };
        out.line("<IIR raw bandwidth>", [rate(self.mean)]);
        out.line("Stddev IIR raw bandwidth", [rate(self.variance.sqrt())]);
        out.line("Max raw bandwidth", [rate(self.bandwidth.most)]);
        out.line("Min raw bandwidth", [rate(least)]);
    }
}

/// A load; the initial value of the reference has no human form.
fn load(value: f64) -> Part {
    if value > u64::MAX as f64 { Part::Text(format!("{value:.2}")) } else { Part::Ratio(value) }
}

/// Bits per second, rounded.
fn rate(value: f64) -> Part {
    if value > u64::MAX as f64 {
        return Part::Text(format!("{value:.0} b/s"));
    }
    Part::Text(format!("{value:.0} b/s{}", Human(value as u64, "b/s")))
}

#[cfg(test)]
mod tests {
    use flowz_api::packet::{Packet, Timestamp};
    use flowz_api::report::Report;

    use super::Extremes;

    fn lines(packets: &[(i64, u32, usize)], compat: bool) -> Vec<String> {
        let mut extremes = Extremes::default();
        let data = [0; 2000];
        for (millis, wire_len, direction) in packets {
            let (ts, data) = (Timestamp(millis * 1_000_000), &data[..*wire_len as usize]);
            let packet =
                Packet { ts, wire_len: *wire_len, link: Default::default(), interface: 0, data };
            extremes.add(&packet, Some(*direction));
        }
        let mut report = Report::default();
        extremes.loads(compat, &mut report);
        extremes.bandwidth(compat, &mut report);
        report.lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn two_intervals_and_a_rest() {
        let packets = [(0, 100, 0), (50, 300, 1), (101, 200, 0), (301, 1000, 1), (302, 9, 0)];
        let expected = [
            "Max A packet load: 150.00",
            "Min A packet load: 0.00",
            "Max B packet load: 1000.00",
            "Min B packet load: 300.00",
            "<IIR raw bandwidth>: 64000 b/s (64.00 Kb/s)",
            "Stddev IIR raw bandwidth: 41761 b/s (41.76 Kb/s)",
            "Max raw bandwidth: 80000 b/s (80.00 Kb/s)",
            "Min raw bandwidth: 48000 b/s (48.00 Kb/s)",
        ];
        assert_eq!(lines(&packets, false), expected);
    }

    #[test]
    fn a_run_without_intervals_tells_nothing() {
        assert!(lines(&[(0, 100, 0), (100, 100, 0)], false).is_empty());
        let compat = lines(&[(0, 100, 0)], true);
        assert!(compat[1].starts_with("Min A packet load: 179769313486231570814527"));
        assert_eq!(compat[7], "Min raw bandwidth: 1475739525896764129280 b/s");
    }
}
