//! Sink `socket`: flows as lines to somebody who listens, by TCP, UDP or a socket of this machine.
//!
//! A row is a line as in `_flows.txt` (`CONTENTTYPE=1`) or a JSON object (`CONTENTTYPE=2`, see the sink json). By TCP rows are one stream, by UDP each is a datagram. The listener
//! must be there when the run starts; if it goes away, rows wait for it, for as long as `SKT_PATIENCE` says. The manual is
//! [docs/sinks-socket.md](sinks-socket.md).

mod batch;
mod carrier;
mod table;
mod toggles;

use std::time::Duration;

use flowz_api::column::Schema;
use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId};

use crate::common::json::{JsonRow, Style};
use crate::common::socket::Place;
use crate::common::stream;
use crate::common::tables::Rows;
use crate::txt::TextRow;
use carrier::SocketCarrier;
use table::{Lines, SocketTable};
use toggles::SocketToggles;

inventory::submit! { SinkEntry::new::<Socket>() }

/// The name of the sink.
const SINK: &str = "socket";

/// `CONTENTTYPE` of lines as in txt.
const TEXT: u8 = 1;

/// The sink.
#[derive(Default)]
struct Socket {
    toggles: SocketToggles,
    flows: Option<Box<dyn Rows + Send>>,
}

impl NamedSink for Socket {
    const INFO: SinkInfo = SinkInfo {
        name: SINK,
        toggles: "socketSink",
        number: 919,
        summary: "Flows to a TCP, UDP or Unix socket: lines of txt or JSON",
        requests: &[],
        preset: None,
        is_remote: true,
    };
    type Toggles = SocketToggles;

    fn new(toggles: &SocketToggles) -> Self {
        Self { toggles: toggles.clone(), flows: None }
    }
}

impl Socket {
    /// Fails if settings contradict each other.
    fn check(&self) -> Result<(), SinkError> {
        let t = &self.toggles;
        let wrong = |why: &str| Err(SinkError::Settings(why.to_owned()));
        if t.gzip && !t.is_stream {
            return wrong(
                "socketSink.GZ_COMPRESS packs a stream, and SOCKTYPE=0 sends datagrams: choose one of them",
            );
        }
        if t.host_info && t.content != TEXT {
            return wrong(
                "socketSink.HOST_INFO writes lines that are not JSON: it needs CONTENTTYPE=1",
            );
        }
        Ok(())
    }

    /// What each connection begins with.
    fn prelude(&self, schema: &Schema, preamble: &[String]) -> Vec<u8> {
        let mut lines = String::new();
        if self.toggles.content == TEXT && self.toggles.host_info {
            for line in preamble {
                lines.push_str("% ");
                lines.push_str(line);
                lines.push('\n');
            }
        }
        if self.toggles.content == TEXT && self.toggles.header {
            let names: Vec<_> = schema.columns.iter().map(|column| column.name.as_str()).collect();
            lines.push('%');
            lines.push_str(&names.join("\t"));
            lines.push('\n');
        }
        lines.into_bytes()
    }

    /// Connects.
    fn open(&self, table: &Table, setup: &SinkSetup<'_>) -> Result<SocketTable, SinkError> {
        let t = &self.toggles;
        let place = Place::new(&t.address, t.port);
        let prelude = self.prelude(&table.schema, setup.preamble);
        let mut carrier = SocketCarrier::new(place, t.is_stream, t.gzip, prelude);
        carrier.connect().map_err(|error| {
            io_error(format!(
                "the sink socket cannot connect to {} by {}: {error}. Start what listens there first, or name another place with socketSink.SERVADD and DPORT",
                carrier.place, protocol(t),
            ))
        })?;
        let lines = if t.content == TEXT {
            Lines::Text(Box::new(TextRow::new(setup.destination.raw)))
        } else {
            Lines::Json(JsonRow::new(&table.schema, Style::default()))
        };
        let patience = Duration::from_secs(t.patience.into());
        SocketTable::new(lines, carrier, patience, setup.destination.deliveries.clone())
    }
}

/// How rows travel, in words.
fn protocol(toggles: &SocketToggles) -> &'static str {
    match (toggles.address.starts_with("unix:"), toggles.is_stream) {
        (false, true) => "TCP",
        (false, false) => "UDP",
        (true, true) => "a stream",
        (true, false) => "datagrams",
    }
}

/// A failure that is a sentence.
fn io_error(why: String) -> SinkError {
    SinkError::Other(why.into())
}

impl Sink for Socket {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.check()?;
        let Some(flows) = setup.tables.first() else { return Ok(()) };
        let open = self.open(flows, setup)?;
        self.flows = Some(stream::by_the_clock(Box::new(open)));
        Ok(())
    }

    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        match &mut self.flows {
            Some(flows) if id == TableId::FLOWS => flows.row(&table.schema, record),
            _ => Ok(()),
        }
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.flows.as_mut().map_or(Ok(()), Rows::prepare)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.flows.take().map_or(Ok(()), |mut flows| flows.finish())
    }
}

#[cfg(test)]
mod tests;
