//! A file that is being written: rows become columns, and when these use as much memory as they may, a row group.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use flowz_api::column::Schema;
use flowz_api::table::Table;
use parquet::basic::Encoding;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::TypePtr;

use super::chunk::{Chunks, properties};
use super::leaf::visit;
use super::{metadata, schema};
use crate::columnar::rows::Columns;
use crate::columnar::schema::{RunFacts, arrow};
use crate::common::file::{Format, Make, Target};

/// What all files of a table have in common.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    columns: Schema,
    schema: TypePtr,
    entries: Vec<KeyValue>,
    /// Level of zstd; 0 is none.
    level: u8,
    /// Memory of the values of a row group, in bytes.
    group: usize,
}

impl Plan {
    /// Of a table.
    pub(super) fn new(
        table: &Table,
        preamble: &[String],
        level: u8,
        group: usize,
    ) -> Result<Self, ParquetError> {
        let facts = RunFacts::of(preamble);
        let arrow = arrow(table, &facts, "element");
        Ok(Self {
            columns: table.schema.clone(),
            schema: schema::parquet(&arrow)?,
            entries: metadata::entries(table, &arrow, &facts),
            level,
            group,
        })
    }

    /// A writer of a file.
    fn writer<W: Write + Send>(&self, target: W) -> Result<ParquetWriter<W>, ParquetError> {
        let mut properties = properties(self.level, Encoding::PLAIN)?.into_builder();
        properties = properties.set_key_value_metadata(Some(self.entries.clone()));
        let properties = Arc::new(properties.build());
        Ok(ParquetWriter {
            file: SerializedFileWriter::new(target, Arc::clone(&self.schema), properties)?,
            columns: Columns::new(&self.columns),
            chunks: Chunks::new(self.level)?,
            group: self.group,
            is_complete: false,
        })
    }
}

impl Make for Plan {
    fn make(&self, target: Target) -> io::Result<Box<dyn Format>> {
        Ok(Box::new(self.writer(target).map_err(failed)?))
    }
}

/// Blocks of rows in, a file out.
struct ParquetWriter<W: Write> {
    file: SerializedFileWriter<W>,
    columns: Columns,
    chunks: Chunks,
    group: usize,
    is_complete: bool,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Writes the rows that there are as a row group.
    fn write_group(&mut self) -> Result<(), ParquetError> {
        let rows = self.columns.rows();
        if rows == 0 {
            return Ok(());
        }
        let leaves = self.file.schema_descr().columns().to_vec();
        let mut leaves = leaves.iter();
        let mut group = self.file.next_row_group()?;
        for column in self.columns.columns() {
            visit(column, rows, None, &mut |leaf| {
                let Some(of) = leaves.next() else { return Ok(()) };
                let (bytes, close) = self.chunks.write(leaf, of)?;
                group.append_column(&bytes, close)
            })?;
        }
        group.close()?;
        self.columns.clear();
        Ok(())
    }
}

impl<W: Write> fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetWriter").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl<W: Write + Send> Write for ParquetWriter<W> {
    fn write(&mut self, block: &[u8]) -> io::Result<usize> {
        self.columns.take(block);
        if self.columns.size() >= self.group {
            self.write_group().map_err(failed)?;
        }
        Ok(block.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Format for ParquetWriter<Target> {
    fn complete(&mut self) -> io::Result<()> {
        if self.is_complete {
            return Ok(());
        }
        self.is_complete = true;
        self.write_group().map_err(failed)?;
        // Its memory is of no more use.
        self.columns = Columns::new(&Schema::default());
        self.file.finish().map(drop).map_err(failed)
    }

    fn target(&self) -> &Target {
        self.file.inner()
    }
}

/// What the system said, if it was the system.
pub(super) fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(source) => io::Error::other(source),
        },
        other => io::Error::other(other),
    }
}
