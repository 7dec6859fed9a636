//! The output buffer: characters are appended in chunks of a fixed size of which only the beginning
//! may count, so that a cell costs a few register moves and one bounds check instead of a `memcpy` of
//! unknown length.

/// Bytes on their way out. The memory behind the end is always initialised.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    end: usize,
}

impl Buffer {
    /// An empty buffer that grows when more than `capacity` bytes are in it.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: vec![0; capacity], end: 0 }
    }

    /// Appends the first `used` of `N` bytes.
    #[inline]
    pub(crate) fn put<const N: usize>(&mut self, chars: [u8; N], used: usize) {
        debug_assert!(used <= N, "more bytes used than given");
        if self.bytes.len() - self.end < N {
            self.grow(N);
        }
        self.bytes[self.end..self.end + N].copy_from_slice(&chars);
        self.end += used;
    }

    /// Appends one byte.
    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        self.put([byte], 1);
    }

    /// Appends bytes.
    #[inline]
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        if self.bytes.len() - self.end < bytes.len() {
            self.grow(bytes.len());
        }
        self.bytes[self.end..self.end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }

    /// Puts `byte` in the place of the last one.
    #[inline]
    pub(crate) fn replace_last(&mut self, byte: u8) {
        if let Some(last) = self.end.checked_sub(1) {
            self.bytes[last] = byte;
        }
    }

    /// The number of bytes.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.end
    }

    /// All bytes.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    /// Forgets all bytes and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.end = 0;
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let wanted = (self.end + more).max(self.bytes.len() * 2);
        self.bytes.resize(wanted, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::Buffer;

    #[test]
    fn grows_and_keeps_what_is_in_it() {
        let mut out = Buffer::with_capacity(2);
        out.put(*b"abcdefgh", 3);
        out.extend(b"0123456789");
        out.push(b'x');
        assert_eq!(out.as_slice(), b"abc0123456789x");
        assert_eq!(out.len(), 14);
        out.replace_last(b'\n');
        assert_eq!(out.as_slice(), b"abc0123456789\n");
        out.clear();
        out.replace_last(b'\n');
        assert_eq!(out.as_slice(), b"");
    }
}
