//! Texts as JSON strings (RFC 8259, section 7). What steers a terminal is escaped, so that it reads back as it was and does nothing meanwhile. A byte
//! that is not UTF-8 is `\xNN`, as in all sinks with types.

use std::fmt::Write;

use flowz_api::text::steers;

use crate::common::format::buffer::Buffer;
use crate::common::format::integer::hex_pair;

/// A text in quotation marks.
#[inline]
pub(super) fn quoted(out: &mut Buffer, text: &[u8]) {
    out.push(b'"');
    // All bytes are looked at, without a branch for each.
    let is_plain = text.iter().fold(true, |all, byte| all & PLAIN[usize::from(*byte)]);
    if is_plain {
        out.extend(text);
    } else {
        escaped(out, text);
    }
    out.push(b'"');
}

/// Whether a byte stands for itself, whatever is around it.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        table[byte as usize] = byte != b'"' && byte != b'\\';
        byte += 1;
    }
    table
};

#[inline(never)]
fn escaped(out: &mut Buffer, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        for part in chunk.valid().split_inclusive(needs_escape) {
            let last = part.chars().next_back().filter(|last| needs_escape(*last));
            out.extend(&part.as_bytes()[..part.len() - last.map_or(0, char::len_utf8)]);
            if let Some(last) = last {
                escape(out, last);
            }
        }
        for byte in chunk.invalid() {
            out.extend(b"\\\\x");
            out.put(hex_pair(*byte), 2);
        }
    }
}

fn needs_escape(c: char) -> bool {
    matches!(c, '"' | '\\') || steers(c)
}

fn escape(out: &mut Buffer, c: char) {
    let letter = match c {
        '"' => '"',
        '\\' => '\\',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        // All of them are in the basic plane: four digits are enough.
        other => return numbered(out, u32::from(other)),
    };
    out.put([b'\\', letter as u8], 2);
}

fn numbered(out: &mut Buffer, code: u32) {
    let mut text = String::with_capacity(6);
    // Writing to a string cannot fail.
    let _ = write!(text, "\\u{code:04x}");
    out.extend(text.as_bytes());
}
