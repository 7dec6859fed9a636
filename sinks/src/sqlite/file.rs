//! The file of the database.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowz_api::sink::{Patience, SinkError};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, params};

use super::Batch;
use super::schema::{DESCRIPTIONS, TablePlan};
use super::value::{self, Scratch};
use crate::common::database::run::RunFacts;
use crate::common::file::OutputFile;

/// A database that grows under a hidden name.
#[derive(Debug)]
pub(super) struct Database {
    /// In front of the file: it is closed before that gets its name.
    connection: Connection,
    file: OutputFile,
    path: PathBuf,
    /// Where it grows.
    hidden: PathBuf,
    /// Who waits for room, if anybody does.
    patience: Option<Arc<dyn Patience>>,
    /// Nobody waits for room any more: what comes is lost.
    is_full: bool,
    scratch: Scratch,
}

impl Database {
    /// An empty one.
    pub(super) fn create(
        path: PathBuf,
        patience: Option<Arc<dyn Patience>>,
    ) -> Result<Self, SinkError> {
        let file = OutputFile::create(path.clone())?;
        let Some(hidden) = file.hidden().map(Path::to_owned) else {
            return Err(SinkError::Settings(format!(
                "'{}' is not a regular file, and an SQLite database can be nothing else: name another prefix with -w or set SQLITE_SUFFIX",
                path.display()
            )));
        };
        let failed = |error| in_words(&path, error);
        // No mutex: it stays with one thread at a time, as the library's type sees to.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&hidden, flags).map_err(failed)?;
        // A file that nobody sees needs no journal, but for a transaction that is tried again; in memory that is.
        let journal = if patience.is_some() { "MEMORY" } else { "OFF" };
        let settings = format!(
            "PRAGMA page_size = 8192; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = {journal};
            PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA encoding = 'UTF-8';"
        );
        connection.execute_batch(&settings).map_err(failed)?;
        let scratch = Scratch::default();
        Ok(Self { connection, file, path, hidden, patience, is_full: false, scratch })
    }

    /// Makes the tables, and says what is in them.
    pub(super) fn describe(
        &self,
        plans: &[Option<TablePlan>],
        run: &RunFacts,
    ) -> Result<(), SinkError> {
        let make = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            transaction.execute_batch(DESCRIPTIONS)?;
            let run = params![run.program, run.command, run.settings, run.sensor];
            transaction.execute("INSERT INTO flowz_runs VALUES (?, ?, ?, ?)", run)?;
            {
                let insert = "INSERT INTO flowz_columns VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
                let mut columns = transaction.prepare(insert)?;
                for plan in plans.iter().flatten() {
                    transaction.execute(&plan.create(), [])?;
                    let table = params![plan.name, plan.doc];
                    transaction.execute("INSERT INTO flowz_tables VALUES (?, ?)", table)?;
                    for ((name, column), place) in plan.names.iter().zip(&plan.columns).zip(1_i64..)
                    {
                        let (of, ty) = (&plan.name, column.ty.to_string());
                        let (own, unit) = (&column.name, column.unit);
                        columns.execute(params![
                            of,
                            place,
                            name,
                            own,
                            ty,
                            unit,
                            column.plugin,
                            column.doc
                        ])?;
                    }
                }
            }
            transaction.commit()
        };
        make().map_err(|error| in_words(&self.path, error))
    }

    /// Adds rows in one transaction.
    pub(super) fn write(
        &mut self,
        plans: &[Option<TablePlan>],
        batch: &Batch,
    ) -> Result<(), SinkError> {
        let mut has_waited = false;
        while !self.is_full {
            let Err(error) = self.transaction(plans, batch) else {
                if let (true, Some(patience)) = (has_waited, &self.patience) {
                    patience.goes_on();
                }
                return Ok(());
            };
            let patience = self.patience.as_ref().filter(|_| is_full(&error));
            let Some(patience) = patience else { return Err(in_words(&self.path, error)) };
            has_waited = true;
            self.is_full = !patience.wait();
        }
        if let Some(patience) = &self.patience {
            patience.lost(batch.len() as u64);
        }
        Ok(())
    }

    fn transaction(&mut self, plans: &[Option<TablePlan>], batch: &Batch) -> rusqlite::Result<()> {
        let transaction = self.connection.unchecked_transaction()?;
        {
            let mut statements: Vec<Option<Statement<'_>>> = Vec::new();
            statements.resize_with(plans.len(), || None);
            for (id, row) in batch.rows() {
                let at = usize::from(id.0);
                let (Some(plan), Some(place)) =
                    (plans.get(at).and_then(Option::as_ref), statements.get_mut(at))
                else {
                    continue;
                };
                let statement = match place {
                    Some(statement) => statement,
                    None => place.insert(transaction.prepare(&plan.insert())?),
                };
                value::insert(statement, plan, row, &mut self.scratch)?;
            }
        }
        transaction.commit()
    }

    /// The file gets no more pages than these, as on a disk that is full.
    #[cfg(test)]
    pub(super) fn limit_pages(&self, most: u32) {
        self.connection.pragma_update(None, "max_page_count", most).unwrap();
    }

    /// Bytes of the file.
    pub(super) fn size(&self) -> u64 {
        fs::metadata(&self.hidden).map_or(0, |found| found.len())
    }

    /// No more rows come: makes the indices that are wanted.
    pub(super) fn complete(
        &mut self,
        plans: &[Option<TablePlan>],
        index: bool,
    ) -> Result<(), SinkError> {
        let indices = plans.iter().flatten().filter_map(TablePlan::index).filter(|_| index);
        for statement in indices {
            self.connection.execute(&statement, []).map_err(|error| in_words(&self.path, error))?;
        }
        Ok(())
    }

    /// The file gets its name.
    pub(super) fn finish(self) -> Result<(), SinkError> {
        let Self { connection, file, path, is_full, .. } = self;
        connection.close().map_err(|(_, error)| in_words(&path, error))?;
        file.finish()?;
        let full = || SinkError::io("write", &path, io::ErrorKind::StorageFull.into());
        if is_full { Err(full()) } else { Ok(()) }
    }
}

/// Whether there is no room for what is written.
fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
}

fn in_words(path: &Path, error: rusqlite::Error) -> SinkError {
    let error =
        if is_full(&error) { io::ErrorKind::StorageFull.into() } else { io::Error::other(error) };
    SinkError::io("write", path, error)
}
