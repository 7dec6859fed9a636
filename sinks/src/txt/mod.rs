//! Sink `txt`: `_flows.txt`, `_headers.txt` and `_packets.txt` as the reference writes them, one line
//! a record, fields separated by tabulators.
//!
//! The flow file may be split (`-W`) or go to standard output (`-w -`). `_headers.txt` is complete as
//! soon as the run has started, the others at its end.

mod headers;
mod notation;
mod table;
mod toggles;

use flowz_api::column::Schema;
use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Destination, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};

use crate::pieces::Pieces;
use crate::tables::Tables;
use table::{Header, Table};
use toggles::TxtToggles;

inventory::submit! { SinkEntry::of::<Txt>() }

/// End of the packet file's name.
const PACKETS_SUFFIX: &str = "_packets.txt";

/// The sink.
#[derive(Debug, Default)]
struct Txt {
    toggles: TxtToggles,
    tables: Tables<Table>,
}

impl NamedSink for Txt {
    const INFO: SinkInfo = SinkInfo {
        name: "txt",
        toggles: "txtSink",
        number: 901,
        summary: "Tab-separated text files: flows, column descriptions, packets",
    };
    type Toggles = TxtToggles;

    fn new(toggles: &TxtToggles) -> Self {
        Self { toggles: toggles.clone(), tables: Tables::default() }
    }
}

impl Txt {
    /// Every file must have a name of its own.
    fn check_names(&self) -> Result<(), SinkError> {
        let TxtToggles { flows_suffix, header_suffix, .. } = &self.toggles;
        let same = |one: &str, other: &str| {
            Err(SinkError::Settings(format!("{one} and {other} have the same name")))
        };
        if flows_suffix == PACKETS_SUFFIX {
            return same("the flow file (txtSink.TFS_FLOWS_TXT_SUFFIX)", "the packet file");
        }
        if header_suffix == PACKETS_SUFFIX {
            return same("the header file (txtSink.TFS_HEADER_SUFFIX)", "the packet file");
        }
        if header_suffix == flows_suffix {
            let header = "the header file (txtSink.TFS_HEADER_SUFFIX)";
            return same(header, "the flow file (txtSink.TFS_FLOWS_TXT_SUFFIX)");
        }
        Ok(())
    }

    fn flow_table(&self, setup: &SinkSetup<'_>) -> Result<Table, SinkError> {
        let split = setup.destination.split.filter(|_| self.toggles.split);
        let to = Destination { split, ..setup.destination.clone() };
        let header = match (self.toggles.header, self.toggles.header_in_pieces) {
            (false, _) => Header::None,
            (true, false) => Header::Once,
            (true, true) => Header::EachPiece,
        };
        let pieces = Pieces::flows(&to, &self.toggles.flows_suffix)?;
        Ok(Table::new(pieces, true, setup.flows, header))
    }
}

impl Sink for Txt {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.check_names()?;
        let to = setup.destination;
        let flows = self.flow_table(setup)?;
        let packets = match setup.packets {
            Some(schema) => {
                let pieces = Pieces::single(to.file(PACKETS_SUFFIX))?;
                Some(Table::new(pieces, false, schema, Header::Once))
            }
            None => None,
        };
        if self.toggles.header_file {
            let path = to.file(&self.toggles.header_suffix);
            headers::write(path, setup.preamble, setup.flows)?;
        }
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
