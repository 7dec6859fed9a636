//! The output buffer: characters are appended in chunks of a fixed size of which only the beginning
//! may count, so that a cell costs a few register moves and one bounds check instead of a `memcpy` of
//! unknown length.

use super::row_cursor::{Room, RowCursor};

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
        match self.bytes.get_mut(self.end..self.end + N) {
            Some(place) => place.copy_from_slice(&chars),
            None => put_cold(&mut self.bytes, self.end, &chars),
        }
        self.end += used;
    }

    /// Appends the first `used` of `N` bytes that lie in memory.
    #[inline]
    pub(crate) fn copy<const N: usize>(&mut self, chars: &[u8; N], used: usize) {
        debug_assert!(used <= N, "more bytes used than given");
        match self.bytes.get_mut(self.end..self.end + N) {
            Some(place) => place.copy_from_slice(chars),
            None => put_cold(&mut self.bytes, self.end, chars),
        }
        self.end += used;
    }

    /// Appends the first `used` of `N` bytes and a separator.
    #[inline]
    pub(crate) fn put_then<const N: usize>(&mut self, chars: [u8; N], used: usize, separator: u8) {
        debug_assert!(used <= N, "more bytes used than given");
        match self.bytes.get_mut(self.end..=self.end + N) {
            Some(place) => {
                place[..N].copy_from_slice(&chars);
                place[used] = separator;
            }
            None => {
                put_cold(&mut self.bytes, self.end, &chars);
                put_cold(&mut self.bytes, self.end + used, &[separator]);
            }
        }
        self.end += used + 1;
    }

    /// Appends one byte.
    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        match self.bytes.get_mut(self.end) {
            Some(place) => *place = byte,
            None => put_cold(&mut self.bytes, self.end, &[byte]),
        }
        self.end += 1;
    }

    /// Appends bytes.
    #[inline]
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        match self.bytes.get_mut(self.end..self.end + bytes.len()) {
            Some(place) => place.copy_from_slice(bytes),
            None => put_cold(&mut self.bytes, self.end, bytes),
        }
        self.end += bytes.len();
    }

    /// Gives the memory away, and how many bytes of it count. [`Self::renew`] comes next.
    pub(crate) fn take(&mut self) -> (Vec<u8>, usize) {
        (std::mem::take(&mut self.bytes), std::mem::take(&mut self.end))
    }

    /// Goes on with other memory of at least so many bytes; what is in it does not count.
    pub(crate) fn renew(&mut self, mut bytes: Vec<u8>, capacity: usize) {
        if bytes.len() < capacity {
            bytes.resize(capacity, 0);
        }
        (self.bytes, self.end) = (bytes, 0);
    }

    /// Room behind the end, for cells that are written without looking for room.
    #[inline]
    pub(crate) fn cursor(&mut self) -> RowCursor<'_> {
        if self.bytes.len() < self.end + size_of::<Room>() {
            self.grow(size_of::<Room>());
        }
        let (_, room) = self.bytes.split_at_mut(self.end);
        let Some(room) = room.first_chunk_mut() else { unreachable!("room was made") };
        RowCursor::new(room)
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, room: usize) {
        self.bytes.resize((self.end + room).max(self.bytes.len() * 2), 0);
    }

    /// Appends what a cursor wrote.
    #[inline]
    pub(crate) fn advance(&mut self, used: usize) {
        self.end += used;
    }

    /// The last `n` bytes, to be changed.
    pub(crate) fn last_mut(&mut self, n: usize) -> &mut [u8] {
        &mut self.bytes[self.end.saturating_sub(n)..self.end]
    }

    /// Takes the last `n` bytes away.
    #[inline]
    pub(crate) fn shorten(&mut self, n: usize) {
        self.end = self.end.saturating_sub(n);
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
}

/// Makes room first. Not a method: so the compiler sees that `end` stays and keeps it in a register.
#[cold]
#[inline(never)]
fn put_cold(bytes: &mut Vec<u8>, end: usize, chars: &[u8]) {
    let wanted = (end + chars.len()).max(bytes.len() * 2);
    bytes.resize(wanted, 0);
    bytes[end..end + chars.len()].copy_from_slice(chars);
}

#[cfg(test)]
mod tests {
    use super::Buffer;

    #[test]
    fn grows_and_keeps_what_is_in_it() {
        let mut out = Buffer::with_capacity(2);
        out.put(*b"abcdefgh", 3);
        out.put_then(*b"0123", 2, b';');
        out.replace_last(b'2');
        out.copy(b"3456", 1);
        out.extend(b"456789");
        out.push(b'x');
        assert_eq!(out.as_slice(), b"abc0123456789x");
        assert_eq!(out.len(), 14);
        out.replace_last(b'\n');
        assert_eq!(out.as_slice(), b"abc0123456789\n");
        out.last_mut(3).make_ascii_uppercase();
        out.last_mut(99)[..3].make_ascii_uppercase();
        out.shorten(5);
        assert_eq!(out.as_slice(), b"ABC012345");
        out.clear();
        out.replace_last(b'\n');
        assert_eq!(out.as_slice(), b"");
    }
}
