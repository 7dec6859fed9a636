//! Space-Saving (Metwally, Agrawal, El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", 2005): a
//! bounded number of counters, of which the smallest one is given to a key that has none.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// What is known of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Estimate<K> {
    /// The key.
    pub key: K,
    /// Not less than what was counted for it.
    pub count: u64,
    /// By how much the count may be too large, at most.
    pub error: u64,
}

/// So many counters.
#[derive(Clone, Debug)]
pub struct SpaceSaving<K> {
    capacity: usize,
    counters: HashMap<K, (u64, u64)>,
    by_count: BTreeSet<(u64, Reverse<K>)>,
    total: u64,
}

impl<K: Copy + Ord + Hash> SpaceSaving<K> {
    /// A number of counters; at least one.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            counters: HashMap::new(),
            by_count: BTreeSet::new(),
            total: 0,
        }
    }

    /// Counts `weight` for a key.
    pub fn add(&mut self, key: K, weight: u64) {
        self.total = self.total.saturating_add(weight);
        if let Some((count, _)) = self.counters.get_mut(&key) {
            self.by_count.remove(&(*count, Reverse(key)));
            *count = count.saturating_add(weight);
            self.by_count.insert((*count, Reverse(key)));
            return;
        }
        let mut least = 0;
        if self.counters.len() >= self.capacity
            && let Some((count, Reverse(loser))) = self.by_count.pop_first()
        {
            self.counters.remove(&loser);
            least = count;
        }
        let count = least.saturating_add(weight);
        self.counters.insert(key, (count, least));
        self.by_count.insert((count, Reverse(key)));
    }

    /// No count is too large by more than this; keys that have more are all there: the total divided by the counters.
    pub fn bound(&self) -> u64 {
        if self.counters.len() < self.capacity { 0 } else { self.total / self.capacity as u64 }
    }

    /// The `n` largest keys, the largest first, equal ones in the order of their keys.
    pub fn largest(&self, n: usize) -> Vec<Estimate<K>> {
        let largest = self.by_count.iter().rev().take(n);
        let estimate = |(count, Reverse(key)): &(u64, Reverse<K>)| Estimate {
            key: *key,
            count: *count,
            error: self.counters.get(key).map_or(0, |(_, error)| *error),
        };
        largest.map(estimate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::SpaceSaving;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn few_keys_are_exact() {
        let mut counters = SpaceSaving::new(3);
        for key in [1, 2, 1, 3, 1] {
            counters.add(key, 2);
        }
        let found: Vec<_> = counters.largest(2).iter().map(|e| (e.key, e.count, e.error)).collect();
        assert_eq!(found, [(1, 6, 0), (2, 2, 0)]);
    }

    proptest! {
        #[test]
        fn counts_are_within_the_bound(
            keys in prop::collection::vec((0_u8..40, 1_u64..100), 0..600), capacity in 1_usize..20
        ) {
            let (mut counters, mut exact) = (SpaceSaving::new(capacity), BTreeMap::<u8, u64>::new());
            for (key, weight) in keys {
                counters.add(key, weight);
                *exact.entry(key).or_default() += weight;
            }
            let found = counters.largest(capacity);
            let total: u64 = exact.values().sum();
            for estimate in &found {
                let count = exact[&estimate.key];
                prop_assert!(estimate.count >= count && estimate.count - estimate.error <= count);
                prop_assert!(estimate.error <= total / capacity as u64);
            }
            for (key, count) in exact {
                prop_assert!(count <= counters.bound() || found.iter().any(|e| e.key == key));
            }
        }
    }
}
