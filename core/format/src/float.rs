//! Floating-point numbers as C prints them, exactly: `%.7g` of a `float`, `%f` and `%.9f` of a
//! `double`.
//!
//! The usual path scales by a power of ten that `f64` holds exactly, so the product is off by at most
//! half a unit in its last place (10^-9 of the last digit wanted for `%.7g`). Far enough from the
//! middle between two digits that cannot change the rounding. Close to the middle, and for very large
//! or small numbers, the standard library decides, which calculates with any number of digits.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "scaled numbers are positive and were tested to be small enough"
)]

use crate::buffer::Buffer;
use crate::integer::{self, eight_digits, unsigned};

/// The powers of ten that a `double` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// `%.7g`.
#[inline]
pub fn seven_significant(out: &mut Buffer, v: f32) {
    if v.to_bits() == 0 {
        out.push(b'0');
        return;
    }
    if v.is_sign_negative() {
        out.push(b'-');
    }
    let x = f64::from(v.abs());
    let whole = x as u32;
    if whole < 10_000_000 && f64::from(whole) == x {
        unsigned(out, u64::from(whole));
    } else {
        general(out, x);
    }
}

/// `%.7g` of a positive number that is not a small integer.
fn general(out: &mut Buffer, x: f64) {
    match seven_digits(x) {
        Some((digits, exponent)) => put_general(out, digits, exponent),
        None => general_slow(out, x),
    }
}

/// The first seven digits of a positive number, rounded, and its decimal exponent, if they are easily found.
#[inline]
pub(crate) fn seven_digits(x: f64) -> Option<(u32, i32)> {
    if !(1e-15..1e28).contains(&x) {
        return None;
    }
    // The decimal exponent of the power of two below `x`: right or one too small.
    let binary = (x.to_bits() >> 52) as i32 - 1023;
    let mut exponent = (binary * 78_913) >> 18;
    let mut scaled = scale(x, 6 - exponent);
    if scaled >= 1e7 {
        exponent += 1;
        scaled = scale(x, 6 - exponent);
    }
    let floor = scaled as u32;
    let fraction = scaled - f64::from(floor);
    if (fraction - 0.5).abs() < 1e-6 {
        return None;
    }
    let digits = floor + u32::from(fraction > 0.5);
    Some(if digits == 10_000_000 { (1_000_000, exponent + 1) } else { (digits, exponent) })
}

/// Seven digits as characters, the first one in the lowest byte, and how many there are without zeros at the end.
#[inline]
pub(crate) fn significant(digits: u32) -> (u64, usize) {
    const ZEROS: u64 = 0x0030_3030_3030_3030;
    // The highest byte is 0.
    let chars = eight_digits(digits) >> 8;
    (chars, 8 - ((chars ^ ZEROS).leading_zeros() / 8) as usize)
}

/// `kept` of seven characters with a point behind `before` of them, and how many characters that are.
#[inline]
pub(crate) fn pointed(chars: u64, kept: usize, before: usize) -> (u64, usize) {
    let low = (1_u64 << (8 * before)) - 1;
    let point = u64::from(b'.') << (8 * before);
    let pointed = (chars & low) | point | ((chars & !low) << 8);
    (pointed, if kept > before { kept + 1 } else { before })
}

#[inline]
fn scale(x: f64, power: i32) -> f64 {
    let factor = POWERS[power.unsigned_abs() as usize];
    if power < 0 { x / factor } else { x * factor }
}

/// Writes seven digits, the first not 0, with a decimal point behind the first and an exponent, or
/// without exponent where it is in -4 ..= 6; zeros at the end are dropped.
fn put_general(out: &mut Buffer, digits: u32, exponent: i32) {
    let (chars, kept) = significant(digits);
    if (0..7).contains(&exponent) {
        put_pointed(out, chars, kept, exponent as usize + 1);
    } else if (-4..0).contains(&exponent) {
        out.put(*b"0.000000", (1 - exponent) as usize);
        out.put(chars.to_le_bytes(), kept);
    } else {
        put_pointed(out, chars, kept, 1);
        out.put([b'e', if exponent < 0 { b'-' } else { b'+' }], 2);
        let size = exponent.unsigned_abs();
        out.put([b'0' + (size / 10) as u8, b'0' + (size % 10) as u8], 2);
    }
}

/// Writes `kept` of seven characters with a point behind `before` of them.
#[inline]
fn put_pointed(out: &mut Buffer, chars: u64, kept: usize, before: usize) {
    let (pointed, used) = pointed(chars, kept, before);
    out.put(pointed.to_le_bytes(), used);
}

