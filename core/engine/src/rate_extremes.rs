//! Extremes over time (`core.MIN_MAX_ESTIMATE`): loads and bandwidth of intervals.
//!
//! An interval ends with the first packet more than a tenth of a second behind the end of the one
//! before. Nothing is counted here: sums of the run are compared with those at the last end.

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::report::{Part, Report};

use crate::counters::Volume;

/// Shortest interval.
const INTERVAL: i64 = NANOS / 10;

/// What the run has counted so far.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Sums {
    /// Bytes on the wire.
    pub(crate) wire_bytes: u64,
    /// Packets of flows without, and with, the direction bit.
    pub(crate) directions: [Volume; 2],
}

/// Smallest and largest of some values.
#[derive(Clone, Copy, PartialEq, Debug, Checkpoint)]
struct Range {
    min: f64,
    max: f64,
}

impl Range {
    fn add(&mut self, value: f64) {
        *self = Self { min: self.min.min(value), max: self.max.max(value) };
    }
}

/// Extremes of the intervals so far, and a running estimate of their bandwidth.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub struct RateExtremes {
    compat: bool,
    /// Time of the latest packet.
    latest: Option<Timestamp>,
    /// The last end of an interval, and what was counted up to it.
    end: Timestamp,
    before: Sums,
    intervals: u32,
    /// Bytes per packet, of either direction.
    packets: [Range; 2],
    bandwidth: Range,
    mean: f64,
    variance: f64,
}

impl RateExtremes {
    /// No interval so far.
    pub(crate) fn new(compat: bool) -> Self {
        /// Bits per second of the most bytes that 64 bits can count.
        const MOST: f64 = u64::MAX as f64 * 8.0 / 0.1;
        Self {
            compat,
            latest: None,
            end: Timestamp::default(),
            before: Sums::default(),
            intervals: 0,
            packets: [Range { min: f64::MAX, max: 0.0 }; 2],
            bandwidth: Range { min: MOST, max: 0.0 },
            mean: 0.0,
            variance: 0.0,
        }
    }

    /// A packet comes, and all before it is counted: the one before may have ended its interval. The first one
    /// begins the first.
    pub(crate) fn packet(&mut self, now: Timestamp, counted: Sums) {
        match self.latest {
            Some(latest) => self.look(latest, counted),
            None => self.end = now,
        }
        self.latest = Some(now);
    }

    /// No packet comes any more.
    pub(crate) fn finish(&mut self, counted: Sums) {
        if let Some(latest) = self.latest {
            self.look(latest, counted);
        }
    }

    /// All is counted up to and with a packet: it may be the last one of its interval.
    fn look(&mut self, now: Timestamp, counted: Sums) {
        let nanos = now - self.end;
        // The reference subtracts seconds in double precision.
        let seconds = |t: Timestamp| t.seconds() as f64 + f64::from(t.subsec_nanos()) / 1e9;
        let over =
            if self.compat { seconds(now) - seconds(self.end) > 0.1 } else { nanos > INTERVAL };
        if !over {
            return;
        }
        // The reference takes all intervals for the shortest one.
        let length = if self.compat { 0.1 } else { nanos as f64 / NANOS as f64 };
        let bits = 8.0 * (counted.wire_bytes - self.before.wire_bytes) as f64;
        self.take_bandwidth(bits / length);
        for (direction, range) in self.packets.iter_mut().enumerate() {
            let [all, before] = [counted, self.before].map(|sums| sums.directions[direction]);
            let load =
                Volume { packets: all.packets - before.packets, bytes: all.bytes - before.bytes };
            range.add(load.mean());
        }
        (self.end, self.before) = (now, counted);
    }

    /// A running estimate like those of basicStats.
    fn take_bandwidth(&mut self, value: f64) {
        self.intervals += 1;
        let n = f64::from(self.intervals);
        let distance = value - self.mean;
        self.mean += distance / n;
        self.variance += (distance * distance - self.variance) / n;
        self.bandwidth.add(value);
    }

