//! Dictionaries: the different values of a column in the order in which they come, and for each value its number.

/// Values after which a column that hardly repeats any is left alone.
const TRIAL: usize = 4096;

/// Places of a table that are looked at for a value: whoever makes values with the same hash makes no run slow.
const MOST_STEPS: usize = 64;

/// The different values, and the number of each value among them.
#[derive(Debug)]
pub(super) struct Index<T> {
    pub(super) entries: Vec<T>,
    pub(super) numbers: Numbers,
}

/// Numbers of values.
#[derive(Debug)]
pub(super) enum Numbers {
    /// Zeros: all values are the same.
    Zeros,
    /// Of each value.
    Each(Vec<u32>),
}

/// The dictionary of these values; none if it would not be much shorter than they are.
pub(super) fn index<T: Copy + PartialEq>(
    values: impl ExactSizeIterator<Item = T>,
    hash: impl Fn(T) -> u64,
) -> Option<Index<T>> {
    let most = (values.len() / 3).clamp(256, 1 << 17);
    let mut numbers = Vec::with_capacity(values.len());
    let mut table = Table { places: vec![0; 64], shift: 58, entries: Vec::<T>::new() };
    let mut last: Option<(T, u32)> = None;
    for (seen, value) in values.enumerate() {
        let number = match last {
            Some((same, number)) if same == value => number,
            _ => table.number(value, &hash)?,
        };
        last = Some((value, number));
        numbers.push(number);
        let entries = table.entries.len();
        if entries > most || seen == TRIAL && entries > TRIAL / 4 * 3 {
            return None;
        }
    }
    Some(Index { entries: table.entries, numbers: Numbers::Each(numbers) })
}

/// Entries by their hashes.
struct Table<T> {
    /// Numbers of entries, counted from 1; 0 is a free place. At least twice as many as entries.
    places: Vec<u32>,
    /// Leaves as many bits of a hash as places need.
    shift: u32,
    entries: Vec<T>,
}

impl<T: Copy + PartialEq> Table<T> {
    /// The number of a value, which gets one if it has none; nothing if too many others are in its way.
    #[inline]
    fn number(&mut self, value: T, hash: &impl Fn(T) -> u64) -> Option<u32> {
        let place = self.find(value, hash(value))?;
        if let Some(before) = self.places[place].checked_sub(1) {
            return Some(before);
        }
        self.entries.push(value);
        let count = self.entries.len() as u32;
        self.places[place] = count;
        if self.entries.len() * 2 > self.places.len() {
            self.grow(hash)?;
        }
        Some(count - 1)
    }

    /// The place of a value, or where it could stand.
    #[inline]
    fn find(&self, value: T, hash: u64) -> Option<usize> {
        let first = (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize;
        (first..first + MOST_STEPS).map(|place| place & (self.places.len() - 1)).find(|place| {
            let number = self.places[*place];
            number == 0 || self.entries[number as usize - 1] == value
        })
    }

    #[cold]
    fn grow(&mut self, hash: &impl Fn(T) -> u64) -> Option<()> {
        self.places = vec![0; self.places.len() * 2];
        self.shift -= 1;
        for number in 0..self.entries.len() {
            let value = self.entries[number];
            let place = self.find(value, hash(value))?;
            self.places[place] = number as u32 + 1;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, index};

    fn numbered(values: &[u64], hash: impl Fn(u64) -> u64) -> Option<(Vec<u64>, Vec<u32>)> {
        index(values.iter().copied(), hash).map(|found| match found.numbers {
            Numbers::Each(numbers) => (found.entries, numbers),
            Numbers::Zeros => unreachable!(),
        })
    }

    #[test]
    fn values_in_the_order_in_which_they_come() {
        let found = numbered(&[7, 7, 3, 7, 9, 3], |value| value);
        assert_eq!(found, Some((vec![7, 3, 9], vec![0, 0, 1, 0, 2, 1])));
        assert_eq!(numbered(&[], |value| value), Some((vec![], vec![])));
    }

    #[test]
    fn large_ones_grow() {
        let values: Vec<u64> = (0..30_000).map(|n| n % 5000 * 1_000_003).collect();
        // The first values must repeat some.
        let values = [vec![1; 2000], values].concat();
        let (entries, numbers) = numbered(&values, |value| value).unwrap();
        assert_eq!(entries.len(), 5001);
        assert!(
            values.iter().zip(numbers).all(|(value, number)| entries[number as usize] == *value)
        );
    }

    #[test]
    fn none_where_it_does_not_pay() {
        let different: Vec<u64> = (0..10_000).collect();
        assert!(numbered(&different, |value| value).is_none());
        assert!(numbered(&different[..256], |value| value).is_some(), "a small one always does");
    }

    #[test]
    fn values_with_the_same_hash_end_it() {
        let values: Vec<u64> = (0..200).collect();
        assert!(numbered(&values, |_| 1).is_none());
        assert!(numbered(&values[..60], |_| 1).is_some());
    }
}
