//! The flows that ICMP errors report on.

use flowz_api::Checkpoint;
use flowz_api::flow::FlowId;

/// Different flows that are kept.
const MOST: usize = 8;

/// Different flows in order of appearance.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Related {
    flows: [u64; MOST],
    count: usize,
}

impl Related {
    /// Keeps a flow if it is new and there is room.
    pub(crate) fn add(&mut self, flow: FlowId) {
        if self.count < MOST && !self.flows().contains(&flow.0) {
            self.flows[self.count] = flow.0;
            self.count += 1;
        }
    }

    /// Their numbers.
    pub(crate) fn flows(&self) -> &[u64] {
        &self.flows[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::{FlowId, MOST, Related};

    #[test]
    fn different_flows_as_far_as_there_is_room() {
        let mut related = Related::default();
        for flow in [7, 7, 3, 7] {
            related.add(FlowId(flow));
        }
        assert_eq!(related.flows(), [7, 3]);
        for flow in 0..99 {
            related.add(FlowId(flow));
        }
        assert_eq!(related.flows().len(), MOST);
    }
}
