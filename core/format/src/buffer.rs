//! The output buffer: characters are appended in chunks of a fixed size of which only the beginning
//! may count, so that a cell costs a few register moves and one bounds check instead of a `memcpy` of
//! unknown length.

use std::mem::take;

use crate::row_cursor::{Room, RowCursor};

/// Bytes on their way out, less than 4 GiB. The memory behind the end is always initialised.
#[derive(Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    /// Of 32 bits, so that adding to it needs no look at an overflow.
    end: u32,
}

impl Buffer {
    /// An empty buffer that grows when more than `capacity` bytes are in it.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { bytes: vec![0; capacity], end: 0 }
    }

    /// Goes on behind the first `end` bytes of some memory.
    #[inline]
    pub fn resume(bytes: Vec<u8>, end: u32) -> Self {
        Self { bytes, end }
    }

    /// The memory, and how many bytes of it count.
    #[inline]
    pub fn into_parts(self) -> (Vec<u8>, u32) {
        (self.bytes, self.end)
    }

    /// Lets a function write into room for `N` bytes; it yields how many it has used.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the buffer into memory")]
    pub fn fill<const N: usize>(&mut self, write: impl FnOnce(&mut [u8; N]) -> usize) {
        let end = self.len();
        if self.bytes.get(end..end + N).is_none() {
            self.bytes = grown(take(&mut self.bytes), end, &[0; N]);
        }
        let Some(room) = self.bytes.get_mut(end..end + N).and_then(|room| room.first_chunk_mut())
        else {
            unreachable!("room was made")
        };
        self.end += write(room) as u32;
    }

    /// Lets a function that is not inlined write. It gets the memory by value, so that where a buffer ends stays in a
    /// register in front of the call and behind it.
    #[inline]
    pub fn lend(&mut self, write: impl FnOnce(&mut Self)) {
        let mut lent = Self { bytes: take(&mut self.bytes), end: self.end };
        write(&mut lent);
        *self = lent;
    }

    /// Appends the first `used` of `N` bytes.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the buffer into memory")]
    pub fn put<const N: usize>(&mut self, chars: [u8; N], used: usize) {
        debug_assert!(used <= N, "more bytes used than given");
        let end = self.len();
        match self.bytes.get_mut(end..end + N) {
            Some(place) => place.copy_from_slice(&chars),
            None => self.bytes = grown(take(&mut self.bytes), end, &chars),
        }
        self.end += used as u32;
    }

    /// Appends the first `used` of `N` bytes that lie in memory.
    #[inline]
    pub fn copy<const N: usize>(&mut self, chars: &[u8; N], used: usize) {
        debug_assert!(used <= N, "more bytes used than given");
        let end = self.len();
        match self.bytes.get_mut(end..end + N) {
            Some(place) => place.copy_from_slice(chars),
            None => self.bytes = grown(take(&mut self.bytes), end, chars),
        }
        self.end += used as u32;
    }

    /// Appends the first `used` of `N` bytes and a separator.
    #[inline]
    pub fn put_then<const N: usize>(&mut self, chars: [u8; N], used: usize, separator: u8) {
        debug_assert!(used <= N, "more bytes used than given");
        let end = self.len();
        match self.bytes.get_mut(end..=end + N) {
            Some(place) => {
                place[..N].copy_from_slice(&chars);
                place[used] = separator;
            }
            None => {
                let bytes = grown(take(&mut self.bytes), end, &chars);
                self.bytes = grown(bytes, end + used, &[separator]);
            }
        }
        self.end += used as u32 + 1;
    }

    /// Appends one byte.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the buffer into memory")]
    pub fn push(&mut self, byte: u8) {
        let end = self.len();
        match self.bytes.get_mut(end) {
            Some(place) => *place = byte,
            None => self.bytes = grown(take(&mut self.bytes), end, &[byte]),
        }
        self.end += 1;
    }

    /// Appends bytes.
    #[inline]
    pub fn extend(&mut self, bytes: &[u8]) {
        let end = self.len();
        match self.bytes.get_mut(end..end + bytes.len()) {
            Some(place) => place.copy_from_slice(bytes),
            None => self.bytes = grown(take(&mut self.bytes), end, bytes),
        }
        self.end += bytes.len() as u32;
    }

    /// Gives the memory away, and how many bytes of it count. [`Self::renew`] comes next.
    pub fn take(&mut self) -> (Vec<u8>, usize) {
        (take(&mut self.bytes), take(&mut self.end) as usize)
    }

    /// Goes on with other memory of at least so many bytes; what is in it does not count.
    pub fn renew(&mut self, mut bytes: Vec<u8>, capacity: usize) {
        if bytes.len() < capacity {
            bytes.resize(capacity, 0);
        }
        (self.bytes, self.end) = (bytes, 0);
    }

    /// Room behind the end, for cells that are written without looking for room.
    #[inline]
    pub fn cursor(&mut self) -> RowCursor<'_> {
        let end = self.len();
        if self.bytes.len() < end + size_of::<Room>() {
            self.grow(size_of::<Room>());
        }
        let (_, room) = self.bytes.split_at_mut(end);
        let Some(room) = room.first_chunk_mut() else { unreachable!("room was made") };
        RowCursor::new(room)
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, room: usize) {
        self.bytes.resize((self.len() + room).max(self.bytes.len() * 2), 0);
    }

    /// Appends what a cursor wrote.
    #[inline]
    pub fn advance(&mut self, used: usize) {
        self.end += used as u32;
    }

    /// The last `n` bytes, to be changed.
    pub fn last_mut(&mut self, n: usize) -> &mut [u8] {
        let end = self.len();
        &mut self.bytes[end.saturating_sub(n)..end]
    }

    /// Takes the last `n` bytes away.
    #[inline]
    pub fn shorten(&mut self, n: usize) {
        self.end = self.end.saturating_sub(n as u32);
    }

    /// Puts `byte` in the place of the last one.
    #[inline]
    pub fn replace_last(&mut self, byte: u8) {
        if let Some(last) = self.end.checked_sub(1) {
            self.bytes[last as usize] = byte;
        }
    }

    /// The number of bytes.
    #[inline]
    pub fn len(&self) -> usize {
        self.end as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// All bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len()]
    }

    /// Forgets all bytes and keeps the memory.
    pub fn clear(&mut self) {
        self.end = 0;
    }
}

/// Makes room first. The memory is given and taken by value, so that the compiler sees that nobody else changes it
/// and keeps where it is and where it ends in registers.
#[cold]
#[inline(never)]
fn grown(mut bytes: Vec<u8>, end: usize, chars: &[u8]) -> Vec<u8> {
    const MOST: usize = u32::MAX as usize;
    assert!(chars.len() <= MOST - end, "a buffer of more than 4 GiB");
    let wanted = (end + chars.len()).max((bytes.len() * 2).min(MOST));
    bytes.resize(wanted, 0);
    bytes[end..end + chars.len()].copy_from_slice(chars);
    bytes
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
