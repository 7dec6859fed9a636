//! How often each pair of packet size and inter-arrival time came.

use std::collections::BTreeMap;

use flowz_api::Checkpoint;

/// Most pairs of a flow. Packets with further pairs do not count.
pub(crate) const MOST_PAIRS: usize = 65_536;

/// Most bytes of a pair in the tree: nodes of 11 are at least nearly half full, and there are nodes above them.
pub(crate) const PAIR: usize = 32;

/// Counts by pair, in the order of sizes, then of bins.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Histogram {
    counts: BTreeMap<(u32, u16), u32>,
}

impl Histogram {
    /// Counts a packet of this size whose inter-arrival time is in this bin.
    #[inline]
    pub(crate) fn add(&mut self, size: u32, bin: u16) {
        let room = self.counts.len() < MOST_PAIRS;
        if let Some(count) = self.counts.get_mut(&(size, bin)) {
            *count = count.saturating_add(1);
        } else if room {
            self.counts.insert((size, bin), 1);
        }
    }

    /// Size, bin and count of each pair.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u16, u32)> {
        self.counts.iter().map(|(&(size, bin), &count)| (size, bin, count))
    }
}
