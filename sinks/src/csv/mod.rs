//! Sink `csv`: `_flows.csv` and `_packets.csv` after RFC 4180, for programs and spreadsheets.
//!
//! The same columns in the same order as in the text files. Each file, also each piece of a split flow
//! table (`_flows.csv0` ...), begins with the column names: a piece must be readable alone.

mod notation;
mod table;

use flowz_api::column::Schema;
use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Sink, SinkError, SinkInfo, SinkSetup};

use crate::pieces::Pieces;
use table::Table;

/// What is known of this sink.
static INFO: SinkInfo = SinkInfo {
    name: "csv",
    number: 902,
    summary: "Comma-separated values (RFC 4180): flows, packets",
};

inventory::submit! { SinkEntry { info: &INFO, make: || Box::new(Csv::default()) } }

/// The sink.
#[derive(Debug, Default)]
struct Csv {
    flows: Option<Table>,
    packets: Option<Table>,
}

impl Sink for Csv {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let to = setup.destination;
        let flows = Table::new(Pieces::flows(to, "_flows.csv")?, setup.flows)?;
        let packets = match setup.packets {
            Some(schema) => Some(Table::new(Pieces::single(to.file("_packets.csv"))?, schema)?),
            None => None,
        };
        (self.flows, self.packets) = (Some(flows), packets);
        Ok(())
    }

    fn flow(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        self.flows.as_mut().map_or(Ok(()), |table| table.row(schema, record))
    }

    fn packet(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        self.packets.as_mut().map_or(Ok(()), |table| table.row(schema, record))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        let flows = self.flows.as_mut().map_or(Ok(()), Table::finish);
        let packets = self.packets.as_mut().map_or(Ok(()), Table::finish);
        flows.and(packets)
    }
}

#[cfg(test)]
mod tests;
