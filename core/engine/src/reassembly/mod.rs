//! Reassembly of fragmented datagrams, for plugins that need whole payloads (`core.REASSEMBLE`).
//!
//! Off by default: fragments are counted packet by packet in any case, and their flow is found by
//! [`Fragments`](crate::fragments::Fragments). What is added here is that the packet that completes a
//! datagram shows the hooks all of it.
//!
//! **Memory** of all buffers and slots together stays below a limit; when there is no room, the datagram
//! that began first is given up. **Time** is that of the packets; a datagram is given up some time after
//! its first fragment came. **Overlaps** of IPv4 follow a policy; in IPv6 they end the datagram (RFC 5722),
//! exact duplicates excepted (RFC 8200, section 4.5). A datagram that contradicts itself (bytes behind its
//! end, two ends) is given up too. What is left of a datagram given up for its contents is dropped until
//! its time is over, so that it cannot begin again in the middle.

mod counts;
mod datagram;
mod fragment;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use counts::{Counts, Fate, Outcome};
pub use datagram::Policy;

use std::hash::{BuildHasher, Hasher};

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer, within};
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{NANOS, Packet, Timestamp};
use flowz_api::plugin::Datagram as Whole;
use flowz_api::settings::CoreToggles;
use flowz_api::status::FlowStat;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use datagram::{Datagram, Overlap};
use fragment::{Fragment, Key};

/// No slot.
const NIL: u32 = u32::MAX;
/// The least memory.
const LEAST: usize = 1 << 18;
/// Slots that are made at once, at least.
const FEW: usize = 64;
/// Memory of a slot: itself, its entry in the hash table, its place in a list of free ones.
const SLOT: usize = size_of::<Slot>() + 16;

/// What is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of memory.
    pub memory: usize,
    /// Nanoseconds from the first fragment that came to the last one.
    pub timeout: i64,
    /// What counts where fragments of IPv4 overlap.
    pub policy: Policy,
}

/// A datagram that is not complete.
#[derive(Clone, Debug, Default, flowz_api::Checkpoint)]
struct Slot {
    key: Key,
    begun: Timestamp,
    /// Kind of its first header, once the first fragment is there.
    proto: u8,
    /// Given up for its contents: further fragments are dropped.
    dead: bool,
    newer: u32,
    older: u32,
    datagram: Datagram,
}

/// Datagrams whose fragments come.
#[derive(Debug)]
pub struct Reassembly {
    limits: Limits,
    slots: Vec<Slot>,
    entries: HashTable<u32>,
    hasher: RandomState,
    oldest: u32,
    newest: u32,
    /// Free slots that have buffers, and those that have none.
    warm: Vec<u32>,
    bare: Vec<u32>,
    /// Memory in use.
    used: usize,
    /// The datagram that was completed last.
    done: Vec<u8>,
    counts: Counts,
}

impl Reassembly {
    /// As the engine's toggles say, with no more than `most` bytes of memory, but with room for some datagrams of any length;
    /// `None` if it is off.
    pub fn from_toggles(core: &CoreToggles, most: Option<usize>) -> Option<Self> {
        core.reassemble.then(|| {
            Self::new(Limits {
                memory: ((core.reassemble_mem as usize) << 20)
                    .min(most.unwrap_or(usize::MAX).max(LEAST)),
                timeout: i64::from(core.reassemble_timeout) * NANOS,
                policy: Policy::numbered(core.reassemble_policy),
            })
        })
    }

    /// An empty one.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            slots: Vec::new(),
            entries: HashTable::new(),
            hasher: RandomState::default(),
            oldest: NIL,
            newest: NIL,
            warm: Vec::new(),
            bare: Vec::new(),
            used: 0,
            done: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Writes what is not complete for the next run.
    pub fn save(&self, out: &mut Writer<'_>) {
        self.slots.save(out);
        (self.oldest, self.newest, self.used).save(out);
        self.warm.save(out);
        self.bare.save(out);
        self.counts.save(out);
    }

