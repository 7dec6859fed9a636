//! One table of the text sink: formats rows into a large block and hands it on when it is full.

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::SinkError;

use super::notation::TextNotation;
use crate::pieces::{BLOCK, Pieces};
use crate::tables::Rows;
use crate::text::buffer::Buffer;
use crate::text::walk;

/// Room for the row that fills the block.
const ROOM: usize = 64 << 10;

/// Where the line of column names is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Header {
    /// Nowhere.
    None,
    /// At the beginning of the table.
    Once,
    /// At the beginning of each piece.
    EachPiece,
}

/// Lines and where they go.
#[derive(Debug)]
pub(super) struct Table {
    notation: TextNotation,
    block: Buffer,
    pieces: Pieces,
    /// What the next piece begins with.
    header: Vec<u8>,
}

impl Table {
    /// A table with its header line.
    pub(super) fn new(mut pieces: Pieces, quotes: bool, schema: &Schema, header: Header) -> Self {
        let mut block = Buffer::with_capacity(BLOCK + ROOM);
        if header != Header::None {
            names(&mut block, schema);
        }
        pieces.count_header(block.len());
        let again =
            if header == Header::EachPiece { block.as_slice().to_vec() } else { Vec::new() };
        Self { notation: TextNotation { quotes }, block, pieces, header: again }
    }

    fn next_piece(&mut self) -> Result<(), SinkError> {
        self.pieces.next_piece()?;
        self.block.extend(&self.header);
        self.pieces.count_header(self.header.len());
        Ok(())
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        let written = self.pieces.write(self.block.as_slice());
        self.block.clear();
        written
    }
}

impl Rows for Table {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        let before = self.block.len();
        row(self.notation, &mut self.block, schema, record);
        let last = self.pieces.count_row(self.block.len() - before);
        if last || self.block.len() >= BLOCK {
            self.flush()?;
        }
        if last { self.next_piece() } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.flush()?;
        self.pieces.finish()
    }
}

/// `%` and the names.
fn names(out: &mut Buffer, schema: &Schema) {
    for (i, column) in schema.columns.iter().enumerate() {
        out.push(if i == 0 { b'%' } else { b'\t' });
        out.extend(column.name.as_bytes());
    }
    out.push(b'\n');
}

/// One line.
pub(super) fn row(notation: TextNotation, out: &mut Buffer, schema: &Schema, record: &Record) {
    let mut cells = record.cells();
    for column in &schema.columns {
        walk::cell(&notation, out, &column.ty, &mut cells, b'\t');
    }
    debug_assert!(cells.is_empty(), "record longer than its schema");
    // The line end takes the place of the last separator.
    if schema.columns.is_empty() {
        out.push(b'\n');
    } else {
        out.replace_last(b'\n');
    }
}
