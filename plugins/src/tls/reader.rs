//! Reads numbers and vectors in the notation of RFC 8446, section 3; nothing beyond the end.

/// What is left of some bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next so many bytes.
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (front, behind) = self.0.split_at_checked(len)?;
        self.0 = behind;
        Some(front)
    }

    /// A number of so many bytes, at most eight.
    fn number(&mut self, len: usize) -> Option<u64> {
        Some(self.take(len)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.number(1).map(|n| n as u8)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.number(2).map(|n| n as u16)
    }

    /// Bytes behind their length, which has so many bytes itself.
    pub(crate) fn vector(&mut self, len_size: usize) -> Option<&'a [u8]> {
        let len = self.number(len_size)?;
        self.take(len as usize)
    }
}

/// Numbers of two bytes; an odd byte at the end is none.
pub(crate) fn words(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks().0.iter().map(|word| u16::from_be_bytes(*word)).collect()
}
