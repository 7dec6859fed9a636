//! Connections as rows of a table: the columns of the preset `tcptrace`, with any separator, with those of round trips or without.

use flowz_api::sink::SinkError;
use flowz_api::table::Table;
use flowz_api::value::Value;

use super::place_of;
use crate::preset::layout::Column;
use crate::preset::tcptrace::COLUMNS;

/// Columns in front of those of round trips.
const WITHOUT_ROUND_TRIPS: usize = 89;

/// The columns with their places.
pub(super) struct Cells {
    list: Vec<(&'static Column, usize)>,
    separator: String,
}

impl Cells {
    /// Finds the columns.
    pub(super) fn new(
        table: &Table,
        round_trips: bool,
        separator: &str,
    ) -> Result<Self, SinkError> {
        let count = if round_trips { COLUMNS.len() } else { WITHOUT_ROUND_TRIPS };
        let place = |column: &'static Column| Ok((column, place_of(table, column.from)?));
        let list = COLUMNS.iter().take(count).map(place).collect::<Result<_, SinkError>>()?;
        Ok(Self { list, separator: separator.to_owned() })
    }

    /// Writes the names of the columns, and the empty line behind them.
    pub(super) fn header(&self, out: &mut Vec<u8>) {
        for (column, _) in &self.list {
            out.extend_from_slice(column.name.as_bytes());
            out.extend_from_slice(self.separator.as_bytes());
        }
        out.extend_from_slice(b"\n\n");
    }

    /// Writes a row.
    pub(super) fn write(&self, out: &mut Vec<u8>, values: &[Value<'_>]) {
        for (column, at) in &self.list {
            (column.write)(out, values.get(*at).unwrap_or(&Value::Null));
            out.extend_from_slice(self.separator.as_bytes());
        }
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, WITHOUT_ROUND_TRIPS};

    #[test]
    fn where_round_trips_begin() {
        assert_eq!(COLUMNS[WITHOUT_ROUND_TRIPS - 1].name, "throughput_b2a");
        assert_eq!(COLUMNS[WITHOUT_ROUND_TRIPS].name, "RTT_samples_a2b");
        assert_eq!(COLUMNS.len(), 139);
    }
}
