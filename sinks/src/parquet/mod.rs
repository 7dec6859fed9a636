//! Sink `parquet`: `_flows.parquet`, `_packets.parquet` and the tables of plugins, typed, for DuckDB, pandas, Polars, Spark.

mod chunk;
mod hive;
mod hybrid;
mod index;
mod leaf;
mod metadata;
mod number;
mod pages;
mod schema;
mod toggles;
mod writer;

use std::sync::Arc;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{Executor, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

use crate::columnar::schema::RunFacts;
use crate::columnar::table::ColumnarTable;
use crate::common::file::Form;
use crate::common::rotating_file::RotatingFile;
use crate::common::tables::{OpenTables, Rows};
use hive::{HiveTable, OPEN};
use toggles::ParquetToggles;
use writer::Plan;

inventory::submit! { SinkEntry::new::<Parquet>() }

/// The sink.
struct Parquet {
    toggles: ParquetToggles,
    tables: OpenTables<Box<dyn Rows + Send>>,
}

impl NamedSink for Parquet {
    const INFO: SinkInfo = SinkInfo {
        name: "parquet",
        toggles: "parquetSink",
        number: 908,
        summary: "Parquet files: all tables",
        requests: &[],
        preset: None,
        is_remote: false,
    };
    type Toggles = ParquetToggles;

    fn new(toggles: &ParquetToggles) -> Self {
        Self { toggles: toggles.clone(), tables: OpenTables::default() }
    }
}

impl Sink for Parquet {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let to = setup.destination;
        if to.stdout {
            let why = "parquet cannot write to standard output, because a reader begins at the end of the file: \
                       name one with -w PREFIX, or use --sinks arrow, which has a form for streams";
            return Err(SinkError::Settings(why.to_owned()));
        }
        let is_hive = self.toggles.hive;
        if is_hive && to.split.is_some() {
            let why = "-W does not split files in folders for days (PARQUET_HIVE): leave one of both away, or begin new files with --rotate";
            return Err(SinkError::Settings(why.to_owned()));
        }
        let parts = if is_hive { OPEN } else { 1 };
        let (level, group) = (self.toggles.zstd, (usize::from(self.toggles.group) << 20) / parts);
        let sensor = RunFacts::of(setup.preamble).sensor;
        self.tables = OpenTables::open(setup, |table| {
            let plan = Plan::new(table, setup.preamble, level, group);
            let plan = plan.map_err(|error| SinkError::Other(error.into()))?;
            if is_hive {
                return Ok(
                    Box::new(HiveTable::new(table, to, &sensor, plan)) as Box<dyn Rows + Send>
                );
            }
            let (suffix, form) = (format!("_{}.parquet", table.name), Form::Made(Arc::new(plan)));
            let file = match table.kind {
                TableKind::Flows => RotatingFile::flow_table_as(to, &suffix, form)?,
                _ => RotatingFile::single_as(to, &suffix, &form)?,
            };
            Ok(Box::new(ColumnarTable::new(file)))
        })?;
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
