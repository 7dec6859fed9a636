//! The pairs of addresses of a flow.

use flowz_api::cell::Mac;

/// Source, destination, packets.
pub(crate) type Pair = (Mac, Mac, u64);

/// Pairs in order of appearance. Nearly all flows have one, so that one is kept apart.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    first: Pair,
    more: Option<Box<More>>,
}

/// What flows with several pairs need.
#[derive(Debug, Default)]
struct More {
    pairs: Vec<Pair>,
    full: bool,
}

impl Pairs {
    /// A packet from one address to another; at most so many pairs are kept. The reference counts
    /// nothing more once there are so many.
    #[inline]
    pub(crate) fn add(&mut self, source: Mac, destination: Mac, most: u8, compat: bool) {
        if compat && self.kept() >= usize::from(most) {
            self.more.get_or_insert_default().full = true;
            return;
        }
        let first = &mut self.first;
        if first.2 == 0 {
            *first = (source, destination, 1);
        } else if first.0 == source && first.1 == destination {
            first.2 += 1;
        } else {
            self.add_more(source, destination, most);
        }
    }

    /// Number of pairs.
    fn kept(&self) -> usize {
        usize::from(self.first.2 > 0) + self.more.as_ref().map_or(0, |more| more.pairs.len())
    }

    #[cold]
    fn add_more(&mut self, source: Mac, destination: Mac, most: u8) {
        let more = self.more.get_or_insert_default();
        if let Some(known) = more.pairs.iter_mut().find(|p| p.0 == source && p.1 == destination) {
            known.2 += 1;
        } else if more.pairs.len() + 1 < usize::from(most) {
            more.pairs.push((source, destination, 1));
        } else {
            more.full = true;
        }
    }

    /// All that were kept.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Pair> {
        let first = (self.first.2 > 0).then_some(&self.first);
        first.into_iter().chain(self.more.iter().flat_map(|more| &more.pairs))
    }

    /// Whether there were more than that.
    pub(crate) fn is_full(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.full)
    }
}

/// An address as a number.
pub(crate) fn number(Mac([a, b, c, d, e, f]): Mac) -> u64 {
    u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

#[cfg(test)]
mod tests {
    use super::{Mac, Pairs, number};

    #[test]
    fn state_stays_small() {
        assert!(size_of::<Pairs>() <= 64, "{}", size_of::<Pairs>());
    }

    #[test]
    fn pairs_are_counted_as_far_as_there_is_room() {
        let [a, b, c] = [1, 2, 3].map(|n| Mac([n; 6]));
        let mut pairs = Pairs::default();
        assert_eq!(pairs.iter().count(), 0);
        for (source, destination) in [(a, b), (a, c), (a, b), (a, c), (b, c), (a, b)] {
            pairs.add(source, destination, 2, false);
        }
        let all: Vec<_> = pairs.iter().copied().collect();
        assert_eq!(all, [(a, b, 3), (a, c, 2)]);
        assert!(pairs.is_full());
        let mut one = Pairs::default();
        one.add(a, b, 1, false);
        assert!(!one.is_full());
        one.add(a, c, 1, false);
        assert_eq!((one.iter().count(), one.is_full()), (1, true));
    }

    #[test]
    fn the_reference_stops_when_there_is_no_room() {
        let [a, b, c] = [1, 2, 3].map(|n| Mac([n; 6]));
        let mut pairs = Pairs::default();
        for (source, destination) in [(a, b), (a, b), (a, c), (a, b)] {
            pairs.add(source, destination, 2, true);
        }
        assert_eq!(pairs.iter().map(|p| p.2).collect::<Vec<_>>(), [2, 1]);
        assert!(pairs.is_full());
    }

    #[test]
    fn numbers() {
        assert_eq!(number(Mac([1, 0, 0, 0, 0, 2])), (1 << 40) + 2);
    }
}
