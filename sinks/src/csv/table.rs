//! One CSV table: values become fields, the `csv` crate quotes them, blocks go to the file.

use std::io;
use std::path::Path;
use std::sync::Arc;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Executor, SinkError};

use super::cell_format::CsvFormat;
use crate::common::format::buffer::Buffer;
use crate::common::format::cell_format::write_cell;
use crate::common::rotating_file::{BLOCK, RotatingFile};
use crate::common::tables::Rows;

/// Rows and where they go.
#[derive(Debug)]
pub(super) struct CsvTable {
    rows: csv::Writer<Vec<u8>>,
    /// One field.
    field: Buffer,
    format: CsvFormat,
    /// The names, for each file.
    header: Vec<u8>,
    file: RotatingFile,
}

impl CsvTable {
    /// A table with its header row.
    pub(super) fn new(
        file: RotatingFile,
        schema: &Schema,
        format: CsvFormat,
    ) -> Result<Self, SinkError> {
        let mut rows = writer(Vec::with_capacity(BLOCK));
        let names = schema.columns.iter().map(|column| &column.name);
        rows.write_record(names).map_err(failed)?;
        rows.flush().map_err(|error| failed(error.into()))?;
        let header = rows.get_ref().clone();
        let mut table = Self { rows, field: Buffer::with_capacity(4096), format, header, file };
        table.file.count_header(table.header.len());
        Ok(table)
    }

    fn fields(&mut self, schema: &Schema, record: &Record) -> csv::Result<()> {
        let mut cells = record.cells();
        for column in &schema.columns {
            self.field.clear();
            write_cell(&self.format, &mut self.field, &column.ty, &mut cells, b',');
            // The comma is written by the crate.
            let value = self.field.as_slice().split_last().map_or(&[][..], |(_, value)| value);
            self.rows.write_field(value)?;
        }
        self.rows.write_record(None::<&[u8]>)?;
        Ok(self.rows.flush()?)
    }

    /// Hands the block on.
    fn write(&mut self) -> Result<(), SinkError> {
        let block = std::mem::replace(&mut self.rows, writer(Vec::new())).into_inner();
        let block = block.map_err(|error| failed(error.into_error().into()))?;
        let used = block.len();
        let mut next = self.file.write_block(block, used)?;
        next.clear();
        next.reserve(BLOCK);
        self.rows = writer(next);
        Ok(())
    }
}

impl Rows for CsvTable {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        let before = self.rows.get_ref().len();
        self.fields(schema, record).map_err(failed)?;
        let length = self.rows.get_ref().len();
        let last = self.file.count_row(length - before);
        if last || length >= BLOCK {
            self.write()?;
        }
        if last {
            self.file.rotate()?;
            self.rows = writer(self.header.clone());
            self.file.count_header(self.header.len());
        }
        Ok(())
    }

    fn size(&self) -> u64 {
        self.file.size()
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.file.use_executor(executor);
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        if self.rows.get_ref().is_empty() { Ok(()) } else { self.write() }
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.write()?;
        self.file.prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.prepare()?;
        self.file.finish()
    }
}

fn writer(block: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(block)
}

/// Rows of different length: a fault of the engine.
fn failed(error: csv::Error) -> SinkError {
    SinkError::io("write", Path::new("csv"), io::Error::from(error))
}
