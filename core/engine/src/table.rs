//! The flow table: one entry per biflow, one slot per direction.
//!
//! An entry leads to the half that was seen first; the other half gets its own slot when its first
//! packet comes and both are linked. Slots are reused, flow numbers are not. Keys are kept and compared
//! with their two ends in a canonical order, so both directions find the same entry, and one key serves
//! both.

use std::hash::{BuildHasher, Hasher};

use flowz_api::Checkpoint;
use flowz_api::checkpoint::{Checkpoint as _, LoadError, Reader, Writer, within};
use flowz_api::flow::{Flow, FlowId};
use flowz_api::host::Occupied;
use flowz_api::key::FlowKey;
use flowz_api::plugin::TimeoutId;
use flowz_api::slab::FlowIndex;
use flowz_prefetch::prefetch;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// The timeout of new flows: the first value registered.
const DEFAULT_TIMEOUT: TimeoutId = TimeoutId(0);

/// No slot.
pub const NIL: u32 = u32::MAX;

/// The engine's state of one direction; as long as a cache line.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub struct Slot {
    /// What plugins see.
    pub flow: Flow,
    /// Neighbour in the recency list towards the most recent flow.
    pub newer: u32,
    /// Neighbour towards the least recent flow.
    pub older: u32,
    /// The other direction, or [`NIL`].
    pub peer: u32,
    /// Identification of the datagram whose fragments are awaited.
    pub fragment_id: u32,
    /// IP identification of the previous packet.
    pub last_ip_id: u16,
    /// Which plugins want this flow's packets: number of an interest mask.
    pub interest: u16,
    /// After how long a silence the flow ends.
    pub timeout: TimeoutId,
    /// The half that was seen first: it has the entry and the key.
    leads: bool,
    /// Its source is the second end of the canonical key.
    swapped: bool,
    /// It has no peer, and its records are those of direction B all the same, as others of its number before.
    pub is_b: bool,
    /// Sequence number of the direction's latest SYN, where `core.TCP_REUSE` asks for it.
    pub opened: Option<u32>,
}

/// Where a packet's flow is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// Its direction has a slot.
    Flow(u32),
    /// Only the other direction has one.
    Peer(u32),
    /// Neither.
    Nothing,
}

/// A biflow in the table.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The half that leads.
    lead: u32,
    /// The hash of its key: a table that grows needs it of all entries, and keys are in no cache.
    hash: Hash,
}

/// What is kept of a key's hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Hash(u32);

impl Hash {
    /// As the table wants it: it takes places from the low bits and tags from the high ones.
    #[inline]
    fn wide(self) -> u64 {
        u64::from(self.0) << 32 | u64::from(self.0)
    }
}

/// All live flows.
#[derive(Debug)]
pub struct FlowTable {
    slots: Vec<Slot>,
    /// Canonical keys of the halves that lead.
    keys: Vec<FlowKey>,
    /// Slots that are free, by lane.
    free: Vec<Vec<u32>>,
    entries: HashTable<Entry>,
    /// Drawn for each run: who makes a capture cannot know keys with the same hash.
    hasher: RandomState,
    live: usize,
}

impl Default for FlowTable {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            keys: Vec::new(),
            free: vec![Vec::new()],
            entries: HashTable::new(),
            hasher: RandomState::default(),
            live: 0,
        }
    }
}

