//! How the text files write values: floats as C does, texts with escapes and, in the flow table, in
//! quotes.

use crate::common::format::buffer::Buffer;
use crate::common::format::cell_format::CellFormat;
use crate::common::format::{float, string};

/// A format and what stands between the cells of a row.
pub(super) trait RowFormat: CellFormat + Send {
    /// The separator: its first byte, and the others.
    fn separator(&self) -> (u8, &[u8]);
}

/// The standard format.
#[derive(Clone, Copy, Debug)]
pub(super) struct StandardFormat {
    /// Whether texts from the wire are quoted.
    pub(super) quotes: bool,
    /// Whether texts keep what steers a terminal and is not ASCII.
    pub(super) raw: bool,
}

impl StandardFormat {
    #[inline]
    fn clean(self, out: &mut Buffer, text: &[u8]) {
        if self.raw { string::sanitised(out, text) } else { string::harmless(out, text) }
    }
}

impl RowFormat for StandardFormat {
    #[inline]
    fn separator(&self) -> (u8, &[u8]) {
        (b'\t', &[])
    }
}

impl CellFormat for StandardFormat {
    #[inline]
    fn single(&self, out: &mut Buffer, v: f32) {
        float::seven_significant(out, v);
    }

    fn double(&self, out: &mut Buffer, v: f64) {
        float::six_decimals(out, v);
    }

    fn nine(&self, out: &mut Buffer, v: f64) {
        float::nine_decimals(out, v);
    }

    fn no_address(&self, out: &mut Buffer) {
        out.push(b'-');
    }

    fn text(&self, out: &mut Buffer, text: &[u8]) {
        quoted(self.quotes, out, |out| self.clean(out, text));
    }

    fn word(&self, out: &mut Buffer, word: &[u8]) {
        self.clean(out, word);
    }

    fn payload(&self, out: &mut Buffer, bytes: &[u8]) {
        string::payload(out, bytes);
    }
}

/// A text, perhaps in quotes.
#[inline]
pub(super) fn quoted(quotes: bool, out: &mut Buffer, text: impl FnOnce(&mut Buffer)) {
    if quotes {
        out.push(b'"');
        text(out);
        out.push(b'"');
    } else {
        text(out);
    }
}
