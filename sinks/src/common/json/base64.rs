//! Bytes in base64 (RFC 4648, section 4), with padding.

use crate::common::format::buffer::Buffer;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as a text in quotation marks.
pub(super) fn quoted(out: &mut Buffer, bytes: &[u8]) {
    out.push(b'"');
    let (groups, rest) = bytes.as_chunks::<3>();
    for group in groups {
        out.put(four(*group), 4);
    }
    match *rest {
        [a] => {
            let [first, second, ..] = four([a, 0, 0]);
            out.put([first, second, b'=', b'='], 4);
        }
        [a, b] => {
            let [first, second, third, _] = four([a, b, 0]);
            out.put([first, second, third, b'='], 4);
        }
        _ => {}
    }
    out.push(b'"');
}

/// The characters of three bytes, six bits each.
#[inline]
fn four([a, b, c]: [u8; 3]) -> [u8; 4] {
    let bits = u32::from_be_bytes([0, a, b, c]);
    [18, 12, 6, 0].map(|shift| ALPHABET[(bits >> shift & 63) as usize])
}
