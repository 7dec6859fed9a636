//! Integers: decimal by eight digits at once, hexadecimal by a table, seconds with nanoseconds.
#![expect(
    clippy::cast_possible_truncation,
    reason = "the numbers were tested to be below 10^8, or only their low byte is meant"
)]

use crate::buffer::Buffer;

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
pub fn hex_pair(byte: u8) -> [u8; 2] {
    HEX[usize::from(byte)]
}

/// The eight decimal digits of a number below 10^8 as characters, the first one in the lowest byte:
/// quotients by 100 of both halves in one multiplication, then by 10 of all four pairs.
#[inline]
pub fn eight_digits(v: u32) -> u64 {
    debug_assert!(v < 100_000_000, "more than eight digits");
    let halves = u64::from(v / 10_000) | u64::from(v % 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = ((halves - 100 * hundreds) << 16) + hundreds;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    (tens + ((pairs - 10 * tens) << 8)) | 0x3030_3030_3030_3030
}

/// A number without a sign.
#[inline]
pub fn unsigned(out: &mut Buffer, v: u64) {
    if v < 10 {
        out.push(b'0' + v as u8);
    } else if v < 100_000_000 {
        let (chars, used) = up_to_eight(v as u32);
        out.put(chars, used);
    } else {
        large(out, v);
    }
}

/// The characters of a number below 10^8 and how many there are. One way for all lengths: no branch to
/// be mispredicted.
#[inline]
pub(crate) fn up_to_eight(v: u32) -> ([u8; 8], usize) {
    let digits = eight_digits(v);
    // A mark on the last digit: 0 has one digit, too.
    let leading = (digits ^ 0x3030_3030_3030_3030 | 1 << 56).trailing_zeros() / 8;
    ((digits >> (8 * leading)).to_le_bytes(), 8 - leading as usize)
}

/// A number from 10^8 on.
#[inline(never)]
pub fn large(out: &mut Buffer, v: u64) {
    if v < 10_000_000_000_000_000 {
        let (chars, used) = up_to_eight((v / 100_000_000) as u32);
        out.put(chars, used);
        out.put(eight_digits((v % 100_000_000) as u32).to_le_bytes(), 8);
    } else {
        out.extend(itoa::Buffer::new().format(v).as_bytes());
    }
}

/// A number with a sign.
#[inline]
pub fn signed(out: &mut Buffer, v: i64) {
    if v < 0 {
        out.push(b'-');
    }
    unsigned(out, v.unsigned_abs());
}

/// Numbers below this have three digits at most.
pub(crate) const SMALL: usize = 1000;

/// The digits of small numbers, the first one in the lowest byte.
const DIGITS: [u32; SMALL] = {
    let mut table = [0; SMALL];
    let mut v = 0;
    while v < SMALL {
        let [a, b, c] = [v / 100, v / 10 % 10, v % 10];
        let [a, b, c] = [b'0' + a as u8, b'0' + b as u8, b'0' + c as u8];
        table[v] = u32::from_le_bytes(match v {
            0..10 => [c, 0, 0, 0],
            10..100 => [b, c, 0, 0],
            _ => [a, b, c, 0],
        });
        v += 1;
    }
    table
};

/// The digits of a small number and what comes behind, and how many characters that are.
#[inline]
pub(crate) fn small(v: u64, end: u8) -> Option<([u8; 4], usize)> {
    let digits = DIGITS.get(usize::try_from(v).ok()?)?;
    let used = 1 + usize::from(v >= 10) + usize::from(v >= 100);
    Some(((digits | u32::from(end) << (8 * used)).to_le_bytes(), used + 1))
}

/// Four digits, the first one in the lowest byte.
#[inline]
pub(crate) fn four(v: u16) -> u64 {
    let [high, low] = v.to_be_bytes().map(|byte| u64::from(u16::from_le_bytes(hex_pair(byte))));
    high | low << 16
}

/// A number without a sign and a separator behind it.
#[inline]
pub fn unsigned_then(out: &mut Buffer, v: u64, separator: u8) {
    if v < 10 {
        out.put([b'0' + v as u8, separator], 2);
    } else {
        longer_then(out, v, separator);
    }
}

/// Bytes in hexadecimal, `0x` and two digits each, with `;` between them.
#[inline(never)]
pub fn hex_list(out: &mut Buffer, bytes: &[u8]) {
    for byte in bytes {
        hex8(out, *byte, b';');
    }
    if !bytes.is_empty() {
        out.shorten(1);
    }
}

#[inline(never)]
fn longer_then(out: &mut Buffer, v: u64, separator: u8) {
    if v < 100_000_000 {
        let (chars, used) = up_to_eight(v as u32);
        out.put_then(chars, used, separator);
    } else {
        large(out, v);
        out.push(separator);
    }
}

/// Puts characters together: `behind` begins after `n` bytes. In registers, not in memory, where
/// small writes followed by a large read make the processor wait.
#[inline]
pub(crate) fn join(front: u64, n: u32, behind: u64) -> u128 {
    u128::from(front) | u128::from(behind) << (8 * n)
}

/// The eight hexadecimal digits of a number as characters, the first one in the lowest byte.
#[inline]
pub(crate) fn hex_digits(v: u32) -> u64 {
    let v = u64::from(v.swap_bytes());
    let v = (v | v << 16) & 0x0000_ffff_0000_ffff;
    let v = (v | v << 8) & 0x00ff_00ff_00ff_00ff;
    let v = (v >> 4 & 0x000f_000f_000f_000f) | (v & 0x000f_000f_000f_000f) << 8;
    // One for each digit above 9: the letters begin 39 characters behind the digit 9.
    let letters = (v + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    v + 0x3030_3030_3030_3030 + letters * 39
}

/// `0x`, the first character in the lowest byte.
pub const HEX_PREFIX: u64 = u16::from_le_bytes(*b"0x") as u64;

/// `0x`, two digits and a separator.
#[inline]
pub fn hex8(out: &mut Buffer, v: u8, separator: u8) {
    let [a, b] = hex_pair(v);
    out.put([b'0', b'x', a, b, separator], 5);
}

/// `0x`, four digits and a separator.
#[inline]
pub fn hex16(out: &mut Buffer, v: u16, separator: u8) {
    let digits = hex_digits(u32::from(v) << 16) & 0xffff_ffff;
    let word = HEX_PREFIX | digits << 16 | u64::from(separator) << 48;
    out.put(word.to_le_bytes(), 7);
}

/// `0x`, eight digits and a separator.
#[inline]
pub fn hex32(out: &mut Buffer, v: u32, separator: u8) {
    let word = join(HEX_PREFIX, 2, hex_digits(v)) | u128::from(separator) << 80;
    out.put(word.to_le_bytes(), 11);
}

/// `0x`, sixteen digits and a separator.
#[inline]
pub fn hex64(out: &mut Buffer, v: u64, separator: u8) {
    out.put(join(HEX_PREFIX, 2, hex_digits((v >> 32) as u32)).to_le_bytes(), 10);
    out.put(join(hex_digits(v as u32), 8, separator.into()).to_le_bytes(), 9);
}

/// A point and a number below 10^9 with its leading zeros.
#[inline]
pub fn nine_decimals(out: &mut Buffer, v: u32) {
    let front = u64::from(b'.') | (u64::from(b'0') + u64::from(v / 100_000_000)) << 8;
    out.put(join(front, 2, eight_digits(v % 100_000_000)).to_le_bytes(), 10);
}

/// Marks seconds and nanoseconds that count back from 1970: the highest bits of both.
pub const BACK: (u64, u32) = (1 << 63, 1 << 31);

/// How many seconds and nanoseconds a moment is before 1970, if it is: such moments have the highest bits of both
/// numbers, and not the one below it in the seconds.
pub const fn back_from_1970(seconds: u64, nanos: u32) -> Option<(u64, u32)> {
    if nanos >> 31 == 1 && seconds >> 62 == 2 {
        Some((seconds & !BACK.0, nanos & !BACK.1))
    } else {
        None
    }
}

/// `seconds.nanoseconds` as C's `%lu.%09u`: nanoseconds of a second and more have ten digits.
pub fn stamp(out: &mut Buffer, seconds: u64, nanos: u32) {
    let nanos = whole_seconds(out, seconds, nanos);
    self::nanos(out, nanos);
}

/// Seconds of a stamp, with their sign; gives the nanoseconds that follow.
#[inline]
fn whole_seconds(out: &mut Buffer, seconds: u64, nanos: u32) -> u32 {
    let (seconds, nanos) = match back_from_1970(seconds, nanos) {
        None => (seconds, nanos),
        Some(back) => {
            out.push(b'-');
            back
        }
    };
    unsigned(out, seconds);
    nanos
}

/// A point and nanoseconds with at least nine digits.
#[inline]
pub fn nanos(out: &mut Buffer, nanos: u32) {
    if nanos < 1_000_000_000 {
        nine_decimals(out, nanos);
    } else {
        ten_decimals(out, nanos);
    }
}

#[cold]
fn ten_decimals(out: &mut Buffer, nanos: u32) {
    out.push(b'.');
    unsigned(out, u64::from(nanos));
}

/// `seconds.microseconds`, six digits behind the point.
pub fn micro_stamp(out: &mut Buffer, seconds: u64, nanos: u32) {
    let nanos = whole_seconds(out, seconds, nanos);
    micros(out, nanos);
}

/// A point and microseconds with six digits.
pub fn micros(out: &mut Buffer, nanos: u32) {
    out.push(b'.');
    for place in [100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000] {
        out.push(b'0' + (nanos / place % 10) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::{hex8, hex16, hex32, hex64, micro_stamp, signed, stamp, unsigned, unsigned_then};
    use crate::test_text::text;

    #[test]
    fn microseconds() {
        assert_eq!(text(|out| micro_stamp(out, 7, 12_345_678)), "7.012345");
        assert_eq!(text(|out| micro_stamp(out, 0, 999_999_999)), "0.999999");
    }

    #[test]
    fn decimal() {
        let mut v = 1_u64;
        while v < u64::MAX / 10 {
            for n in [v - 1, v, v + 1] {
                assert_eq!(text(|out| unsigned(out, n)), n.to_string());
                assert_eq!(text(|out| unsigned_then(out, n, b';')), format!("{n};"));
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
        assert_eq!(text(|out| hex8(out, 0xa, b';')), "0x0a;");
        assert_eq!(text(|out| hex16(out, 0x0800, b';')), "0x0800;");
        assert_eq!(text(|out| hex32(out, 0xdead_beef, b';')), "0xdeadbeef;");
        assert_eq!(text(|out| hex64(out, 0x0400_0000_0000_4000, b';')), "0x0400000000004000;");
        for v in (0..=u32::MAX).step_by(99_991) {
            assert_eq!(text(|out| hex32(out, v, b'_')), format!("{v:#010x}_"));
            let v = u64::from(v).wrapping_mul(0x1234_5679_abcd_ef01);
            assert_eq!(text(|out| hex64(out, v, b'_')), format!("{v:#018x}_"));
        }
        for v in 0..=u16::MAX {
            assert_eq!(text(|out| hex16(out, v, b'_')), format!("{v:#06x}_"));
            let byte = v as u8;
            assert_eq!(text(|out| hex8(out, byte, b'_')), format!("{byte:#04x}_"));
        }
    }

    #[test]
    fn stamps() {
        assert_eq!(text(|out| stamp(out, 1_335_958_313, 152_630_000)), "1335958313.152630000");
        assert_eq!(text(|out| stamp(out, 0, 0)), "0.000000000");
        assert_eq!(text(|out| stamp(out, 7, 999_999_999)), "7.999999999");
        assert_eq!(text(|out| stamp(out, 7, 1_000_000_000)), "7.1000000000");
        assert_eq!(text(|out| stamp(out, (1 << 63) + 4, (1 << 31) + 999_999_000)), "-4.999999000");
        assert_eq!(text(|out| micro_stamp(out, 1 << 63, (1 << 31) + 5_999)), "-0.000005");
        assert_eq!(text(|out| stamp(out, 3 << 62, 0)), "13835058055282163712.000000000");
        assert_eq!(text(|out| stamp(out, u64::MAX, u32::MAX)), "18446744073709551615.4294967295");
    }
}
