//! What is taken from the flow table: which flows are wanted, and records for an index.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowz_api::record::Record;
use flowz_api::sink::{Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_api::value::Value;
use flowz_engine::output::Rows;
use flowz_slice::FlowSet;
use flowz_slice::index::IndexWriter;

use super::super::file::SliceFile;

/// What happens with each record.
#[derive(Debug)]
pub(super) struct Taken {
    /// The flow table, once the run has started.
    pub(super) table: Option<Table>,
    /// Which flows are wanted.
    pub(super) condition: Option<Condition>,
    /// Where records are kept.
    pub(super) index: Option<IndexWriter<SliceFile>>,
}

/// A condition, and the flows for which it holds.
#[derive(Debug)]
pub(super) struct Condition {
    rows: Rows,
    pub(super) flows: FlowSet,
}

impl Condition {
    /// The condition of a text.
    pub(super) fn new(text: &str, table: &Table) -> Result<Self, String> {
        Ok(Self { rows: Rows::of(text, table)?, flows: FlowSet::empty() })
    }

    /// A record of the flow table.
    pub(super) fn ask(&mut self, table: &Table, record: &Record) {
        if self.rows.takes(record)
            && let Some(flow) = number(table, record)
        {
            self.flows.insert(flow);
        }
    }
}

/// The number of the flow of a record.
fn number(table: &Table, record: &Record) -> Option<u64> {
    let columns = &table.schema.columns;
    let of_flow = columns.iter().position(|column| column.name == "flowInd")?;
    match record.values(columns).nth(of_flow)? {
        Value::Unsigned(number) => Some(number),
        _ => None,
    }
}

/// The sink, and the place where others look.
#[derive(Clone, Debug)]
pub(super) struct Flows(Arc<Mutex<Taken>>);

impl Flows {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Taken { table: None, condition: None, index: None })))
    }

    pub(super) fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Flows {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.taken().table = setup.tables.first().cloned();
        Ok(())
    }

    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        if id != TableId::FLOWS {
            return Ok(());
        }
        let taken = &mut *self.taken();
        if let Some(condition) = &mut taken.condition {
            condition.ask(table, record);
        }
        if let Some(index) = &mut taken.index {
            index.record(record.bytes()).map_err(|error| SinkError::Other(Box::new(error)))?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}
