//! The flow table and, where one is wanted, the packet table of a sink. What is done with them once
//! they are open is the same for all formats.

use std::sync::Arc;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Errands, SinkError};

/// One table in some format.
pub(crate) trait Rows {
    /// Writes a record.
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError>;
    /// From now on others could write to the file.
    fn assist(&mut self, errands: &Arc<dyn Errands>);
    /// Completes the file.
    fn finish(&mut self) -> Result<(), SinkError>;
}

/// A table whose format was chosen when the run started.
impl Rows for Box<dyn Rows + Send> {
    #[inline]
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        (**self).row(schema, record)
    }

    fn assist(&mut self, errands: &Arc<dyn Errands>) {
        (**self).assist(errands);
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        (**self).finish()
    }
}

/// Both tables; neither before the run has started.
#[derive(Debug)]
pub(crate) struct Tables<T> {
    pub(crate) flows: Option<T>,
    pub(crate) packets: Option<T>,
}

impl<T> Default for Tables<T> {
    fn default() -> Self {
        Self { flows: None, packets: None }
    }
}

impl<T: Rows> Tables<T> {
    /// A flow has ended.
    #[inline]
    pub(crate) fn flow(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        self.flows.as_mut().map_or(Ok(()), |table| table.row(schema, record))
    }

    /// A packet was read.
    #[inline]
    pub(crate) fn packet(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        self.packets.as_mut().map_or(Ok(()), |table| table.row(schema, record))
    }

    /// From now on others could write to the files.
    pub(crate) fn assist(&mut self, errands: &Arc<dyn Errands>) {
        self.flows.iter_mut().chain(&mut self.packets).for_each(|table| table.assist(errands));
    }

    /// Completes both, also if one fails; yields the first failure.
    pub(crate) fn finish(&mut self) -> Result<(), SinkError> {
        let flows = self.flows.as_mut().map_or(Ok(()), Rows::finish);
        let packets = self.packets.as_mut().map_or(Ok(()), Rows::finish);
        flows.and(packets)
    }
}
