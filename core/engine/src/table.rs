//! The flow table: one entry per biflow, one slot per direction.
//!
//! An entry leads to the half that was seen first; the other half gets its own slot when its first
//! packet comes and both are linked. Slots are reused, flow numbers are not. The hash covers the key
//! in a canonical order of its two ends, so both directions find the same entry.

use std::hash::{BuildHasher, Hasher};

use flowz_api::flow::{Flow, FlowId};
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// No slot.
pub const NIL: u32 = u32::MAX;

/// The engine's state of one direction; within one cache line.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// What plugins see.
    pub flow: Flow,
    /// Neighbour in the recency list towards the most recent flow.
    pub newer: u32,
    /// Neighbour towards the least recent flow.
    pub older: u32,
    /// The other direction, or [`NIL`].
    pub opposite: u32,
    /// Identification of the datagram whose fragments are awaited.
    pub fragment_id: u32,
    /// IP identification of the previous packet.
    pub last_ip_id: u16,
    /// Which plugins want this flow's packets: number of an interest mask.
    pub interest: u16,
}

/// Where a packet's flow is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// Its direction has a slot.
    Flow(u32),
    /// Only the opposite direction has one.
    Opposite(u32),
    /// Neither.
    Nothing,
}

/// All live flows.
#[derive(Debug)]
pub struct FlowTable {
    slots: Vec<Slot>,
    keys: Vec<FlowKey>,
    free: Vec<u32>,
    entries: HashTable<u32>,
    hasher: FixedState,
    live: usize,
}

impl Default for FlowTable {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            keys: Vec::new(),
            free: Vec::new(),
            entries: HashTable::new(),
            hasher: FixedState::with_seed(0),
            live: 0,
        }
    }
}

impl FlowTable {
    /// Number of live flows (directions).
    pub fn live(&self) -> usize {
        self.live
    }

    /// A slot in use.
    #[inline]
    pub fn slot(&self, at: u32) -> &Slot {
        &self.slots[at as usize]
    }

    /// A slot in use.
    #[inline]
    pub fn slot_mut(&mut self, at: u32) -> &mut Slot {
        &mut self.slots[at as usize]
    }

    /// All slots, for the recency list.
    #[inline]
    pub fn slots_mut(&mut self) -> &mut [Slot] {
        &mut self.slots
    }

    /// The key of the flow in a slot.
    #[inline]
    pub fn key(&self, at: u32) -> &FlowKey {
        &self.keys[at as usize]
    }

    /// The flow in a slot and its opposite, if there is one.
    #[inline]
    pub fn pair(&mut self, own: u32) -> (&mut Slot, Option<&mut Slot>) {
        let peer = self.slots[own as usize].opposite;
        if peer == NIL {
            return (&mut self.slots[own as usize], None);
        }
        match self.slots.get_disjoint_mut([own as usize, peer as usize]) {
            Ok([own, peer]) => (own, Some(peer)),
            Err(_) => unreachable!("the halves of a biflow have two slots in use"),
        }
    }

    /// Looks for the flow of a key.
    #[inline]
    pub fn find(&self, key: &FlowKey) -> Found {
        let hash = hash(&self.hasher, key);
        let lead = self.entries.find(hash, |&at| same_biflow(&self.keys[at as usize], key));
        let Some(&lead) = lead else { return Found::Nothing };
        if self.keys[lead as usize] == *key {
            return Found::Flow(lead);
        }
        match self.slots[lead as usize].opposite {
            NIL => Found::Opposite(lead),
            own => Found::Flow(own),
        }
    }

    /// Puts a flow into a slot; linked to its opposite, or with an entry of its own. The caller links
    /// it into the recency list.
    pub fn insert(&mut self, key: &FlowKey, flow: Flow, opposite: Option<u32>) -> u32 {
        let slot = Slot {
            flow,
            newer: NIL,
            older: NIL,
            opposite: opposite.unwrap_or(NIL),
            fragment_id: 0,
            last_ip_id: 0,
            interest: 0,
        };
        let at = self.place(slot, key);
        if let Some(peer) = opposite {
            self.slots[peer as usize].opposite = at;
        } else {
            let (keys, hasher) = (&self.keys, &self.hasher);
            let rehash = |&at: &u32| hash(hasher, &keys[at as usize]);
            self.entries.insert_unique(hash(hasher, key), at, rehash);
        }
        self.live += 1;
        at
    }

