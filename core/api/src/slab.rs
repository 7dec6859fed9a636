//! The per-flow state of one plugin, one element per flow slot.
//!
//! A newtype, so that the layout (one slab per plugin now, all states of a flow side by side perhaps
//! later) can change without any plugin noticing.

use crate::Checkpoint;
use flowz_prefetch::prefetch;

/// Number of a flow's slot in the flow table; reused after the flow has ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Checkpoint)]
pub struct FlowIndex(pub u32);

/// States by slot.
#[derive(Debug)]
pub struct Slab<T> {
    items: Vec<T>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<T: Default> Slab<T> {
    /// Puts a fresh state into a slot and returns it. Slots are given out densely: a new one is at
    /// most one past the highest.
    #[inline]
    pub fn reset(&mut self, at: FlowIndex) -> &mut T {
        let i = at.0 as usize;
        if i >= self.items.len() {
            self.items.resize_with(i + 1, T::default);
        } else {
            self.items[i] = T::default();
        }
        &mut self.items[i]
    }
}

impl<T> Slab<T> {
    /// The state in a slot that is in use.
    #[inline]
    pub fn get(&self, at: FlowIndex) -> &T {
        &self.items[at.0 as usize]
    }

    /// The state in a slot that was perhaps never in use.
    #[inline]
    pub fn try_get(&self, at: FlowIndex) -> Option<&T> {
        self.items.get(at.0 as usize)
    }

    /// Asks for the state in a slot that is needed soon.
    #[inline]
    pub fn prefetch(&self, at: FlowIndex) {
        if let Some(item) = self.items.get(at.0 as usize) {
            prefetch(item);
        }
    }

    /// The states of a flow and of its peer. The two slots differ.
    #[inline]
    pub fn pair(&mut self, own: FlowIndex, peer: Option<FlowIndex>) -> (&mut T, Option<&mut T>) {
        let Some(peer) = peer else {
            return (&mut self.items[own.0 as usize], None);
        };
        match self.items.get_disjoint_mut([own.0 as usize, peer.0 as usize]) {
            Ok([own, peer]) => (own, Some(peer)),
            Err(_) => unreachable!("a flow and its peer have two slots in use"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FlowIndex, Slab};

    #[test]
    fn reset_forgets_the_old_flow() {
        let mut slab = Slab::<u32>::default();
        *slab.reset(FlowIndex(0)) = 7;
        *slab.reset(FlowIndex(1)) = 8;
        let (own, peer) = slab.pair(FlowIndex(1), Some(FlowIndex(0)));
        assert_eq!((*own, peer.copied()), (8, Some(7)));
        assert_eq!(*slab.reset(FlowIndex(0)), 0);
    }
}
