//! Sink `json`: `_flows.json`, `_packets.json` and the tables of plugins, one JSON object a line, for programs.
//!
//! The same columns in the same order as in the text files; keys are the columns' names. Numbers are numbers, also those of 64 bits; nothing is `null`; bit fields
//! (`"0x0400"`), addresses and moments are texts, a list is an array, a compound an object. Payload is base64. A byte that is not UTF-8 is `\xNN`; control
//! characters and what turns the direction of a text are escapes. With `-w -` each row is written at once: `flowz -r t.pcap --sinks json -w - | jq .dstIP`.
//! The manual is [docs/sinks-json.md](sinks-json.md).

mod table;
mod toggles;

use std::sync::Arc;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Destination, Executor, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

use crate::common::json::JsonRow;
use crate::common::rotating_file::RotatingFile;
use crate::common::stream;
use crate::common::tables::{OpenTables, Rows};
use table::JsonTable;
use toggles::JsonToggles;

inventory::submit! { SinkEntry::new::<Json>() }

/// The sink.
#[derive(Default)]
struct Json {
    toggles: JsonToggles,
    tables: OpenTables<Box<dyn Rows + Send>>,
}

impl NamedSink for Json {
    const INFO: SinkInfo = SinkInfo {
        name: "json",
        toggles: "jsonSink",
        number: 903,
        summary: "JSON, an object a line: all tables",
        requests: &[],
        preset: None,
        is_remote: false,
    };
    type Toggles = JsonToggles;

    fn new(toggles: &JsonToggles) -> Self {
        Self { toggles: toggles.clone(), ..Self::default() }
    }
}

impl Json {
    fn open(&self, table: &Table, to: &Destination) -> Result<Box<dyn Rows + Send>, SinkError> {
        let is_flows = table.kind == TableKind::Flows;
        let file = if is_flows {
            let split = to.split.filter(|_| self.toggles.split);
            let to = Destination { split, ..to.clone() };
            RotatingFile::flow_table(&to, &self.toggles.flows_suffix, self.toggles.gzip)?
        } else {
            RotatingFile::single(to, &format!("_{}.json", table.name))?
        };
        let row = JsonRow::new(&table.schema, self.toggles.style());
        let open = JsonTable::new(file, row, self.toggles.root.then_some(table.name));
        let open: Box<dyn Rows + Send> = Box::new(open);
        Ok(if is_flows { stream::for_readers(open, to) } else { open })
    }
}

impl Sink for Json {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.tables = OpenTables::open(setup, |table| self.open(table, setup.destination))?;
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
