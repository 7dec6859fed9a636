//! How the text files write values: floats as C does, texts with escapes and, in the flow table, in
//! quotes.

use crate::text::buffer::Buffer;
use crate::text::walk::Notation;
use crate::text::{float, string};

/// The notation of one table.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextNotation {
    /// Whether texts from the wire are quoted.
    pub(super) quotes: bool,
}

impl Notation for TextNotation {
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
        if self.quotes {
            out.push(b'"');
            string::sanitised(out, text);
            out.push(b'"');
        } else {
            string::sanitised(out, text);
        }
    }

    fn word(&self, out: &mut Buffer, word: &[u8]) {
        string::sanitised(out, word);
    }

    fn payload(&self, out: &mut Buffer, bytes: &[u8]) {
        string::payload(out, bytes);
    }
}