    fn place(&mut self, slot: Slot, key: &FlowKey) -> u32 {
        if let Some(at) = self.free.pop() {
            self.slots[at as usize] = slot;
            self.keys[at as usize] = *key;
            return at;
        }
        self.slots.push(slot);
        self.keys.push(*key);
        (self.slots.len() - 1) as u32
    }

    /// Forgets a flow and its opposite.
    pub fn remove_pair(&mut self, at: u32) {
        let key = self.keys[at as usize];
        let hash = hash(&self.hasher, &key);
        let keys = &self.keys;
        let entry = self.entries.find_entry(hash, |&e| same_biflow(&keys[e as usize], &key));
        if let Ok(entry) = entry {
            entry.remove();
        }
        let peer = self.slots[at as usize].opposite;
        for slot in [at, peer] {
            if slot != NIL {
                // No flow has this number: whoever remembers the slot sees that its flow has gone.
                self.slots[slot as usize].flow.id = FlowId(0);
                self.free.push(slot);
                self.live -= 1;
            }
        }
    }
}

/// Whether two keys are the same or each other's reverse.
#[inline]
fn same_biflow(known: &FlowKey, key: &FlowKey) -> bool {
    let rest = known.proto == key.proto
        && known.net == key.net
        && known.vlan == key.vlan
        && known.ethertype == key.ethertype
        && known.stream == key.stream
        && known.tag == key.tag;
    let same = known.src_port == key.src_port
        && known.dst_port == key.dst_port
        && known.src == key.src
        && known.dst == key.dst;
    let reversed = known.src_port == key.dst_port
        && known.dst_port == key.src_port
        && known.src == key.dst
        && known.dst == key.src;
    rest && (same || reversed)
}

/// A hash that is the same for both directions.
#[inline]
fn hash(state: &FixedState, key: &FlowKey) -> u64 {
    let src = (u128::from_be_bytes(key.src), key.src_port);
    let dst = (u128::from_be_bytes(key.dst), key.dst_port);
    let (low, high) = if src <= dst { (src, dst) } else { (dst, src) };
    let net = match key.net {
        Net::Layer2 => 0,
        Net::V4 => 1,
        Net::V6 => 2,
    };
    let ports = u64::from(low.1) << 48 | u64::from(high.1) << 32;
    let rest = u64::from(key.vlan) << 16 | u64::from(key.proto) << 8 | net;
    let mut hasher = state.build_hasher();
    hasher.write_u128(low.0);
    hasher.write_u128(high.0);
    hasher.write_u64(ports | rest);
    if key.tag != 0 || key.stream != 0 {
        hasher.write_u64(u64::from(key.tag) << 16 | u64::from(key.stream));
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{FlowTable, Found};
    use flowz_api::flow::{Flow, FlowId};
    use flowz_api::key::FlowKey;
    use flowz_api::packet::Timestamp;
    use flowz_api::plugin::TimeoutId;
    use flowz_api::status::FlowStat;

    fn flow(id: u64) -> Flow {
        let (first, last) = (Timestamp(0), Timestamp(0));
        Flow { id: FlowId(id), first, last, status: FlowStat::empty(), timeout: TimeoutId(0) }
    }

    fn key(src: u8, dst: u8) -> FlowKey {
        FlowKey { src: [src; 16], dst: [dst; 16], src_port: 1, dst_port: 2, ..FlowKey::default() }
    }

    #[test]
    fn both_directions_share_an_entry() {
        let mut table = FlowTable::default();
        assert_eq!(table.find(&key(1, 2)), Found::Nothing);
        let a = table.insert(&key(1, 2), flow(1), None);
        assert_eq!(table.find(&key(1, 2)), Found::Flow(a));
        assert_eq!(table.find(&key(1, 2).reversed()), Found::Opposite(a));
        let b = table.insert(&key(1, 2).reversed(), flow(1), Some(a));
        assert_eq!(table.find(&key(1, 2).reversed()), Found::Flow(b));
        assert_eq!((table.slot(a).opposite, table.slot(b).opposite, table.live()), (b, a, 2));
        table.remove_pair(b);
        assert_eq!((table.find(&key(1, 2)), table.live()), (Found::Nothing, 0));
        assert!(table.insert(&key(3, 4), flow(2), None) <= b, "slots are reused");
    }

    #[test]
    fn a_slot_fits_in_a_cache_line() {
        assert!(size_of::<super::Slot>() <= 64);
    }
}
