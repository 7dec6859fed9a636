//! What is counted for the report. All of it is the same for any number of threads.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use flowz_api::Checkpoint;
use flowz_api::merge::Merge;
use flowz_api::report::{Part, Report, Severity};

use super::file::Rules;

/// Most pairs of rows that are kept; those with the smallest numbers stay.
const PAIRS: usize = 1000;
/// Most lines, pairs and labels that the report names.
const NAMED: usize = 10;

/// Counts of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Tally {
    /// Flows by row: those whose label it is.
    labelled: Vec<u64>,
    /// Rows that match a flow, whether it has their label or not.
    matched: Vec<bool>,
    flows: u64,
    conflicts: u64,
    /// Flows by the row whose label they have and the first row with another one.
    pairs: BTreeMap<(u32, u32), u64>,
}

impl Tally {
    /// For so many rows.
    pub(crate) fn new(rows: usize) -> Self {
        Self { labelled: vec![0; rows], matched: vec![false; rows], ..Self::default() }
    }

    /// A row matches a flow.
    pub(crate) fn note_match(&mut self, row: u32) {
        if let Some(matched) = self.matched.get_mut(row as usize) {
            *matched = true;
        }
    }

    /// A flow has the label of a row, or the default.
    pub(crate) fn note_flow(&mut self, row: Option<u32>, other: Option<u32>) {
        self.flows += 1;
        if let Some(count) = row.and_then(|row| self.labelled.get_mut(row as usize)) {
            *count += 1;
        }
        if let Some(pair) = row.zip(other) {
            self.conflicts += 1;
            self.add_pair(pair, 1);
        }
    }

    /// The smallest pairs stay: a pair that had to go never comes back, as those before it only become more. So the counts
    /// of those that are there are whole, in whatever order flows come.
    fn add_pair(&mut self, pair: (u32, u32), flows: u64) {
        *self.pairs.entry(pair).or_default() += flows;
        if self.pairs.len() > PAIRS {
            self.pairs.pop_last();
        }
    }

    /// Lines of the report.
    pub(crate) fn report(&self, rules: &Rules, out: &mut Report) {
        let labelled: u64 = self.labelled.iter().sum();
        out.line("Labels: rows of the file", [Part::Count(rules.rules.len() as u64)]);
        out.line(
            "Labels: flows that a row matches",
            [Part::Count(labelled), Part::Share(labelled, self.flows)],
        );
        let mut by_label = vec![0_u64; rules.labels.len()];
        for (rule, flows) in rules.rules.iter().zip(&self.labelled) {
            by_label[rule.label as usize] += flows;
        }
        let mut by_label: Vec<_> =
            rules.labels.iter().zip(by_label).filter(|(_, n)| *n > 0).collect();
        // Those with most flows first; of as many, as in the file.
        by_label.sort_by_key(|(_, flows)| Reverse(*flows));
        let (named, others) = by_label.split_at(by_label.len().min(NAMED));
        for (label, flows) in named {
            let parts = [Part::Count(*flows), Part::Share(*flows, self.flows)];
            out.line(format!("Labels: flows with {label}"), parts);
        }
        if !others.is_empty() {
            let flows = others.iter().map(|(_, flows)| flows).sum();
            let parts = [Part::Count(flows), Part::Share(flows, self.flows)];
            out.line(format!("Labels: flows with one of {} others", others.len()), parts);
        }
        let unmatched = rules.rules.iter().zip(&self.matched).filter(|(_, matched)| !**matched);
        let lines: Vec<_> = unmatched.map(|(rule, _)| rule.line.to_string()).collect();
        if !lines.is_empty() {
            let text = format!(
                "Labels: {} of {} rows match no flow: {}",
                lines.len(),
                rules.rules.len(),
                listed("lines", &lines)
            );
            out.remark(Severity::Warning, text);
        }
        if self.conflicts > 0 {
            let line = |row: &u32| rules.rules.get(*row as usize).map_or(0, |rule| rule.line);
            let pair = |((row, other), flows): (&(u32, u32), &u64)| {
                format!("{} and {} ({flows} flows)", line(row), line(other))
            };
            let pairs: Vec<_> = self.pairs.iter().map(pair).collect();
            let (flows, pairs) = (self.conflicts, listed("lines", &pairs));
            let text = format!(
                "Labels: {flows} flows match rows with different labels, the first one counts: {pairs}"
            );
            out.remark(Severity::Warning, text);
        }
    }
}

/// The first ones, and whether there are more.
fn listed(what: &str, all: &[String]) -> String {
    let more = if all.len() > NAMED { ", ..." } else { "" };
    format!("{what} {}{more}", all[..all.len().min(NAMED)].join(", "))
}

flowz_api::resume_whole!(Tally);

impl Merge for Tally {
    fn merge(&mut self, other: Self) {
        for (ours, theirs) in self.labelled.iter_mut().zip(other.labelled) {
            *ours += theirs;
        }
        for (ours, theirs) in self.matched.iter_mut().zip(other.matched) {
            *ours |= theirs;
        }
        self.flows += other.flows;
        self.conflicts += other.conflicts;
        for (pair, flows) in other.pairs {
            self.add_pair(pair, flows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Merge, PAIRS, Tally};

    /// However flows are shared out, the counts are those of one instance.
    #[test]
    fn merged_as_if_alone() {
        let rows = 3000;
        let flows: Vec<_> = (0..9000_u32).map(|n| (n * 7919 % rows, n * 104_729 % rows)).collect();
        let tally = |part: &mut dyn Iterator<Item = &(u32, u32)>| {
            let mut tally = Tally::new(rows as usize);
            for (row, other) in part {
                tally.note_match(*row);
                tally.note_match(*other);
                tally.note_flow(Some(*row), Some(*other));
            }
            tally
        };
        let alone = tally(&mut flows.iter());
        assert_eq!((alone.pairs.len(), alone.conflicts), (PAIRS, 9000));
        for lanes in 2..5 {
            let mut parts =
                (0..lanes).map(|lane| tally(&mut flows.iter().skip(lane).step_by(lanes)));
            let mut merged = parts.next().unwrap();
            parts.for_each(|part| merged.merge(part));
            assert_eq!(merged, alone);
        }
    }
}
