//! A cache of the text of cells, because rows repeat themselves: the TCP columns of a UDP flow are all zero,
//! hardware addresses and header chains are those of the flow before. Neighbouring columns are taken together,
//! and where the values of a group are, byte by byte, those of an earlier row, its text is copied and not made
//! again. All columns of a plugin are such a group, too: most flows have nothing of a protocol, and then its
//! columns are the same for all of them.
//!
//! Comparing the bytes is enough: values are self-delimiting, so bytes that begin with a group's encoding
//! are that group. What a group has cached is replaced when it was of no use for a while, and a group whose
//! values hardly ever come again is left alone for some time.

use std::ops::Range;

use flowz_api::column::{Column, Schema, Type};
use flowz_api::record::{Cells, Record};

use super::buffer::Buffer;

/// Most columns in a group: one that changes costs the text of all.
const MOST: usize = 6;

/// How many rows a group caches: those of both directions of a few kinds of flows.
const WAYS: usize = 4;

/// Most bytes of values and of text that are cached. Of a fixed size, so that values are compared and
/// text is copied by a few moves, without calls.
const VALUES: usize = 32;
const TEXT: usize = 64;

/// How often what is new may be looked at in vain before it is forgotten, and how often what was right
/// before.
const TRUST: u8 = 2;
const MOST_TRUST: u8 = 16;

/// A row that is found makes up for as many that are not.
const WORTH: u16 = 2;
const MOST_PATIENCE: u16 = 128;
/// Rows without a look at what is cached, when patience is at its end.
const REST: u16 = 2_000;

/// The same for all columns of a plugin: what was right once is trusted longer, because those of all flows that
/// have something of a protocol are between two that have nothing.
const SECTION_TRUST: u8 = 4;
const MOST_SECTION_TRUST: u8 = 64;
/// Rows that are stored in vain before a section rests.
const MOST_STORED: u8 = 8;
/// Fewer groups than that are not worth a look at them together.
const LEAST_GROUPS: usize = 3;
/// Most bytes of values, so that a long text is not copied for nothing.
const SECTION_VALUES: usize = 1_024;

/// The columns of a table in groups.
#[derive(Debug, Default)]
pub(crate) struct CellCache {
    sections: Vec<Section>,
    /// Nothing is cached.
    disabled: bool,
}

/// All columns of a plugin, or some that are never the same together.
#[derive(Debug, Default)]
struct Section {
    groups: Vec<Group>,
    /// All of them together may come again.
    repeats: bool,
    /// Their values in an earlier row, and their text.
    values: Vec<u8>,
    text: Vec<u8>,
    /// How often it may yet be looked at in vain.
    trust: u8,
    /// How many rows were stored since one was found, and how many are then not looked for.
    stored: u8,
    rest: u16,
}

/// Neighbouring columns.
#[derive(Clone, Debug)]
struct Group {
    columns: Range<usize>,
    /// Bytes of their values, as far as that is known beforehand.
    width: usize,
    /// Whether their values come again; if not, nothing is cached.
    repeats: bool,
    cached: [CachedCells; WAYS],
    /// Whose turn it is to be forgotten.
    turn: usize,
    /// How many more rows may be looked for in vain, and how many rows are then not looked for.
    patience: u16,
    rest: u16,
}

/// The values of a group in an earlier row, and their text.
#[derive(Clone, Debug)]
struct CachedCells {
    values: Head,
    /// Ones where `values` counts.
    mask: Head,
    text: [u8; TEXT],
    value_len: u8,
    text_len: u8,
    /// How often it may yet be looked at in vain.
    trust: u8,
}

impl Default for CachedCells {
    fn default() -> Self {
        let (values, mask) = ([0; 2], [0; 2]);
        Self { values, mask, text: [0; TEXT], value_len: 0, text_len: 0, trust: 0 }
    }
}

/// The first [`VALUES`] bytes of the values to come, as numbers.
type Head = [u128; 2];

/// The first bytes; zeros where there are no more.
#[inline]
fn head(values: &[u8]) -> Head {
    let padded = || {
        let mut bytes = [0; VALUES];
        bytes.iter_mut().zip(values).for_each(|(to, from)| *to = *from);
        bytes
    };
    let bytes = values.first_chunk::<VALUES>().copied().unwrap_or_else(padded);
    let ([first, second], _) = bytes.as_chunks::<16>() else { return [0; 2] };
    [u128::from_le_bytes(*first), u128::from_le_bytes(*second)]
}

