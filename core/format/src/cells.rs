//! Cells with what separates them from the next one, for rows that are text from the beginning: most cells of a row
//! are new, so each is written as quickly as possible. Short numbers are written where they are; for all others a
//! function gets room that was made before, and says how much of it it has used. So where a row ends stays in a
//! register from its first cell to its last.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the numbers were tested to be small enough"
)]

use crate::buffer::Buffer;
use crate::integer::{
    HEX_PREFIX, eight_digits, four, hex_digits, hex_pair, join, small, up_to_eight,
};
use crate::{address, float, integer};

/// Room for a number of 64 bits and a separator.
const NUMBER: usize = 32;
/// Room for a moment.
const MOMENT: usize = 48;

/// A number without a sign.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn unsigned(out: &mut Buffer, v: u64, end: u8) {
    if v < 10 {
        out.put([b'0' + v as u8, end], 2);
    } else {
        out.fill(|room| digits(room, v, end));
    }
}

/// A number of two and more digits.
#[inline(never)]
fn digits(room: &mut [u8; NUMBER], v: u64, end: u8) -> usize {
    if let Some((chars, used)) = small(v, end) {
        room[..4].copy_from_slice(&chars);
        return used;
    }
    if v < 100_000_000 {
        let (chars, used) = up_to_eight(v as u32);
        room[..8].copy_from_slice(&chars);
        room[used % NUMBER] = end;
        return used + 1;
    }
    many_digits(room, v, end)
}

/// A number from 10^8 on.
fn many_digits(room: &mut [u8; NUMBER], v: u64, end: u8) -> usize {
    let used = if v < 10_000_000_000_000_000 {
        let (chars, used) = up_to_eight((v / 100_000_000) as u32);
        room[..8].copy_from_slice(&chars);
        let last = eight_digits((v % 100_000_000) as u32);
        room[used..used + 8].copy_from_slice(&last.to_le_bytes());
        used + 8
    } else {
        let mut buffer = itoa::Buffer::new();
        let text = buffer.format(v).as_bytes();
        room[..text.len()].copy_from_slice(text);
        text.len()
    };
    room[used] = end;
    used + 1
}

/// A number with a sign.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn signed(out: &mut Buffer, v: i64, end: u8) {
    if v < 0 {
        out.push(b'-');
    }
    unsigned(out, v.unsigned_abs(), end);
}

/// `0x` and two digits.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn hex8(out: &mut Buffer, v: u8, end: u8) {
    integer::hex8(out, v, end);
}

/// `0x` and four digits.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn hex16(out: &mut Buffer, v: u16, end: u8) {
    out.put((HEX_PREFIX | four(v) << 16 | u64::from(end) << 48).to_le_bytes(), 7);
}

/// `0x` and eight digits.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn hex32(out: &mut Buffer, v: u32, end: u8) {
    out.fill(|room: &mut [u8; 16]| {
        let word = join(HEX_PREFIX, 2, hex_digits(v)) | u128::from(end) << 80;
        *room = word.to_le_bytes();
        11
    });
}

/// `0x` and sixteen digits.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn hex64(out: &mut Buffer, v: u64, end: u8) {
    out.fill(|room| sixteen(room, v, end));
}

#[inline(never)]
fn sixteen(room: &mut [u8; NUMBER], v: u64, end: u8) -> usize {
    let [high, low] = [(v >> 32) as u32, v as u32].map(hex_digits);
    room[..16].copy_from_slice(&join(HEX_PREFIX, 2, high).to_le_bytes());
    room[10..26].copy_from_slice(&join(low, 8, end.into()).to_le_bytes());
    19
}

/// Seconds and nanoseconds ([`integer::stamp`]).
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn moment(out: &mut Buffer, seconds: u64, nanos: u32, end: u8) {
    if nanos < 1_000_000_000 {
        out.fill(|room| stamp(room, seconds, nanos, end));
    } else {
        out.lend(|out| {
            integer::stamp(out, seconds, nanos);
            out.push(end);
        });
    }
}

/// Seconds and less than 10^9 nanoseconds.
#[inline(never)]
fn stamp(room: &mut [u8; MOMENT], seconds: u64, nanos: u32, end: u8) -> usize {
    const TEN_DIGITS: std::ops::Range<u64> = 1_000_000_000..10_000_000_000;
    let at = if seconds < 10 {
        room[0] = b'0' + seconds as u8;
        1
    } else if TEN_DIGITS.contains(&seconds) {
        let [first, last] = [seconds / 100, seconds % 100];
        let front = eight_digits(first as u32);
        let [tens, ones] = [last / 10, last % 10].map(|digit| u64::from(b'0') + digit);
        let last = tens | ones << 8;
        room[..16].copy_from_slice(&join(front, 8, last).to_le_bytes());
        10
    } else {
        let Some(room) = room.first_chunk_mut() else { return 0 };
        digits(room, seconds, end) - 1
    };
    let front = u64::from(b'.') | (u64::from(b'0') + u64::from(nanos / 100_000_000)) << 8;
    let word = join(front, 2, eight_digits(nanos % 100_000_000)) | u128::from(end) << 80;
    room[at..at + 16].copy_from_slice(&word.to_le_bytes());
    at + 11
}

