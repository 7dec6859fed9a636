//! A map whose oldest entry leaves when it is full.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};

/// A map with a limit. An entry is as old as its key: a new value does not make it younger.
#[derive(Debug)]
pub(crate) struct BoundedMap<K, V> {
    map: HashMap<K, V>,
    order: VecDeque<K>,
    limit: usize,
}

impl<K, V> BoundedMap<K, V> {
    /// Most bytes for each entry: room is doubled whenever it is full, and while it is, the old one is there too.
    pub(crate) const ENTRY: usize = 3 * (size_of::<(K, V)>() + 1) + 3 * size_of::<K>();
}

impl<K: Hash + Eq + Copy, V: Clone> BoundedMap<K, V> {
    /// An empty map for so many entries.
    pub(crate) fn new(limit: usize) -> Self {
        Self { map: HashMap::new(), order: VecDeque::new(), limit }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: K) -> Option<V> {
        self.map.get(&key).cloned()
    }

    /// Sets the value of a key.
    pub(crate) fn set(&mut self, key: K, value: V) {
        if self.map.insert(key, value).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.map.remove(&oldest);
        }
    }
}

/// Entries in the order of their age.
impl<K: Checkpoint + Hash + Eq + Copy, V: Checkpoint + Clone> Checkpoint for BoundedMap<K, V> {
    fn save(&self, out: &mut Writer<'_>) {
        self.limit.save(out);
        out.count(self.order.len());
        for key in &self.order {
            key.save(out);
            self.map.get(key).cloned().save(out);
        }
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let mut map = Self::new(usize::load(from)?);
        for (key, value) in Vec::<(K, Option<V>)>::load(from)? {
            if let Some(value) = value {
                map.set(key, value);
            }
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::BoundedMap;

    #[test]
    fn the_oldest_leaves() {
        let mut map = BoundedMap::new(2);
        for (key, value) in [(1, 10), (2, 20), (1, 11), (3, 30)] {
            map.set(key, value);
        }
        assert_eq!([1, 2, 3].map(|key| map.get(key)), [None, Some(20), Some(30)]);
    }
}