impl CachedCells {
    /// Whether the values to come begin with these.
    #[inline]
    #[allow(clippy::needless_bitwise_bool, reason = "one branch, not two")]
    fn is(&self, head: Head) -> bool {
        let [a, b] = [0, 1].map(|n| (self.values[n] ^ head[n]) & self.mask[n]);
        ((a | b) == 0) & (self.trust > 0)
    }

    /// Keeps values and their text, if there is room.
    fn store(&mut self, values: &[u8], text: &[u8]) {
        let (Ok(value_len), Ok(text_len)) = (values.len().try_into(), text.len().try_into()) else {
            return;
        };
        if values.is_empty() || values.len() > VALUES || text.len() > TEXT {
            return;
        }
        self.values = head(values);
        self.mask = head(&[0xff; VALUES][..values.len()]);
        self.text[..text.len()].copy_from_slice(text);
        (self.value_len, self.text_len, self.trust) = (value_len, text_len, TRUST);
    }
}

impl CellCache {
    /// Caches nothing. For packets: so much of a packet is new that looking for what is not costs more
    /// than writing it (it takes fewer instructions, but the processor cannot foretell what is found).
    pub(crate) fn disabled() -> Self {
        Self { sections: Vec::new(), disabled: true }
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
        let mut cells = record.cells();
        if self.sections.is_empty() {
            self.sections = Section::all(schema, self.disabled);
        }
        for section in &mut self.sections {
            let looks = section.looks();
            if looks && section.write_cached(out, &mut cells) {
                continue;
            }
            let (values, start) = (cells.rest(), out.len());
            for group in &mut section.groups {
                let looks = group.looks();
                if looks && group.write_cached(out, &mut cells) {
                    continue;
                }
                let (values, start) = (cells.rest(), out.len());
                for column in &schema.columns[group.columns.clone()] {
                    write(out, column, &mut cells);
                }
                if looks {
                    let used = values.len() - cells.rest().len();
                    group.insert(&values[..used], &out.as_slice()[start..]);
                }
            }
            if looks {
                let used = values.len() - cells.rest().len();
                section.insert(&values[..used], &out.as_slice()[start..]);
            }
        }
        debug_assert!(cells.rest().is_empty(), "record longer than its schema");
    }
}

/// Whether values of a column are another one in each row.
fn is_unique(column: &Column) -> bool {
    const UNIQUE: [&str; 4] = ["flowInd", "pktNo", "srcPort", "dstPort"];
    UNIQUE.contains(&column.name.as_str())
}

/// Whether values of a column come again: numbers of flows, times, addresses of hosts and payload do not.
fn repeats(column: &Column) -> bool {
    let fresh = |ty: &Type| {
        use Type::{Duration, Ip, Ip4, Ip6, Mac, Payload, Seconds, Time};
        matches!(ty, Time | Duration | Ip | Ip4 | Ip6 | Mac | Seconds | Payload)
    };
    match column.ty {
        Type::List(item) => !fresh(item),
        ref ty => !fresh(ty) && !is_unique(column),
    }
}

/// Bytes of a value in a record; a guess where that depends on the value.
fn width(ty: &Type) -> usize {
    match ty {
        Type::U8 | Type::I8 | Type::H8 | Type::Char => 1,
        Type::U16 | Type::I16 | Type::H16 => 2,
        Type::U32 | Type::I32 | Type::H32 | Type::F32 | Type::Ip4 => 4,
        Type::U64 | Type::I64 | Type::H64 | Type::F64 | Type::Seconds | Type::Mac => 8,
        Type::Compound(parts) => parts.iter().map(width).sum(),
        Type::Option(value) => 1 + width(value),
        _ => VALUES / 2,
    }
}

