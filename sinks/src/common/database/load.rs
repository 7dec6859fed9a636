//! Rows of several tables on their way to a server together.

use std::mem;
use std::time::{Duration, Instant};

use crate::common::delivery::now;

/// Bytes of a load, at most; a larger row goes alone.
const MOST_BYTES: usize = 8 << 20;

/// How long a row waits for others; then the next row brings them on their way.
const LONGEST: Duration = Duration::from_secs(1);

/// Rows of one table as the server takes them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Part {
    /// The number of the table in the run.
    pub(crate) table: usize,
    /// How many rows there are.
    pub(crate) rows: u64,
    /// The rows.
    pub(crate) bytes: Vec<u8>,
}

/// Rows that go together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Load {
    /// Its number in the run, from 1 on.
    pub(crate) number: u64,
    /// The tables that have rows in it.
    pub(crate) parts: Vec<Part>,
}

impl Load {
    /// How many rows there are.
    pub(crate) fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// How many bytes there are.
    pub(crate) fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.bytes.len()).sum()
    }
}

/// Collects rows.
#[derive(Debug)]
pub(crate) struct Loader {
    load: Load,
    rows: u64,
    bytes: usize,
    most_rows: u64,
    /// When the first row came.
    since: Option<Instant>,
}

impl Loader {
    /// For loads of so many rows at most.
    pub(crate) fn new(most_rows: u64) -> Self {
        let load = Load { number: 1, parts: Vec::new() };
        Self { load, rows: 0, bytes: 0, most_rows, since: None }
    }

    /// Adds a row of a table, which `write` appends. Yields the load if it is time for it to go.
    pub(crate) fn add(&mut self, table: usize, write: impl FnOnce(&mut Vec<u8>)) -> Option<Load> {
        let parts = &mut self.load.parts;
        let at = parts.iter().position(|part| part.table == table).unwrap_or_else(|| {
            parts.push(Part { table, ..Part::default() });
            parts.len() - 1
        });
        let part = &mut parts[at];
        let before = part.bytes.len();
        write(&mut part.bytes);
        part.rows += 1;
        self.bytes += part.bytes.len() - before;
        self.rows += 1;
        let since = *self.since.get_or_insert_with(now);
        let is_due = self.rows >= self.most_rows || self.bytes >= MOST_BYTES;
        // The clock is not asked for each row.
        let is_late = || self.rows % 16 == 1 && since.elapsed() >= LONGEST;
        if is_due || is_late() { self.take() } else { None }
    }

    /// What was collected, if there is anything.
    pub(crate) fn take(&mut self) -> Option<Load> {
        if self.rows == 0 {
            return None;
        }
        (self.rows, self.bytes, self.since) = (0, 0, None);
        let next = Load { number: self.load.number + 1, parts: Vec::new() };
        Some(mem::replace(&mut self.load, next))
    }
}

#[cfg(test)]
mod tests {
    use super::{Loader, MOST_BYTES};

    #[test]
    fn rows_of_tables_go_together() {
        let mut loader = Loader::new(3);
        assert_eq!(loader.add(1, |out| out.push(b'a')), None);
        assert_eq!(loader.add(0, |out| out.push(b'b')), None);
        let load = loader.add(1, |out| out.push(b'c')).unwrap();
        assert_eq!((load.number, load.rows(), load.bytes()), (1, 3, 3));
        let parts: Vec<_> = load.parts.iter().map(|p| (p.table, p.rows, &p.bytes[..])).collect();
        assert_eq!(parts, [(1, 2, &b"ac"[..]), (0, 1, b"b")]);
        assert_eq!(loader.take(), None);
        assert_eq!(loader.add(0, |_| {}), None);
        assert_eq!(loader.take().unwrap().number, 2);
    }

    #[test]
    fn large_rows_do_not_wait() {
        let mut loader = Loader::new(1000);
        assert!(loader.add(0, |out| out.resize(MOST_BYTES, 0)).is_some());
    }
}
