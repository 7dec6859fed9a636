//! How another tool writes a table.

use std::io::Write;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::SinkError;
use flowz_api::value::Value;

/// Writes a value as a tool does.
pub(crate) type WriteCell = fn(&mut Vec<u8>, &Value<'_>);

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
}

/// Where the cells of a layout are in the rows of its table, and those that stand in for empty ones.
pub(crate) struct Cells {
    places: Vec<(usize, Option<usize>)>,
    order: Option<usize>,
}

impl Cells {
    /// The number by which a record is ordered, 0 where none is.
    pub(crate) fn rank(&self, schema: &Schema, record: &Record) -> u64 {
        let value = self.order.and_then(|at| record.values(&schema.columns).nth(at));
        if let Some(Value::Unsigned(rank)) = value { rank } else { 0 }
    }
}

impl Layout {
    /// Finds the columns.
    pub(crate) fn cells(&self, schema: &Schema) -> Result<Cells, SinkError> {
        let place = |name: &str| {
            let found = schema.columns.iter().position(|there| there.name == name);
            found.ok_or_else(|| {
                SinkError::Settings(format!(
                    "'{}' needs the column '{}' of the table '{}', which settings or --fields have taken away",
                    self.suffix.trim_start_matches('_'), name, self.table
                ))
            })
        };
        let places = |column: &Column| match column.from.split_once(',') {
            Some((first, second)) => Ok((place(first)?, Some(place(second)?))),
            None => Ok((place(column.from)?, None)),
        };
        let places = self.columns.iter().map(places).collect::<Result<_, _>>()?;
        Ok(Cells { places, order: self.order.map(place).transpose()? })
    }

    /// Writes what stands in front of the rows.
    pub(crate) fn write_header(&self, out: &mut Vec<u8>) {
        let Some((before, behind)) = self.header else { return };
        out.extend_from_slice(before.as_bytes());
        for (n, column) in self.columns.iter().enumerate() {
            self.separate(out, n);
            out.extend_from_slice(column.name.as_bytes());
        }
        out.extend_from_slice(behind.as_bytes());
    }

    /// Writes a row.
    pub(crate) fn write_row(
        &self,
        out: &mut Vec<u8>,
        cells: &Cells,
        schema: &Schema,
        record: &Record,
    ) {
        let values: Vec<Value<'_>> = record.values(&schema.columns).collect();
        for (n, (column, (at, instead))) in self.columns.iter().zip(&cells.places).enumerate() {
            self.separate(out, n);
            let value = values.get(*at).filter(|value| !matches!(value, Value::Null));
            let value = value.or_else(|| values.get((*instead)?));
            (column.write)(out, value.unwrap_or(&Value::Null));
        }
        // Writing to a vector does not fail.
        let _ = out.write_all(self.end.as_bytes());
    }

    fn separate(&self, out: &mut Vec<u8>, n: usize) {
        if n > 0 {
            out.extend_from_slice(self.separator.as_bytes());
        }
    }
}
