//! The largest of many: counted one by one, or in a bounded number of counters with a known error.

mod count_min;
mod space_saving;

use std::collections::HashMap;
use std::hash::Hash;

pub use count_min::{Bytes, CountMin, Size};
pub use space_saving::{Estimate, SpaceSaving};

use crate::pairs::{By, Totals};

/// Totals of each key. Memory grows with the keys.
#[derive(Clone, Debug)]
pub struct Exact<K> {
    totals: HashMap<K, Totals>,
}

impl<K: Copy + Ord + Hash> Default for Exact<K> {
    fn default() -> Self {
        Self { totals: HashMap::new() }
    }
}

impl<K: Copy + Ord + Hash> Exact<K> {
    /// Counts for a key.
    pub fn add(&mut self, key: K, totals: Totals) {
        *self.totals.entry(key).or_default() += totals;
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.totals.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.totals.is_empty()
    }

    /// The `n` largest keys, the largest first, equal ones in the order of their keys.
    pub fn largest(&self, n: usize, by: By) -> Vec<(K, Totals)> {
        #[expect(clippy::iter_over_hash_type, reason = "sorted below")]
        let mut all = {
            let mut all = Vec::with_capacity(self.totals.len());
            for (key, totals) in &self.totals {
                all.push((*key, *totals));
            }
            all
        };
        let order =
            |a: &(K, Totals), b: &(K, Totals)| by.of(&b.1).cmp(&by.of(&a.1)).then(a.0.cmp(&b.0));
        if n < all.len() && n > 0 {
            all.select_nth_unstable_by(n - 1, order);
        }
        all.truncate(n);
        all.sort_unstable_by(order);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{By, Exact, Totals};

    #[test]
    fn largest_first_then_by_key() {
        let mut exact = Exact::default();
        for (key, packets, bytes) in [(3, 5, 10), (1, 5, 20), (2, 9, 1), (3, 0, 5)] {
            exact.add(key, Totals { flows: 1, packets, bytes });
        }
        let keys = |n, by| exact.largest(n, by).iter().map(|(key, _)| *key).collect::<Vec<_>>();
        assert_eq!(keys(9, By::Packets), [2, 1, 3]);
        assert_eq!(keys(2, By::Bytes), [1, 3]);
        assert_eq!(keys(1, By::Flows), [3]);
        assert!(keys(0, By::Flows).is_empty());
        assert_eq!(exact.len(), 3);
    }
}