impl Section {
    /// Sections for the columns of a table. Where looking is not worth it, neighbours are one.
    fn all(schema: &Schema, disabled: bool) -> Vec<Self> {
        let mut sections: Vec<Self> = Vec::new();
        let plugin = |group: &Group| schema.columns.get(group.columns.start).map(|c| c.plugin);
        for groups in Group::all(schema, disabled).chunk_by(|a, b| plugin(a) == plugin(b)) {
            let mut columns = groups.iter().flat_map(|g| &schema.columns[g.columns.clone()]);
            let is_long = groups.len() >= LEAST_GROUPS && groups.iter().any(|group| group.repeats);
            let repeats = is_long && !columns.any(is_unique);
            match sections.last_mut() {
                Some(last) if !last.repeats && !repeats => last.groups.extend_from_slice(groups),
                _ => sections.push(Self { groups: groups.to_vec(), repeats, ..Self::default() }),
            }
        }
        sections
    }

    /// Whether to look for the next row.
    #[inline]
    fn looks(&mut self) -> bool {
        if self.rest > 0 {
            self.rest -= 1;
            return false;
        }
        self.repeats
    }

    /// Writes what is cached if the next values are the same as then.
    #[inline]
    fn write_cached(&mut self, out: &mut Buffer, cells: &mut Cells<'_>) -> bool {
        if self.trust == 0 || !cells.rest().starts_with(&self.values) {
            return false;
        }
        cells.take(self.values.len());
        out.extend(&self.text);
        self.trust = MOST_SECTION_TRUST.min(self.trust + SECTION_TRUST);
        self.stored = 0;
        true
    }

    /// What was cached is not right: it loses trust, and its place when none is left.
    fn insert(&mut self, values: &[u8], text: &[u8]) {
        self.trust = self.trust.saturating_sub(1);
        if self.trust > 0 || values.len() > SECTION_VALUES {
            return;
        }
        self.values.clear();
        self.values.extend_from_slice(values);
        self.text.clear();
        self.text.extend_from_slice(text);
        (self.trust, self.stored) = (1, self.stored + 1);
        if self.stored == MOST_STORED {
            (self.stored, self.rest) = (0, REST);
        }
    }
}

