//! Rows that become columns: records are copied into a block, and a full block is taken apart column by column.

use flowz_api::column::{Schema, Type};

use super::column::Column;

/// Bytes of records that are taken apart at once: they are still in the processor's cache then.
pub(crate) const BLOCK: usize = 128 << 10;

/// The longest record: the ends of a batch's texts and lists have 32 bits.
pub(crate) const LONGEST_RECORD: usize = 256 << 20;

/// Copies a record into a block, with its length in front.
pub(crate) fn append(block: &mut Vec<u8>, record: &[u8]) {
    block.extend_from_slice(&(record.len() as u32).to_le_bytes());
    block.extend_from_slice(record);
}

/// The columns of a table, and the rows that are in them.
#[derive(Debug)]
pub(crate) struct Columns {
    types: Vec<Type>,
    columns: Vec<Column>,
    rows: usize,
    /// Where each row of a block is read.
    cursors: Vec<usize>,
}

impl Columns {
    /// No rows yet.
    pub(crate) fn new(schema: &Schema) -> Self {
        let types: Vec<Type> = schema.columns.iter().map(|column| column.ty).collect();
        let columns = types.iter().copied().map(Column::new).collect();
        Self { types, columns, rows: 0, cursors: Vec::new() }
    }

    /// Takes the rows of a block ([`append`]).
    pub(crate) fn take(&mut self, block: &[u8]) {
        self.cursors.clear();
        let mut at = 0;
        while let Some(length) = block.get(at..).and_then(|rest| rest.first_chunk::<4>()) {
            self.cursors.push(at + 4);
            at += 4 + u32::from_le_bytes(*length) as usize;
        }
        self.rows += self.cursors.len();
        for (column, ty) in self.columns.iter_mut().zip(&self.types) {
            column.fill(*ty, block, &mut self.cursors);
        }
    }

    /// Takes one row, which is all of its block.
    #[cfg(test)]
    pub(crate) fn take_record(&mut self, record: &flowz_api::record::Record) {
        let mut block = Vec::new();
        append(&mut block, record.bytes());
        self.take(&block);
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Memory that the values use.
    pub(crate) fn size(&self) -> usize {
        self.columns.iter().map(Column::size).sum()
    }

    /// The columns.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Forgets all rows and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.rows = 0;
        self.columns.iter_mut().for_each(Column::clear);
    }

    /// Gives all rows away.
    #[cfg(feature = "arrow")]
    pub(crate) fn give(&mut self) -> (Vec<Column>, usize) {
        let empty = self.types.iter().copied().map(Column::new).collect();
        (std::mem::replace(&mut self.columns, empty), std::mem::take(&mut self.rows))
    }
}
