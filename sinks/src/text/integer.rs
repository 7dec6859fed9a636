//! Integers: decimal by eight digits at once, hexadecimal by a table, seconds with nanoseconds.
#![expect(
    clippy::cast_possible_truncation,
    reason = "the numbers were tested to be below 10^8, or only their low byte is meant"
)]

use super::buffer::Buffer;

/// The two digits of each byte.
const HEX: [[u8; 2]; 256] = hex_table();

const fn hex_table() -> [[u8; 2]; 256] {
    let digits = b"0123456789abcdef";
    let mut table = [[0; 2]; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = [digits[i >> 4], digits[i & 15]];
        i += 1;
    }
    table
}

/// The digits of a byte, lower case.
#[inline]
pub(crate) fn hex_pair(byte: u8) -> [u8; 2] {
    HEX[usize::from(byte)]
}

/// The eight decimal digits of a number below 10^8 as characters, the first one in the lowest byte:
/// quotients by 100 of both halves in one multiplication, then by 10 of all four pairs.
#[inline]
pub(crate) fn eight_digits(v: u32) -> u64 {
    debug_assert!(v < 100_000_000, "more than eight digits");
    let halves = u64::from(v / 10_000) | u64::from(v % 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = ((halves - 100 * hundreds) << 16) + hundreds;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    (tens + ((pairs - 10 * tens) << 8)) | 0x3030_3030_3030_3030
}

/// A number without a sign.
#[inline]
pub(crate) fn unsigned(out: &mut Buffer, v: u64) {
    if v < 10 {
        out.push(b'0' + v as u8);
    } else if v < 100_000_000 {
        let digits = eight_digits(v as u32);
        let leading = (digits ^ 0x3030_3030_3030_3030).trailing_zeros() / 8;
        out.put((digits >> (8 * leading)).to_le_bytes(), 8 - leading as usize);
    } else {
        out.extend(itoa::Buffer::new().format(v).as_bytes());
    }
}

/// A number with a sign.
#[inline]
pub(crate) fn signed(out: &mut Buffer, v: i64) {
    if v < 0 {
        out.push(b'-');
    }
    unsigned(out, v.unsigned_abs());
}

/// `0x` and two digits.
#[inline]
pub(crate) fn hex8(out: &mut Buffer, v: u8) {
    let [a, b] = hex_pair(v);
    out.put([b'0', b'x', a, b], 4);
}

/// `0x` and four digits.
#[inline]
pub(crate) fn hex16(out: &mut Buffer, v: u16) {
    let [p, q] = v.to_be_bytes().map(hex_pair);
    out.put([b'0', b'x', p[0], p[1], q[0], q[1]], 6);
}

/// `0x` and eight digits.
#[inline]
pub(crate) fn hex32(out: &mut Buffer, v: u32) {
    let mut chars = *b"0x00000000";
    for (pair, byte) in chars[2..].chunks_exact_mut(2).zip(v.to_be_bytes()) {
        pair.copy_from_slice(&hex_pair(byte));
    }
    out.put(chars, 10);
}

/// `0x` and sixteen digits.
#[inline]
pub(crate) fn hex64(out: &mut Buffer, v: u64) {
    let mut chars = *b"0x0000000000000000";
    for (pair, byte) in chars[2..].chunks_exact_mut(2).zip(v.to_be_bytes()) {
        pair.copy_from_slice(&hex_pair(byte));
    }
    out.put(chars, 18);
}

/// A number below 10^9 with its leading zeros.
#[inline]
pub(crate) fn nine_digits(out: &mut Buffer, v: u32) {
    out.push(b'0' + (v / 100_000_000) as u8);
    out.put(eight_digits(v % 100_000_000).to_le_bytes(), 8);
}

/// `seconds.nanoseconds` as C's `%lu.%09u`: nanoseconds of a second and more have ten digits.
#[inline]
pub(crate) fn stamp(out: &mut Buffer, seconds: u64, nanos: u32) {
    unsigned(out, seconds);
    out.push(b'.');
    if nanos < 1_000_000_000 {
        nine_digits(out, nanos);
    } else {
        unsigned(out, u64::from(nanos));
    }
}

#[cfg(test)]
mod tests {
    use super::super::buffer::Buffer;
    use super::{hex8, hex16, hex32, hex64, signed, stamp, unsigned};

    fn text(write: impl FnOnce(&mut Buffer)) -> String {
        let mut out = Buffer::with_capacity(0);
        write(&mut out);
        String::from_utf8(out.as_slice().to_vec()).unwrap()
    }

    #[test]
    fn decimal() {
        let mut v = 1_u64;
        while v < u64::MAX / 10 {
            for n in [v - 1, v, v + 1] {
                assert_eq!(text(|out| unsigned(out, n)), n.to_string());
            }
            v = v * 10 / 7 + 1;
        }
        for power in (0..20).map(|n| 10_u64.pow(n)) {
            assert_eq!(text(|out| unsigned(out, power)), power.to_string());
            assert_eq!(text(|out| unsigned(out, power - 1)), (power - 1).to_string());
        }
        assert_eq!(text(|out| unsigned(out, u64::MAX)), "18446744073709551615");
        assert_eq!(text(|out| signed(out, i64::MIN)), "-9223372036854775808");
        assert_eq!(text(|out| signed(out, -1)), "-1");
        assert_eq!(text(|out| signed(out, 127)), "127");
    }

    #[test]
    fn small_numbers_all() {
        for v in (0..200_000).chain((0..100_000_000).step_by(997)) {
            assert_eq!(text(|out| unsigned(out, v)), v.to_string());
        }
    }

    #[test]
    fn hexadecimal() {
        assert_eq!(text(|out| hex8(out, 0xa)), "0x0a");
        assert_eq!(text(|out| hex16(out, 0x0800)), "0x0800");
        assert_eq!(text(|out| hex32(out, 0xdead_beef)), "0xdeadbeef");
        assert_eq!(text(|out| hex64(out, 0x0400_0000_0000_4000)), "0x0400000000004000");
    }

    #[test]
    fn stamps() {
        assert_eq!(text(|out| stamp(out, 1_335_958_313, 152_630_000)), "1335958313.152630000");
        assert_eq!(text(|out| stamp(out, 0, 0)), "0.000000000");
        assert_eq!(text(|out| stamp(out, 7, 999_999_999)), "7.999999999");
        assert_eq!(text(|out| stamp(out, 7, 1_000_000_000)), "7.1000000000");
        assert_eq!(text(|out| stamp(out, u64::MAX, u32::MAX)), "18446744073709551615.4294967295");
    }
}
