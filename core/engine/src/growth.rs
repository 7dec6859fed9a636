//! Memory of flows that grows with their packets: what plugins cannot be granted in full for every flow.

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use flowz_api::memory::Growth;

/// What `--max-mem` has to do with flows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Bytes for all flows together.
    pub bytes: u64,
    /// Bytes of each, with lists of plugins in full.
    pub per_flow: u64,
}

/// How much the flows that are alive may have grown.
#[derive(Debug)]
pub(crate) struct GrowthCount {
    steps: Vec<Growth>,
    budget: Budget,
    /// Packets of the flow in each slot.
    packets: Vec<u32>,
    grown: u64,
}

impl GrowthCount {
    /// For plugins whose states grow like that; nothing if none does.
    pub(crate) fn new(steps: impl Iterator<Item = Growth>, budget: Budget) -> Option<Self> {
        let steps: Vec<_> = steps.filter(|step| *step != Growth::default()).collect();
        let some = !steps.is_empty();
        some.then(|| Self { steps, budget, packets: Vec::new(), grown: 0 })
    }

    /// Writes what flows have grown by for the next run.
    pub(crate) fn save(&self, out: &mut Writer<'_>) {
        self.packets.save(out);
        self.grown.save(out);
    }

    /// Takes it over.
    pub(crate) fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        (self.packets, self.grown) = Checkpoint::load(from)?;
        Ok(())
    }

    /// Counts a packet of the flow in a slot.
    pub(crate) fn packet(&mut self, slot: u32) {
        let slot = slot as usize;
        if slot >= self.packets.len() {
            self.packets.resize(slot + 1, 0);
        }
        let before = self.packets[slot];
        let steps = self.steps.iter().filter(|step| before < step.packets);
        self.grown += steps.map(|step| u64::from(step.bytes)).sum::<u64>();
        self.packets[slot] = before.saturating_add(1);
    }

    /// The flow in a slot has left.
    pub(crate) fn leave(&mut self, slot: u32) {
        let Some(packets) = self.packets.get_mut(slot as usize) else { return };
        let steps = self.steps.iter();
        let grown = steps.map(|step| u64::from(step.bytes) * u64::from(step.packets.min(*packets)));
        self.grown -= grown.sum::<u64>();
        *packets = 0;
    }

    /// Whether so many flows and what they have grown by are too much.
    pub(crate) fn is_over(&self, flows: usize) -> bool {
        self.grown + flows as u64 * self.budget.per_flow > self.budget.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, GrowthCount};
    use flowz_api::memory::Growth;

    #[test]
    fn packets_count_until_the_flow_leaves() {
        let budget = Budget { bytes: 1000, per_flow: 100 };
        assert!(GrowthCount::new([Growth::default()].into_iter(), budget).is_none());
        let steps = [Growth { bytes: 10, packets: 3 }, Growth { bytes: 1, packets: 100 }];
        let mut count = GrowthCount::new(steps.into_iter(), budget).unwrap();
        (0..10).for_each(|_| count.packet(7));
        count.packet(2);
        assert_eq!(count.grown, 40 + 11);
        assert!(!count.is_over(9) && count.is_over(10));
        count.leave(7);
        count.leave(99);
        assert_eq!(count.grown, 11);
        count.leave(2);
        assert_eq!((count.grown, count.is_over(10), count.is_over(11)), (0, false, true));
    }
}
