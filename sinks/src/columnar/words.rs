//! Short values that readers see as texts: they stay as they are until somebody needs the characters.

use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::column::Type;
use flowz_api::record::Cells;

/// A character or an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Word {
    /// Nothing.
    #[default]
    None,
    /// A character.
    Char(u8),
    /// A hardware address.
    Mac([u8; 6]),
    /// An IPv4 address.
    Ip4([u8; 4]),
    /// An IPv6 address.
    Ip6([u8; 16]),
}

/// The longest text of a word: an IPv6 address with an IPv4 address in it.
pub(crate) const LONGEST: usize = 45;

impl Word {
    /// The next value, of one of the types that are words.
    pub(super) fn read(ty: Type, cells: &mut Cells<'_>) -> Self {
        match ty {
            Type::Char => Self::Char(cells.u8()),
            Type::Mac => Self::Mac(cells.array()),
            Type::Ip4 => Self::Ip4(cells.array()),
            Type::Ip6 => Self::Ip6(cells.array()),
            Type::Option(of) => match cells.u8() {
                0 => Self::None,
                _ => Self::read(*of, cells),
            },
            // `Type::Ip`: the version, and an address if there is one.
            _ => match cells.u8() {
                4 => Self::Ip4(cells.array()),
                6 => Self::Ip6(cells.array()),
                _ => Self::None,
            },
        }
    }

    /// A number for tables of words; the same for words that are equal.
    pub(crate) fn hash(self) -> u64 {
        let (kind, number) = match self {
            Self::None => (0, 0),
            Self::Char(char) => (1, u128::from(char)),
            Self::Mac([a, b, c, d, e, f]) => {
                (2, u128::from(u64::from_le_bytes([a, b, c, d, e, f, 0, 0])))
            }
            Self::Ip4(address) => (3, u128::from(u32::from_le_bytes(address))),
            Self::Ip6(address) => (4, u128::from_le_bytes(address)),
        };
        let folded = (number as u64) ^ ((number >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        folded.wrapping_add(kind << 56)
    }

    /// Appends its text: addresses in the canonical form (RFC 5952), hardware addresses byte by byte.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        // Writing to memory cannot fail.
        match self {
            Self::None => {}
            Self::Char(char @ 0x80..) => drop(write!(out, "\\x{char:02x}")),
            Self::Char(char) => out.push(char),
            Self::Mac(bytes) => {
                for (n, byte) in bytes.into_iter().enumerate() {
                    if n > 0 {
                        out.push(b':');
                    }
                    out.push(DIGITS[usize::from(byte >> 4)]);
                    out.push(DIGITS[usize::from(byte & 15)]);
                }
            }
            Self::Ip4(address) => drop(write!(out, "{}", Ipv4Addr::from(address))),
            Self::Ip6(address) => drop(write!(out, "{}", Ipv6Addr::from(address))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Word};

    fn shown(word: Word) -> String {
        let mut out = Vec::new();
        word.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn texts() {
        assert_eq!(shown(Word::None), "");
        assert_eq!(shown(Word::Char(b'A')), "A");
        assert_eq!(shown(Word::Char(0xff)), "\\xff");
        assert_eq!(shown(Word::Mac([1, 2, 0xab, 0xcd, 0xef, 0xff])), "01:02:ab:cd:ef:ff");
        assert_eq!(shown(Word::Ip4([192, 0, 2, 1])), "192.0.2.1");
        let mut address = [0; 16];
        (address[0], address[15]) = (0xfe, 1);
        assert_eq!(shown(Word::Ip6(address)), "fe00::1");
        assert!(shown(Word::Ip6([0xff; 16])).len() <= LONGEST);
    }

    #[test]
    fn kinds_have_numbers_of_their_own() {
        let same =
            [Word::None, Word::Char(0), Word::Mac([0; 6]), Word::Ip4([0; 4]), Word::Ip6([0; 16])];
        let mut hashes: Vec<u64> = same.into_iter().map(Word::hash).collect();
        hashes.dedup();
        assert_eq!(hashes.len(), same.len());
    }
}