    /// Takes it over.
    pub fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        self.slots = Vec::load(from)?;
        (self.oldest, self.newest, self.used) = Checkpoint::load(from)?;
        (self.warm, self.bare, self.counts) = Checkpoint::load(from)?;
        let slots = &self.slots;
        let mut is_free = vec![false; slots.len()];
        for at in self.warm.iter().chain(&self.bare) {
            is_free[within(*at as usize, slots.len())?] = true;
        }
        let rehash = |at: &u32| hash(&self.hasher, &slots[*at as usize].key);
        for (at, is_free) in (0..).zip(is_free) {
            if !is_free {
                self.entries.insert_unique(hash(&self.hasher, &slots[at as usize].key), at, rehash);
            }
        }
        Ok(())
    }

    /// Most bytes of memory.
    pub fn most(&self) -> usize {
        self.limits.memory
    }

    /// Memory in use, in bytes; never more than the limit.
    pub fn memory(&self) -> usize {
        self.used
    }

    /// Looks at a packet; yields the datagram that it completes. Marks the packet if its fragment cannot
    /// be right.
    pub fn packet(&mut self, packet: &Packet<'_>, layers: &mut Layers) -> Option<Whole<'_>> {
        if !layers.is_fragment() || layers.is_layer2() {
            return None;
        }
        self.expire(packet.ts);
        let (fate, odd, whole) = self.take(packet, layers);
        self.counts.fates[fate as usize] += 1;
        debug_assert!(self.used <= self.limits.memory, "{} bytes are in use", self.used);
        if odd {
            layers.status |= FlowStat::FRAGMENT_ERROR;
        }
        let (net, proto) = whole?;
        let (proto, bytes) = fragment::layer4(net, proto, &self.done);
        Some(Whole { proto, bytes })
    }

    /// The input is over at `now`: all that is not complete ends. Yields the counters.
    pub fn finish(&mut self, now: Timestamp) -> Counts {
        self.expire(now);
        while self.oldest != NIL {
            self.end(self.oldest, Outcome::Unfinished);
        }
        self.counts
    }

    /// What becomes of a fragment, whether it is odd, and which datagram it completes.
    fn take(&mut self, packet: &Packet<'_>, layers: &Layers) -> (Fate, bool, Option<(Net, u8)>) {
        let Some(part) = Fragment::from_packet(packet.data, layers) else {
            return (Fate::Cut, false, None);
        };
        if part.is_too_long() {
            return (Fate::TooLong, true, None);
        }
        if part.has_bad_length() {
            return (Fate::BadLength, true, None);
        }
        if part.bytes.len() < part.len {
            return (Fate::Cut, false, None);
        }
        let at = self.find(&part.key).unwrap_or_else(|| self.begin(part.key, packet.ts));
        if self.slots[at as usize].dead {
            return (Fate::Late, false, None);
        }
        self.add(at, &part)
    }

    fn add(&mut self, at: u32, part: &Fragment<'_>) -> (Fate, bool, Option<(Net, u8)>) {
        let slot = &mut self.slots[at as usize];
        let v6 = part.key.net == Net::V6;
        let overlap = slot.datagram.overlap(part.start, part.bytes);
        if !slot.datagram.ends(part.end(), part.last) {
            self.kill(at, Outcome::Contradiction);
            return (Fate::Refused, true, None);
        }
        match overlap {
            Overlap::None => {}
            Overlap::Duplicate => return (Fate::Duplicate, false, None),
            Overlap::Same | Overlap::Different if v6 => {
                self.kill(at, Outcome::Overlap);
                return (Fate::Refused, true, None);
            }
            Overlap::Same => self.counts.overlapping += 1,
            Overlap::Different => self.counts.conflicting += 1,
        }
        let growth = slot.datagram.growth(part.end());
        self.make_room(growth, at);
        let slot = &mut self.slots[at as usize];
        let before = slot.datagram.memory();
        slot.datagram.reserve(part.end());
        self.used += slot.datagram.memory() - before;
        slot.datagram.put(part.start, part.bytes, self.limits.policy);
        if part.start == 0 {
            slot.proto = part.proto;
        }
        let odd = overlap != Overlap::None;
        if !slot.datagram.is_complete() {
            return (Fate::Used, odd, None);
        }
        let proto = slot.proto;
        slot.datagram.take(&mut self.done);
        self.end(at, Outcome::Completed);
        (Fate::Used, odd, Some((part.key.net, proto)))
    }

    fn find(&self, key: &Key) -> Option<u32> {
        let hash = hash(&self.hasher, key);
        self.entries.find(hash, |&at| self.slots[at as usize].key == *key).copied()
    }

    /// A new datagram is the newest one.
    fn begin(&mut self, key: Key, now: Timestamp) -> u32 {
        self.counts.begun += 1;
        let free = self.warm.pop().or_else(|| self.bare.pop());
        let at = free.unwrap_or_else(|| self.another_slot());
        let slot = &mut self.slots[at as usize];
        (slot.key, slot.begun, slot.proto, slot.dead) = (key, now, 0, false);
        (slot.older, slot.newer) = (self.newest, NIL);
        match self.newest {
            NIL => self.oldest = at,
            before => self.slots[before as usize].newer = at,
        }
        self.newest = at;
        let (slots, hasher) = (&self.slots, &self.hasher);
        let rehash = |&at: &u32| hash(hasher, &slots[at as usize].key);
        self.entries.insert_unique(hash(hasher, &key), at, rehash);
        at
    }

    /// A slot where none is free: a new one, or that of the oldest datagram.
    fn another_slot(&mut self) -> u32 {
        if self.slots.len() == self.slots.capacity() {
            let more = (self.slots.len() / 4).max(FEW);
            let slots = (self.slots.len() + more) * SLOT;
            // At most half of the memory, so that a datagram of any length finds room.
            if slots > self.limits.memory / 2 && self.oldest != NIL {
                self.end(self.oldest, Outcome::NoMemory);
                return self.warm.pop().unwrap_or_default();
            }
            self.make_room(more * SLOT, NIL);
            self.slots.reserve_exact(more);
            self.used += more * SLOT;
        }
        self.slots.push(Slot::default());
        (self.slots.len() - 1) as u32
    }

    /// Gives up what began long ago.
    fn expire(&mut self, now: Timestamp) {
        while self.oldest != NIL
            && now - self.slots[self.oldest as usize].begun >= self.limits.timeout
        {
            self.end(self.oldest, Outcome::TimedOut);
        }
    }

    /// Releases memory until so many bytes more fit: buffers that wait for use first, then those of the
    /// oldest datagrams other than `keep`.
    fn make_room(&mut self, bytes: usize, keep: u32) {
        while self.used + bytes > self.limits.memory {
            if let Some(at) = self.warm.pop() {
                self.strip(at);
                self.bare.push(at);
                continue;
            }
            if self.done.capacity() > 0 {
                self.used -= self.done.capacity();
                self.done = Vec::new();
                continue;
            }
            let oldest = self.oldest;
            if oldest == NIL {
                return;
            }
            let at = if oldest == keep { self.slots[keep as usize].newer } else { oldest };
            if at == NIL {
                return;
            }
            self.end(at, Outcome::NoMemory);
        }
    }

    /// Takes the buffers of a slot away.
    fn strip(&mut self, at: u32) {
        let slot = &mut self.slots[at as usize];
        self.used -= slot.datagram.memory();
        slot.datagram = Datagram::default();
    }

    /// Gives a datagram up for its contents.
    fn kill(&mut self, at: u32, why: Outcome) {
        self.counts.outcomes[why as usize] += 1;
        self.slots[at as usize].dead = true;
        self.strip(at);
    }

    /// A datagram leaves; if it was given up before, that was counted then.
    fn end(&mut self, at: u32, why: Outcome) {
        let slot = &mut self.slots[at as usize];
        if !slot.dead {
            self.counts.outcomes[why as usize] += 1;
        }
        slot.datagram.clear();
        let (key, older, newer) = (slot.key, slot.older, slot.newer);
        let hash = hash(&self.hasher, &key);
        if let Ok(entry) = self.entries.find_entry(hash, |&e| e == at) {
            entry.remove();
        }
        match older {
            NIL => self.oldest = newer,
            older => self.slots[older as usize].newer = newer,
        }
        match newer {
            NIL => self.newest = older,
            newer => self.slots[newer as usize].older = older,
        }
        self.warm.push(at);
    }
}

fn hash(state: &RandomState, key: &Key) -> u64 {
    let mut hasher = state.build_hasher();
    hasher.write_u128(u128::from_be_bytes(key.src));
    hasher.write_u128(u128::from_be_bytes(key.dst));
    hasher.write_u64(u64::from(key.id) << 32 | u64::from(key.vlan) << 8 | u64::from(key.proto));
    hasher.finish()
}
