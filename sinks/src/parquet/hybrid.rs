//! Small whole numbers as Parquet packs them: runs of equal ones, and groups of eight with a fixed number of bits each
//! (Apache Parquet, Encodings: RLE / bit-packing hybrid).

/// Bits that numbers up to `most` need, at least one.
pub(super) fn width(most: u32) -> u8 {
    (32 - most.leading_zeros()).max(1) as u8
}

/// Appends numbers of so many bits (1 to 32).
pub(super) fn write<T: Copy + PartialEq + Into<u32>>(out: &mut Vec<u8>, numbers: &[T], width: u8) {
    let (mut at, mut literal) = (0, 0);
    while let Some(first) = numbers.get(at) {
        let rest = &numbers[at..];
        let equal = rest.iter().position(|number| number != first).unwrap_or(rest.len());
        if equal >= 8 {
            packed(out, &numbers[literal..at], width);
            run(out, (*first).into(), equal, width);
            at += equal;
            literal = at;
        } else {
            at += 8;
        }
    }
    packed(out, &numbers[literal..], width);
}

/// A run of equal numbers.
pub(super) fn run(out: &mut Vec<u8>, number: u32, length: usize, width: u8) {
    varint(out, (length as u64) << 1);
    out.extend_from_slice(&number.to_le_bytes()[..usize::from(width.div_ceil(8))]);
}

/// Groups of eight numbers; the last one is filled with zeros.
fn packed<T: Copy + Into<u32>>(out: &mut Vec<u8>, numbers: &[T], width: u8) {
    if numbers.is_empty() {
        return;
    }
    let groups = numbers.len().div_ceil(8);
    varint(out, (groups as u64) << 1 | 1);
    let end = out.len() + groups * usize::from(width);
    let (mut waiting, mut bits) = (0_u64, 0);
    for number in numbers {
        waiting |= u64::from((*number).into()) << bits;
        bits += u32::from(width);
        if bits >= 32 {
            out.extend_from_slice(&(waiting as u32).to_le_bytes());
            waiting >>= 32;
            bits -= 32;
        }
    }
    out.extend_from_slice(&waiting.to_le_bytes()[..bits.div_ceil(8) as usize]);
    out.resize(end, 0);
}

/// Seven bits a byte, the lowest ones first (LEB128).
fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::{width, write};

    fn written(numbers: &[u32], width: u8) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, numbers, width);
        out
    }

    #[test]
    fn widths() {
        assert_eq!([0, 1, 2, 3, 4, 255, 256, u32::MAX].map(width), [1, 1, 2, 2, 3, 8, 9, 32]);
    }

    #[test]
    fn the_example_of_the_format() {
        // Numbers 0 to 7 with three bits each.
        assert_eq!(
            written(&[0, 1, 2, 3, 4, 5, 6, 7], 3),
            [3, 0b1000_1000, 0b1100_0110, 0b1111_1010]
        );
    }

    #[test]
    fn runs_and_groups() {
        assert!(written(&[], 1).is_empty());
        assert_eq!(written(&[5; 100], 3), [200, 1, 5]);
        assert_eq!(written(&[300; 9], 9), [18, 44, 1]);
        assert_eq!(written(&[1, 0, 1], 1), [3, 0b101]);
        // A run of seven is none; one that begins inside of a group begins behind it.
        let numbers = [&[1][..], &[0; 20]].concat();
        assert_eq!(written(&numbers, 1), [3, 1, 26, 0]);
    }

    #[test]
    fn all_widths() {
        for width in 1..=32 {
            let most = u32::MAX >> (32 - width);
            let numbers: Vec<u32> =
                (0..21).map(|n: u32| n.wrapping_mul(0x9e37_79b9) & most).collect();
            let out = written(&numbers, width);
            let bits = |n: usize| {
                (0..usize::from(width)).fold(0, |all, bit| {
                    let place = n * usize::from(width) + bit;
                    all | u32::from(out[1 + place / 8] >> (place % 8) & 1) << bit
                })
            };
            if width > 2 {
                assert_eq!(out.len(), 1 + 3 * usize::from(width));
                assert_eq!((0..21).map(bits).collect::<Vec<_>>(), numbers);
            }
        }
    }
}
