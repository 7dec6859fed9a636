//! How CSV writes values: floats with as many digits as are needed to read the same number back, no
//! number and no address as an empty field, texts as they are with U+FFFD for what is not UTF-8.
//!
//! Lists are joined by `;` and compounds by `_`. A text among such values has a backslash in front of what would
//! be taken for a join: `\` and `;`, in compounds also `_`, `(` and `)`. A text that is a cell of its own stays
//! as it is. An empty list and a list of one empty text look alike.

use std::cell::Cell;

use crate::common::format::buffer::Buffer;
use crate::common::format::cell_format::{CellFormat, Inside};
use crate::common::format::{float, string};

/// The format of all tables.
#[derive(Debug, Default)]
pub(super) struct CsvFormat {
    /// What the next value is in.
    inside: Cell<Inside>,
}

impl CsvFormat {
    /// A text, with a backslash in front of each byte that joins values here.
    fn joined(&self, out: &mut Buffer, text: &[u8]) {
        let joins: &[u8] = match self.inside.get() {
            Inside::Cell => return string::lossy(out, text),
            Inside::List => b"\\;",
            Inside::Compound => b"\\;_()",
        };
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
