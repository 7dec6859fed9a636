//! Rows that wait for the end of their file, to be written in another order than they came.

/// Bytes of a page, if no row is larger.
const PAGE: usize = 1 << 20;

/// The rows. They lie close together in pages that are never moved, since there may be millions of them.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pages: Vec<Vec<u8>>,
    rows: Vec<Row>,
}

/// Where a row is.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// By which rows are ordered.
    rank: u64,
    page: u32,
    start: u32,
    length: u32,
}

impl Waiting {
    /// Keeps a row.
    pub(super) fn push(&mut self, rank: u64, row: &[u8]) {
        let room = self.pages.last().map_or(0, |page| page.capacity() - page.len());
        if room < row.len() {
            self.pages.push(Vec::with_capacity(PAGE.max(row.len())));
        }
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let page = number(self.pages.len().saturating_sub(1));
        if let Some(bytes) = self.pages.last_mut() {
            let (start, length) = (number(bytes.len()), number(row.len()));
            bytes.extend_from_slice(row);
            self.rows.push(Row { rank, page, start, length });
        }
    }

    /// The rows by their ranks; those of one rank as they came.
    pub(super) fn in_order(&mut self) -> impl Iterator<Item = &[u8]> {
        let Self { pages, rows } = self;
        rows.sort_by_key(|row| row.rank);
        rows.iter().filter_map(|row| {
            let page = pages.get(row.page as usize)?;
            page.get(row.start as usize..)?.get(..row.length as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGE, Waiting};

    #[test]
    fn by_rank_then_as_they_came() {
        let mut waiting = Waiting::default();
        let long = vec![b'x'; PAGE + 1];
        let half = vec![b'h'; PAGE / 2 + 1];
        let rows: [(u64, &[u8]); 6] =
            [(7, b"g"), (1, &half), (9, &long), (1, b"b"), (0, &half), (7, b"G")];
        for (rank, row) in rows {
            waiting.push(rank, row);
        }
        let ordered: Vec<&[u8]> = waiting.in_order().collect();
        assert_eq!(ordered, [&half[..], &half, b"b", b"g", b"G", &long]);
    }
}
