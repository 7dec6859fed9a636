//! A table on its way to a file of columns: records are copied into blocks, and whoever has time makes columns of them.

use std::sync::Arc;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Executor, SinkError};

use super::rows::{self, BLOCK, LONGEST_RECORD};
use crate::common::rotating_file::RotatingFile;
use crate::common::tables::Rows;

/// Rows and where they go.
#[derive(Debug)]
pub(crate) struct ColumnarTable {
    block: Vec<u8>,
    file: RotatingFile,
}

impl ColumnarTable {
    /// A table whose file makes columns of blocks.
    pub(crate) fn new(file: RotatingFile) -> Self {
        Self { block: Vec::with_capacity(BLOCK), file }
    }

    /// Hands the block on.
    fn write(&mut self) -> Result<(), SinkError> {
        let block = std::mem::take(&mut self.block);
        let used = block.len();
        self.block = self.file.write_block(block, used)?;
        self.block.clear();
        self.block.reserve(BLOCK);
        Ok(())
    }
}

impl Rows for ColumnarTable {
    fn row(&mut self, _: &Schema, record: &Record) -> Result<(), SinkError> {
        let bytes = record.bytes();
        if bytes.len() > LONGEST_RECORD {
            let why = format!(
                "a row of {} bytes is too long for a file of columns, which takes {LONGEST_RECORD}: \
                 shorten its texts and lists with the toggles of their plugins",
                bytes.len()
            );
            return Err(SinkError::Other(why.into()));
        }
        rows::append(&mut self.block, bytes);
        let last = self.file.count_row(bytes.len());
        if last || self.block.len() >= BLOCK {
            self.write()?;
        }
        if last { self.file.rotate() } else { Ok(()) }
    }

    fn size(&self) -> u64 {
        self.file.size()
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.file.use_executor(executor);
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        if self.block.is_empty() {
            return Ok(());
        }
        self.write()?;
        self.file.flush()
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