#[cold]
fn general_slow(out: &mut Buffer, x: f64) {
    if not_finite(out, x) {
        return;
    }
    let text = format!("{x:.6e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    let digits = digits.fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
    put_general(out, digits, exponent.parse().unwrap_or(0));
}

/// `%f`.
#[inline]
pub fn six_decimals(out: &mut Buffer, v: f64) {
    match split(v, 1e6, 1e-6) {
        Some(Fixed { negative, whole, decimals }) => {
            sign(out, negative);
            unsigned(out, whole);
            out.push(b'.');
            out.put((eight_digits(decimals) >> 16).to_le_bytes(), 6);
        }
        None => fixed_slow(out, v, 6),
    }
}

/// `%.9f`.
#[inline]
pub fn nine_decimals(out: &mut Buffer, v: f64) {
    match nine(v) {
        Some(Fixed { negative, whole, decimals }) => {
            sign(out, negative);
            unsigned(out, whole);
            integer::nine_decimals(out, decimals);
        }
        None => fixed_slow(out, v, 9),
    }
}

#[inline]
fn sign(out: &mut Buffer, negative: bool) {
    if negative {
        out.push(b'-');
    }
}

/// A number with a fixed number of decimals, rounded.
#[derive(Clone, Copy, Debug)]
pub struct Fixed {
    /// It has a sign.
    pub negative: bool,
    /// In front of the point.
    pub whole: u64,
    /// Behind it.
    pub decimals: u32,
}

/// The parts of a number with nine decimals, if they are easily found.
#[inline]
pub fn nine(v: f64) -> Option<Fixed> {
    split(v, 1e9, 1e-4)
}

/// The integer part and the rounded decimals, unless they are closer than `margin` to the middle between
/// two numbers. Taking the integer part away is exact.
#[inline]
fn split(v: f64, power: f64, margin: f64) -> Option<Fixed> {
    let x = v.abs();
    if x.is_nan() || x >= 9e15 {
        return None;
    }
    let whole = x as u64;
    let scaled = (x - whole as f64) * power;
    let floor = scaled as u32;
    let fraction = scaled - f64::from(floor);
    if (fraction - 0.5).abs() < margin {
        return None;
    }
    let decimals = floor + u32::from(fraction > 0.5);
    let negative = v.is_sign_negative();
    if f64::from(decimals) >= power {
        return Some(Fixed { negative, whole: whole + 1, decimals: 0 });
    }
    Some(Fixed { negative, whole, decimals })
}

#[cold]
fn fixed_slow(out: &mut Buffer, v: f64, decimals: usize) {
    sign(out, v.is_sign_negative());
    let x = v.abs();
    if !not_finite(out, x) {
        out.extend(format!("{x:.decimals$}").as_bytes());
    }
}

/// Writes `nan` or `inf`, if it is one.
fn not_finite(out: &mut Buffer, x: f64) -> bool {
    if x.is_finite() {
        return false;
    }
    out.put(if x.is_nan() { *b"nan" } else { *b"inf" }, 3);
    true
}

#[cfg(test)]
mod tests {
    use super::{nine_decimals, seven_significant, six_decimals};
    use crate::test_text::text;

    fn general(v: f32) -> String {
        text(|out| seven_significant(out, v))
    }

    /// Expectations printed by C.
    #[test]
    fn general_like_c() {
        let cases: [(u32, &str); 33] = [
            (0x0000_0000, "0"),
            (0x8000_0000, "-0"),
            (0x3f80_0000, "1"),
            (0xbf80_0000, "-1"),
            (0x3f00_0000, "0.5"),
            (0x3dcc_cccd, "0.1"),
            (0x3e19_999a, "0.15"),
            (0x408c_0ce9, "4.376576"),
            (0x38d1_b717, "0.0001"),
            (0x3851_b717, "5e-05"),
            (0x3727_c5ac, "1e-05"),
            (0x38d1_b716, "9.999999e-05"),
            (0x38d1_b718, "0.0001"),
            (0x3a00_0000, "0.0004882812"),
            (0x3a80_0000, "0.0009765625"),
            (0x3980_0000, "0.0002441406"),
            (0x4b18_967f, "9999999"),
            (0x4b18_9680, "1e+07"),
            (0x4b18_9682, "1e+07"),
            (0x4996_b438, "1234567"),
            (0x4996_b43c, "1234568"),
            (0x4b80_0000, "1.677722e+07"),
            (0x4cbe_bc20, "1e+08"),
            (0x4f80_0000, "4.294967e+09"),
            (0x7f7f_ffff, "3.402823e+38"),
            (0x0080_0000, "1.175494e-38"),
            (0x0000_0001, "1.401298e-45"),
            (0x7f80_0000, "inf"),
            (0xff80_0000, "-inf"),
            (0x7fc0_0000, "nan"),
            (0xffc0_0000, "-nan"),
            (0x4640_e6b7, "12345.68"),
            (0x497f_fff8, "1048576"),
        ];
        for (bits, expected) in cases {
            assert_eq!(general(f32::from_bits(bits)), expected, "{bits:#010x}");
        }
    }

    /// The quick path against the standard library's digits.
    #[test]
    fn general_like_exact_digits() {
        let mut bits = 0x1234_5678_u32;
        for _ in 0..100_000 {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let v = f32::from_bits(bits);
            if v.is_finite() {
                let shown: f64 = general(v).parse().unwrap();
                let exact: f64 = format!("{:.6e}", f64::from(v)).parse().unwrap();
                assert!(shown.to_bits() == exact.to_bits(), "{bits:#010x}: {shown} {exact}");
            }
        }
    }

    #[test]
    fn six() {
        for (v, expected) in [
            (0.0, "0.000000"),
            (-0.0, "-0.000000"),
            (1.0, "1.000000"),
            (-0.000_000_1, "-0.000000"),
            (0.000_000_5, "0.000000"),
            (0.000_001_5, "0.000002"),
            (0.999_999_9, "1.000000"),
            (0.007_812_5, "0.007812"),
            (0.023_437_5, "0.023438"),
            (1_335_958_313.152_63, "1335958313.152630"),
            (9e15, "9000000000000000.000000"),
            (1e22, "10000000000000000000000.000000"),
            (f64::NAN, "nan"),
            (-f64::NAN, "-nan"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(text(|out| six_decimals(out, v)), expected);
        }
    }

    #[test]
    fn nine() {
        for (v, expected) in [
            (0.0, "0.000000000"),
            (4.376_571, "4.376571000"),
            (0.000_000_001_5, "0.000000001"),
            (0.000_976_562_5, "0.000976562"),
            (0.999_999_999_9, "1.000000000"),
            (-12.5, "-12.500000000"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(text(|out| nine_decimals(out, v)), expected);
        }
    }
}
