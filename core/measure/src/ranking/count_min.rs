//! Count-Min (Cormode, Muthukrishnan, "An Improved Data Stream Summary: The Count-Min Sketch and its Applications", 2005) with conservative
//! update (Estan, Varghese, "New Directions in Traffic Measurement and Accounting", 2002): rows of counters, in each of which a key has one,
//! and the largest keys in order.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::hash::{Hash, Hasher};

use siphasher::sip::SipHasher24;

use super::Estimate;

/// What is hashed of a key: the same bytes on all machines.
pub trait Bytes {
    /// Those bytes.
    fn bytes(&self) -> impl AsRef<[u8]>;
}

/// How many counters there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Counters of a row, at least one.
    pub width: usize,
    /// Rows, at least one.
    pub depth: usize,
}

impl Size {
    /// A count is too large by more than this part of the total only by chance: e divided by the width.
    pub fn epsilon(self) -> f64 {
        std::f64::consts::E / self.width.max(1) as f64
    }

    /// That chance, at most: e to the power of minus the number of rows.
    pub fn delta(self) -> f64 {
        (-(self.depth.max(1) as f64)).exp()
    }
}

/// Rows of counters, and the largest keys.
///
/// Each row has a hash of its own, SipHash-2-4 with a key that is written here: the same packets make the same table. Whoever knows the keys can
/// choose addresses that meet in all rows, and so make counts too large beyond the bound of chance; none becomes too small, and
/// [`Estimate::error`] still holds.
#[derive(Clone, Debug)]
pub struct CountMin<K> {
    size: Size,
    counters: Vec<u64>,
    /// Room for the places of a key's counters.
    places: Vec<usize>,
    /// Keys that are in the table: their counts, and what was counted since they are there.
    largest: HashMap<K, (u64, u64)>,
    by_count: BTreeSet<(u64, Reverse<K>)>,
    most: usize,
    total: u64,
}

impl<K: Copy + Ord + Hash + Bytes> CountMin<K> {
    /// So many counters, and so many keys of which the counts are kept; at least one.
    pub fn new(size: Size, keys: usize) -> Self {
        let size = Size { width: size.width.max(1), depth: size.depth.max(1) };
        Self {
            size,
            counters: vec![0; size.width * size.depth],
            places: Vec::with_capacity(size.depth),
            largest: HashMap::new(),
            by_count: BTreeSet::new(),
            most: keys.max(1),
            total: 0,
        }
    }

    /// Counts `weight` for a key.
    pub fn add(&mut self, key: K, weight: u64) {
        self.total = self.total.saturating_add(weight);
        let bytes = key.bytes();
        let mut places = std::mem::take(&mut self.places);
        places.clear();
        places.extend((0..self.size.depth).map(|row| self.place(row, bytes.as_ref())));
        let least = places.iter().map(|place| self.counters[*place]).min().unwrap_or(0);
        let count = least.saturating_add(weight);
        for place in &places {
            self.counters[*place] = self.counters[*place].max(count);
        }
        self.places = places;
        self.rank(key, count, weight);
    }

    /// Where a key's counter of a row is.
    fn place(&self, row: usize, bytes: &[u8]) -> usize {
        let mut hasher = SipHasher24::new_with_keys(row as u64, 0x666c_6f77_7a20_636d);
        hasher.write(bytes);
        let part = u128::from(hasher.finish()) * self.size.width as u128;
        row * self.size.width + (part >> 64) as usize
    }

    /// Puts a key among the largest ones, if it is one of them.
    fn rank(&mut self, key: K, count: u64, weight: u64) {
        if let Some((known, since)) = self.largest.get_mut(&key) {
            self.by_count.remove(&(*known, Reverse(key)));
            *known = known.saturating_add(weight).min(count);
            *since = since.saturating_add(weight);
            self.by_count.insert((*known, Reverse(key)));
            return;
        }
        if self.largest.len() >= self.most {
            if self.by_count.first().is_some_and(|least| *least >= (count, Reverse(key))) {
                return;
            }
            if let Some((_, Reverse(loser))) = self.by_count.pop_first() {
                self.largest.remove(&loser);
            }
        }
        self.largest.insert(key, (count, weight));
        self.by_count.insert((count, Reverse(key)));
    }

