//! How CSV writes values: floats with as many digits as are needed to read the same number back, no
//! number and no address as an empty field, texts with escapes for control characters and U+FFFD for what is not UTF-8.
//!
//! Lists are joined by `;` and compounds by `_`. A text has a backslash in front of `\\`, and among other values in front of what
//! would be taken for a join: `;`, in compounds also `_`, `(` and `)`. An empty list and a list of one empty text look
//! alike.

use std::cell::Cell;

use crate::common::format::buffer::Buffer;
use crate::common::format::cell_format::{CellFormat, Inside};
use crate::common::format::{float, string};

/// The format of all tables.
#[derive(Debug, Default)]
pub(super) struct CsvFormat {
    /// What the next value is in.
    inside: Cell<Inside>,
    /// Texts must not begin as formulas do.
    safe: bool,
}

impl CsvFormat {
    /// The format; with `safe`, texts that spreadsheets take for formulas have an apostrophe in front.
    pub(super) fn new(safe: bool) -> Self {
        Self { safe, ..Self::default() }
    }

    /// A text, with a backslash in front of each byte that joins values here, and of backslashes.
    fn joined(&self, out: &mut Buffer, text: &[u8]) {
        // OWASP, CSV injection.
        const FORMULA: &[u8] = b"=+-@\t\r";
        let joins: &[u8] = match self.inside.get() {
            Inside::Cell => b"\\",
            Inside::List => b"\\;",
            Inside::Compound => b"\\;_()",
        };
        let begins_cell = out.as_slice().is_empty();
        if self.safe && begins_cell && text.first().is_some_and(|first| FORMULA.contains(first)) {
            out.push(b'\'');
        }
        if text.iter().all(|byte| (b' '..=b'~').contains(byte) && !joins.contains(byte)) {
            return out.extend(text);
        }
        for part in text.chunk_by(|_, next| !joins.contains(next)) {
            if part.first().is_some_and(|first| joins.contains(first)) {
                out.push(b'\\');
            }
            string::lossy(out, part);
        }
    }
}

impl CellFormat for CsvFormat {
    fn enter(&self, inside: Inside) -> Inside {
        let outside = self.inside.get();
        self.inside.set(outside.max(inside));
        outside
    }

    fn leave(&self, outside: Inside) {
        self.inside.set(outside);
    }

    fn single(&self, out: &mut Buffer, v: f32) {
        if !v.is_nan() {
            out.extend(v.to_string().as_bytes());
        }
    }

    fn double(&self, out: &mut Buffer, v: f64) {
        if !v.is_nan() {
            out.extend(v.to_string().as_bytes());
        }
    }

    /// Seconds with nanoseconds, as in other time columns.
    fn nine(&self, out: &mut Buffer, v: f64) {
        if !v.is_nan() {
            float::nine_decimals(out, v);
        }
    }

    fn no_address(&self, _out: &mut Buffer) {}

    fn text(&self, out: &mut Buffer, text: &[u8]) {
        self.joined(out, text);
    }

    fn word(&self, out: &mut Buffer, word: &[u8]) {
        self.joined(out, word);
    }

    fn payload(&self, out: &mut Buffer, bytes: &[u8]) {
        self.joined(out, bytes);
    }
}