    /// Whether there is anything to tell. The reference tells what it begins with.
    fn is_told(&self) -> bool {
        self.intervals > 0 || self.compat
    }

    /// Largest and smallest bytes per packet of a direction.
    pub(crate) fn packet_loads(&self, direction: usize, out: &mut Report) {
        if !self.is_told() {
            return;
        }
        let name = ["A", "B"][direction];
        let Range { min, max } = self.packets[direction];
        for (what, value) in [("Max", max), ("Min", min)] {
            let key = format!("{what} {name} packet load");
            // A number beyond all counts has no short form.
            let part = if value == f64::MAX {
                Part::Text(format!("{value:.2}"))
            } else {
                Part::Ratio(value)
            };
            out.line(key, [part]);
        }
    }

    /// The bandwidths as lines of the report: names and bits per second.
    pub(crate) fn bandwidths(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let lines = [
            ("<IIR raw bandwidth>", self.mean),
            ("Stddev IIR raw bandwidth", self.variance.sqrt()),
            ("Max raw bandwidth", self.bandwidth.max),
            ("Min raw bandwidth", self.bandwidth.min),
        ];
        lines.into_iter().filter(|_| self.is_told())
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::packet::Timestamp;
    use flowz_api::report::Report;

    use super::{RateExtremes, Sums, Volume};

    fn sums(wire_bytes: u64, [a, b]: [(u64, u64); 2]) -> Sums {
        let volume = |(packets, bytes)| Volume { packets, bytes };
        Sums { wire_bytes, directions: [volume(a), volume(b)] }
    }

    fn lines(loads: &RateExtremes) -> Vec<String> {
        let mut out = Report::default();
        loads.packet_loads(0, &mut out);
        loads.packet_loads(1, &mut out);
        let loads = out.lines.iter().map(ToString::to_string);
        loads.collect()
    }

    fn run(compat: bool) -> RateExtremes {
        let mut loads = RateExtremes::new(compat);
        let mut packet = |millis: i64, sums| loads.packet(Timestamp(millis * 1_000_000), sums);
        packet(0, Sums::default());
        packet(100, sums(500, [(1, 60), (0, 0)]));
        packet(200, sums(1000, [(1, 60), (0, 0)]));
        packet(300, sums(2000, [(2, 100), (0, 0)]));
        packet(600, sums(2500, [(2, 100), (0, 0)]));
        loads.finish(sums(4000, [(3, 140), (1, 9)]));
        loads
    }

    #[test]
    fn intervals_are_longer_than_a_tenth_of_a_second() {
        let found: Vec<_> = run(false).bandwidths().map(|(_, bits)| bits).collect();
        assert_eq!(found[0], 60_000.0);
        assert_eq!(found[2..], [80_000.0, 40_000.0]);
        let expected = [
            "Max A packet load: 50.00",
            "Min A packet load: 40.00",
            "Max B packet load: 9.00",
            "Min B packet load: 0.00",
        ];
        assert_eq!(lines(&run(false)), expected);
    }

    #[test]
    fn the_reference_takes_all_for_a_tenth() {
        let found: Vec<_> = run(true).bandwidths().map(|(_, bits)| bits).collect();
        assert_eq!(found[2..], [160_000.0, 160_000.0]);
        assert_eq!((found[0], found[1]), (160_000.0, (160_000.0_f64.powi(2) / 2.0).sqrt()));
    }

    #[test]
    fn no_interval() {
        let loads = RateExtremes::new(false);
        assert_eq!((lines(&loads).len(), loads.bandwidths().count()), (0, 0));
        let loads = RateExtremes::new(true);
        assert!(lines(&loads)[1].starts_with("Min A packet load: 1797693134862315708145"));
        let min = loads.bandwidths().last().map(|(_, bits)| format!("{bits:.0}"));
        assert_eq!(min.as_deref(), Some("1475739525896764129280"));
    }
}
