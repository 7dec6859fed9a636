//! Which flow later fragments belong to: they carry no ports, only the identification of their
//! datagram.

use std::hash::{BuildHasher, Hasher};

use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Fewer entries than this are never cleaned up.
const FEW: usize = 1024;

/// A datagram of which fragments are awaited, and the flow that its first fragment formed.
#[derive(Clone, Copy, Debug)]
struct Pending {
    key: FlowKey,
    id: u32,
    slot: u32,
    flow: FlowId,
}

/// Datagrams whose last fragment has not come.
#[derive(Debug)]
pub struct Fragments {
    pending: HashTable<Pending>,
    hasher: RandomState,
    clean_at: usize,
}

impl Default for Fragments {
    fn default() -> Self {
        let hasher = RandomState::default();
        Self { pending: HashTable::new(), hasher, clean_at: FEW }
    }
}

impl Fragments {
    /// The datagram of `key` with this identification belongs to the flow in `slot`. `alive` tells
    /// which flows still are in their slots: entries of others are dropped from time to time.
    pub fn expect(
        &mut self,
        key: &FlowKey,
        id: u32,
        slot: u32,
        flow: FlowId,
        alive: impl Fn(u32, FlowId) -> bool,
    ) {
        self.finish(key, id);
        if self.pending.len() >= self.clean_at {
            self.pending.retain(|p| alive(p.slot, p.flow));
            self.clean_at = (self.pending.len() * 2).max(FEW);
        }
        let key = without_ports(key);
        let hasher = &self.hasher;
        let hash_of = |p: &Pending| hash(hasher, &p.key, p.id);
        self.pending.insert_unique(
            hash(hasher, &key, id),
            Pending { key, id, slot, flow },
            hash_of,
        );
    }

    /// The slot and number of the flow of a later fragment.
    pub fn find(&self, key: &FlowKey, id: u32) -> Option<(u32, FlowId)> {
        let key = without_ports(key);
        let hash = hash(&self.hasher, &key, id);
        self.pending.find(hash, |p| p.id == id && p.key == key).map(|p| (p.slot, p.flow))
    }

    /// The last fragment has come.
    pub fn finish(&mut self, key: &FlowKey, id: u32) {
        let key = without_ports(key);
        let hash = hash(&self.hasher, &key, id);
        if let Ok(entry) = self.pending.find_entry(hash, |p| p.id == id && p.key == key) {
            entry.remove();
        }
    }
}

fn without_ports(key: &FlowKey) -> FlowKey {
    FlowKey { src_port: 0, dst_port: 0, ..*key }
}

fn hash(state: &RandomState, key: &FlowKey, id: u32) -> u64 {
    let mut hasher = state.build_hasher();
    hasher.write_u128(u128::from_be_bytes(key.src));
    hasher.write_u128(u128::from_be_bytes(key.dst));
    hasher.write_u64(u64::from(id) << 32 | u64::from(key.vlan) << 8 | u64::from(key.proto));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::Fragments;
    use flowz_api::flow::FlowId;
    use flowz_api::key::FlowKey;

    fn key(ports: u16) -> FlowKey {
        FlowKey { src: [1; 16], dst: [2; 16], src_port: ports, ..FlowKey::default() }
    }

    #[test]
    fn later_fragments_find_their_flow_without_ports() {
        let mut fragments = Fragments::default();
        fragments.expect(&key(53), 7, 3, FlowId(9), |_, _| true);
        assert_eq!(fragments.find(&key(0), 7), Some((3, FlowId(9))));
        assert_eq!(fragments.find(&key(0), 8), None);
        fragments.finish(&key(0), 7);
        assert_eq!(fragments.find(&key(0), 7), None);
    }

    #[test]
    fn entries_of_dead_flows_do_not_pile_up() {
        let mut fragments = Fragments::default();
        for id in 0..100_000 {
            fragments.expect(&key(53), id, id, FlowId(id.into()), |slot, _| slot + 10 > id);
        }
        assert!(fragments.pending.len() <= 2 * super::FEW, "{}", fragments.pending.len());
    }
}
