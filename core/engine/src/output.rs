//! From records to sinks, at once or in portions for another thread.

use std::sync::Arc;

use flowz_api::column::{Column, Schema, Type};
use flowz_api::host::HostedPlugin;
use flowz_api::record::Record;
use flowz_api::settings::CoreToggles;
use flowz_api::sink::{Destination, Errands, Sink, SinkError, SinkSetup, Table};

use crate::content;

/// All sinks of a run, and the tables that they get.
pub struct Sinks {
    sinks: Vec<Box<dyn Sink>>,
    flows: Schema,
    packets: Option<Schema>,
    /// The row of a portion that is being written.
    row: Record,
}

impl Sinks {
    #[inline]
    fn flow(&mut self, record: &Record) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|s| s.flow(&self.flows, record))
    }

    #[inline]
    fn packet(&mut self, record: &Record) -> Result<(), SinkError> {
        let Some(schema) = &self.packets else { return Ok(()) };
        self.sinks.iter_mut().try_for_each(|s| s.packet(schema, record))
    }

    /// From now on there are threads that could write to files meanwhile.
    pub fn assist(&mut self, errands: &Arc<dyn Errands>) {
        self.sinks.iter_mut().for_each(|sink| sink.assist(errands));
    }

    /// Writes all records of a portion.
    pub fn write(&mut self, portion: &Portion) -> Result<(), SinkError> {
        let mut row = std::mem::take(&mut self.row);
        let mut rest = portion.bytes.as_slice();
        let mut outcome = Ok(());
        for &(table, len) in &portion.rows {
            let (bytes, behind) = rest.split_at_checked(len as usize).unwrap_or((rest, &[]));
            rest = behind;
            row.clear();
            row.raw(bytes);
            outcome = match table {
                Table::Flows => self.flow(&row),
                Table::Packets => self.packet(&row),
            };
            if outcome.is_err() {
                break;
            }
        }
        self.row = row;
        outcome
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

/// Records of both tables, in the order in which they were made, on their way to another thread.
#[derive(Debug, Default)]
pub struct Portion {
    bytes: Vec<u8>,
    /// Table and length of each record.
    rows: Vec<(Table, u32)>,
}

impl Portion {
    /// Bytes at which a portion is handed over: enough to make the change of hands cheap, and so little that
    /// it is still in a cache when the other thread reads it.
    const FULL: usize = 128 << 10;

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn push(&mut self, table: Table, record: &Record) {
        let bytes = record.bytes();
        self.bytes.extend_from_slice(bytes);
        self.rows.push((table, u32::try_from(bytes.len()).unwrap_or(u32::MAX)));
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.rows.clear();
    }
}

/// Takes a portion and gives an old one back, to be filled again.
pub type Exchange = Box<dyn FnMut(Portion) -> Portion + Send>;

/// Where records go: to the sinks, or to somebody who has them.
pub enum Output {
    /// Written at once.
    Here(Sinks),
    /// Handed over in portions.
    Elsewhere {
        /// What was made since the last change of hands.
        portion: Portion,
        /// The other side.
        exchange: Exchange,
    },
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
        Ok(Self::Here(Sinks { sinks, flows, packets, row: Record::new() }))
    }

    /// Gives the sinks away, once.
    pub(crate) fn hand_over(&mut self, exchange: Exchange) -> Option<Sinks> {
        let there = Self::Elsewhere { portion: Portion::default(), exchange };
        match std::mem::replace(self, there) {
            Self::Here(sinks) => Some(sinks),
            Self::Elsewhere { .. } => None,
        }
    }

    /// A flow's record is complete.
    #[inline]
    pub fn flow(&mut self, record: &Record) -> Result<(), SinkError> {
        match self {
            Self::Here(sinks) => sinks.flow(record),
            Self::Elsewhere { portion, exchange } => {
                queue(portion, exchange, Table::Flows, record);
                Ok(())
            }
        }
    }

    /// A packet's record is complete.
    #[inline]
    pub fn packet(&mut self, record: &Record) -> Result<(), SinkError> {
        match self {
            Self::Here(sinks) => sinks.packet(record),
            Self::Elsewhere { portion, exchange } => {
                queue(portion, exchange, Table::Packets, record);
                Ok(())
            }
        }
    }

    /// Completes the files of all sinks, or hands the last portion over to those who will.
    pub fn finish(&mut self) -> Result<(), SinkError> {
        match self {
            Self::Here(sinks) => sinks.finish(),
            Self::Elsewhere { portion, .. } if portion.is_empty() => Ok(()),
            Self::Elsewhere { portion, exchange } => {
                exchange(std::mem::take(portion));
                Ok(())
            }
        }
    }
}

fn queue(portion: &mut Portion, exchange: &mut Exchange, table: Table, record: &Record) {
    portion.push(table, record);
    if portion.bytes.len() >= Portion::FULL {
        *portion = exchange(std::mem::take(portion));
        portion.clear();
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
pub fn packet_schema(toggles: &CoreToggles, plugins: &[Box<dyn HostedPlugin>]) -> Schema {
    let number = core("pktNo", Type::U64, "Number of the packet in the capture.");
    let mut columns: Vec<_> = toggles.spktmd_pktno.then_some(number).into_iter().collect();
    columns.push(core("flowInd", Type::U64, "Flow number."));
    columns.extend(plugins.iter().flat_map(|p| p.packet_columns().iter().cloned()));
    columns.extend(content::columns(toggles));
    Schema { columns }
}

fn core(name: &str, ty: Type, doc: &'static str) -> Column {
    Column { name: name.to_owned(), ty, doc, unit: "", plugin: "core" }
}
