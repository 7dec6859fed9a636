//! Sink `ipfix`: flows to a collector by IPFIX (RFC 7011) or NetFlow 9 (RFC 3954), by UDP or TCP, or into the file `_flows.ipfix` (RFC 5655).
//!
//! A record has the elements of IANA for which there are columns: moments, addresses, ports, protocol, packets, bytes, flags of TCP, VLAN and so on. `NF_COLUMNS=1` adds all other columns
//! as elements of an enterprise, with their names and types (RFC 5610). `NF_BIFLOW=1` makes one record of both directions (RFC 5103). The manual is
//! [docs/sinks-ipfix.md](sinks-ipfix.md).

mod carrier;
mod describe;
mod element;
mod encode;
mod export;
mod message;
mod row;
mod table;
mod template;
mod toggles;

use std::time::Duration;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Destination, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId};

use crate::common::rotating_file::RotatingFile;
use crate::common::socket::Place;
use crate::common::stream;
use crate::common::tables::Rows;
use carrier::Collector;
use export::Exporter;
use message::{Header, Message};
use table::{Filed, Sent};
use template::Wanted;
use toggles::IpfixToggles;

inventory::submit! { SinkEntry::new::<Ipfix>() }

/// The name of the sink.
const SINK: &str = "ipfix";

/// Values of `NF_SOCKTYPE`.
const UDP: u8 = 0;
const TCP: u8 = 1;

/// Most bytes of a message where nothing but its length bounds it; datagrams of this length still have a place in packets.
const MOST: usize = 60_000;

/// The sink.
#[derive(Default)]
struct Ipfix {
    toggles: IpfixToggles,
    flows: Option<Box<dyn Rows + Send>>,
}

impl NamedSink for Ipfix {
    const INFO: SinkInfo = SinkInfo {
        name: SINK,
        toggles: "netflowSink",
        number: 904,
        summary: "Flows by IPFIX or NetFlow 9 to a collector, or into an IPFIX file",
        requests: &[],
        preset: None,
        is_remote: true,
    };
    type Toggles = IpfixToggles;

    fn new(toggles: &IpfixToggles) -> Self {
        Self { toggles: toggles.clone(), flows: None }
    }
}

impl Ipfix {
    /// Fails if settings contradict each other.
    fn check(&self) -> Result<(), SinkError> {
        let t = &self.toggles;
        let wrong = |why: &str| Err(SinkError::Settings(why.to_owned()));
        if t.version == 9 && t.all_columns {
            return wrong(
                "netflowSink.NF_COLUMNS needs elements of an enterprise, which NetFlow 9 does not have: set NF_VER=10",
            );
        }
        if t.version == 9 && t.biflow {
            return wrong(
                "netflowSink.NF_BIFLOW needs reverse elements, which NetFlow 9 does not have: set NF_VER=10",
            );
        }
        if t.version == 9 && t.transport != UDP {
            return wrong("netflowSink.NF_VER=9 goes by UDP only: set NF_SOCKTYPE=0, or NF_VER=10");
        }
        if t.biflow && t.all_columns {
            return wrong(
                "netflowSink.NF_BIFLOW and NF_COLUMNS contradict each other: the enterprise has no reverse elements",
            );
        }
        Ok(())
    }

    /// Messages with templates and with what describes elements.
    fn templates(&self, table: &Table, most: usize) -> (Vec<template::Template>, Vec<Message>) {
        let t = &self.toggles;
        let enterprise = t.all_columns.then_some(t.enterprise);
        let wanted = Wanted { version: t.version, enterprise, biflow: t.biflow };
        let templates = template::all(&table.schema, wanted);
        let options = enterprise.map(|number| describe::records(&table.schema, number));
        let options = options.unwrap_or_default();
        let messages = message::describing(t.version, most, &templates, &options);
        (templates, messages)
    }

    fn open(
        &self,
        table: &Table,
        destination: &Destination,
    ) -> Result<Box<dyn Rows + Send>, SinkError> {
        let t = &self.toggles;
        let most = if t.transport == UDP { usize::from(t.mtu) } else { MOST };
        let (templates, messages) = self.templates(table, most);
        let header = Header { version: t.version, domain: t.domain };
        let limits = [t.most4, t.most6];
        let exporter = Exporter::new(&table.schema, templates, (t.version, most), limits, t.biflow);
        let log = destination.deliveries.clone();
        if t.transport != UDP && t.transport != TCP {
            // What waits for room on a disk ends behind lines, which messages do not have.
            let to = Destination { patience: None, ..destination.clone() };
            let file = RotatingFile::flow_table(&to, "_flows.ipfix", false)?;
            let filed = Box::new(Filed::new(exporter, header, messages, file, log));
            return Ok(stream::for_readers(filed, &to));
        }
        let place = Place::new(&t.address, t.port);
        let again = (t.template_messages, Duration::from_secs(t.template_seconds.into()));
        let is_stream = t.transport == TCP;
        let mut collector = Collector::new((place, is_stream), header, messages, again);
        collector.connect().map_err(|error| {
            let (protocol, place) = (if is_stream { "TCP" } else { "UDP" }, collector.place());
            SinkError::Other(
                format!(
                    "the sink ipfix cannot connect to {place} by {protocol}: {error}. Start the collector first, or name another one with netflowSink.NF_SERVADD and NF_DPORT"
                )
                .into(),
            )
        })?;
        let patience = Duration::from_secs(t.patience.into());
        let sent = Sent::new(exporter, collector, patience, log)?;
        Ok(stream::by_the_clock(Box::new(sent)))
    }
}

impl Sink for Ipfix {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.check()?;
        let Some(flows) = setup.tables.first() else { return Ok(()) };
        self.flows = Some(self.open(flows, setup.destination)?);
        Ok(())
    }

    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        match &mut self.flows {
            Some(flows) if id == TableId::FLOWS => flows.row(&table.schema, record),
            _ => Ok(()),
        }
    }

    fn size(&self) -> u64 {
        self.flows.as_ref().map_or(0, Rows::size)
    }

    fn use_executor(&mut self, executor: &std::sync::Arc<dyn flowz_api::sink::Executor>) {
        if let Some(flows) = &mut self.flows {
            flows.use_executor(executor);
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
