//! Texts: what comes from the wire may hold anything, and must neither end a field nor a line.

use crate::buffer::Buffer;
use crate::row_cursor::RowCursor;

/// Whether a character steers the terminal or the direction of the text (Unicode: Cc, Bidi_Control, line separators).
pub fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}');
    c.is_control() || turns || ('\u{2066}'..='\u{2069}').contains(&c)
}

/// What happens to each byte of a text: 0 it stays, 1 it is written as `\u00XX`, 2 it is not ASCII,
/// anything else is the letter of its escape.
const ESCAPES: [u8; 256] = escape_table();

const STAYS: u8 = 0;
const NUMBER: u8 = 1;
const WIDE: u8 = 2;

const fn escape_table() -> [u8; 256] {
    let mut table = [STAYS; 256];
    let mut i = 0;
    while i < 256 {
        if i < 0x20 || i == 0x7f {
            table[i] = NUMBER;
        } else if i >= 0x80 {
            table[i] = WIDE;
        }
        i += 1;
    }
    table[0x08] = b'b';
    table[0x0c] = b'f';
    table[b'\n' as usize] = b'n';
    table[b'\r' as usize] = b'r';
    table[b'\t' as usize] = b't';
    table[0x0b] = b'v';
    table[b'\\' as usize] = b'\\';
    table[b'"' as usize] = b'"';
    table
}

#[inline]
fn escape_of(byte: u8) -> u8 {
    ESCAPES[usize::from(byte)]
}

/// A text with escapes: `\n`, `\"` and so on, other control characters as `\u00XX`, valid UTF-8 as it
/// is. A sequence that breaks off becomes one `.`, and the byte that broke it starts anew.
#[inline]
pub fn sanitised(out: &mut Buffer, text: &[u8]) {
    // All bytes are looked at, without a branch for each.
    if text.iter().fold(STAYS, |all, byte| all | escape_of(*byte)) == STAYS {
        out.extend(text);
    } else {
        sanitised_slow(out, text);
    }
}

/// The same, byte by byte.
pub fn sanitised_slow(out: &mut Buffer, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        escaped(out, chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            out.push(b'.');
        }
    }
}

/// A text as [`sanitised`], also with escapes for what steers a terminal and is not ASCII: `\u0085`, `\u202E`.
#[inline]
pub fn harmless(out: &mut Buffer, text: &[u8]) {
    if text.iter().fold(STAYS, |all, byte| all | escape_of(*byte)) == STAYS {
        out.extend(text);
    } else {
        harmless_slow(out, text);
    }
}

/// The same, byte by byte.
pub fn harmless_slow(out: &mut Buffer, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        without_steering(out, chunk.valid(), escaped);
        if !chunk.invalid().is_empty() {
            out.push(b'.');
        }
    }
}

/// A text as [`escaped`], with escapes for what steers a terminal where it is UTF-8.
pub fn harmless_bytes(out: &mut Buffer, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        without_steering(out, chunk.valid(), escaped);
        out.extend(chunk.invalid());
    }
}

/// A text with escapes; what is not ASCII stays as it is, whether it is UTF-8 or not.
pub fn escaped(out: &mut Buffer, text: &[u8]) {
    for byte in text {
        match escape_of(*byte) {
            STAYS | WIDE => out.push(*byte),
            NUMBER => out.put(numbered(*byte), 6),
            letter => out.put([b'\\', letter], 2),
        }
    }
}

/// `\u00XX` with capital letters.
fn numbered(byte: u8) -> [u8; 6] {
    let digit = |n: u8| if n < 10 { b'0' + n } else { b'A' + n - 10 };
    [b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]
}

