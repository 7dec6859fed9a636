//! Rows repeat themselves: the TCP columns of a UDP flow are all zero, hardware addresses and header
//! chains are those of the flow before. Neighbouring columns are taken together, and where the values of a
//! group are, byte by byte, those of an earlier row, its text is copied and not made again.
//!
//! Comparing the bytes is enough: values are self-delimiting, so bytes that begin with a group's encoding
//! are that group. What a group remembers is replaced when it was of no use for a while.

use std::ops::Range;

use flowz_api::column::{Column, Schema, Type};
use flowz_api::record::{Cells, Record};

use super::buffer::Buffer;

/// Most columns in a group: one that changes costs the text of all.
const MOST: usize = 6;

/// How many rows a group remembers: those of both directions of a few kinds of flows.
const WAYS: usize = 4;

/// How often what is new may be looked at in vain before it is forgotten, and how often what was right
/// before.
const TRUST: u8 = 2;
const MOST_TRUST: u8 = 16;

/// The columns of a table in groups.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    groups: Vec<Group>,
}

/// Neighbouring columns.
#[derive(Debug)]
struct Group {
    columns: Range<usize>,
    /// Whether their values come again; if not, nothing is remembered.
    repeats: bool,
    known: [Known; WAYS],
    /// Whose turn it is to be forgotten.
    turn: usize,
}

/// The values of a group in an earlier row, and their text.
#[derive(Debug, Default)]
struct Known {
    values: Vec<u8>,
    text: Vec<u8>,
    /// How often it may yet be looked at in vain.
    trust: u8,
}

impl Memo {
    /// Groups for the columns of a table.
    fn of(schema: &Schema) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (n, column) in schema.columns.iter().enumerate() {
            let repeats = repeats(column);
            match groups.last_mut() {
                Some(last) if last.repeats == repeats && last.has_room(&schema.columns, n) => {
                    last.columns.end += 1;
                }
                _ => groups.push(Group::new(n, repeats)),
            }
        }
        Self { groups }
    }

    /// Writes a row of a table, the same table each time; `write` makes the text of one column.
    #[inline]
    pub(crate) fn row(
        &mut self,
        out: &mut Buffer,
        schema: &Schema,
        record: &Record,
        mut write: impl FnMut(&mut Buffer, &Column, &mut Cells<'_>),
    ) {
        if self.groups.is_empty() {
            *self = Self::of(schema);
        }
        let mut cells = record.cells();
        for group in &mut self.groups {
            if group.repeats && group.recall(out, &mut cells) {
                continue;
            }
            let (values, start) = (cells.rest(), out.len());
            for column in &schema.columns[group.columns.clone()] {
                write(out, column, &mut cells);
            }
            if group.repeats {
                let used = values.len() - cells.rest().len();
                group.remember(&values[..used], &out.as_slice()[start..]);
            }
        }
        debug_assert!(cells.rest().is_empty(), "record longer than its schema");
    }
}

/// Whether values of a column come again: numbers of flows, times, addresses of hosts and payload do not.
fn repeats(column: &Column) -> bool {
    const UNIQUE: [&str; 4] = ["flowInd", "pktNo", "srcPort", "dstPort"];
    let fresh = |ty: &Type| {
        use Type::{Content, Duration, Ip, Ip4, Ip6, Mac, Nine, Stamp};
        matches!(ty, Stamp | Duration | Ip | Ip4 | Ip6 | Mac | Nine | Content)
    };
    match column.ty {
        Type::List(item) => !fresh(item),
        ref ty => !fresh(ty) && !UNIQUE.contains(&column.name.as_str()),
    }
}

impl Group {
    fn new(column: usize, repeats: bool) -> Self {
        Self { columns: column..column + 1, repeats, known: Default::default(), turn: 0 }
    }

    /// Whether column `n` fits in. Those of one plugin change together.
    fn has_room(&self, columns: &[Column], n: usize) -> bool {
        let first = columns.get(self.columns.start).map(|column| column.plugin);
        !self.repeats || self.columns.len() < MOST && first == columns.get(n).map(|c| c.plugin)
    }

