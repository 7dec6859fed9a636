//! Where the bytes go.

use std::io::{self, Write};

/// Bytes that are handed on together.
const BLOCK: usize = 1 << 16;

/// Takes values in the order in which they will be read. A failure is kept until the [end](Self::finish).
pub struct Writer<'a> {
    block: Vec<u8>,
    out: &'a mut dyn Write,
    failed: Option<io::Error>,
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("failed", &self.failed).finish_non_exhaustive()
    }
}

impl<'a> Writer<'a> {
    /// Writes to a file or whatever.
    pub fn new(out: &'a mut dyn Write) -> Self {
        Self { block: Vec::with_capacity(2 * BLOCK), out, failed: None }
    }

    /// Appends bytes.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.block.extend_from_slice(bytes);
        if self.block.len() >= BLOCK {
            self.hand_on();
        }
    }

    /// Appends how many values follow.
    #[inline]
    pub fn count(&mut self, count: usize) {
        self.bytes(&(count as u64).to_le_bytes());
    }

    #[cold]
    fn hand_on(&mut self) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(&self.block).err();
        }
        self.block.clear();
    }

    /// All is written; fails if any of it could not be.
    pub fn finish(mut self) -> io::Result<()> {
        self.hand_on();
        self.failed.take().map_or_else(|| self.out.flush(), Err)
    }
}
