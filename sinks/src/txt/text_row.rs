//! Lines of the flow table for other sinks.

use flowz_api::column::{Schema, Type};
use flowz_api::record::{Cells, Record};

use super::cell_format::StandardFormat;
use super::table::{GeneralLine, Line};
use crate::common::format::buffer::Buffer;
use crate::common::format::cell_cache::CellCache;
use crate::common::format::cell_format::write_cell;

/// Writes rows of one table as `_flows.txt` has them by default.
#[derive(Debug)]
pub(crate) struct TextRow(GeneralLine<StandardFormat>);

impl TextRow {
    /// With `raw`, texts keep what steers a terminal and is not ASCII (`--compat`).
    pub(crate) fn new(raw: bool) -> Self {
        let format = StandardFormat { quotes: true, raw };
        Self(GeneralLine { format, cache: CellCache::default() })
    }

    /// Appends a line.
    pub(crate) fn write(&mut self, out: &mut Buffer, schema: &Schema, record: &Record) {
        self.0.write(out, schema, record);
    }
}

/// Appends a cell of the flow table.
pub(crate) fn cell(out: &mut Buffer, ty: &Type, cells: &mut Cells<'_>) {
    write_cell(&StandardFormat { quotes: true, raw: false }, out, ty, cells, b'\t');
    out.shorten(1);
}
