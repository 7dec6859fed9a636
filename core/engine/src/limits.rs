//! How many flows may live at once, and how many fragments may be awaited.

use flowz_api::key::FlowKey;

use crate::table::Slot;

/// Limits of the flow table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// Most flows (directions); beyond it the oldest leave.
    pub max_flows: Option<u64>,
    /// Most bytes of memory for flows and for fragments that are awaited.
    pub max_mem: Option<u64>,
}

/// Bytes of an entry in the hash table: an index and a control byte, at a load of 7/8 or, after
/// doubling, 7/16.
const ENTRY: usize = 10;

/// One part of so many of the memory is for fragments.
const FRAGMENTS: u64 = 8;
/// One part of so many is for TCP streams, at most, if there are plugins that read them.
const STREAMS: u64 = 4;

impl Limits {
    /// Most bytes for what is known of fragments that are awaited.
    pub fn fragments(&self) -> Option<u64> {
        Some(self.max_mem? / FRAGMENTS)
    }

    /// Most bytes for TCP streams, of those that a setting allows.
    pub fn streams(&self, allowed: u64) -> u64 {
        self.max_mem.map_or(allowed, |most| allowed.min(most / STREAMS))
    }

    /// The number of flows that both limits allow, when each takes `plugin_bytes` in the plugins, and TCP streams take
    /// `stream_bytes` in all.
    pub fn flows(&self, plugin_bytes: usize, stream_bytes: u64) -> usize {
        let per_flow = size_of::<Slot>() + size_of::<FlowKey>() + ENTRY + plugin_bytes;
        let for_flows = |most: u64| most - most / FRAGMENTS - stream_bytes;
        let by_memory = self.max_mem.map(|most| for_flows(most) / per_flow as u64);
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
        assert_eq!(Limits::default().flows(300, 0), usize::MAX);
        let both = Limits { max_flows: Some(1000), max_mem: Some(100_000) };
        assert_eq!(both.fragments(), Some(12_500));
        assert!(both.flows(300, 0) < 300);
        assert_eq!((both.streams(1 << 30), both.streams(7)), (25_000, 7));
        assert!(both.flows(300, 25_000) < both.flows(300, 0));
        assert_eq!(Limits { max_mem: None, ..both }.flows(300, 0), 1000);
        assert_eq!(Limits { max_mem: Some(1), ..both }.flows(300, 0), 2);
    }
}
