//! Rows on their way.

use std::mem;

/// Whole rows, each with its line end.
#[derive(Debug, Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// Where each row ends.
    ends: Vec<usize>,
    /// Rows that were handed over.
    taken: usize,
    /// Bytes that were handed over, perhaps a part of a row too.
    pub(super) written: usize,
    /// They are in what a stream has packed and not written yet.
    pub(super) is_packed: bool,
}

impl Batch {
    /// Bytes of all rows.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Appends a row.
    pub(super) fn push(&mut self, row: &[u8]) {
        self.bytes.extend_from_slice(row);
        self.ends.push(self.bytes.len());
    }

    /// All of it; nothing stays.
    pub(super) fn take(&mut self) -> Self {
        mem::take(self)
    }

    /// Rows that were not handed over.
    pub(super) fn rows(&self) -> u64 {
        (self.ends.len() - self.taken) as u64
    }

    /// All rows.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The rows that were not handed over.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.begin()..]
    }

    /// Where the first row begins that was not handed over.
    fn begin(&self) -> usize {
        self.taken.checked_sub(1).map_or(0, |last| self.ends[last])
    }

    /// The first row that was not handed over.
    pub(super) fn first(&self) -> Option<&[u8]> {
        let end = *self.ends.get(self.taken)?;
        Some(&self.bytes[self.begin()..end])
    }

    /// The first row was handed over, or given up.
    pub(super) fn advance(&mut self) {
        self.taken = self.ends.len().min(self.taken + 1);
        self.written = self.begin();
    }

    /// So many bytes were handed over: rows that are in them are taken.
    pub(super) fn count(&mut self) {
        let written = self.written;
        while self.ends.get(self.taken).is_some_and(|end| *end <= written) {
            self.taken += 1;
        }
    }

    /// Whether a row was handed over in part.
    pub(super) fn is_in_row(&self) -> bool {
        self.written > self.begin()
    }

    /// A row that was handed over in part begins anew.
    pub(super) fn begin_anew(&mut self) {
        self.written = self.begin();
        self.is_packed = false;
    }

    /// All rows were handed over.
    pub(super) fn complete(&mut self) {
        (self.taken, self.written) = (self.ends.len(), self.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::Batch;

    #[test]
    fn what_was_taken() {
        let mut batch = Batch::default();
        for row in [&b"ab\n"[..], b"\n", b"cde\n"] {
            batch.push(row);
        }
        assert_eq!(
            (batch.rows(), batch.rest(), batch.is_in_row()),
            (3, &b"ab\n\ncde\n"[..], false)
        );
        batch.written = 6;
        batch.count();
        assert_eq!(
            (batch.rows(), batch.first(), batch.is_in_row()),
            (1, Some(&b"cde\n"[..]), true)
        );
        batch.begin_anew();
        assert_eq!((batch.written, batch.is_in_row(), batch.rest()), (4, false, &b"cde\n"[..]));
        batch.advance();
        assert_eq!((batch.rows(), batch.first(), batch.written), (0, None, 8));
        let all = batch.take();
        assert_eq!((batch.len(), all.len()), (0, 8));
    }
}
