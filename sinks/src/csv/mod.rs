//! Sink `csv`: `_flows.csv`, `_packets.csv` and the tables of plugins after RFC 4180, for programs and spreadsheets.
//!
//! The same columns in the same order as in the text files. Each file, also each piece of a split flow
//! table (`_flows.csv0` ...), begins with the column names: a piece must be readable alone.
//!
//! Values of a list are joined by `;`, those of a compound by `_`. A text has a backslash in front of `\`, among
//! others also in front of `;`, in compounds also in front of `_`, `(` and `)`.
//!
//! Control characters, which come from captures and could steer a terminal, are written as in the text files: `\n`, `\t` and so
//! on, or `\u00XX`; those behind ASCII (U+0080 to U+009F) and those that turn the direction of a text (U+202A to U+202E, U+2066 to
//! U+2069 and the like) as `\uXXXX`. With `CSV_SAFE=1` (`--csv-safe`) a text that begins with `=`, `+`, `-`, `@`, a tab or a
//! carriage return has an apostrophe in front, so that a spreadsheet does not take it for a formula; numbers stay numbers.

mod cell_format;
mod table;
mod toggles;

use std::sync::Arc;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Executor, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

use crate::common::rotating_file::RotatingFile;
use crate::common::stream;
use crate::common::tables::{OpenTables, Rows};
use cell_format::CsvFormat;
use table::CsvTable;
use toggles::CsvToggles;

inventory::submit! { SinkEntry::new::<Csv>() }

/// The sink.
#[derive(Default)]
struct Csv {
    safe: bool,
    tables: OpenTables<Box<dyn Rows + Send>>,
}

impl NamedSink for Csv {
    const INFO: SinkInfo = SinkInfo {
        name: "csv",
        toggles: "csvSink",
        number: 902,
        summary: "Comma-separated values (RFC 4180): all tables",
        requests: &[],
        preset: None,
        is_remote: false,
    };
    type Toggles = CsvToggles;

    fn new(toggles: &CsvToggles) -> Self {
        Self { safe: toggles.safe, ..Self::default() }
    }
}

impl Sink for Csv {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let (to, safe) = (setup.destination, self.safe);
        self.tables = OpenTables::open(setup, |table| {
            let suffix = format!("_{}.csv", table.name);
            let file = match table.kind {
                TableKind::Flows => RotatingFile::flow_table(to, &suffix, false)?,
                _ => RotatingFile::single(to, &suffix)?,
            };
            let open = Box::new(CsvTable::new(file, &table.schema, CsvFormat::new(safe))?);
            let is_flows = table.kind == TableKind::Flows;
            Ok(if is_flows { stream::for_readers(open, to) } else { open })
        })?;
        Ok(())
    }

    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        self.tables.record(id, table, record)
    }

    fn size(&self) -> u64 {
        self.tables.size()
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.tables.use_executor(executor);
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.tables.prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.tables.finish()
    }
}

#[cfg(test)]
mod tests;