/// Payload bytes: printable ASCII as it is, line ends and the like with escapes, all others `.`.
///
/// Sixteen bytes at a time as long as none needs an escape: most payload is text or is encrypted. A function of
/// its own, so that what is around its callers does not change it.
#[inline(never)]
pub fn payload(out: &mut Buffer, bytes: &[u8]) {
    for part in bytes.chunks(PART) {
        let mut cursor = out.cursor();
        let (chunks, rest) = part.as_chunks::<CHUNK>();
        for chunk in chunks {
            let escapes = chunk.iter().fold(0, |all, byte| all | u8::from(has_letter(*byte)));
            if escapes == 0 {
                cursor.put(chunk.map(printable), CHUNK);
            } else {
                payload_slow(&mut cursor, chunk);
            }
        }
        payload_slow(&mut cursor, rest);
        let used = cursor.end();
        out.advance(used);
    }
}

/// Bytes of payload that are looked at together.
const CHUNK: usize = 16;

/// Bytes of payload for which a cursor has room, even if each is shown by two characters.
const PART: usize = 1 << 14;

/// The same byte by byte; without branches, for nobody can foretell payload.
#[inline]
fn payload_slow(cursor: &mut RowCursor<'_>, bytes: &[u8]) {
    for byte in bytes {
        let pair = PAYLOAD[usize::from(*byte)];
        cursor.put(pair.to_le_bytes(), 1 + usize::from(pair > 0xff));
    }
}

/// How a byte of payload is shown, the first character in the lower half: one and nothing, or two.
const PAYLOAD: [u16; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let byte = i as u8;
        let pair = if has_letter(byte) { [b'\\', ESCAPES[i]] } else { [printable(byte), 0] };
        table[i] = u16::from_le_bytes(pair);
        i += 1;
    }
    table
};

/// Whether payload shows a byte as a backslash and a letter: 0x08 to 0x0d and the backslash.
#[inline]
#[allow(
    clippy::needless_bitwise_bool,
    reason = "without branches it is done for many bytes at once"
)]
const fn has_letter(byte: u8) -> bool {
    (byte.wrapping_sub(0x08) < 6) | (byte == b'\\')
}

#[inline]
const fn printable(byte: u8) -> u8 {
    if byte.wrapping_sub(0x20) < 0x5f { byte } else { b'.' }
}

/// A text with U+FFFD for each sequence that is not UTF-8, and with escapes for what steers terminals: `\n` and the
/// like, `\u00XX`, `\uXXXX` for control characters behind ASCII and for those that turn the direction. Quotation marks and
/// backslashes stay as they are.
pub fn lossy(out: &mut Buffer, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        without_steering(out, chunk.valid(), Buffer::extend);
        if !chunk.invalid().is_empty() {
            out.extend("\u{fffd}".as_bytes());
        }
    }
}

/// A text with escapes for what steers; the parts between are written by `write`.
fn without_steering(out: &mut Buffer, text: &str, write: impl Fn(&mut Buffer, &[u8])) {
    for part in text.split_inclusive(steers) {
        let last = part.chars().next_back().filter(|last| steers(*last));
        write(out, &part.as_bytes()[..part.len() - last.map_or(0, char::len_utf8)]);
        if let Some(last) = last {
            steering(out, last);
        }
    }
}

