//! How many flows may live at once, and what fragments and plugins may take besides.

use flowz_api::key::FlowKey;

use crate::growth::Budget;
use crate::table::Slot;

/// Limits of the flow table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// Most flows (directions); beyond it the oldest leave.
    pub max_flows: Option<u64>,
    /// Most bytes of memory for what grows with the input: flows, fragments, and what plugins keep for the whole run.
    pub max_mem: Option<u64>,
}

/// Bytes of an entry in the hash table: an index and a control byte, at a load of 7/8 or, after
/// doubling, 7/16.
const ENTRY: usize = 10;

/// One part of so many of the memory is for fragments.
const FRAGMENTS: u64 = 8;
/// One part of so many is for TCP streams, at most, if there are plugins that read them.
const STREAMS: u64 = 4;
/// One part of so many is for datagrams whose fragments are put together.
const REASSEMBLY: u64 = 4;

impl Limits {
    /// What each of several engines may have of it.
    #[must_use]
    pub fn share(self, engines: u64) -> Self {
        let part = |most: u64| most / engines.max(1);
        Self { max_flows: self.max_flows.map(part), max_mem: self.max_mem.map(part) }
    }

    /// Most bytes for what is known of fragments that are awaited.
    pub fn fragments(&self) -> Option<u64> {
        Some(self.max_mem? / FRAGMENTS)
    }

    /// Most bytes for TCP streams, of those that a setting allows.
    pub fn streams(&self, allowed: u64) -> u64 {
        self.max_mem.map_or(allowed, |most| allowed.min(most / STREAMS))
    }

    /// Most bytes for fragments that are put together: a quarter.
    pub fn reassembly(&self) -> Option<usize> {
        Some(usize::try_from(self.max_mem? / REASSEMBLY).unwrap_or(usize::MAX))
    }

    /// Bytes for flows, each of which takes `plugin_bytes` in the plugins, when `others` are for something else.
    pub fn budget(&self, plugin_bytes: usize, others: usize) -> Option<Budget> {
        let all = self.max_mem?;
        let bytes = (all - all / FRAGMENTS).saturating_sub(others as u64);
        let per_flow = size_of::<Slot>() + size_of::<FlowKey>() + ENTRY + plugin_bytes;
        Some(Budget { bytes, per_flow: per_flow as u64 })
    }

    /// The number of flows that both limits allow.
    pub fn flows(&self, budget: Option<Budget>) -> usize {
        let by_memory = budget.map(|budget| budget.bytes / budget.per_flow);
        let limit = [self.max_flows, by_memory].into_iter().flatten().min();
        // A biflow is two flows: fewer than two slots would hold no conversation.
        limit.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX).max(2))
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;

    #[test]
    fn the_tighter_limit_wins() {
        let flows = |limits: Limits, others| limits.flows(limits.budget(300, others));
        assert_eq!(flows(Limits::default(), 9), usize::MAX);
        let both = Limits { max_flows: Some(1000), max_mem: Some(100_000) };
        assert_eq!(both.fragments(), Some(12_500));
        assert_eq!(both.reassembly(), Some(25_000));
        assert_eq!((both.streams(1 << 30), both.streams(7)), (25_000, 7));
        let [usual, less] = [0, 40_000].map(|others| flows(both, others));
        assert!(usual < 300 && less < usual && less > usual / 2, "{usual}, {less}");
        assert_eq!(flows(Limits { max_mem: None, ..both }, 9), 1000);
        assert_eq!(flows(Limits { max_mem: Some(1), ..both }, 9), 2);
    }
}