impl Slot {
    /// A flow that is in no list yet.
    pub fn new(flow: Flow, peer: u32) -> Self {
        Self {
            flow,
            newer: NIL,
            older: NIL,
            peer,
            fragment_id: 0,
            last_ip_id: 0,
            interest: 0,
            timeout: DEFAULT_TIMEOUT,
            leads: peer == NIL,
            swapped: false,
            is_b: false,
            opened: None,
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
    pub fn key(&self, at: u32) -> FlowKey {
        let Slot { leads, swapped, peer, .. } = self.slots[at as usize];
        let key = &self.keys[if leads { at } else { peer } as usize];
        if swapped { key.reversed() } else { *key }
    }

    /// Asks for the key and the peer of a flow that is needed soon; its slot is at hand. Yields the peer.
    #[inline]
    pub fn prefetch(&self, at: u32) -> u32 {
        let Slot { leads, peer, .. } = self.slots[at as usize];
        prefetch(&self.keys[if leads { at } else { peer } as usize]);
        if let Some(peer) = self.slots.get(peer as usize) {
            prefetch(peer);
        }
        peer
    }

    /// The flow in a slot and its peer, if there is one.
    #[inline]
    pub fn pair(&mut self, own: u32) -> (&mut Slot, Option<&mut Slot>) {
        let peer = self.slots[own as usize].peer;
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
        let (key, swapped) = canonical(key);
        let hash = hash(&self.hasher, &key);
        let same = |entry: &Entry| same(&self.keys[entry.lead as usize], &key);
        let entry = self.entries.find(hash.wide(), same);
        let Some(&Entry { lead, .. }) = entry else { return Found::Nothing };
        let slot = &self.slots[lead as usize];
        if slot.swapped == swapped {
            return Found::Flow(lead);
        }
        match slot.peer {
            NIL => Found::Peer(lead),
            own => Found::Flow(own),
        }
    }

    /// Puts a flow into a slot; linked to its peer, or with an entry of its own. The caller links
    /// it into the recency list.
    pub fn insert(&mut self, key: &FlowKey, flow: Flow, peer: Option<u32>) -> u32 {
        let (key, swapped) = canonical(key);
        let slot = Slot { swapped, ..Slot::new(flow, peer.unwrap_or(NIL)) };
        let at = self.place(slot);
        if let Some(peer) = peer {
            self.slots[peer as usize].peer = at;
        } else {
            self.keys[at as usize] = key;
            let hash = hash(&self.hasher, &key);
            self.entries.insert_unique(hash.wide(), Entry { lead: at, hash }, |e| e.hash.wide());
        }
        self.live += 1;
        at
    }

    /// Divides the slots among so many lanes, a power of two: slot and flow number of a flow have the same rest.
    /// For an empty table.
    pub fn divide(&mut self, lanes: usize) {
        self.free = vec![Vec::new(); lanes.next_power_of_two()];
    }

    /// The lane of a flow or slot of this number.
    #[inline]
    fn lane(&self, number: u64) -> usize {
        number as usize & (self.free.len() - 1)
    }

    fn place(&mut self, slot: Slot) -> u32 {
        let lane = self.lane(slot.flow.id.0);
        if let Some(at) = self.free[lane].pop() {
            self.slots[at as usize] = slot;
            return at;
        }
        // Slots of other lanes that are passed over are free from now on.
        while self.lane(self.slots.len() as u64) != lane {
            let at = self.slots.len();
            let other = self.lane(at as u64);
            self.free[other].push(at as u32);
            self.push(Slot::new(Flow::NONE, NIL));
        }
        self.push(slot);
        (self.slots.len() - 1) as u32
    }

    fn push(&mut self, slot: Slot) {
        self.slots.push(slot);
        self.keys.push(FlowKey::default());
    }

    /// Slots with flows in them, in their order.
    pub fn occupied(&self) -> Vec<Occupied> {
        let mut is_free = vec![false; self.slots.len()];
        for at in self.free.iter().flatten() {
            is_free[*at as usize] = true;
        }
        let all = (0..self.slots.len() as u32).zip(is_free).filter(|(_, is_free)| !is_free);
        all.map(|(at, _)| (FlowIndex(at), self.key(at).proto)).collect()
    }

    /// Writes all flows for the next run.
    pub fn save(&self, out: &mut Writer<'_>) {
        self.slots.save(out);
        self.keys.save(out);
        self.free.save(out);
        self.live.save(out);
    }

    /// Takes them over.
    pub fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        self.slots = Vec::load(from)?;
        self.keys = Vec::load(from)?;
        self.free = Vec::load(from)?;
        self.live = usize::load(from)?;
        let slots = self.slots.len();
        if self.keys.len() != slots
            || self.free.len() != 1
            || self.free[0].len() + self.live != slots
        {
            return Err(LoadError::Other("flows"));
        }
        let links = self.slots.iter().map(|slot| slot.peer).filter(|peer| *peer != NIL);
        for at in links.chain(self.free[0].iter().copied()) {
            within(at as usize, slots)?;
        }
        for (FlowIndex(at), _) in self.occupied() {
            if self.slots[at as usize].leads {
                let hash = hash(&self.hasher, &self.keys[at as usize]);
                self.entries
                    .insert_unique(hash.wide(), Entry { lead: at, hash }, |e| e.hash.wide());
            }
        }
        Ok(())
    }

    /// Forgets all flows.
    pub fn clear(&mut self) {
        self.slots.clear();
        self.keys.clear();
        self.free.iter_mut().for_each(Vec::clear);
        self.entries.clear();
        self.live = 0;
    }

    /// Forgets a flow and its peer.
    pub fn remove_pair(&mut self, at: u32) {
        let Slot { leads, peer, .. } = self.slots[at as usize];
        let lead = if leads { at } else { peer };
        let hash = hash(&self.hasher, &self.keys[lead as usize]);
        if let Ok(entry) = self.entries.find_entry(hash.wide(), |e| e.lead == lead) {
            entry.remove();
        }
        for slot in [at, peer] {
            if slot != NIL {
                // No flow has this number: whoever remembers the slot sees that its flow has gone.
                self.slots[slot as usize].flow.id = FlowId(0);
                let lane = self.lane(slot.into());
                self.free[lane].push(slot);
                self.live -= 1;
            }
        }
    }
}

/// A bit of [`FlowKey::stream`] in keys whose two ends are the same: hardware addresses tell that it is the other direction.
pub(crate) const REPLY: u16 = 0x8000;

/// The key with its ends in order, and whether they had to be exchanged. Both directions have the same.
///
/// Without branches: which direction a packet has cannot be foretold.
#[inline]
#[allow(clippy::needless_bitwise_bool, reason = "lazy operators are branches")]
pub(crate) fn canonical(key: &FlowKey) -> (FlowKey, bool) {
    let (src, dst) = (u128::from_le_bytes(key.src), u128::from_le_bytes(key.dst));
    let is_symmetric = (src == dst) & (key.src_port == key.dst_port);
    let is_reply = is_symmetric & (key.stream & REPLY != 0);
    let swapped = (src > dst) | ((src == dst) & (key.src_port > key.dst_port)) | is_reply;
    let exchange = (src ^ dst) & u128::from(swapped).wrapping_neg();
    let exchange_ports = (key.src_port ^ key.dst_port) & u16::from(swapped).wrapping_neg();
    let key = FlowKey {
        src: (src ^ exchange).to_le_bytes(),
        dst: (dst ^ exchange).to_le_bytes(),
        src_port: key.src_port ^ exchange_ports,
        dst_port: key.dst_port ^ exchange_ports,
        stream: key.stream & !(REPLY * u16::from(is_symmetric)),
        ..*key
    };
    (key, swapped)
}

/// Whether two keys are the same, compared word by word and without branches.
#[inline]
fn same(a: &FlowKey, b: &FlowKey) -> bool {
    let words = |k: &FlowKey| (u128::from_le_bytes(k.src), u128::from_le_bytes(k.dst), rest(k));
    let ((a0, a1, a2), (b0, b1, b2)) = (words(a), words(b));
    (a0 ^ b0) | (a1 ^ b1) | (a2 ^ b2) == 0
}

/// All of a key but its addresses, as one number.
#[inline]
fn rest(key: &FlowKey) -> u128 {
    let ports = u32::from(key.src_port) << 16 | u32::from(key.dst_port);
    let kind = u32::from(key.vlan) << 16 | u32::from(key.ethertype);
    let proto = u32::from(key.proto) << 8 | key.net as u32 | u32::from(key.stream) << 16;
    let high = u64::from(ports) << 32 | u64::from(kind);
    u128::from(high) << 64 | u128::from(u64::from(key.tag) << 32 | u64::from(proto))
}

/// The hash of a canonical key.
#[inline]
fn hash(state: &RandomState, key: &FlowKey) -> Hash {
    let ports = u64::from(key.src_port) << 48 | u64::from(key.dst_port) << 32;
    let rest = u64::from(key.vlan) << 16 | u64::from(key.proto) << 8 | key.net as u64;
    let mut hasher = state.build_hasher();
    hasher.write_u128(u128::from_le_bytes(key.src));
    hasher.write_u128(u128::from_le_bytes(key.dst));
    hasher.write_u64(ports | rest);
    if key.tag != 0 || key.stream != 0 {
        hasher.write_u64(u64::from(key.tag) << 16 | u64::from(key.stream));
    }
    let hash = hasher.finish();
    Hash((hash >> 32 ^ hash) as u32)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{FlowTable, Found};
    use flowz_api::flow::{Flow, FlowId};
    use flowz_api::key::FlowKey;
    use flowz_api::packet::Timestamp;
    use flowz_api::status::FlowStat;

    fn flow(id: u64) -> Flow {
        let (first, last) = (Timestamp(0), Timestamp(0));
        Flow { id: FlowId(id), first, last, status: FlowStat::empty() }
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
        assert_eq!(table.find(&key(1, 2).reversed()), Found::Peer(a));
        let b = table.insert(&key(1, 2).reversed(), flow(1), Some(a));
        assert_eq!(table.find(&key(1, 2).reversed()), Found::Flow(b));
        assert_eq!((table.slot(a).peer, table.slot(b).peer, table.live()), (b, a, 2));
        table.remove_pair(b);
        assert_eq!((table.find(&key(1, 2)), table.live()), (Found::Nothing, 0));
        assert!(table.insert(&key(3, 4), flow(2), None) <= b, "slots are reused");
        table.clear();
        assert_eq!((table.find(&key(3, 4)), table.live()), (Found::Nothing, 0));
    }

    /// Sources that begin with a number which the hash function's documentation shows: without a key that is drawn for
    /// each table, all of them have the same hash.
    #[test]
    fn nobody_knows_keys_with_the_same_hash() {
        const PUBLIC: u64 = 0x082e_fa98_ec4e_6c89;
        let hasher = FlowTable::default().hasher;
        let hashes = (0..1000_u64).map(|n| {
            let mut src = [0; 16];
            src[..8].copy_from_slice(&PUBLIC.to_le_bytes());
            src[8..].copy_from_slice(&n.to_le_bytes());
            super::hash(&hasher, &FlowKey { src, dst: [0xff; 16], ..FlowKey::default() }).0
        });
        assert!(hashes.collect::<HashSet<_>>().len() > 990);
    }

    #[test]
    fn a_slot_is_a_cache_line() {
        assert_eq!(size_of::<super::Slot>(), 64);
    }

    #[test]
    fn slots_are_in_the_lanes_of_their_flows() {
        let mut table = FlowTable::default();
        table.divide(3);
        for id in [2, 3, 4, 5, 6, 10, 14] {
            let at = table.insert(&key(id as u8, 99), flow(id), None);
            assert_eq!(u64::from(at) % 4, id % 4);
            let peer = table.insert(&key(id as u8, 99).reversed(), flow(id), Some(at));
            assert_eq!(u64::from(peer) % 4, id % 4);
        }
        let used = table.slots.len();
        let Found::Flow(at) = table.find(&key(6, 99)) else { panic!() };
        table.remove_pair(at);
        table.insert(&key(7, 99), flow(22), None);
        assert_eq!(table.slots.len(), used, "free slots of the lane are used first");
    }
}
