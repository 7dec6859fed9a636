//! Pairs per flow over the whole run.

use flowz_api::Checkpoint;
use flowz_api::merge::Merge;
use flowz_api::report::{Part, Report};

/// Smallest, largest and mean number of pairs of a flow.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Totals {
    full: bool,
    flows: u64,
    pairs: u64,
    min: u32,
    max: u32,
    /// The reference's average, which follows the latest flows.
    smoothed: f32,
}

impl Totals {
    /// A flow has ended.
    pub(crate) fn add(&mut self, pairs: u32, full: bool) {
        /// Weight of the past in the reference's average.
        const PAST: f32 = 0.7;
        let number = pairs as f32;
        let is_first = self.flows == 0;
        self.smoothed =
            if is_first { number } else { PAST * self.smoothed + (1.0 - PAST) * number };
        self.merge(Self { full, flows: 1, pairs: pairs.into(), min: pairs, max: pairs, ..*self });
    }

    /// The lines of the report.
    pub(crate) fn report(&self, compat: bool, out: &mut Report) {
        out.aggregated("macStat", self.full.into(), 2);
        if self.max <= 1 {
            return;
        }
        let mean = self.pairs as f64 / self.flows as f64;
        let average = if compat { self.smoothed.into() } else { mean };
        let text = format!("min: {}, max: {}, average: ", self.min, self.max);
        out.line("MAC pairs per flow", [Part::Text(text), Part::Ratio(average)]);
    }
}

flowz_api::resume_whole!(Totals);

/// The reference's average depends on the order of flows: it stays as it is.
impl Merge for Totals {
    fn merge(&mut self, other: Self) {
        self.min = match (self.flows, other.flows) {
            (0, _) => other.min,
            (_, 0) => self.min,
            _ => self.min.min(other.min),
        };
        self.max = self.max.max(other.max);
        self.flows += other.flows;
        self.pairs += other.pairs;
        self.full |= other.full;
    }
}

#[cfg(test)]
mod tests {
    use super::{Merge, Report, Totals};

    fn lines(totals: &Totals, compat: bool) -> Vec<String> {
        let mut report = Report::default();
        totals.report(compat, &mut report);
        report.lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn mean_and_the_reference_s_average() {
        let mut totals = Totals::default();
        assert!(lines(&totals, false).is_empty());
        for pairs in [1, 2, 2, 3] {
            totals.add(pairs, false);
        }
        assert_eq!(lines(&totals, false), ["MAC pairs per flow: min: 1, max: 3, average: 2.00"]);
        assert_eq!(lines(&totals, true), ["MAC pairs per flow: min: 1, max: 3, average: 1.96"]);
    }

    #[test]
    fn totals_of_two() {
        let [mut one, mut other] = [Totals::default(), Totals::default()];
        one.add(2, false);
        other.add(1, false);
        other.add(16, true);
        one.merge(other);
        one.merge(Totals::default());
        let expected =
            ["Aggregated macStat=0x01", "MAC pairs per flow: min: 1, max: 16, average: 6.33"];
        assert_eq!(lines(&one, false), expected);
    }
}
