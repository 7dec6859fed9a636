//! Sink `sqlite`: `PREFIX.sqlite`, an SQLite database with a table for each table of the run.
//!
//! A row of a table is a record, in the order of the text files. Numbers are `INTEGER` or `REAL`; those of 64 bits without sign have the same bits, so
//! what is above 2^63 - 1 looks negative (`printf('%u', x)` shows it). Moments are text that sorts by time and that SQLite's functions for dates take
//! (`2026-11-30T08:27:28.599899123`, UTC), lengths of time whole nanoseconds, addresses text, payload `BLOB`, lists and compounds JSON text.
//! `flowz_columns` says of each column what it means, in which unit, and which plugin fills it; `flowz_tables` what a record is; `flowz_runs` which
//! program made the file with which command line and settings.
//!
//! The file is complete or absent: it grows under a hidden name, without a journal, since nobody else sees it.

mod file;
mod schema;
mod toggles;
mod value;

use std::mem;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

use crate::common::database::run::RunFacts;
use file::Database;
use schema::TablePlan;
use toggles::SqliteToggles;

inventory::submit! { SinkEntry::new::<Sqlite>() }

/// Bytes of records that wait for a transaction, at most; a larger record waits alone.
const MOST_BYTES: usize = 8 << 20;

/// The sink.
struct Sqlite {
    toggles: SqliteToggles,
    database: Option<Database>,
    /// The tables by their numbers, those that nobody wants left out.
    plans: Vec<Option<TablePlan>>,
    batch: Batch,
}

/// Records that wait for a transaction.
#[derive(Debug, Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// Table and length of each record.
    rows: Vec<(TableId, usize)>,
}

impl Batch {
    fn push(&mut self, id: TableId, record: &Record) {
        self.bytes.extend_from_slice(record.bytes());
        self.rows.push((id, record.bytes().len()));
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The records with their tables.
    pub(super) fn rows(&self) -> impl Iterator<Item = (TableId, &[u8])> {
        let mut rest = &self.bytes[..];
        self.rows.iter().map(move |(id, length)| {
            let (row, behind) = rest.split_at_checked(*length).unwrap_or_default();
            rest = behind;
            (*id, row)
        })
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.rows.clear();
    }
}

impl NamedSink for Sqlite {
    const INFO: SinkInfo = SinkInfo {
        name: "sqlite",
        toggles: "sqliteSink",
        number: 924,
        summary: "An SQLite database: all tables",
        requests: &[],
        preset: None,
        is_remote: false,
    };
    type Toggles = SqliteToggles;

    fn new(toggles: &SqliteToggles) -> Self {
        let toggles = toggles.clone();
        Self { toggles, database: None, plans: Vec::new(), batch: Batch::default() }
    }
}

impl Sqlite {
    /// Brings what waits into the file.
    fn write(&mut self) -> Result<(), SinkError> {
        let Some(database) = self.database.as_mut() else { return Ok(()) };
        if self.batch.len() > 0 {
            database.write(&self.plans, &self.batch)?;
            self.batch.clear();
        }
        Ok(())
    }
}

impl Sink for Sqlite {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let to = setup.destination;
        let is_wanted = |table: &Table| !to.only_requested || table.kind != TableKind::Plugin;
        self.plans = schema::plans(setup.tables, is_wanted, &self.toggles.table_prefix)?;
        let path = to.file(&self.toggles.suffix);
        to.claim(&path)?;
        let database = Database::create(path, to.patience.clone())?;
        database.describe(&self.plans, &RunFacts::new(setup.preamble))?;
        self.database = Some(database);
        Ok(())
    }

    fn record(&mut self, id: TableId, _: &Table, record: &Record) -> Result<(), SinkError> {
        if self.plans.get(usize::from(id.0)).is_none_or(Option::is_none) {
            return Ok(());
        }
        self.batch.push(id, record);
        let is_full = self.batch.len() >= self.toggles.batch as usize;
        if is_full || self.batch.bytes.len() >= MOST_BYTES { self.write() } else { Ok(()) }
    }

    fn size(&self) -> u64 {
        self.database.as_ref().map_or(0, Database::size)
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.write()?;
        let plans = mem::take(&mut self.plans);
        self.database
            .as_mut()
            .map_or(Ok(()), |database| database.complete(&plans, self.toggles.index))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        if !self.plans.is_empty() {
            self.prepare()?;
        }
        self.database.take().map_or(Ok(()), Database::finish)
    }
}

#[cfg(test)]
mod tests;
