//! A table of a preset: rows become text, blocks go to the file.

use std::sync::Arc;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Executor, SinkError};

use super::layout::{Cells, Layout};
use super::waiting::Waiting;
use crate::common::rotating_file::{BLOCK, RotatingFile};
use crate::common::tables::Rows;

/// Rows and where they go.
pub(super) struct PresetTable {
    layout: &'static Layout,
    cells: Cells,
    rows: Vec<u8>,
    /// Rows that wait for the file's end.
    waiting: Waiting,
    /// What stands in front of the latest row, if rows have something in common.
    title: Vec<u8>,
    file: RotatingFile,
}

impl PresetTable {
    /// A table with its header.
    pub(super) fn new(
        file: RotatingFile,
        layout: &'static Layout,
        schema: &Schema,
    ) -> Result<Self, SinkError> {
        let cells = layout.cells(schema)?;
        let (rows, waiting, title) = (Vec::with_capacity(BLOCK), Waiting::default(), Vec::new());
        let mut table = Self { layout, cells, rows, waiting, title, file };
        table.begin();
        Ok(table)
    }

    /// A file begins.
    fn begin(&mut self) {
        self.title.clear();
        self.layout.write_header(&mut self.rows, &self.cells);
        self.file.count_header(self.rows.len());
    }

    /// Writes the rows that have waited, in their order.
    fn settle(&mut self) -> Result<(), SinkError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        for row in waiting.in_order() {
            self.rows.extend_from_slice(row);
            if self.rows.len() >= BLOCK {
                self.flush()?;
            }
        }
        Ok(())
    }
}

impl Rows for PresetTable {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        let before = self.rows.len();
        if self.layout.group.is_some() {
            let title = self.layout.title(&self.cells, schema, record);
            if title != self.title {
                self.rows.extend_from_slice(&title);
                self.title = title;
            }
        }
        self.layout.write_row(&mut self.rows, &mut self.cells, schema, record);
        let len = self.rows.len() - before;
        if len == 0 {
            return Ok(());
        }
        let last = self.file.count_row(len);
        if self.layout.order.is_some() {
            let rank = self.cells.rank(schema, record);
            self.waiting.push(rank, &self.rows[before..]);
            self.rows.truncate(before);
        }
        if last {
            self.settle()?;
        }
        if last || self.rows.len() >= BLOCK {
            self.flush()?;
        }
        if last {
            self.file.rotate()?;
            self.begin();
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
        let block = std::mem::take(&mut self.rows);
        let used = block.len();
        self.rows = self.file.write_block(block, used)?;
        self.rows.clear();
        Ok(())
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.settle()?;
        self.flush()?;
        self.file.prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.prepare()?;
        self.file.finish()
    }
}
