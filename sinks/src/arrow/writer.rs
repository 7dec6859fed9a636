//! A file or a stream that is being written: rows become record batches.

use std::fmt;
use std::io::{self, Write};

use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::ArrowError;
use flowz_api::table::Table;

use crate::columnar::{BatchBuilder, BatchError};
use crate::common::file::{Format, Make, Target};

/// Bytes that are collected before they are written: more than a schema has, so that nothing is written before the run has begun.
const BUFFER: usize = 1 << 20;

/// What all files of a table have in common.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) table: Table,
    pub(super) preamble: Vec<String>,
    /// Memory of the values of a batch, in bytes.
    pub(super) batch: usize,
    /// The form of streams, not that of files.
    pub(super) is_stream: bool,
}

impl Make for Plan {
    fn make(&self, target: Target) -> io::Result<Box<dyn Format>> {
        let rows = BatchBuilder::new(&self.table, &self.preamble);
        let schema = rows.schema();
        let target = io::BufWriter::with_capacity(BUFFER, target);
        let out = if self.is_stream {
            Out::Stream(StreamWriter::try_new(target, &schema).map_err(failed)?)
        } else {
            Out::File(FileWriter::try_new(target, &schema).map_err(failed)?)
        };
        Ok(Box::new(ArrowWriter { out, rows, batch: self.batch, is_complete: false }))
    }
}

/// The library's writers.
enum Out {
    File(FileWriter<io::BufWriter<Target>>),
    Stream(StreamWriter<io::BufWriter<Target>>),
}

/// Blocks of rows in, batches out.
struct ArrowWriter {
    out: Out,
    rows: BatchBuilder,
    batch: usize,
    is_complete: bool,
}

impl ArrowWriter {
    /// Writes the rows that there are as a batch.
    fn write_batch(&mut self) -> io::Result<()> {
        if self.rows.rows() == 0 {
            return Ok(());
        }
        let batch = self.rows.take().map_err(|error| match error {
            BatchError::Arrow(error) => failed(error),
            other @ BatchError::TooLong(_) => io::Error::other(other),
        })?;
        match &mut self.out {
            Out::File(file) => file.write(&batch),
            Out::Stream(stream) => stream.write(&batch),
        }
        .map_err(failed)
    }
}

impl fmt::Debug for ArrowWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArrowWriter").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Write for ArrowWriter {
    fn write(&mut self, block: &[u8]) -> io::Result<usize> {
        self.rows.push_block(block);
        if self.rows.size() >= self.batch {
            self.write_batch()?;
        }
        Ok(block.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_batch()?;
        match &mut self.out {
            Out::File(file) => file.flush(),
            Out::Stream(stream) => stream.flush(),
        }
        .map_err(failed)
    }
}

impl Format for ArrowWriter {
    fn complete(&mut self) -> io::Result<()> {
        if self.is_complete {
            return Ok(());
        }
        self.is_complete = true;
        self.write_batch()?;
        match &mut self.out {
            Out::File(file) => file.finish().and_then(|()| file.flush()),
            Out::Stream(stream) => stream.finish().and_then(|()| stream.flush()),
        }
        .map_err(failed)
    }

    fn target(&self) -> &Target {
        match &self.out {
            Out::File(file) => file.get_ref().get_ref(),
            Out::Stream(stream) => stream.get_ref().get_ref(),
        }
    }
}

/// What the system said, if it was the system.
fn failed(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}
