//! Numbers as text, without `std::fmt` where it is not needed: rows of presets are mostly numbers, and a run with five presets
//! writes more than ten of them for each packet.

use std::io::Write;

/// Appends a whole number.
pub(in crate::preset) fn whole(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a whole number below ten to the power of `digits` with zeros in front.
pub(in crate::preset) fn with_zeros(out: &mut Vec<u8>, number: impl itoa::Integer, digits: usize) {
    let mut text = itoa::Buffer::new();
    let text = text.format(number);
    out.resize(out.len() + digits.saturating_sub(text.len()), b'0');
    out.extend_from_slice(text.as_bytes());
}

/// Appends a number with so many digits behind the point, rounded from its exact value, halves to even: `%.6f` of C for 6.
pub(in crate::preset) fn fixed(out: &mut Vec<u8>, number: f64, digits: usize) {
    let power = POWERS.get(digits).copied();
    let Some((scaled, power)) = power.and_then(|power| Some((scaled(number, power)?, power)))
    else {
        // Writing to a vector does not fail.
        let _ = write!(out, "{number:.digits$}");
        return;
    };
    if number.is_sign_negative() {
        out.push(b'-');
    }
    whole(out, scaled / power);
    if digits > 0 {
        out.push(b'.');
        with_zeros(out, scaled % power, digits);
    }
}

/// Appends the fewest digits that tell a number from all others, with a point if there is a fraction.
pub(in crate::preset) fn shortest(out: &mut Vec<u8>, number: f64) {
    let mut text = zmij::Buffer::new();
    match usual(&mut text, number) {
        Some(text) => out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes()),
        // Writing to a vector does not fail.
        None => drop(write!(out, "{number}")),
    }
}

/// The same, with a point in any case; very large and small numbers have an exponent.
pub(in crate::preset) fn shortest_with_point(out: &mut Vec<u8>, number: f64) {
    let mut text = zmij::Buffer::new();
    match usual(&mut text, number) {
        Some(text) => out.extend_from_slice(text.as_bytes()),
        // Writing to a vector does not fail.
        None => drop(write!(out, "{number:?}")),
    }
}

/// Moves what was appended behind a place to the right, so that it takes at least `width` bytes with blanks in front.
pub(in crate::preset) fn to_the_right(out: &mut Vec<u8>, from: usize, width: usize) {
    let len = out.len() - from;
    let Some(blanks) = width.checked_sub(len) else { return };
    out.resize(from + width, b' ');
    out.copy_within(from..from + len, from + blanks);
    out[from..from + blanks].fill(b' ');
}

/// Powers of ten.
const POWERS: [u64; 10] =
    [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// The size of a number times a power of ten as a whole one, if that is not too large: `mantissa × power` has at most 83 bits.
fn scaled(number: f64, power: u64) -> Option<u64> {
    const FRACTION: u32 = 52;
    let bits = number.abs().to_bits();
    if bits == 0 {
        return Some(0);
    }
    let exponent = u32::try_from(bits >> FRACTION).unwrap_or(0);
    let mantissa = bits & ((1 << FRACTION) - 1) | (1 << FRACTION);
    // The number is the mantissa by 2 to the power of this; those below, of 2^75 and less, are 0 times any of these powers.
    let shift = (1075_u32).checked_sub(exponent).filter(|shift| (1..128).contains(shift))?;
    let product = u128::from(mantissa) * u128::from(power);
    let (floor, rest) = (product >> shift, product & ((1 << shift) - 1));
    let half = 1 << (shift - 1);
    let up = rest > half || rest == half && floor & 1 == 1;
    u64::try_from(floor + u128::from(up)).ok()
}

/// The text of numbers that have no exponent in it.
fn usual(text: &mut zmij::Buffer, number: f64) -> Option<&str> {
    let is_usual = number == 0.0 || (1e-4..1e15).contains(&number.abs());
    is_usual.then(|| text.format_finite(number))
}

#[cfg(test)]
mod tests {
    use super::{fixed, shortest, shortest_with_point, to_the_right, whole, with_zeros};

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    /// Numbers of all sizes, halves among them.
    fn numbers() -> impl Iterator<Item = f64> {
        let halves = (0..4000).map(|n| f64::from(n) / 16.0);
        let tenths = (0..4000).map(|n| f64::from(n) / 1e4);
        let powers = (0..=2046_u64).map(|exponent| f64::from_bits(exponent << 52 | 0x9_1e1d_babe));
        let odd =
            [0.0, 1e15, 1e16, 9.999_999_5e14, 1e-5, 9.99e-6, 0.3, f64::MAX, f64::MIN_POSITIVE];
        let all = halves.chain(tenths).chain(powers).chain(odd).chain([5e-324, f64::INFINITY]);
        all.flat_map(|number| [number, -number]).chain([f64::NAN])
    }

    #[test]
    fn the_same_as_the_standard_library() {
        for number in numbers() {
            for digits in [0, 1, 3, 6, 9, 12] {
                let expected = format!("{number:.digits$}");
                assert_eq!(text(|out| fixed(out, number, digits)), expected);
            }
            assert_eq!(text(|out| shortest(out, number)), format!("{number}"));
            assert_eq!(text(|out| shortest_with_point(out, number)), format!("{number:?}"));
        }
    }

    #[test]
    fn whole_numbers_and_blanks() {
        assert_eq!(text(|out| whole(out, i64::MIN)), "-9223372036854775808");
        assert_eq!(text(|out| with_zeros(out, 42_u32, 6)), "000042");
        assert_eq!(text(|out| with_zeros(out, 1_234_567_u32, 6)), "1234567");
        let right = |width| {
            text(|out| {
                out.extend_from_slice(b"a,bc");
                to_the_right(out, 2, width);
            })
        };
        assert_eq!(
            [right(0), right(2), right(3), right(7)],
            ["a,bc", "a,bc", "a, bc", "a,     bc"]
        );
    }
}