impl Group {
    /// Groups for the columns of a table. None has columns of two plugins if anything is cached.
    fn all(schema: &Schema, disabled: bool) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (n, column) in schema.columns.iter().enumerate() {
            let repeats = !disabled && repeats(column);
            match groups.last_mut() {
                Some(last) if last.repeats == repeats && last.has_room(&schema.columns, n) => {
                    last.columns.end += 1;
                    last.width += width(&column.ty);
                }
                _ => groups.push(Self::new(n, repeats, width(&column.ty))),
            }
        }
        groups
    }

    fn new(column: usize, repeats: bool, width: usize) -> Self {
        let columns = column..column + 1;
        let cached = Default::default();
        Self { columns, width, repeats, cached, turn: 0, patience: MOST_PATIENCE, rest: 0 }
    }

    /// Whether to look for the next row among those that are cached.
    #[inline]
    fn looks(&mut self) -> bool {
        if self.rest > 0 {
            self.rest -= 1;
            return false;
        }
        self.repeats
    }

    /// Whether column `n` fits in. Those of one plugin change together.
    fn has_room(&self, columns: &[Column], n: usize) -> bool {
        let first = columns.get(self.columns.start).map(|column| column.plugin);
        let next = columns.get(n);
        let fits = self.width + next.map_or(0, |c| width(&c.ty)) <= VALUES;
        let same = first == next.map(|c| c.plugin);
        !self.repeats || self.columns.len() < MOST && fits && same
    }

    /// Writes what is cached if the next values are the same as then.
    #[inline]
    fn write_cached(&mut self, out: &mut Buffer, cells: &mut Cells<'_>) -> bool {
        let head = head(cells.rest());
        let Some(cached) = self.cached.iter_mut().find(|cached| cached.is(head)) else {
            return false;
        };
        cells.take(cached.value_len.into());
        out.copy(&cached.text, cached.text_len.into());
        cached.trust = MOST_TRUST.min(cached.trust + 1);
        self.patience = MOST_PATIENCE.min(self.patience + WORTH);
        true
    }

    /// Nothing that was cached is right: one of them loses trust, and its place when none is left.
    fn insert(&mut self, values: &[u8], text: &[u8]) {
        self.patience -= 1;
        if self.patience == 0 {
            (self.patience, self.rest) = (MOST_PATIENCE / 2, REST);
        }
        self.turn = (self.turn + 1) % WAYS;
        let cached = &mut self.cached[self.turn];
        cached.trust = cached.trust.saturating_sub(1);
        if cached.trust == 0 {
            cached.store(values, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::{Cell, List, Time};
    use flowz_api::column::{Column, Schema, Type};
    use flowz_api::record::{Cells, Record};

    use super::{Buffer, CellCache};
    use crate::test_support::column;

    /// Two lists and two numbers; the time comes never again.
    fn schema() -> Schema {
        let list = || Type::List(&Type::U16);
        let types = [list(), Type::U8, Type::Time, list()];
        Schema { columns: types.into_iter().map(|ty| column("x", ty)).collect() }
    }

    fn write(out: &mut Buffer, column: &Column, cells: &mut Cells<'_>) {
        let text = match column.ty {
            Type::U8 => cells.u8().to_string(),
            Type::Time => format!("{}.{}", cells.u64(), cells.u32()),
            _ => (0..cells.length()).map(|_| cells.u16().to_string()).collect::<Vec<_>>().join(";"),
        };
        out.extend(text.as_bytes());
        out.push(b' ');
    }

    /// Writes rows and tells how many cells were made for each.
    fn made(rows: &[(&[u16], u8)]) -> (String, Vec<usize>) {
        let schema = schema();
        let (mut cache, mut out) = (CellCache::default(), Buffer::with_capacity(0));
        let mut counts = Vec::new();
        for (items, number) in rows {
            let mut record = Record::new();
            List(items).put(&mut record);
            number.put(&mut record);
            Time { seconds: counts.len() as u64, nanos: 5 }.put(&mut record);
            List(items).put(&mut record);
            let mut count = 0;
            cache.row(&mut out, &schema, &record, |out, column, cells| {
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
        // The last ones are cached, the first ones are not.
        let rows: Vec<(&[u16], u8)> =
            (0..90).chain([0, 1, 2, 3, 86, 87, 88, 89]).map(|n| (&[9][..], n)).collect();
        let counts = made(&rows).1;
        assert_eq!(counts[90..94], [3; 4]);
        assert!(counts[94..].contains(&1));
    }

    #[test]
    fn all_columns_of_a_plugin_are_copied_at_once() {
        let types = vec![Type::U8, Type::Time, Type::U8];
        let schema = Schema { columns: types.into_iter().map(|ty| column("x", ty)).collect() };
        let (mut cache, mut out) = (CellCache::default(), Buffer::with_capacity(0));
        let mut made = |time: u64| {
            let mut record = Record::new();
            7_u8.put(&mut record);
            Time { seconds: time, nanos: 0 }.put(&mut record);
            9_u8.put(&mut record);
            let (mut count, start) = (0, out.len());
            cache.row(&mut out, &schema, &record, |out, column, cells| {
                count += 1;
                write(out, column, cells);
            });
            (count, String::from_utf8(out.as_slice()[start..].to_vec()).unwrap())
        };
        let none = "7 0.0 9 ".to_owned();
        assert_eq!(made(0), (3, none.clone()));
        for n in 0..40 {
            assert_eq!(made(0), (0, none.clone()), "row {n}");
            // Three with a time between two without do not make it forget.
            for time in 1..=3 {
                assert_eq!(made(time).1, format!("7 {time}.0 9 "));
            }
        }
        // Where nothing comes again it is not looked for.
        for time in 1..200 {
            made(time);
        }
        assert_eq!(made(0).0, 1, "the numbers only");
    }

    #[test]
    fn a_group_without_luck_rests_for_a_while() {
        let new = (0..150u16).map(|n| vec![n]);
        let same = (0..3_000).map(|_| vec![7u16]);
        let lists: Vec<Vec<u16>> = new.chain(same).collect();
        let rows: Vec<(&[u16], u8)> = lists.iter().map(|list| (&list[..], 0)).collect();
        let (text, counts) = made(&rows);
        assert_eq!(counts[160], 4, "nothing is looked for");
        assert_eq!(counts[3_149], 1, "but for the time all comes again");
        assert!(text.contains("149 0 149.5 149 7 0 150.5 7 ") && text.ends_with("7 0 3149.5 7 "));
    }

    #[test]
    fn what_is_too_long_is_not_cached() {
        let (values, digits) = ([1u16; 40], [10_000u16; 13]);
        let rows: Vec<(&[u16], u8)> = vec![(&values, 1), (&values, 1), (&digits, 1), (&digits, 1)];
        assert_eq!(made(&rows).1, [4; 4]);
    }
}
