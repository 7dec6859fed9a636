//! How CSV writes values: floats with as many digits as are needed to read the same number back, no
//! number and no address as an empty field, texts as they are with U+FFFD for what is not UTF-8.
//!
//! Lists are joined by `;` and compounds by `_` without escapes: a text in a list that holds a `;`
//! itself cannot be told apart.

use crate::text::buffer::Buffer;
use crate::text::walk::Notation;
use crate::text::{float, string};

/// The notation of all tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct CsvNotation;

impl Notation for CsvNotation {
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
        string::lossy(out, text);
    }

    fn word(&self, out: &mut Buffer, word: &[u8]) {
        string::lossy(out, word);
    }

    fn payload(&self, out: &mut Buffer, bytes: &[u8]) {
        string::lossy(out, bytes);
    }
}
