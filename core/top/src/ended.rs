//! Conversations that are over and still shown.

use std::collections::VecDeque;

use flowz_api::packet::Timestamp;

use crate::entry::Entry;

/// Which conversations stay when they are over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Those that ended within so many nanoseconds, and no more than so many.
    Recent(i64, usize),
    /// Those with the most bytes, at least so many, and less than twice as many.
    Largest(usize),
}

/// Those that stayed.
#[derive(Debug)]
pub(crate) struct Ended {
    keep: Keep,
    /// With the time at which each ended.
    entries: VecDeque<(Timestamp, Entry)>,
    /// How many of the smaller ones have gone.
    gone: u64,
}

impl Ended {
    pub(crate) fn new(keep: Keep) -> Self {
        Self { keep, entries: VecDeque::new(), gone: 0 }
    }

    /// One more is over.
    pub(crate) fn push(&mut self, now: Timestamp, entry: Entry) {
        self.entries.push_back((now, entry));
        match self.keep {
            Keep::Recent(nanos, most) => {
                self.forget(now, nanos);
                if self.entries.len() > most {
                    self.entries.pop_front();
                }
            }
            Keep::Largest(least) => {
                if self.entries.len() >= 2 * least.max(1) {
                    self.drop_smaller(least);
                }
            }
        }
    }

    /// Time goes on.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        if let Keep::Recent(nanos, _) = self.keep {
            self.forget(now, nanos);
        }
    }

    fn forget(&mut self, now: Timestamp, nanos: i64) {
        while self.entries.front().is_some_and(|(ended, _)| now - *ended > nanos) {
            self.entries.pop_front();
        }
    }

    /// The larger ones stay; of equal ones the earlier.
    fn drop_smaller(&mut self, least: usize) {
        let entries = self.entries.make_contiguous();
        let rank =
            |(_, entry): &(Timestamp, Entry)| (std::cmp::Reverse(entry.all_bytes()), entry.id);
        entries.sort_unstable_by_key(rank);
        self.gone += (self.entries.len() - least) as u64;
        self.entries.truncate(least);
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|(_, entry)| entry)
    }

    pub(crate) fn gone(&self) -> u64 {
        self.gone
    }
}

#[cfg(test)]
mod tests {
    use super::{Ended, Keep};
    use flowz_api::packet::Timestamp;

    use crate::test_support::entry;

    fn ids(ended: &Ended) -> Vec<u64> {
        ended.entries().map(|entry| entry.id.0).collect()
    }

    #[test]
    fn recent_ones() {
        let mut ended = Ended::new(Keep::Recent(10, 3));
        for (time, id) in [(0, 1), (5, 2), (11, 3)] {
            ended.push(Timestamp(time), entry(id, 6, 100));
        }
        assert_eq!(ids(&ended), [2, 3]);
        for id in 4..8 {
            ended.push(Timestamp(11), entry(id, 6, 100));
        }
        assert_eq!(ids(&ended), [5, 6, 7], "a bound");
        ended.advance(Timestamp(22));
        assert_eq!((ids(&ended).len(), ended.gone()), (0, 0));
    }

    #[test]
    fn the_largest_ones() {
        let mut ended = Ended::new(Keep::Largest(2));
        for (id, bytes) in [(1, 5), (2, 900), (3, 100)] {
            ended.push(Timestamp(0), entry(id, 6, bytes));
        }
        assert_eq!(ids(&ended), [1, 2, 3]);
        ended.push(Timestamp(0), entry(4, 6, 100));
        assert_eq!((ids(&ended), ended.gone()), (vec![2, 3], 2));
    }
}
