//! The tables of a sink. What is done with them once they are open is the same for all formats.

use std::sync::Arc;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Executor, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

/// One table in some format.
pub(crate) trait Rows {
    /// Writes a record.
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError>;
    /// Bytes of the current file before they are compressed.
    fn size(&self) -> u64;
    /// From now on others could write to the file.
    fn use_executor(&mut self, executor: &Arc<dyn Executor>);
    /// Writes the rows that wait for more.
    fn flush(&mut self) -> Result<(), SinkError>;
    /// No more rows come: writes those that wait, and waits until they are written.
    fn prepare(&mut self) -> Result<(), SinkError>;
    /// Completes the file.
    fn finish(&mut self) -> Result<(), SinkError>;
}

/// A table whose format was chosen when the run started.
impl Rows for Box<dyn Rows + Send> {
    #[inline]
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        (**self).row(schema, record)
    }

    fn size(&self) -> u64 {
        (**self).size()
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        (**self).use_executor(executor);
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        (**self).flush()
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        (**self).prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        (**self).finish()
    }
}

/// The tables of a sink by their numbers, those that nobody wants left out; none before the run has started.
#[derive(Debug)]
pub(crate) struct OpenTables<T>(Vec<Option<T>>);

impl<T> Default for OpenTables<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Rows> OpenTables<T> {
    /// Opens all tables of a run that are wanted.
    pub(crate) fn open(
        setup: &SinkSetup<'_>,
        mut open: impl FnMut(&Table) -> Result<T, SinkError>,
    ) -> Result<Self, SinkError> {
        let only_requested = setup.destination.only_requested;
        let is_wanted = |table: &Table| !only_requested || table.kind != TableKind::Plugin;
        let open = |table: &Table| is_wanted(table).then(|| open(table)).transpose();
        Ok(Self(setup.tables.iter().map(open).collect::<Result<_, _>>()?))
    }

    /// A table has one record more.
    #[inline]
    pub(crate) fn record(
        &mut self,
        id: TableId,
        table: &Table,
        record: &Record,
    ) -> Result<(), SinkError> {
        let open = self.0.get_mut(usize::from(id.0)).and_then(Option::as_mut);
        open.map_or(Ok(()), |open| open.row(&table.schema, record))
    }

    /// Bytes of the flow table's current file.
    pub(crate) fn size(&self) -> u64 {
        let flows = self.0.get(usize::from(TableId::FLOWS.0)).and_then(Option::as_ref);
        flows.map_or(0, Rows::size)
    }

    /// From now on others could write to the files.
    pub(crate) fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.0.iter_mut().flatten().for_each(|table| table.use_executor(executor));
    }

    /// Writes all that waits; yields the first failure.
    pub(crate) fn prepare(&mut self) -> Result<(), SinkError> {
        self.each(Rows::prepare)
    }

    /// Completes all, also if one fails; yields the first failure.
    pub(crate) fn finish(&mut self) -> Result<(), SinkError> {
        self.each(Rows::finish)
    }

    fn each(
        &mut self,
        mut step: impl FnMut(&mut T) -> Result<(), SinkError>,
    ) -> Result<(), SinkError> {
        let mut first = Ok(());
        for table in self.0.iter_mut().flatten() {
            let outcome = step(table);
            first = first.and(outcome);
        }
        first
    }
}
