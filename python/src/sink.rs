//! The sink that makes record batches of one table and hands them to the reader of a stream.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;

use arrow_array::RecordBatch;
use flowz_api::record::Record;
use flowz_api::sink::{Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_engine::output::Rows;
use flowz_registry::names;
use flowz_sinks::columnar::{BatchBuilder, BatchError};

use crate::job::{FLOWS, Job};
use crate::worker::Shared;

/// A batch is handed on when its rows use so many bytes, be they as few as they may.
const BATCH_BYTES: usize = 8 << 20;
/// The bytes are counted each time that so many rows have come.
const COUNTED: usize = 256;

/// Hands on the batches of one table.
pub(crate) struct BatchSink {
    table: String,
    fields: Vec<String>,
    condition: Option<String>,
    batch_rows: usize,
    batches: SyncSender<RecordBatch>,
    shared: Arc<Shared>,
    filling: Option<Filling>,
}

/// The table once it is known.
struct Filling {
    id: TableId,
    builder: BatchBuilder,
    /// Rows that are wanted, where the engine does not choose them.
    rows: Option<Rows>,
    /// Columns that are wanted, where the engine does not choose them.
    places: Option<Vec<usize>>,
}

impl BatchSink {
    /// The sink of a job.
    pub(crate) fn new(job: &Job, shared: &Arc<Shared>, batches: SyncSender<RecordBatch>) -> Self {
        Self {
            table: job.table.clone(),
            fields: job.fields.clone(),
            condition: job.condition.clone(),
            batch_rows: job.batch_rows.max(1),
            batches,
            shared: Arc::clone(shared),
            filling: None,
        }
    }

    /// Finds the table, and what of it is wanted.
    fn find(&self, setup: &SinkSetup<'_>) -> Result<Filling, String> {
        let tables = || (0..).zip(setup.tables);
        let Some((id, table)) = tables().find(|(_, table)| table.name == self.table) else {
            let all: Vec<_> = tables().map(|(_, table)| table.name).collect();
            return Err(format!(
                "there is no table '{}': with these plugins and settings there are {}",
                self.table,
                all.join(", ")
            ));
        };
        let is_flows = self.table == FLOWS;
        let places = self.fields.iter().map(|field| place(field, table));
        let places = places.collect::<Result<Vec<_>, _>>()?;
        // Of flows the engine makes what is wanted and nothing else.
        let places = Some(places).filter(|places| !is_flows && !places.is_empty());
        let condition = self.condition.as_deref().filter(|_| !is_flows);
        let rows = condition.map(|text| Rows::of(text, table)).transpose();
        let rows = rows.map_err(|error| format!("where: {error}"))?;
        let builder = BatchBuilder::new(table, setup.preamble);
        Ok(Filling { id: TableId(id), builder, rows, places })
    }
}

/// Where a column is, by its name or as `plugin.name`.
fn place(field: &str, table: &Table) -> Result<usize, String> {
    let all = &table.schema.columns;
    let is_meant = |(plugin, name): (&str, &str)| {
        name == field || field.split_once('.').is_some_and(|split| split == (plugin, name))
    };
    let mut found =
        (0..).zip(all).filter(|(_, column)| is_meant((column.plugin, column.name.as_str())));
    match (found.next(), found.next()) {
        (Some((place, _)), None) => Ok(place),
        (Some((_, one)), Some((_, other))) => Err(format!(
            "fields: '{field}' is a column of {} and of {}: write {}.{field} or {}.{field}",
            one.plugin, other.plugin, one.plugin, other.plugin
        )),
        (None, _) => {
            let near = names::near(all.iter().map(|column| column.name.as_str()), field);
            let hint = names::alternatives(&near);
            Err(format!(
                "fields: the table '{}' has no column '{field}'{hint}; flowz.columns lists them",
                table.name
            ))
        }
    }
}

impl Filling {
    /// All rows so far.
    fn take(&mut self) -> Result<RecordBatch, BatchError> {
        let batch = self.builder.take()?;
        match &self.places {
            Some(places) => Ok(batch.project(places)?),
            None => Ok(batch),
        }
    }
}

impl Sink for BatchSink {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let filling = self.find(setup).map_err(SinkError::Settings)?;
        let whole = filling.builder.schema();
        let schema = match &filling.places {
            Some(places) => Arc::new(whole.project(places).map_err(other)?),
            None => whole,
        };
        // It is told once, before the first batch.
        let _ = self.shared.schema.set(schema);
        self.filling = Some(filling);
        Ok(())
    }

    fn record(&mut self, id: TableId, _: &Table, record: &Record) -> Result<(), SinkError> {
        let Some(filling) = self.filling.as_mut().filter(|filling| filling.id == id) else {
            return Ok(());
        };
        if filling.rows.as_mut().is_some_and(|rows| !rows.takes(record)) {
            return Ok(());
        }
        filling.builder.push(record).map_err(other)?;
        let rows = filling.builder.rows();
        let is_counted = rows.is_multiple_of(COUNTED);
        if rows >= self.batch_rows || is_counted && filling.builder.size() >= BATCH_BYTES {
            self.hand_on()?;
        }
        if self.shared.stop.load(Ordering::Relaxed) { Err(SinkError::Closed) } else { Ok(()) }
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.hand_on()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

impl BatchSink {
    /// Hands a batch to the reader, who may let us wait.
    fn hand_on(&mut self) -> Result<(), SinkError> {
        let Some(filling) = self.filling.as_mut().filter(|filling| filling.builder.rows() > 0)
        else {
            return Ok(());
        };
        let batch = filling.take().map_err(other)?;
        self.shared.rows.fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
        self.batches.send(batch).map_err(|_| SinkError::Closed)
    }
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> SinkError {
    SinkError::Other(Box::new(error))
}
