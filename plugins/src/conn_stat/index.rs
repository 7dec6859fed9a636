//! Things that are known by a key, each at a place that stays the same as long as it is there.
//!
//! Who has the place needs no look-up any more; a look-up is needed to come in and to go.

use std::hash::{BuildHasher, Hash};

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer, within};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Most things in one index.
pub(crate) const LIMIT: usize = 1 << 22;

/// Things by key.
#[derive(Debug)]
pub(crate) struct Index<K, V> {
    places: HashTable<u32>,
    entries: Vec<(K, V)>,
    /// Places that are free, the one to be taken next last.
    free: Vec<u32>,
    hasher: RandomState,
    /// Most things.
    limit: usize,
    /// A new thing begins with what the one that had its place before left.
    stale: bool,
}

impl<K, V> Index<K, V> {
    /// Most bytes for each thing: room in lists and in the table is doubled whenever it is full.
    pub(crate) const BYTES: usize = 2 * (size_of::<(K, V)>() + 2 * size_of::<u32>() + 1);
}

/// With the free places, which the next things get.
impl<K: Checkpoint + Hash + Eq + Copy, V: Checkpoint> Checkpoint for Index<K, V> {
    fn save(&self, out: &mut Writer<'_>) {
        self.entries.save(out);
        self.free.save(out);
        (self.limit, self.stale).save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let (entries, free) = <(Vec<(K, V)>, Vec<u32>)>::load(from)?;
        let (limit, stale) = <(usize, bool)>::load(from)?;
        let mut is_free = vec![false; entries.len()];
        for at in &free {
            is_free[within(*at as usize, entries.len())?] = true;
        }
        let (mut places, hasher) = (HashTable::new(), RandomState::default());
        let hash = |at: &u32| hasher.hash_one(entries[*at as usize].0);
        for (at, _) in (0..).zip(is_free).filter(|(_, is_free)| !is_free) {
            places.insert_unique(hash(&at), at, hash);
        }
        Ok(Self { places, entries, free, hasher, limit, stale })
    }
}

impl<K: Hash + Eq + Copy, V: Default> Index<K, V> {
    /// Nothing yet, and never more than so many things.
    pub(crate) fn new(stale: bool, limit: usize) -> Self {
        Self {
            places: HashTable::new(),
            entries: Vec::new(),
            free: Vec::new(),
            hasher: RandomState::default(),
            limit,
            stale,
        }
    }

    fn look(&self, key: K, hash: u64) -> Option<u32> {
        self.places.find(hash, |at| self.entries[*at as usize].0 == key).copied()
    }

    /// The place of what has this key.
    pub(crate) fn find(&self, key: K) -> Option<u32> {
        self.look(key, self.hasher.hash_one(key))
    }

    /// The place of what has this key, and whether it is new there. None if there is no room for it.
    pub(crate) fn enter(&mut self, key: K) -> Option<(u32, bool)> {
        let hash = self.hasher.hash_one(key);
        if let Some(at) = self.look(key, hash) {
            return Some((at, false));
        }
        let at = self.place(key)?;
        let (entries, hasher) = (&self.entries, &self.hasher);
        self.places.insert_unique(hash, at, |at| hasher.hash_one(entries[*at as usize].0));
        Some((at, true))
    }

    fn place(&mut self, key: K) -> Option<u32> {
        if let Some(at) = self.free.pop() {
            let entry = &mut self.entries[at as usize];
            entry.0 = key;
            if !self.stale {
                entry.1 = V::default();
            }
            return Some(at);
        }
        let at = self.entries.len();
        if at >= self.limit {
            return None;
        }
        self.entries.push((key, V::default()));
        Some(at as u32)
    }

    /// What is at a place.
    #[inline]
    pub(crate) fn get(&self, at: u32) -> &V {
        &self.entries[at as usize].1
    }

    /// What is at a place.
    #[inline]
    pub(crate) fn get_mut(&mut self, at: u32) -> &mut V {
        &mut self.entries[at as usize].1
    }

    /// Takes out what is at a place.
    pub(crate) fn leave(&mut self, at: u32) {
        let hash = self.hasher.hash_one(self.entries[at as usize].0);
        if let Ok(entry) = self.places.find_entry(hash, |other| *other == at) {
            entry.remove();
            self.free.push(at);
        }
    }
}
