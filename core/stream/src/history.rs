//! The bytes that were passed on last and are not acknowledged yet, so that those that come again can be compared with them.

use flowz_api::Checkpoint;

/// Room for the first bytes. It stays with a connection that is forgotten, for the next one.
const FIRST_ROOM: usize = 4 << 10;
/// Room for more. Most connections need no other.
const SECOND_ROOM: usize = 16 << 10;

/// The end of what was passed on. Grows with what is under way, up to a limit.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct History {
    bytes: Vec<u8>,
    /// Bytes at the front that are forgotten.
    forgotten: usize,
    /// Most bytes that there were.
    most: usize,
    /// Offset behind the last byte.
    end: u64,
}

impl History {
    /// Offset of the first byte that is still there.
    pub(crate) fn start(&self) -> u64 {
        self.end - self.known().len() as u64
    }

    fn known(&self) -> &[u8] {
        &self.bytes[self.forgotten..]
    }

    /// Memory that it takes; that of its first bytes, which may come from an earlier connection, only when there are some.
    pub(crate) fn memory(&self) -> usize {
        room(self.most)
    }

    /// Bytes were passed on: `at` is the offset of the first. What the receiver has acknowledged is forgotten, and what does
    /// not fit.
    pub(crate) fn push(&mut self, at: u64, bytes: &[u8], acked: u64, limit: usize) {
        if at != self.end {
            self.bytes.clear();
            (self.forgotten, self.end) = (0, at);
        }
        self.forget_before(acked);
        let bytes_end = at + bytes.len() as u64;
        let kept = &bytes[bytes.len() - bytes.len().min(limit)..];
        let over = (self.known().len() + kept.len()).saturating_sub(limit);
        self.forgotten = (self.forgotten + over).min(self.bytes.len());
        // At once, and not only where there is no more room: what is written again is in the processor's cache.
        if self.forgotten + kept.len() >= self.known().len() {
            self.bytes.drain(..self.forgotten);
            self.forgotten = 0;
        }
        self.most = self.most.max(self.bytes.len() + kept.len());
        if self.bytes.capacity() < self.most {
            self.bytes.reserve_exact(room(self.most) - self.bytes.len());
        }
        self.bytes.extend_from_slice(kept);
        self.end = bytes_end;
    }

    fn forget_before(&mut self, acked: u64) {
        let acked = acked.saturating_sub(self.start());
        let acked = usize::try_from(acked).unwrap_or(usize::MAX);
        self.forgotten = self.forgotten.saturating_add(acked).min(self.bytes.len());
    }

    /// Forgets all, and gives the memory back.
    pub(crate) fn clear(&mut self) {
        *self = Self { end: self.end, ..Self::default() };
    }

    /// That of another connection, with the same memory if that is not more than the first bytes need.
    pub(crate) fn reused(self) -> Self {
        let mut bytes = self.bytes;
        if bytes.capacity() > FIRST_ROOM {
            return Self::default();
        }
        bytes.clear();
        Self { bytes, ..Self::default() }
    }

    /// How many of these bytes, which come again from this offset on, have another value. Those that are not known
    /// any more count as the same.
    pub(crate) fn conflicts(&self, at: u64, bytes: &[u8]) -> u64 {
        let start = self.start();
        let skipped = usize::try_from(start.saturating_sub(at)).unwrap_or(usize::MAX);
        let Some(bytes) = bytes.get(skipped..) else { return 0 };
        let from = (at.max(start) - start) as usize;
        let Some(known) = self.known().get(from..) else { return 0 };
        differing(known, bytes)
    }
}

/// Memory for so many bytes.
fn room(len: usize) -> usize {
    match len {
        0 => 0,
        _ if len <= FIRST_ROOM => FIRST_ROOM,
        _ if len <= SECOND_ROOM => SECOND_ROOM,
        _ => len.next_power_of_two(),
    }
}

/// At how many places two runs of bytes differ, as far as both go.
pub(crate) fn differing(one: &[u8], other: &[u8]) -> u64 {
    let len = one.len().min(other.len());
    if one[..len] == other[..len] {
        return 0;
    }
    one.iter().zip(other).filter(|(a, b)| a != b).count() as u64
}

#[cfg(test)]
mod tests {
    use super::History;

    #[test]
    fn compares_what_is_there() {
        let mut history = History::default();
        history.push(0, b"abcdef", 0, 8);
        assert_eq!((history.start(), history.conflicts(2, b"cdXX")), (0, 2));
        history.push(6, b"ghij", 0, 8);
        assert_eq!(history.start(), 2, "two are too many");
        assert_eq!(history.conflicts(0, b"XXcX"), 1, "the first two are forgotten");
        history.push(10, b"k", 9, 8);
        assert_eq!((history.start(), history.conflicts(8, b"Xjk")), (9, 0));
        assert_eq!(history.conflicts(10, b"Xyz"), 1, "behind the end nothing is known");
    }

    #[test]
    fn begins_anew_behind_a_gap() {
        let mut history = History::default();
        history.push(0, b"abc", 0, 8);
        history.push(5, b"fghijklmnop", 0, 8);
        assert_eq!(history.start(), 8);
        assert_eq!((history.conflicts(8, b"iX"), history.conflicts(20, b"X")), (1, 0));
        history.clear();
        assert_eq!((history.start(), history.memory()), (16, 0));
    }

    #[test]
    fn memory_is_bounded_by_the_limit() {
        let mut history = History::default();
        for n in 0..10_000_u64 {
            history.push(n * 7, b"1234567", 0, 6_000);
            // Twice the limit, as half of it may be forgotten.
            assert!(history.memory() <= 16 << 10, "{}", history.memory());
            assert!(history.bytes.capacity() <= history.memory());
        }
        assert_eq!(history.start(), 64_000);
    }

    #[test]
    fn small_memory_is_used_again() {
        let mut history = History::default();
        history.push(0, b"abc", 0, 8);
        let mut next = history.reused();
        assert_eq!((next.start(), next.memory(), next.bytes.capacity()), (0, 0, super::FIRST_ROOM));
        next.push(0, &[7; 5_000], 0, 8_000);
        assert_eq!((next.memory(), next.conflicts(4_999, b"XX")), (16 << 10, 1));
        assert_eq!(next.reused().bytes.capacity(), 0);
    }
}
