//! Bits of ASN.1's packed encoding rules, aligned variant (ITU-T X.691). None everywhere: there are no such bits.

/// Reads bits.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    /// Bits that were read.
    at: usize,
}

/// How many elements something has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Size {
    Any,
    Exactly(u32),
    Within(u32, u32),
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn bit(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// At most 32 bits.
    pub(super) fn bits(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.bit()?);
        }
        Some(value)
    }

    /// Passes over bits.
    pub(super) fn pass(&mut self, count: usize) -> Option<()> {
        let at = self.at.checked_add(count)?;
        (at <= self.bytes.len() * 8).then(|| self.at = at)
    }

    /// Goes to the next octet that begins.
    pub(super) fn align(&mut self) {
        self.at = self.at.next_multiple_of(8);
    }

    /// Octets from the next one on that begins.
    pub(super) fn octets(&mut self, count: usize) -> Option<&'a [u8]> {
        if count == 0 {
            return Some(&[]);
        }
        self.align();
        let from = self.at / 8;
        let octets = self.bytes.get(from..from.checked_add(count)?)?;
        self.at += count * 8;
        Some(octets)
    }

    /// A number within bounds (X.691, section 10.5).
    pub(super) fn within(&mut self, low: u32, high: u32) -> Option<u32> {
        let range = high.checked_sub(low)?;
        let offset = match range {
            0 => 0,
            1..255 => self.bits(u32::BITS - range.leading_zeros())?,
            255 => u32::from(*self.octets(1)?.first()?),
            256..65_536 => number(self.octets(2)?),
            _ => {
                let most = (u32::BITS - range.leading_zeros()).div_ceil(8);
                let count = self.within(1, most)?;
                number(self.octets(count as usize)?)
            }
        };
        low.checked_add(offset).filter(|value| *value <= high)
    }

    /// A number that is small as a rule (section 10.6).
    pub(super) fn small(&mut self) -> Option<u32> {
        if !self.bit()? {
            return self.bits(6);
        }
        let count = self.length()?;
        (1..=4).contains(&count).then_some(())?;
        Some(number(self.octets(count)?))
    }

    /// A length without bounds (section 10.9); those of 16,384 and more are in parts, and not read.
    pub(super) fn length(&mut self) -> Option<usize> {
        let first = *self.octets(1)?.first()?;
        match first >> 6 {
            0 | 1 => Some(first.into()),
            2 => {
                let low = self.octets(1)?.first()?;
                Some(usize::from(first & 0x3f) << 8 | usize::from(*low))
            }
            _ => None,
        }
    }

    /// How many elements there are.
    pub(super) fn count(&mut self, size: Size) -> Option<usize> {
        match size {
            Size::Any => self.length(),
            Size::Exactly(count) => Some(count as usize),
            Size::Within(low, high) => self.within(low, high).map(|count| count as usize),
        }
    }

    /// What has its length in front (section 10.2).
    pub(super) fn open(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.octets(length)
    }
}

/// Up to four octets as a number.
fn number(octets: &[u8]) -> u32 {
    octets.iter().fold(0, |value, octet| value << 8 | u32::from(*octet))
}

#[cfg(test)]
mod tests {
    use super::{Reader, Size};

    #[test]
    fn numbers_within_bounds() {
        // Three bits, then an octet that begins anew.
        let mut reader = Reader::new(&[0b1010_0000, 7, 1, 2, 0x40, 0xff]);
        assert_eq!(reader.within(1, 8), Some(6));
        assert_eq!(reader.within(0, 255), Some(7));
        assert_eq!(reader.within(0, 65_535), Some(0x0102));
        assert_eq!(reader.within(5, 5), Some(5));
        // Two bits for the number of octets less one, here two octets are missing.
        assert_eq!(reader.clone().within(0, u32::MAX), None);
        assert_eq!(Reader::new(&[0x40, 1, 2]).within(0, u32::MAX), Some(0x0102));
        // Six is none of five.
        assert_eq!(Reader::new(&[0xc0]).within(0, 4), None);
    }

    #[test]
    fn lengths() {
        assert_eq!(Reader::new(&[0x7f]).length(), Some(127));
        assert_eq!(Reader::new(&[0x81, 0x02]).length(), Some(258));
        assert_eq!(Reader::new(&[0xc1]).length(), None);
        assert_eq!(Reader::new(&[0b0000_1010]).small(), Some(5));
        assert_eq!(Reader::new(&[0x80, 2, 1, 0]).small(), Some(256));
        assert_eq!(Reader::new(&[]).count(Size::Exactly(3)), Some(3));
        assert_eq!(Reader::new(&[2, 8, 9, 7]).open(), Some(&[8, 9][..]));
        assert_eq!(Reader::new(&[3, 8, 9]).open(), None);
        assert_eq!(Reader::new(&[0; 2]).pass(17), None);
    }
}
