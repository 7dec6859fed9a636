//! One table of the text sink: formats rows into a large block and hands it on when it is full.

use std::sync::Arc;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Executor, SinkError};

use super::cell_format::RowFormat;
use super::header_lines::HeaderLines;
use crate::common::format::buffer::Buffer;
use crate::common::format::cell_cache::CellCache;
use crate::common::format::cell_format::write_cell_inline;
use crate::common::rotating_file::{BLOCK, RotatingFile};
use crate::common::tables::Rows;

/// Room for the row that fills the block.
const ROOM: usize = 128 << 10;

/// How a record becomes a line.
pub(super) trait Line: Send {
    /// Appends a line.
    fn write(&mut self, out: &mut Buffer, schema: &Schema, record: &Record);
}

/// The general path: lines in any format, cell by cell.
#[derive(Debug)]
pub(super) struct GeneralLine<N> {
    pub(super) format: N,
    pub(super) cache: CellCache,
}

impl<N: RowFormat> Line for GeneralLine<N> {
    #[inline]
    fn write(&mut self, out: &mut Buffer, schema: &Schema, record: &Record) {
        row(&self.format, &mut self.cache, out, schema, record);
    }
}

/// Lines and where they go.
#[derive(Debug)]
pub(super) struct TxtTable<L> {
    line: L,
    block: Buffer,
    file: RotatingFile,
    /// What the next file begins with.
    header: HeaderLines,
}

impl<L: Line> TxtTable<L> {
    /// A table with its first lines.
    pub(super) fn new(file: RotatingFile, line: L, header: HeaderLines) -> Self {
        let block = Buffer::with_capacity(BLOCK + ROOM);
        let mut table = Self { line, block, file, header };
        table.begin();
        if !table.header.in_each_file {
            table.header = HeaderLines::default();
        }
        table
    }

    /// The lines that a file begins with.
    fn begin(&mut self) {
        self.block.extend(&self.header.text);
        self.file.count_header(self.header.text.len());
        if let Some(place) = self.header.rows_at {
            self.file.write_row_count_at(place);
        }
    }

    fn write(&mut self) -> Result<(), SinkError> {
        let (block, used) = self.block.take();
        let next = self.file.write_block(block, used)?;
        self.block.renew(next, BLOCK + ROOM);
        Ok(())
    }
}

impl<L: Line> Rows for TxtTable<L> {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        let before = self.block.len();
        match record.text_row() {
            Some(cells) => {
                self.block.extend(cells);
                end(&mut self.block, schema, 0);
            }
            None => self.line.write(&mut self.block, schema, record),
        }
        let last = self.file.count_row(self.block.len() - before);
        if last || self.block.len() >= BLOCK {
            self.write()?;
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
        if self.block.is_empty() { Ok(()) } else { self.write() }
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

/// One line.
pub(super) fn row<N: RowFormat>(
    format: &N,
    cache: &mut CellCache,
    out: &mut Buffer,
    schema: &Schema,
    record: &Record,
) {
    let (separator, more) = format.separator();
    cache.row(out, schema, record, |out, column, cells| {
        write_cell_inline(format, out, &column.ty, cells, separator);
        if !more.is_empty() {
            out.extend(more);
        }
    });
    end(out, schema, more.len());
}

/// The line end takes the place of the last separator, of which `more` bytes are behind the first.
#[inline]
pub(super) fn end(out: &mut Buffer, schema: &Schema, more: usize) {
    if schema.columns.is_empty() {
        out.push(b'\n');
    } else {
        out.shorten(more);
        out.replace_last(b'\n');
    }
}
