//! The pairs of addresses of a flow.

use flowz_api::Checkpoint;
use flowz_api::cell::Mac;
use flowz_api::memory;

/// Destination and source address, one behind the other as in a frame.
pub(crate) type Addresses = [u8; 12];

/// Source, destination, packets.
pub(crate) type Pair = (Mac, Mac, u64);

/// Pairs in order of appearance. Nearly all flows have one, so that one is kept apart.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Pairs {
    first: Counted,
    rare: Option<Box<Rare>>,
}

/// What flows with several pairs need.
#[derive(Debug, Default, Checkpoint)]
struct Rare {
    pairs: Vec<Counted>,
    full: bool,
}

/// Addresses with their packets.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
struct Counted {
    addresses: Addresses,
    packets: u64,
}

/// Most bytes of so many pairs beside the first one.
pub(crate) fn bytes(limit: u8) -> usize {
    memory::boxed::<Rare>() + memory::list::<Counted>(limit.into())
}

impl Pairs {
    /// A packet with these addresses; at most so many pairs are kept. The reference counts nothing more
    /// once there are so many.
    #[inline]
    pub(crate) fn add(&mut self, addresses: &Addresses, limit: u8, compat: bool) {
        if !compat && *addresses == self.first.addresses {
            self.first.packets += 1;
        } else {
            self.add_other(addresses, limit, compat);
        }
    }

    #[inline(never)]
    fn add_other(&mut self, addresses: &Addresses, limit: u8, compat: bool) {
        if compat && self.kept() >= usize::from(limit) {
            self.rare.get_or_insert_default().full = true;
        } else if self.first.packets == 0 {
            self.first = Counted { addresses: *addresses, packets: 1 };
        } else if *addresses == self.first.addresses {
            self.first.packets += 1;
        } else {
            self.add_rare(addresses, limit);
        }
    }

    /// Number of pairs.
    pub(crate) fn kept(&self) -> usize {
        usize::from(self.first.packets > 0) + self.rare.as_ref().map_or(0, |rare| rare.pairs.len())
    }

    fn add_rare(&mut self, addresses: &Addresses, limit: u8) {
        let rare = self.rare.get_or_insert_default();
        if let Some(known) = rare.pairs.iter_mut().find(|p| p.addresses == *addresses) {
            known.packets += 1;
        } else if rare.pairs.len() + 1 < usize::from(limit) {
            rare.pairs.push(Counted { addresses: *addresses, packets: 1 });
        } else {
            rare.full = true;
        }
    }

    /// All that were kept.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Pair> {
        let first = (self.first.packets > 0).then_some(&self.first);
        let all = first.into_iter().chain(self.rare.iter().flat_map(|rare| &rare.pairs));
        all.map(|pair| {
            let (source, destination) = source_and_destination(&pair.addresses);
            (source, destination, pair.packets)
        })
    }

    /// All that were kept, as [`iter`](Self::iter): nearly always one, which is quicker this way.
    #[inline]
    pub(crate) fn for_each(&self, mut each: impl FnMut(Pair)) {
        if self.rare.is_some() {
            return self.iter().for_each(each);
        }
        if self.first.packets > 0 {
            let (source, destination) = source_and_destination(&self.first.addresses);
            each((source, destination, self.first.packets));
        }
    }

    /// Whether there were more than that.
    pub(crate) fn is_full(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.full)
    }
}

/// Source and destination.
pub(crate) fn source_and_destination([a, b, c, d, e, f, rest @ ..]: &Addresses) -> (Mac, Mac) {
    (Mac(*rest), Mac([*a, *b, *c, *d, *e, *f]))
}

/// An address as a number.
pub(crate) fn number(Mac([a, b, c, d, e, f]): Mac) -> u64 {
    u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

#[cfg(test)]
mod tests {
    use super::{Addresses, Mac, Pairs, number};

    fn from((source, destination): (Mac, Mac)) -> Addresses {
        let mut addresses = [0; 12];
        addresses[..6].copy_from_slice(&destination.0);
        addresses[6..].copy_from_slice(&source.0);
        addresses
    }

    #[test]
    fn state_stays_small() {
        assert!(size_of::<Pairs>() <= 64, "{}", size_of::<Pairs>());
    }

    #[test]
    fn pairs_are_counted_as_far_as_there_is_room() {
        let [a, b, c] = [1, 2, 3].map(|n| Mac([n; 6]));
        let mut pairs = Pairs::default();
        assert_eq!(pairs.iter().count(), 0);
        for pair in [(a, b), (a, c), (a, b), (a, c), (b, c), (a, b)] {
            pairs.add(&from(pair), 2, false);
        }
        assert_eq!(pairs.iter().collect::<Vec<_>>(), [(a, b, 3), (a, c, 2)]);
        assert!(pairs.is_full());
        let mut one = Pairs::default();
        one.add(&from((a, b)), 1, false);
        assert!(!one.is_full());
        one.add(&from((a, c)), 1, false);
        assert_eq!((one.iter().count(), one.is_full()), (1, true));
    }

    #[test]
    fn the_reference_stops_when_there_is_no_room() {
        let [a, b, c] = [1, 2, 3].map(|n| Mac([n; 6]));
        let mut pairs = Pairs::default();
        for pair in [(a, b), (a, b), (a, c), (a, b)] {
            pairs.add(&from(pair), 2, true);
        }
        assert_eq!(pairs.iter().map(|p| p.2).collect::<Vec<_>>(), [2, 1]);
        assert!(pairs.is_full());
    }

    #[test]
    fn addresses_of_zeros() {
        for compat in [false, true] {
            let mut pairs = Pairs::default();
            for addresses in [[0; 12], [0; 12], [1; 12]] {
                pairs.add(&addresses, 16, compat);
            }
            assert_eq!(pairs.iter().map(|p| p.2).collect::<Vec<_>>(), [2, 1]);
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(number(Mac([1, 0, 0, 0, 0, 2])), (1 << 40) + 2);
    }
}