    /// Writes what is remembered if the next values are the same as then.
    #[inline]
    fn recall(&mut self, out: &mut Buffer, cells: &mut Cells<'_>) -> bool {
        let values = cells.rest();
        let same = |known: &&mut Known| known.trust > 0 && values.starts_with(&known.values);
        let Some(known) = self.known.iter_mut().find(same) else { return false };
        cells.take(known.values.len());
        out.extend(&known.text);
        known.trust = MOST_TRUST.min(known.trust + 1);
        true
    }

    /// Nothing that was remembered is right: one of them loses trust, and its place when none is left.
    fn remember(&mut self, values: &[u8], text: &[u8]) {
        self.turn = (self.turn + 1) % WAYS;
        let known = &mut self.known[self.turn];
        known.trust = known.trust.saturating_sub(1);
        if known.trust == 0 {
            known.values.clear();
            known.values.extend_from_slice(values);
            known.text.clear();
            known.text.extend_from_slice(text);
            known.trust = TRUST;
        }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::{Cell, List, Stamp};
    use flowz_api::column::{Column, Schema, Type};
    use flowz_api::record::{Cells, Record};

    use super::{Buffer, Memo};
    use crate::testing::column;

    /// Two lists and two numbers; the time comes never again.
    fn schema() -> Schema {
        let list = || Type::List(&Type::U16);
        let types = [list(), Type::U8, Type::Stamp, list()];
        Schema { columns: types.into_iter().map(|ty| column("x", ty)).collect() }
    }

    fn write(out: &mut Buffer, column: &Column, cells: &mut Cells<'_>) {
        let text = match column.ty {
            Type::U8 => cells.u8().to_string(),
            Type::Stamp => format!("{}.{}", cells.u64(), cells.u32()),
            _ => (0..cells.length()).map(|_| cells.u16().to_string()).collect::<Vec<_>>().join(";"),
        };
        out.extend(text.as_bytes());
        out.push(b' ');
    }

    /// Writes rows and tells how many cells were made for each.
    fn made(rows: &[(&[u16], u8)]) -> (String, Vec<usize>) {
        let schema = schema();
        let (mut memo, mut out) = (Memo::default(), Buffer::with_capacity(0));
        let mut counts = Vec::new();
        for (items, number) in rows {
            let mut record = Record::new();
            List(items).put(&mut record);
            number.put(&mut record);
            Stamp { seconds: counts.len() as u64, nanos: 5 }.put(&mut record);
            List(items).put(&mut record);
            let mut count = 0;
            memo.row(&mut out, &schema, &record, |out, column, cells| {
                count += 1;
                write(out, column, cells);
            });
            counts.push(count);
        }
        (String::from_utf8(out.as_slice().to_vec()).unwrap(), counts)
    }

    #[test]
    fn what_comes_again_is_copied() {
        let (text, counts) = made(&[(&[1, 2], 7), (&[1, 2], 7), (&[1, 2], 8), (&[1, 2], 7)]);
        assert_eq!(text, "1;2 7 0.5 1;2 1;2 7 1.5 1;2 1;2 8 2.5 1;2 1;2 7 3.5 1;2 ");
        assert_eq!(counts, [4, 1, 3, 1]);
    }

    #[test]
    fn a_longer_list_is_another_one() {
        let (text, counts) = made(&[(&[], 0), (&[0], 0), (&[], 0)]);
        assert_eq!(text, " 0 0.5   0 1.5 0  0 2.5  ".replacen("  0 1", " 0 0 1", 1));
        assert_eq!(counts, [4, 4, 1]);
    }

    #[test]
    fn what_is_of_no_use_is_replaced() {
        let rows: Vec<(&[u16], u8)> = (0..90).map(|n| (&[9][..], n)).collect();
        let (text, counts) = made(&rows);
        assert!(counts[1..].iter().all(|&count| count == 3) && text.contains("9 77 77.5 9 "));
        // The last ones are remembered, the first ones are not.
        let rows: Vec<(&[u16], u8)> =
            (0..90).chain([0, 1, 2, 3, 86, 87, 88, 89]).map(|n| (&[9][..], n)).collect();
        let counts = made(&rows).1;
        assert_eq!(counts[90..94], [3; 4]);
        assert!(counts[94..].contains(&1));
    }
}
