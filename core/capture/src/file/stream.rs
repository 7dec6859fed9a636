//! The read buffer: one block of memory that is filled again and again, from which packets are
//! handed out as slices. A record that reaches beyond the filled part is completed by moving the
//! rest to the front and reading on; the buffer only grows for a record larger than itself, and
//! its callers refuse records above their limits before they ask for them.
//!
//! For batches of packets that outlive the next read, its blocks come from a pool: instead of filling a
//! block again it releases it and goes on in another one.

use std::io::{self, ErrorKind, Read};

/// What bytes are read from.
pub(crate) type Bytes = Box<dyn Read + Send>;

/// So many bytes are moved to the front of the buffer without a second thought: what is at hand then
/// stays in a first-level cache.
const MOVED: usize = 32 << 10;

/// First size of the buffer in bytes: large reads, and still inside a second-level cache.
const BUFFER: usize = 256 << 10;

/// A source of bytes behind a buffer.
pub(crate) struct Stream {
    source: Bytes,
    buffer: Vec<u8>,
    /// First byte of the buffer that is not consumed.
    start: usize,
    /// Behind the last byte that was read.
    end: usize,
    /// Position of the buffer's first byte in the stream.
    base: u64,
    ended: bool,
    failure: Option<io::Error>,
    /// Where blocks come from, if one block does not do.
    pool: Option<BlockPool>,
    /// Somebody needs what was consumed of this block: it is not filled again.
    is_held: bool,
}

/// Blocks of memory that go to and fro between a stream and those who hold packets in them.
#[derive(Default)]
struct BlockPool {
    /// Came back, to be filled again.
    free: Vec<Vec<u8>>,
    /// Released since the last batch.
    released: Option<Vec<u8>>,
}

/// Size of a block of the pool, in bytes: small enough that a few of them, with all that is found in
/// their packets, stay inside the caches.
const POOL_BLOCK: usize = 256 << 10;

impl Stream {
    /// A stream over nothing.
    pub(crate) fn new() -> Self {
        Self {
            source: Box::new(io::empty()),
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            base: 0,
            ended: true,
            failure: None,
            pool: None,
            is_held: false,
        }
    }

    /// Begins anew with another source; the memory is kept.
    pub(crate) fn restart(&mut self, source: Bytes) {
        self.source = source;
        if self.is_held {
            self.start = self.end;
            self.next_block(0);
        }
        (self.start, self.end, self.base) = (0, 0, 0);
        self.ended = false;
        self.failure = None;
    }

    /// The same with a source whose first byte is at this position of something longer.
    pub(crate) fn restart_at(&mut self, source: Bytes, position: u64) {
        self.restart(source);
        self.base = position;
    }

    /// Position of the next byte, from the start of the source.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Position of a place that [`Self::consume`] gave, from the start of the source.
    pub(crate) fn offset_of(&self, at: usize) -> u64 {
        self.base + at as u64
    }

    /// Bytes read from the source so far, consumed or not.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.base + self.end as u64
    }

    /// Bytes that can be looked at without reading.
    pub(crate) fn available(&self) -> usize {
        self.end - self.start
    }

    /// Takes the error that ended the source early, if one did.
    pub(crate) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Makes sure that `want` bytes can be looked at; false if the source ends before.
    #[inline]
    pub(crate) fn have(&mut self, want: usize) -> bool {
        self.end - self.start >= want || self.fill(want)
    }

    /// The next `N` bytes, not consumed; `None` if the source ends before.
    #[inline]
    pub(crate) fn head<const N: usize>(&mut self) -> Option<&[u8; N]> {
        if !self.have(N) {
            return None;
        }
        self.buffer.get(self.start..self.start + N)?.first_chunk()
    }

    /// All bytes that can be looked at without reading.
    #[inline]
    pub(crate) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Marks `count` of the bytes that are at hand as used and gives their place for [`Self::slice`].
    #[inline]
    pub(crate) fn consume(&mut self, count: usize) -> usize {
        debug_assert!(count <= self.available());
        let at = self.start;
        self.start += count;
        at
    }

    /// Bytes at a place that [`Self::consume`] gave, until the next call that reads.
    #[inline]
    pub(crate) fn slice(&self, at: usize, len: usize) -> &[u8] {
        &self.buffer[at..at + len]
    }

    /// Uses up `count` bytes without keeping them; returns how many there were.
    pub(crate) fn skip(&mut self, count: u64) -> u64 {
        let mut left = count;
        while left > 0 && self.have(1) {
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(self.available());
            self.consume(step);
            left -= step as u64;
        }
        count - left
    }

    /// Reads until `want` bytes are at hand or the source ends.
    #[cold]
    #[inline(never)]
    fn fill(&mut self, want: usize) -> bool {
        if self.ended {
            return false;
        }
        self.make_room(want);
        while self.available() < want && !self.ended {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error);
                    self.ended = true;
                }
            }
        }
        self.available() >= want
    }

    /// Makes room for `want` bytes from where the stream is.
    fn make_room(&mut self, want: usize) {
        if self.available() <= MOVED || self.start + want > self.buffer.len() {
            self.move_to_front(want);
        }
    }

    /// Moves what is left to the front, so that `want` bytes fit behind it. Where much is moved,
    /// there is room for half as much again: a long look ahead takes time in proportion to its
    /// length.
    fn move_to_front(&mut self, want: usize) {
        let room = if self.available() > MOVED { want + want / 2 } else { want };
        if self.is_held {
            self.next_block(room);
        } else {
            self.buffer.copy_within(self.start..self.end, 0);
            if room > self.buffer.len() {
                self.buffer.resize(room.next_power_of_two(), 0);
            }
        }
        self.base += self.start as u64;
        self.end -= self.start;
        self.start = 0;
    }

    /// Releases the block and takes another one, with what is left at its front.
    fn next_block(&mut self, want: usize) {
        let Some(pool) = &mut self.pool else { return };
        let mut next = pool.free.pop().unwrap_or_default();
        let rest = self.buffer.get(self.start..self.end).unwrap_or(&[]);
        let size = POOL_BLOCK.max(want.max(rest.len()).next_power_of_two());
        if next.len() < size {
            next.resize(size, 0);
        }
        next[..rest.len()].copy_from_slice(rest);
        pool.released = Some(std::mem::replace(&mut self.buffer, next));
        self.is_held = false;
    }

    /// From now on blocks come from a pool: those that are held are not filled again before they come
    /// back.
    pub(crate) fn use_block_pool(&mut self) {
        self.pool.get_or_insert_default();
    }

    /// Keeps what was consumed of the current block, for somebody who takes the block when it is
    /// released.
    #[inline]
    pub(crate) fn hold_block(&mut self) {
        self.is_held = self.pool.is_some();
    }

    /// Releases the current block, if it is held, though it is not used up.
    pub(crate) fn release_block(&mut self) {
        self.move_to_front(0);
    }

    /// Whether a block was released since [`Self::exchange_block`].
    pub(crate) fn has_released(&self) -> bool {
        self.pool.as_ref().is_some_and(|pool| pool.released.is_some())
    }

    /// The block released since the last call, in exchange for one that is used up.
    pub(crate) fn exchange_block(&mut self, used_up: Vec<u8>) -> Vec<u8> {
        let Some(pool) = &mut self.pool else { return used_up };
        // More than these are never needed at once; monsters are not kept.
        if (1..=BUFFER).contains(&used_up.len()) && pool.free.len() < 2 {
            pool.free.push(used_up);
        }
        pool.released.take().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
