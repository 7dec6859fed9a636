//! Sink `csv`: `_flows.csv`, `_packets.csv` and the tables of plugins after RFC 4180, for programs and spreadsheets.
//!
//! The same columns in the same order as in the text files. Each file, also each piece of a split flow
//! table (`_flows.csv0` ...), begins with the column names: a piece must be readable alone.
//!
//! Values of a list are joined by `;`, those of a compound by `_`. A text among them has a backslash in front of `\` and
//! `;`, in compounds also in front of `_`, `(` and `)`; a text that is a cell of its own is written as it is.

mod cell_format;
mod table;

use std::sync::Arc;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Executor, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};
use flowz_api::toggles::NoToggles;

use crate::common::rotating_file::RotatingFile;
use crate::common::stream;
use crate::common::tables::{OpenTables, Rows};
use table::CsvTable;

inventory::submit! { SinkEntry::new::<Csv>() }

/// The sink.
#[derive(Default)]
struct Csv {
    tables: OpenTables<Box<dyn Rows + Send>>,
}

impl NamedSink for Csv {
    const INFO: SinkInfo = SinkInfo {
        name: "csv",
        toggles: "csvSink",
        number: 902,
        summary: "Comma-separated values (RFC 4180): all tables",
    };
    type Toggles = NoToggles;

    fn new(_: &NoToggles) -> Self {
        Self::default()
    }
}

impl Sink for Csv {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let to = setup.destination;
        self.tables = OpenTables::open(setup, |table| {
            let suffix = format!("_{}.csv", table.name);
            let file = match table.kind {
                TableKind::Flows => RotatingFile::flow_table(to, &suffix, false)?,
                TableKind::Packets | TableKind::Plugin => RotatingFile::single(to, &suffix)?,
            };
            let open = Box::new(CsvTable::new(file, &table.schema)?);
            let is_flows = table.kind == TableKind::Flows;
            Ok(if is_flows { stream::for_readers(open, to) } else { open })
        })?;
        Ok(())
    }

    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        self.tables.record(id, table, record)
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.tables.use_executor(executor);
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.tables.finish()
    }
}

#[cfg(test)]
mod tests;
