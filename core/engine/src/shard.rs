//! Parts of a capture that several runs share: each takes the packets of some address pairs.

use std::fmt;

use crate::keys::full_key;
use flowz_api::layers::Layers;

/// One of so many parts of the packets. Both directions of a conversation are in the same, and so is all else between its two
/// addresses: later fragments, data connections of FTP, the media of most calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shard {
    /// From 0 on.
    index: u32,
    of: u32,
}

impl Shard {
    /// Most parts.
    pub const MOST: u32 = 65_536;

    /// The part of this number, from 1 on, of so many; nothing if there is no such part.
    pub fn new(number: u32, of: u32) -> Option<Self> {
        let is_there = of <= Self::MOST && (1..=of).contains(&number);
        is_there.then(|| Self { index: number - 1, of })
    }

    /// The parts before it.
    pub(crate) fn index(self) -> u32 {
        self.index
    }

    /// All parts.
    pub(crate) fn of(self) -> u32 {
        self.of
    }

    /// Whether a packet belongs to it. The innermost addresses count, hardware addresses where there are no others; packets without
    /// any are in the first part.
    pub(crate) fn holds(self, layers: &Layers, data: &[u8]) -> bool {
        let key = full_key(layers, data);
        let (src, dst) = (u128::from_le_bytes(key.src), u128::from_le_bytes(key.dst));
        // The upper half of the product is a part of 0 to `of - 1`.
        let part = (u64::from(pair_hash(src, dst)) * u64::from(self.of)) >> 32;
        part == u64::from(self.index)
    }
}

/// `3/8`.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index + 1, self.of)
    }
}

/// A number of a pair of addresses, the same for both orders and on every machine; 0 of two that are 0.
fn pair_hash(a: u128, b: u128) -> u32 {
    let (low, high) = (a.min(b), a.max(b));
    let words = [low as u64, (low >> 64) as u64, high as u64, (high >> 64) as u64];
    (words.into_iter().fold(0, |sum, word| mix(sum ^ word)) >> 32) as u32
}

/// Spreads the bits of a number (the last steps of splitmix64); 0 stays 0.
fn mix(mut n: u64) -> u64 {
    n ^= n >> 30;
    n = n.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n ^= n >> 27;
    n = n.wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Shard, pair_hash};

    #[test]
    fn numbers_of_parts() {
        assert_eq!(Shard::new(0, 4), None);
        assert_eq!(Shard::new(5, 4), None);
        assert_eq!(Shard::new(1, 0), None);
        assert_eq!(Shard::new(1, Shard::MOST + 1), None);
        assert_eq!(Shard::new(4, 4).map(|shard| shard.to_string()), Some("4/4".to_owned()));
    }

    /// Both directions have the same number, and pairs are spread evenly.
    #[test]
    fn pairs_are_spread() {
        let mut parts = [0_u32; 8];
        for n in 0..8000_u32 {
            let (a, b) = (u128::from(0x0a00_0000 + n / 50), u128::from(0x0b00_0000 + n % 50));
            assert_eq!(pair_hash(a, b), pair_hash(b, a));
            parts[((u64::from(pair_hash(a, b)) * 8) >> 32) as usize] += 1;
        }
        assert!(parts.iter().all(|part| (900..1100).contains(part)), "{parts:?}");
        // It must not change from version to version: parts of an archive are made years apart.
        assert_eq!(pair_hash(0x0100_000a, 0x0200_000a), PINNED);
        assert_eq!(pair_hash(0, 0), 0);
    }

    const PINNED: u32 = 1_322_925_595;
}