/// The escape of such a character.
fn steering(out: &mut Buffer, c: char) {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => escaped(out, &[byte]),
        _ => out.extend(format!("\\u{:04X}", u32::from(c)).as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::{ESCAPES, PART, escaped, has_letter, lossy, payload, printable, sanitised};
    use crate::buffer::Buffer;
    use crate::test_text::text;

    #[test]
    fn escapes() {
        let clean = |bytes: &[u8]| text(|out| sanitised(out, bytes));
        assert_eq!(clean(b"eth:ipv4:tcp"), "eth:ipv4:tcp");
        assert_eq!(clean(b""), "");
        assert_eq!(clean(b"\x08\x0c\n\r\t\x0b\\\""), r#"\b\f\n\r\t\v\\\""#);
        assert_eq!(clean(b"a\x00\x07\x1b\x7f~ "), r"a\u0000\u0007\u001B\u007F~ ");
        assert_eq!(clean("Zürich €𝄞\u{85}".as_bytes()), "Zürich €𝄞\u{85}");
    }

    /// What steers is escaped wherever it is UTF-8; else all is as without that.
    #[test]
    fn nothing_steers() {
        for clean in [super::harmless, super::harmless_slow, super::harmless_bytes] {
            let shown = |bytes: &[u8]| text(|out| clean(out, bytes));
            let turns = "a\u{85}\u{9b}31m\u{202e}é\u{2066}\u{2069}\u{200f}\"\\\n\x1b";
            let expected = r#"a\u0085\u009B31m\u202Eé\u2066\u2069\u200F\"\\\n\u001B"#;
            assert_eq!(shown(turns.as_bytes()), expected);
            for harmless in ["eth:ipv4", "", "Zürich €𝄞", "\x08\x0c\t\x7f"] {
                assert_eq!(
                    shown(harmless.as_bytes()),
                    text(|out| sanitised(out, harmless.as_bytes()))
                );
            }
        }
        assert_eq!(text(|out| super::harmless(out, b"\x9b\xc2\x9b")), r".\u009B");
        let mut out = Buffer::with_capacity(0);
        super::harmless_bytes(&mut out, b"\x9b\xc2\x9b");
        assert_eq!(out.as_slice(), b"\x9b\\u009B");
    }

    #[test]
    fn broken_utf8() {
        let clean = |bytes: &[u8]| text(|out| sanitised(out, bytes));
        assert_eq!(clean(b"\xff\xfea"), "..a");
        assert_eq!(clean(b"\xe2\x82A"), ".A");
        assert_eq!(clean(b"\xe2\x82\xc3\xa9"), ".é");
        assert_eq!(clean(b"\xc3\n"), ".\\n");
        assert_eq!(clean(b"x\xc3"), "x.");
        assert_eq!(clean(b"\x80\x80"), "..");
        assert_eq!(clean(b"\xc0\xaf"), "..");
        assert_eq!(clean(b"\xed\xa0\x80"), "...");
        assert_eq!(clean(b"\xf4\x90\x80\x80"), "....");
    }

    #[test]
    fn kept_as_they_are() {
        let mut out = Buffer::with_capacity(0);
        escaped(&mut out, b"a\xff\xe2\x82\n\"\x01\xc3\xa9");
        assert_eq!(out.as_slice(), b"a\xff\xe2\x82\\n\\\"\\u0001\xc3\xa9");
    }

    #[test]
    fn payloads() {
        let shown = text(|out| payload(out, b"GET /\r\n\"\\\x00\x1f\x7f\xc3\xa9\x0b\x0c\x08\t"));
        assert_eq!(shown, r#"GET /\r\n"\\.....\v\f\b\t"#);
    }

    /// Long payloads, with every byte at every place of a chunk, are as their bytes one by one.
    #[test]
    fn payloads_in_chunks() {
        for byte in 0..=255 {
            for at in 0..40 {
                let mut bytes = [b'x'; 40];
                bytes[at] = byte;
                let alone = text(|out| payload(out, &[byte]));
                let expected = format!("{}{alone}{}", "x".repeat(at), "x".repeat(39 - at));
                assert_eq!(text(|out| payload(out, &bytes)), expected);
            }
        }
    }

    #[test]
    fn replaced() {
        assert_eq!(text(|out| lossy(out, b"a\"\n\xe2\x82A")), "a\"\\n\u{fffd}A");
    }

    /// Of any length, whole and in parts.
    #[test]
    fn long_payload() {
        let bytes: Vec<u8> =
            (0..70_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 19) as u8).collect();
        for bytes in [&bytes[..], &bytes[..PART], &bytes[..=PART], &vec![b'\\'; 3 * PART][..]] {
            let shown = |byte: &u8| match *byte {
                letter if has_letter(letter) => vec![b'\\', ESCAPES[usize::from(letter)]],
                other => vec![printable(other)],
            };
            let expected: Vec<u8> = bytes.iter().flat_map(shown).collect();
            let mut out = Buffer::with_capacity(0);
            payload(&mut out, bytes);
            assert!(out.as_slice() == expected, "{} bytes", bytes.len());
        }
    }
}
