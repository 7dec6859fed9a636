//! The list that is shown of a flow: pairs with the counts of their parts.

use super::bins::Bins;
use super::histogram::Histogram;
use super::row::Entry;

/// Makes lists; its memory is used again for each flow.
#[derive(Debug, Default)]
pub(crate) struct Table {
    entries: Vec<Entry>,
    /// Packets by bin; all zero between flows.
    by_bin: Vec<u32>,
}

impl Table {
    /// The list of a flow, with lower edges or with numbers of bins.
    pub(crate) fn entries_of(
        &mut self,
        histogram: &Histogram,
        bins: Bins,
        numbers: bool,
    ) -> &[Entry] {
        self.entries.clear();
        self.count_bins(histogram);
        let mut group = 0;
        for (size, bin, count) in histogram.iter() {
            if self.entries.get(group).is_some_and(|first| first.0 != size) {
                self.close_group(group);
                group = self.entries.len();
            }
            let in_bin = self.by_bin.get(usize::from(bin)).copied().unwrap_or(0);
            let shown = if numbers { u32::from(bin) } else { bins.edge(bin) };
            self.entries.push((size, shown, count, 0, in_bin));
        }
        self.close_group(group);
        for (_, bin, _) in histogram.iter() {
            self.by_bin[usize::from(bin)] = 0;
        }
        &self.entries
    }

    fn count_bins(&mut self, histogram: &Histogram) {
        for (_, bin, count) in histogram.iter() {
            let bin = usize::from(bin);
            if bin >= self.by_bin.len() {
                self.by_bin.resize(bin + 1, 0);
            }
            self.by_bin[bin] = self.by_bin[bin].saturating_add(count);
        }
    }

    /// All entries from this one on are of one size: they get its count.
    fn close_group(&mut self, from: usize) {
        let group = self.entries.get_mut(from..).unwrap_or_default();
        let sum = group.iter().fold(0_u32, |sum, entry| sum.saturating_add(entry.2));
        for entry in group {
            entry.3 = sum;
        }
    }
}
