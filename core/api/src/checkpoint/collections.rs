//! Several values. Tables without an order are written in that of their keys, so that the same state has the same bytes.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};

use super::{Checkpoint, LoadError, Reader, Writer};

impl<T: Checkpoint> Checkpoint for Vec<T> {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        T::save_all(self, out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let count = from.count()?;
        T::load_all(count, from)
    }
}

impl<T: Checkpoint> Checkpoint for Box<[T]> {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        T::save_all(self, out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Vec::load(from).map(Vec::into_boxed_slice)
    }
}

impl<T: Checkpoint> Checkpoint for VecDeque<T> {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        let (front, back) = self.as_slices();
        T::save_all(front, out);
        T::save_all(back, out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Vec::load(from).map(Self::from)
    }
}

/// The order of equal values is not kept.
impl<T: Checkpoint + Ord> Checkpoint for BinaryHeap<T> {
    fn save(&self, out: &mut Writer<'_>) {
        let mut all: Vec<_> = self.iter().collect();
        all.sort();
        out.count(all.len());
        for item in all {
            item.save(out);
        }
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Vec::load(from).map(Self::from)
    }
}

impl<K: Checkpoint + Ord, V: Checkpoint> Checkpoint for BTreeMap<K, V> {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        for (key, value) in self {
            key.save(out);
            value.save(out);
        }
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Vec::load(from).map(Self::from_iter)
    }
}

impl<K: Checkpoint + Ord> Checkpoint for BTreeSet<K> {
    fn save(&self, out: &mut Writer<'_>) {
        out.count(self.len());
        for key in self {
            key.save(out);
        }
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Vec::load(from).map(Self::from_iter)
    }
}

impl<K: Checkpoint + Ord + Hash, V: Checkpoint, S: BuildHasher + Default> Checkpoint
    for HashMap<K, V, S>
{
    fn save(&self, out: &mut Writer<'_>) {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_by_key(|(key, _)| *key);
        out.count(all.len());
        for (key, value) in all {
            key.save(out);
            value.save(out);
        }
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Vec::load(from).map(Self::from_iter)
    }
}

impl<K: Checkpoint + Ord + Hash, S: BuildHasher + Default> Checkpoint for HashSet<K, S> {
    fn save(&self, out: &mut Writer<'_>) {
        let mut all: Vec<_> = self.iter().collect();
        all.sort();
        out.count(all.len());
        for key in all {
            key.save(out);
        }
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        Vec::load(from).map(Self::from_iter)
    }
}
