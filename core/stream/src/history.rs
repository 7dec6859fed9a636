//! The bytes that were passed on last and are not acknowledged yet, so that those that come again can be compared with them.

/// The end of what was passed on. Grows with what is under way, up to a limit.
#[derive(Debug, Default)]
pub(crate) struct History {
    bytes: Vec<u8>,
    /// Bytes at the front that are forgotten.
    forgotten: usize,
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

    /// Memory that it takes.
    pub(crate) fn memory(&self) -> usize {
        self.bytes.capacity()
    }

    /// Bytes were passed on: `at` is the offset of the first. What the receiver has acknowledged is forgotten, and what does
    /// not fit.
    pub(crate) fn push(&mut self, at: u64, bytes: &[u8], acked: u64, limit: usize) {
        if at != self.end {
            self.clear();
            self.end = at;
        }
        self.forget_before(acked);
        let bytes_end = at + bytes.len() as u64;
        let kept = &bytes[bytes.len() - bytes.len().min(limit)..];
        let over = (self.known().len() + kept.len()).saturating_sub(limit);
        self.forgotten = (self.forgotten + over).min(self.bytes.len());
        if self.forgotten > self.bytes.len() / 2 {
            self.bytes.drain(..self.forgotten);
            self.forgotten = 0;
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
    fn memory_stays_within_twice_the_limit() {
        let mut history = History::default();
        for n in 0..10_000_u64 {
            history.push(n * 7, b"1234567", 0, 100);
            assert!(history.memory() <= 400, "{}", history.memory());
        }
        assert_eq!(history.start(), 69_900);
    }
}