    /// How many counters there are.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The sum of all weights.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// No key that is not among the largest ones has more than this.
    pub fn bound(&self) -> u64 {
        let is_full = self.largest.len() >= self.most;
        self.by_count.first().filter(|_| is_full).map_or(0, |(count, _)| *count)
    }

    /// The `n` largest keys, the largest first, equal ones in the order of their keys. Counts are never too small, and too large by no more than their error.
    pub fn largest(&self, n: usize) -> Vec<Estimate<K>> {
        let estimate = |(count, Reverse(key)): &(u64, Reverse<K>)| Estimate {
            key: *key,
            count: *count,
            error: self.largest.get(key).map_or(0, |(count, since)| count.saturating_sub(*since)),
        };
        self.by_count.iter().rev().take(n).map(estimate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, CountMin, Size};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    impl Bytes for u8 {
        fn bytes(&self) -> impl AsRef<[u8]> {
            [*self]
        }
    }

    fn sketch(width: usize, depth: usize, keys: usize) -> CountMin<u8> {
        CountMin::new(Size { width, depth }, keys)
    }

    #[test]
    fn few_keys_are_exact() {
        let mut counters = sketch(65_536, 5, 3);
        for key in [1, 2, 1, 3, 1] {
            counters.add(key, 2);
        }
        let found: Vec<_> = counters.largest(2).iter().map(|e| (e.key, e.count, e.error)).collect();
        assert_eq!(found, [(1, 6, 0), (2, 2, 0)]);
        assert_eq!((counters.total(), counters.bound()), (10, 2));
    }

    #[test]
    fn the_stated_error() {
        let size = Size { width: 65_536, depth: 5 };
        assert_eq!(format!("{:.7} {:.5}", size.epsilon(), size.delta()), "0.0000415 0.00674");
        // The same counters for the same bytes, today and tomorrow.
        let counters = CountMin::<u8>::new(size, 1);
        assert_eq!([0, 1].map(|row| counters.place(row, b"flowz")), [58_497, 124_482]);
    }

    /// Keys of whom all counters of a narrow sketch are shared: the bound is that of the theorem, and fails for no more keys than it says.
    #[test]
    fn errors_are_as_rare_as_stated() {
        let size = Size { width: 20, depth: 3 };
        let mut counters = CountMin::new(size, 256);
        for key in 0..=255 {
            counters.add(key, 10);
        }
        let most = size.epsilon() * counters.total() as f64;
        let found = counters.largest(256);
        let beyond = found.iter().filter(|e| (e.count - 10) as f64 > most).count();
        assert!(beyond as f64 <= size.delta() * 256.0, "{beyond}");
    }

    proptest! {
        #[test]
        fn counts_are_within_their_errors(
            keys in prop::collection::vec((any::<u8>(), 1_u64..100), 0..600),
            (width, depth, most) in (1_usize..40, 1_usize..5, 1_usize..40),
        ) {
            let (mut counters, mut exact) = (sketch(width, depth, most), BTreeMap::<u8, u64>::new());
            for (key, weight) in keys {
                counters.add(key, weight);
                *exact.entry(key).or_default() += weight;
            }
            let found = counters.largest(most);
            prop_assert!(found.is_sorted_by(|a, b| a.count >= b.count));
            prop_assert_eq!(found.len(), exact.len().min(most));
            for estimate in &found {
                let count = exact[&estimate.key];
                prop_assert!(estimate.count >= count && estimate.count - estimate.error <= count);
            }
            for (key, count) in exact {
                prop_assert!(count <= counters.bound() || found.iter().any(|e| e.key == key));
            }
        }
    }
}
