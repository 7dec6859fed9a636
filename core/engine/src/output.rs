//! From records to sinks.

use flowz_api::column::{Column, Schema, Type};
use flowz_api::host::HostedPlugin;
use flowz_api::record::Record;
use flowz_api::sink::{Destination, Sink, SinkError, SinkSetup};

/// All sinks of a run, and the tables that they get.
pub struct Output {
    sinks: Vec<Box<dyn Sink>>,
    flows: Schema,
    packets: Option<Schema>,
}

impl Output {
    /// Starts the sinks.
    pub fn start(
        mut sinks: Vec<Box<dyn Sink>>,
        flows: Schema,
        packets: Option<Schema>,
        destination: &Destination,
        preamble: &[String],
    ) -> Result<Self, SinkError> {
        let setup = SinkSetup { flows: &flows, packets: packets.as_ref(), destination, preamble };
        sinks.iter_mut().try_for_each(|s| s.start(&setup))?;
        Ok(Self { sinks, flows, packets })
    }

    /// A flow's record is complete.
    #[inline]
    pub fn flow(&mut self, record: &Record) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|s| s.flow(&self.flows, record))
    }

    /// A packet's record is complete.
    #[inline]
    pub fn packet(&mut self, record: &Record) -> Result<(), SinkError> {
        let Some(schema) = &self.packets else { return Ok(()) };
        self.sinks.iter_mut().try_for_each(|s| s.packet(schema, record))
    }

    /// Completes the files of all sinks, also if one of them fails; yields the first failure.
    pub fn finish(&mut self) -> Result<(), SinkError> {
        let mut first = Ok(());
        for sink in &mut self.sinks {
            let outcome = sink.finish();
            first = first.and(outcome);
        }
        first
    }
}

/// The columns of the flow table.
pub fn flow_schema(plugins: &[Box<dyn HostedPlugin>]) -> Schema {
    let mut columns = vec![
        core("dir", Type::Char, "Direction: A towards the server, B towards the client."),
        core("flowInd", Type::U64, "Flow number, shared by both directions of a conversation."),
    ];
    columns.extend(plugins.iter().flat_map(|p| p.columns().iter().cloned()));
    Schema { columns }
}

/// The columns of the packet table.
pub fn packet_schema(plugins: &[Box<dyn HostedPlugin>]) -> Schema {
    let mut columns = vec![
        core("pktNo", Type::U64, "Number of the packet in the capture."),
        core("flowInd", Type::U64, "Flow number."),
    ];
    columns.extend(plugins.iter().flat_map(|p| p.packet_columns().iter().cloned()));
    columns.push(core("l7Content", Type::Content, "Captured payload as text."));
    Schema { columns }
}

fn core(name: &str, ty: Type, doc: &'static str) -> Column {
    Column { name: name.to_owned(), ty, doc, unit: "", plugin: "core" }
}
