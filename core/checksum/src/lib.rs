//! Sums for the Internet checksum (RFC 1071), in the widest registers that the processor has.
//!
//! A crate of its own because of `wide.rs`: calling a function that was compiled for more than the
//! processor at build time is unsafe, though here nothing can go wrong once the processor was asked.
#![deny(unsafe_code)]

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "calls what was compiled for AVX2 where there is AVX2; see there")]
mod wide;

/// Sum of 16-bit words in the order of bytes of the machine's little end, before its carries are added: add
/// numbers to it, then have it [`folded`]. An odd byte at the end is the first half of a word.
///
/// The ones' complement sum does not mind the order of bytes (RFC 1071, section 2), so that many words are
/// added at a time. Exact for anything below 16 GiB.
#[inline]
pub fn lanes(bytes: &[u8]) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if bytes.len() >= wide::LONG {
        return wide::lanes(bytes);
    }
    short(bytes)
}

/// A sum of [`lanes`], words with swapped bytes and other such sums as 16 bits in the order of the wire.
#[inline]
pub fn folded(lanes: u64) -> u16 {
    let mut sum = halves(lanes);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    (sum as u16).swap_bytes()
}

/// The sum of few bytes: each carry is added at once.
#[inline]
fn short(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let total = words.iter().fold(0, |total, word| with_carry(total, u64::from_le_bytes(*word)));
    halves(with_carry(total, end(bytes, rest.len())))
}

/// The last bytes, fewer than eight, as a word. They are the end of the last eight bytes.
#[inline(always)]
#[allow(clippy::inline_always, reason = "its code depends on what the caller is compiled for")]
fn end(bytes: &[u8], count: usize) -> u64 {
    match bytes.last_chunk::<8>() {
        Some(last) => (u64::from_le_bytes(*last) >> (8 * (7 - count))) >> 8,
        None => bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// Ones' complement sum of two words.
#[inline]
fn with_carry(a: u64, b: u64) -> u64 {
    let (sum, carry) = a.overflowing_add(b);
    sum + u64::from(carry)
}

/// A word as a sum that others can be added to.
#[inline]
fn halves(word: u64) -> u64 {
    (word & 0xffff_ffff) + (word >> 32)
}

/// Compiled anew for each kind of processor.
#[inline(always)]
#[allow(clippy::inline_always, reason = "its code depends on what the caller is compiled for")]
fn plain(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    // The sum of the low halves is what the other two sums leave.
    let (mut both, mut high) = (0u64, 0u64);
    for word in words {
        let word = u64::from_le_bytes(*word);
        both = both.wrapping_add(word);
        high += word >> 32;
    }
    let low = both.wrapping_sub(high << 32);
    low + high + halves(end(bytes, rest.len()))
}

#[cfg(test)]
mod tests {
    use super::{folded, lanes, plain};

    /// Word by word, as the RFC says it.
    fn slowly(bytes: &[u8]) -> u16 {
        let words = bytes.chunks(2).map(|w| u16::from_be_bytes([w[0], *w.get(1).unwrap_or(&0)]));
        words.fold(0u16, |sum, word| {
            let (sum, carry) = sum.overflowing_add(word);
            sum + u16::from(carry)
        })
    }

    /// The example of RFC 1071, section 3.
    #[test]
    fn the_example() {
        let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(folded(lanes(&bytes)), 0xddf2);
        assert_eq!(folded(lanes(&[])), 0);
    }

    #[test]
    fn every_length_at_every_place() {
        let bytes: Vec<u8> = (0u32..1_700).map(|n| (n * n / 7) as u8).collect();
        for from in 0..33 {
            for to in (from..bytes.len()).step_by(if from == 0 { 1 } else { 37 }) {
                let part = &bytes[from..to];
                assert_eq!(folded(lanes(part)), slowly(part), "{from}..{to}");
                assert_eq!(folded(plain(part)), slowly(part), "{from}..{to}");
            }
        }
    }

    #[test]
    fn carries_are_not_lost() {
        for length in [255, 256, 70_001, 1 << 20] {
            let bytes = vec![0xff; length];
            assert_eq!(folded(lanes(&bytes)), slowly(&bytes), "{length}");
        }
    }
}
