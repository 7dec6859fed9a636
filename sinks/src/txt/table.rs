//! One table of the text sink: formats rows into a large block and hands it on when it is full.

use std::sync::Arc;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Errands, SinkError};

use super::names::Names;
use super::notation::RowNotation;
use crate::pieces::{BLOCK, Pieces};
use crate::tables::Rows;
use crate::text::buffer::Buffer;
use crate::text::memo::Memo;
use crate::text::walk;

/// Room for the row that fills the block.
const ROOM: usize = 128 << 10;

/// How a record becomes a line.
pub(super) trait Line: Send {
    /// Appends a line.
    fn write(&mut self, out: &mut Buffer, schema: &Schema, record: &Record);
}

/// Lines in some notation, cell by cell.
#[derive(Debug)]
pub(super) struct Cellwise<N> {
    pub(super) notation: N,
    pub(super) memo: Memo,
}

impl<N: RowNotation> Line for Cellwise<N> {
    #[inline]
    fn write(&mut self, out: &mut Buffer, schema: &Schema, record: &Record) {
        row(&self.notation, &mut self.memo, out, schema, record);
    }
}

/// Lines and where they go.
#[derive(Debug)]
pub(super) struct TxtTable<L> {
    line: L,
    block: Buffer,
    pieces: Pieces,
    /// What the next piece begins with.
    names: Names,
}

impl<L: Line> TxtTable<L> {
    /// A table with its first lines.
    pub(super) fn new(pieces: Pieces, line: L, names: Names) -> Self {
        let block = Buffer::with_capacity(BLOCK + ROOM);
        let mut table = Self { line, block, pieces, names };
        table.begin();
        if !table.names.in_each_piece {
            table.names = Names::default();
        }
        table
    }

    /// The lines that a piece begins with.
    fn begin(&mut self) {
        self.block.extend(&self.names.text);
        self.pieces.count_header(self.names.text.len());
        if let Some(place) = self.names.rows_at {
            self.pieces.tell_rows_at(place);
        }
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        let (block, used) = self.block.take();
        let next = self.pieces.hand_over(block, used)?;
        self.block.renew(next, BLOCK + ROOM);
        Ok(())
    }
}

impl<L: Line> Rows for TxtTable<L> {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        let before = self.block.len();
        self.line.write(&mut self.block, schema, record);
        let last = self.pieces.count_row(self.block.len() - before);
        if last || self.block.len() >= BLOCK {
            self.flush()?;
        }
        if last {
            self.pieces.next_piece()?;
            self.begin();
        }
        Ok(())
    }

    fn assist(&mut self, errands: &Arc<dyn Errands>) {
        self.pieces.assist(errands);
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.flush()?;
        self.pieces.finish()
    }
}

/// One line.
pub(super) fn row<N: RowNotation>(
    notation: &N,
    memo: &mut Memo,
    out: &mut Buffer,
    schema: &Schema,
    record: &Record,
) {
    let (separator, more) = notation.separator();
    memo.row(out, schema, record, |out, column, cells| {
        walk::cell(notation, out, &column.ty, cells, separator);
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
