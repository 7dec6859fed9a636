//! How another tool writes a table.

use std::io::Write;
use std::mem;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::SinkError;
use flowz_api::value::Value;

/// Writes a value as a tool does.
pub(crate) type WriteCell = fn(&mut Vec<u8>, &Value<'_>);

/// Writes what stands in front of rows that belong together, by the values of the columns that say so.
pub(crate) type WriteTitle = fn(&mut Vec<u8>, &[&Value<'_>]);

/// Rows that belong together: what they have in common stands in front of the first one.
pub(crate) struct Group {
    /// The columns of the plugin's table.
    pub(crate) columns: &'static [&'static str],
    /// How the tool writes them.
    pub(crate) write: WriteTitle,
}

/// A column of another tool.
pub(crate) struct Column {
    /// As the tool calls it.
    pub(crate) name: &'static str,
    /// The column of the plugin's table; of two with a comma between them the second one where the first one is empty.
    pub(crate) from: &'static str,
    /// How the tool writes its values.
    pub(crate) write: WriteCell,
}

impl Column {
    /// A column that has the same name here and there.
    pub(crate) const fn same(name: &'static str, write: WriteCell) -> Self {
        Self { name, from: name, write }
    }

    /// A column that the plugin's table does not have: what `write` makes of nothing.
    pub(crate) const fn unknown(name: &'static str, write: WriteCell) -> Self {
        Self { name, from: "", write }
    }
}

/// A table of another tool.
pub(crate) struct Layout {
    /// The plugin's table.
    pub(crate) table: &'static str,
    /// Behind the prefix of the file's name.
    pub(crate) suffix: &'static str,
    /// In front of the rows: these bytes, the names of the columns with the separator between them, and these. Or nothing.
    pub(crate) header: Option<(&'static str, &'static str)>,
    /// Between cells.
    pub(crate) separator: &'static str,
    /// Behind the last cell.
    pub(crate) end: &'static str,
    /// A column by whose whole numbers rows are ordered: all rows of a file are kept until it ends. Without, they are written when conversations end.
    pub(crate) order: Option<&'static str>,
    /// The columns, in their order.
    pub(crate) columns: &'static [Column],
    /// Columns behind these that settings may take away.
    pub(crate) sets: &'static [Set],
    /// Names in the header have the numbers of the columns behind them (`ip:1`), and if there are sets, the sum of their bits stands in front (`#31#`).
    pub(crate) numbered: bool,
    /// Only rows whose cell of this column has this value.
    pub(crate) only: Option<(&'static str, u64)>,
    /// Which rows have something in common that stands in front of them.
    pub(crate) group: Option<Group>,
}

/// Columns that are there if the plugin's table has a certain one.
pub(crate) struct Set {
    /// In the sum of the header.
    pub(crate) bit: u8,
    /// The column of the plugin's table.
    pub(crate) marker: &'static str,
    /// The columns, in their order.
    pub(crate) columns: &'static [Column],
}

/// Where a cell is in the rows of a table, and where the one that stands in for an empty one; nowhere for what the table does not have.
#[derive(Clone, Copy)]
struct Place {
    at: Option<usize>,
    instead: Option<usize>,
}

impl Place {
    /// The value of a row.
    fn value<'v, 'a>(self, values: &'v [Value<'a>]) -> &'v Value<'a> {
        let value = |at: Option<usize>| at.and_then(|at| values.get(at));
        let own = value(self.at).filter(|value| !matches!(value, Value::Null));
        own.or_else(|| value(self.instead)).unwrap_or(&Value::Null)
    }
}

/// Which columns a file has and where their cells are in the rows of the table.
pub(crate) struct Cells {
    list: Vec<(&'static Column, Place)>,
    /// Sum of the bits of the sets.
    sets: u8,
    only: Option<(usize, u64)>,
    order: Option<usize>,
    /// Columns of what rows have in common.
    group: Vec<usize>,
    /// Memory for the values of a row.
    room: Vec<Value<'static>>,
}

/// The memory of values for those of another row: collecting what a vector yields takes place in the vector.
fn again<'b>(mut values: Vec<Value<'_>>) -> Vec<Value<'b>> {
    values.clear();
    values.into_iter().map(|_| Value::Null).collect()
}

impl Cells {
    /// The number by which a record is ordered, 0 where none is.
    pub(crate) fn rank(&self, schema: &Schema, record: &Record) -> u64 {
        let value = self.order.and_then(|at| record.values(&schema.columns).nth(at));
        if let Some(Value::Unsigned(rank)) = value { rank } else { 0 }
    }
}

impl Layout {
    /// All rows, no sets, names as they are: what most layouts have.
    pub(crate) const PLAIN: Self = Self {
        table: "",
        suffix: "",
        header: None,
        separator: ",",
        end: "\n",
        order: None,
        columns: &[],
        sets: &[],
        numbered: false,
        only: None,
        group: None,
    };

    /// Finds the columns.
    pub(crate) fn cells(&self, schema: &Schema) -> Result<Cells, SinkError> {
        let find = |name: &str| schema.columns.iter().position(|there| there.name == name);
        let needed = |name: &str| {
            find(name).ok_or_else(|| {
                SinkError::Settings(format!(
                    "'{}' needs the column '{name}' of the table '{}', which settings or --fields have taken away",
                    self.suffix.trim_start_matches('_'), self.table
                ))
            })
        };
        let sets = || self.sets.iter().filter(|set| find(set.marker).is_some());
        let columns = self.columns.iter().chain(sets().flat_map(|set| set.columns));
        let place = |column: &'static Column| {
            let (at, instead) = match column.from.split_once(',') {
                Some((first, second)) => (Some(needed(first)?), Some(needed(second)?)),
                None if column.from.is_empty() => (None, None),
                None => (Some(needed(column.from)?), None),
            };
            Ok((column, Place { at, instead }))
        };
        let group = self.group.iter().flat_map(|group| group.columns);
        Ok(Cells {
            group: group.map(|name| needed(name)).collect::<Result<_, SinkError>>()?,
            list: columns.map(place).collect::<Result<_, SinkError>>()?,
            sets: sets().fold(1, |sum, set| sum | set.bit),
            order: self.order.map(needed).transpose()?,
            room: Vec::new(),
            only: self.only.map(|(name, value)| Ok((needed(name)?, value))).transpose()?,
        })
    }

    /// Writes what stands in front of the rows.
    pub(crate) fn write_header(&self, out: &mut Vec<u8>, cells: &Cells) {
        let Some((before, behind)) = self.header else { return };
        out.extend_from_slice(before.as_bytes());
        // Writing to a vector does not fail.
        if self.numbered && !self.sets.is_empty() {
            let _ = write!(out, "{}#", cells.sets);
        }
        for (n, (column, _)) in cells.list.iter().enumerate() {
            self.separate(out, n);
            out.extend_from_slice(column.name.as_bytes());
            if self.numbered {
                let _ = write!(out, ":{}", n + 1);
            }
        }
        out.extend_from_slice(behind.as_bytes());
    }

    /// Writes a row, if the file has it.
    pub(crate) fn write_row(
        &self,
        out: &mut Vec<u8>,
        cells: &mut Cells,
        schema: &Schema,
        record: &Record,
    ) {
        let mut values = again(mem::take(&mut cells.room));
        values.extend(record.values(&schema.columns));
        let is_wanted = |(at, value): (usize, u64)| match values.get(at) {
            Some(Value::Unsigned(there) | Value::Bits(there)) => *there == value,
            _ => false,
        };
        if cells.only.is_none_or(is_wanted) {
            for (n, (column, place)) in cells.list.iter().enumerate() {
                self.separate(out, n);
                (column.write)(out, place.value(&values));
            }
            out.extend_from_slice(self.end.as_bytes());
        }
        cells.room = again(values);
    }

    /// What stands in front of a row and of those that have it in common.
    pub(crate) fn title(&self, cells: &Cells, schema: &Schema, record: &Record) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(group) = &self.group {
            let values: Vec<Value<'_>> = record.values(&schema.columns).collect();
            let common = cells.group.iter().map(|at| values.get(*at).unwrap_or(&Value::Null));
            (group.write)(&mut out, &common.collect::<Vec<_>>());
        }
        out
    }

    fn separate(&self, out: &mut Vec<u8>, n: usize) {
        if n > 0 {
            out.extend_from_slice(self.separator.as_bytes());
        }
    }
}