/// `%.7g`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn single(out: &mut Buffer, v: f32, end: u8) {
    if v.to_bits() == 0 {
        out.put([b'0', end], 2);
    } else {
        out.fill(|room| single_digits(room, v, end));
    }
}

/// The same for a number that is not zero.
#[inline(never)]
fn single_digits(room: &mut [u8; NUMBER], v: f32, end: u8) -> usize {
    let x = f64::from(v.abs());
    let whole = x as u32;
    if v.is_sign_negative() {
        return by_text(room, end, |out| float::seven_significant(out, v));
    }
    if whole < 10_000_000 && f64::from(whole) == x {
        return digits(room, whole.into(), end);
    }
    match float::seven_digits(x) {
        Some((digits, exponent @ -4..7)) => short(room, digits, exponent, end),
        _ => by_text(room, end, |out| float::seven_significant(out, v)),
    }
}

/// Seven digits, the first not 0, without an exponent; zeros at the end are dropped.
#[inline]
fn short(room: &mut [u8; NUMBER], digits: u32, exponent: i32, end: u8) -> usize {
    let (chars, kept) = float::significant(digits);
    let used = if exponent < 0 {
        let front = (1 - exponent) as u32;
        let zeros = u64::from_le_bytes(*b"0.000000") & ((1 << (8 * front)) - 1);
        room[..16].copy_from_slice(&join(zeros, front, chars).to_le_bytes());
        front as usize + kept
    } else {
        let (pointed, used) = float::pointed(chars, kept, exponent as usize + 1);
        room[..8].copy_from_slice(&pointed.to_le_bytes());
        used
    };
    room[used % NUMBER] = end;
    used + 1
}

/// What is seldom.
#[cold]
fn by_text(room: &mut [u8; NUMBER], end: u8, write: impl FnOnce(&mut Buffer)) -> usize {
    let mut out = Buffer::with_capacity(NUMBER);
    write(&mut out);
    out.push(end);
    let text = out.as_slice();
    room[..text.len()].copy_from_slice(text);
    text.len()
}

/// `%f`.
#[inline]
pub fn double(out: &mut Buffer, v: f64, end: u8) {
    out.lend(|out| {
        float::six_decimals(out, v);
        out.push(end);
    });
}

/// `%.9f`.
#[inline]
pub fn nine_decimals(out: &mut Buffer, v: f64, end: u8) {
    out.lend(|out| {
        float::nine_decimals(out, v);
        out.push(end);
    });
}

/// A hardware address.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn mac(out: &mut Buffer, address: [u8; 6], end: u8) {
    out.fill(|room| mac_digits(room, address, end));
}

#[inline(never)]
fn mac_digits(room: &mut [u8; 18], address: [u8; 6], end: u8) -> usize {
    for (place, byte) in room.chunks_exact_mut(3).zip(address) {
        let [p, q] = hex_pair(byte);
        place.copy_from_slice(&[p, q, b':']);
    }
    room[17] = end;
    18
}

/// An IPv4 address.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would put the end of the row into memory")]
pub fn ipv4(out: &mut Buffer, address: [u8; 4], end: u8) {
    out.fill(|room| octets(room, address, end));
}

#[inline(never)]
fn octets(room: &mut [u8; NUMBER], address: [u8; 4], end: u8) -> usize {
    let mut at = 0;
    for byte in address {
        let [p, q, r, s, used] = address::OCTETS[usize::from(byte)];
        room[at % NUMBER..][..4].copy_from_slice(&[p, q, r, s]);
        at += usize::from(used) + 1;
    }
    room[(at - 1) % NUMBER] = end;
    at
}

/// An IPv6 address.
#[inline]
pub fn ipv6(out: &mut Buffer, address: [u8; 16], end: u8) {
    out.lend(|out| {
        address::ipv6(out, address);
        out.push(end);
    });
}

#[cfg(test)]
mod tests {
    use super::{
        double, hex8, hex16, hex32, hex64, ipv4, ipv6, mac, moment, nine_decimals, signed, single,
        unsigned,
    };
    use crate::buffer::Buffer;
    use crate::test_text::text;
    use crate::{address, float, integer};

