//! Which flow later fragments belong to: they carry no ports, only the identification of their
//! datagram.

use std::hash::{BuildHasher, Hasher};

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Fewer entries than this are never cleaned up.
const FEW: usize = 1024;

/// A datagram of which fragments are awaited, and the flow that its first fragment formed.
#[derive(Clone, Copy, Debug, flowz_api::Checkpoint)]
struct Pending {
    key: FlowKey,
    id: u32,
    slot: u32,
    flow: FlowId,
}

/// Most bytes of the table for each entry: at the moment of growing, what was there lies beside twice as much room.
const ENTRY: usize = 3 * (size_of::<Pending>() + 1);

/// Datagrams whose last fragment has not come.
#[derive(Debug)]
pub struct Fragments {
    pending: HashTable<Pending>,
    /// Those that are older than all of `pending`, if memory is limited.
    older: HashTable<Pending>,
    hasher: RandomState,
    clean_at: usize,
    /// Most entries of each table.
    most: usize,
}

impl Default for Fragments {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Fragments {
    /// Nothing is awaited. With a limit in bytes the datagrams that were announced last are kept, at least half of
    /// those that fit; later fragments of the others have no flow.
    pub fn new(limit: Option<u64>) -> Self {
        let most = limit
            .map_or(usize::MAX, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX) / (2 * ENTRY));
        Self {
            pending: HashTable::new(),
            older: HashTable::new(),
            hasher: RandomState::default(),
            clean_at: FEW,
            most: most.max(1),
        }
    }

    /// Writes what is awaited for the next run, in the order of the datagrams' keys.
    pub fn save(&self, out: &mut Writer<'_>) {
        for table in [&self.pending, &self.older] {
            let mut all: Vec<_> = table.iter().collect();
            all.sort_by_key(|p| (p.flow, p.slot, p.id, p.key.src, p.key.dst));
            out.count(all.len());
            for pending in all {
                pending.save(out);
            }
        }
        self.clean_at.save(out);
    }

    /// Takes it over.
    pub fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        let hasher = &self.hasher;
        let hash_of = |p: &Pending| hash(hasher, &p.key, p.id);
        for table in [&mut self.pending, &mut self.older] {
            for pending in Vec::<Pending>::load(from)? {
                table.insert_unique(hash_of(&pending), pending, hash_of);
            }
        }
        self.clean_at = usize::load(from)?;
        Ok(())
    }

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
        if self.pending.len() >= self.most {
            self.older = std::mem::take(&mut self.pending);
            self.clean_at = FEW;
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
        let is_it = |p: &Pending| p.id == id && p.key == key;
        let found = self.pending.find(hash, is_it).or_else(|| self.older.find(hash, is_it));
        found.map(|p| (p.slot, p.flow))
    }

    /// The last fragment has come.
    pub fn finish(&mut self, key: &FlowKey, id: u32) {
        let key = without_ports(key);
        let hash = hash(&self.hasher, &key, id);
        for table in [&mut self.pending, &mut self.older] {
            if let Ok(entry) = table.find_entry(hash, |p| p.id == id && p.key == key) {
                entry.remove();
            }
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
    fn with_a_limit_the_oldest_are_forgotten() {
        const MOST: u32 = 50;
        let mut fragments = Fragments::new(Some(u64::from(MOST) * 2 * super::ENTRY as u64));
        for id in 0..1000 {
            fragments.expect(&key(53), id, 3, FlowId(9), |_, _| true);
            let known = |id: u32| fragments.find(&key(0), id).is_some();
            assert!((id.saturating_sub(MOST - 1)..=id).all(known), "{id}");
            assert_eq!(known(id.saturating_sub(2 * MOST)), id < 2 * MOST, "{id}");
        }
        fragments.finish(&key(0), 945);
        assert_eq!(fragments.find(&key(0), 945), None);
        assert!(fragments.pending.len() + fragments.older.len() <= 2 * MOST as usize);
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
