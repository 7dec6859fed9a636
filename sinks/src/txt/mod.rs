//! Sink `txt`: `_flows.txt`, `_headers.txt` and `_packets.txt` as the reference writes them, one line
//! a record, fields separated by tabulators.
//!
//! The flow file may be split (`-W`) or go to standard output (`-w -`). `_headers.txt` is complete as
//! soon as the run has started, the others at its end.

mod headers;
mod notation;
mod table;

use flowz_api::column::Schema;
use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Sink, SinkError, SinkInfo, SinkSetup};

use crate::pieces::Pieces;
use crate::tables::Tables;
use table::Table;

/// What is known of this sink.
static INFO: SinkInfo = SinkInfo {
    name: "txt",
    number: 901,
    summary: "Tab-separated text files: flows, column descriptions, packets",
};

inventory::submit! { SinkEntry { info: &INFO, make: || Box::new(Txt::default()) } }

/// The sink.
#[derive(Debug, Default)]
struct Txt {
    tables: Tables<Table>,
}

impl Sink for Txt {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let to = setup.destination;
        let flows = Table::new(Pieces::flows(to, "_flows.txt")?, true, setup.flows);
        let packets = match setup.packets {
            Some(schema) => {
                let pieces = Pieces::single(to.file("_packets.txt"))?;
                Some(Table::new(pieces, false, schema))
            }
            None => None,
        };
        headers::write(to.file("_headers.txt"), setup.preamble, setup.flows)?;
        self.tables = Tables { flows: Some(flows), packets };
        Ok(())
    }

    fn flow(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        self.tables.flow(schema, record)
    }

    fn packet(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        self.tables.packet(schema, record)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.tables.finish()
    }
}

#[cfg(test)]
mod tests;
