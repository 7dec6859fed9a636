//! States of flows: memory that only the plugin understands.

use flowz_api::slab::FlowIndex;

/// The states of all flows.
pub(super) struct States {
    /// Size of a state in words of 8 bytes.
    words: usize,
    /// One behind the other, by slot.
    all: Vec<u64>,
}

impl States {
    fn range(&self, at: FlowIndex) -> std::ops::Range<usize> {
        let start = at.0 as usize * self.words;
        start..start + self.words
    }

    /// Of flows with states of so many bytes, one word at least: a flow without state has one nobody looks at.
    pub(super) fn with_size(bytes: u32) -> Self {
        Self { words: (bytes as usize).div_ceil(8).max(1), all: Vec::new() }
    }

    /// Bytes of a state.
    pub(super) fn size(&self) -> usize {
        8 * self.words
    }

    /// The state of a flow that begins: zeros.
    pub(super) fn begin(&mut self, own: FlowIndex) {
        let range = self.range(own);
        if self.all.len() < range.end {
            self.all.resize(range.end, 0);
        }
        self.all[range].fill(0);
    }

    /// The state of a flow.
    pub(super) fn get(&mut self, own: FlowIndex) -> &mut [u64] {
        let own = self.range(own);
        &mut self.all[own]
    }

    /// The states of a flow and of its peer.
    pub(super) fn pair(
        &mut self,
        own: FlowIndex,
        peer: Option<FlowIndex>,
    ) -> (&mut [u64], Option<&mut [u64]>) {
        let Some(peer) = peer.map(|peer| self.range(peer)) else { return (self.get(own), None) };
        let own = self.range(own);
        match self.all.get_disjoint_mut([own, peer]) {
            Ok([own, peer]) => (own, Some(peer)),
            Err(_) => unreachable!("a flow and its peer have two slots in use"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::States;
    use flowz_api::slab::FlowIndex;

    #[test]
    fn each_flow_has_its_own() {
        let mut states = States::with_size(9);
        assert_eq!((states.size(), States::with_size(0).size()), (16, 8));
        for n in [2, 0, 1] {
            states.begin(FlowIndex(n));
            states.get(FlowIndex(n)).copy_from_slice(&[u64::from(n), 7]);
        }
        let (own, peer) = states.pair(FlowIndex(2), Some(FlowIndex(0)));
        assert_eq!((&*own, peer.as_deref()), (&[2, 7][..], Some(&[0, 7][..])));
        own.fill(5);
        states.begin(FlowIndex(1));
        let all = [0, 1, 2].map(|n| states.get(FlowIndex(n)).to_vec());
        assert_eq!(all, [[0, 7], [0, 0], [5, 5]]);
        assert_eq!(states.pair(FlowIndex(0), None).1, None);
    }
}