    /// As the writers of other formats, with what comes behind.
    fn same(cell: impl FnOnce(&mut Buffer), other: impl FnOnce(&mut Buffer)) {
        assert_eq!(text(cell), format!("{}\t", text(other)));
    }

    /// Numbers of all lengths, close to where the lengths change and between.
    fn numbers() -> impl Iterator<Item = u64> {
        let powers = (0..20).map(|n| 10_u64.pow(n));
        let near = powers.flat_map(|p| [p.saturating_sub(1), p, p + 1, p / 3 * 2, p / 7 * 5]);
        let wild = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let any = (0..20_000).map(move |n| wild(n) >> (n % 64));
        near.chain(any).chain(0..2_000).chain([u64::MAX])
    }

    #[test]
    fn integers() {
        for v in numbers() {
            assert_eq!(text(|out| unsigned(out, v, b'\t')), format!("{v}\t"));
            let v = v.cast_signed();
            assert_eq!(text(|out| signed(out, v, b';')), format!("{v};"));
        }
        assert_eq!(text(|out| signed(out, i64::MIN, b'_')), format!("{}_", i64::MIN));
    }

    #[test]
    fn hexadecimal() {
        for v in numbers() {
            same(
                |out| hex8(out, v as u8, b'\t'),
                |out| {
                    out.extend(format!("{:#04x}", v as u8).as_bytes());
                },
            );
            same(
                |out| hex16(out, v as u16, b'\t'),
                |out| {
                    out.extend(format!("{:#06x}", v as u16).as_bytes());
                },
            );
            same(
                |out| hex32(out, v as u32, b'\t'),
                |out| {
                    out.extend(format!("{:#010x}", v as u32).as_bytes());
                },
            );
            same(|out| hex64(out, v, b'\t'), |out| out.extend(format!("{v:#018x}").as_bytes()));
        }
    }

    #[test]
    fn moments() {
        for (n, seconds) in (0..).zip(numbers()) {
            let nanos = [0, 1, 152_630_000, 999_999_999, 1_000_000_000, u32::MAX, 1 << 31][n % 7];
            same(
                |out| moment(out, seconds, nanos, b'\t'),
                |out| integer::stamp(out, seconds, nanos),
            );
        }
        let before_1970 = (1 << 63, (1 << 31) + 999_999_000);
        let (seconds, nanos) = before_1970;
        assert_eq!(text(|out| moment(out, seconds, nanos, b'\t')), "-0.999999000\t");
    }

    #[test]
    fn floats() {
        let mut bits = 0x1234_5678_u32;
        for n in 0..200_000 {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Any number, and those of usual sizes.
            let v = if n % 2 == 0 { f32::from_bits(bits) } else { bits as f32 / 1e5 };
            same(|out| single(out, v, b'\t'), |out| float::seven_significant(out, v));
            let v = f64::from(v);
            same(|out| double(out, v, b'\t'), |out| float::six_decimals(out, v));
            same(|out| nine_decimals(out, v, b'\t'), |out| float::nine_decimals(out, v));
        }
        for v in [0.0, -0.0, 1.0, 0.5, 9_999_999.0, 1e7, 0.0001, 0.000_099_999_99, 0.1, 1234.5] {
            same(|out| single(out, v, b'\t'), |out| float::seven_significant(out, v));
        }
    }

    #[test]
    fn addresses() {
        for v in numbers() {
            let [a, b, c, d, e, f, g, h] = v.to_le_bytes();
            same(|out| ipv4(out, [a, b, c, d], b'\t'), |out| address::ipv4(out, [a, b, c, d]));
            let hardware = [a, b, c, d, e, f];
            same(|out| mac(out, hardware, b'\t'), |out| address::mac(out, hardware));
            let mut v6 = [0; 16];
            v6[..8].copy_from_slice(&[a, b, c, d, e, f, g, h]);
            same(|out| ipv6(out, v6, b'\t'), |out| address::ipv6(out, v6));
        }
    }

    /// A cell that fills the memory to its last byte, and one that does not fit.
    #[test]
    fn room() {
        for capacity in 0..80 {
            let mut out = Buffer::with_capacity(capacity);
            for v in [7, 77, 777_777, u64::MAX] {
                unsigned(&mut out, v, b';');
                hex64(&mut out, v, b';');
            }
            let expected = "7;0x0000000000000007;77;0x000000000000004d;777777;0x00000000000bde31;\
                            18446744073709551615;0xffffffffffffffff;";
            assert_eq!(out.as_slice(), expected.as_bytes(), "{capacity}");
        }
    }
}
