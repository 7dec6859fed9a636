//! A map of limited size, which forgets what it has had for longest.

use std::collections::VecDeque;
use std::hash::Hash;

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

/// The map.
#[derive(Debug)]
pub(crate) struct Bounded<K, V> {
    entries: HashMap<K, V, RandomState>,
    /// Keys in the order in which they came first.
    order: VecDeque<K>,
    most: usize,
}

impl<K: Hash + Eq + Copy, V> Bounded<K, V> {
    /// For so many entries.
    pub(crate) fn new(most: usize) -> Self {
        Self { entries: HashMap::default(), order: VecDeque::new(), most: most.max(1) }
    }

    /// An entry, if it is there.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    /// An entry, which is made if it is not there.
    pub(crate) fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        if !self.entries.contains_key(&key) {
            if self.order.len() >= self.most
                && let Some(oldest) = self.order.pop_front()
            {
                self.entries.remove(&oldest);
            }
            self.order.push_back(key);
        }
        self.entries.entry(key).or_default()
    }
}

/// Entries in the order of their age.
impl<K: Checkpoint + Hash + Eq + Copy, V: Checkpoint> Checkpoint for Bounded<K, V> {
    fn save(&self, out: &mut Writer<'_>) {
        self.most.save(out);
        out.count(self.order.len());
        for key in &self.order {
            key.save(out);
            let entry = self.entries.get(key);
            entry.is_some().save(out);
            if let Some(entry) = entry {
                entry.save(out);
            }
        }
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let mut map = Self::new(usize::load(from)?);
        for (key, entry) in Vec::<(K, Option<V>)>::load(from)? {
            map.order.push_back(key);
            if let Some(entry) = entry {
                map.entries.insert(key, entry);
            }
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::Bounded;

    #[test]
    fn the_oldest_leaves() {
        let mut map = Bounded::new(2);
        for (key, value) in [(1, 10), (2, 20), (1, 11), (3, 30)] {
            *map.entry(key) = value;
        }
        assert_eq!([1, 2, 3].map(|key| map.get(&key).copied()), [None, Some(20), Some(30)]);
        assert_eq!((map.entries.len(), map.order.len()), (2, 2));
    }
}
