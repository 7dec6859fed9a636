//! Numbers in few octets.

/// Appends a number.
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number from the front.
pub(super) fn take(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for place in 0..10 {
        let (first, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(first & 0x7f).checked_shl(7 * place)?;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Small for numbers near 0, whatever their sign.
pub(super) fn folded(number: i64) -> u64 {
    (number << 1 ^ number >> 63) as u64
}

/// The number again.
pub(super) fn unfolded(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::{folded, put, take, unfolded};

    #[test]
    fn there_and_back() {
        let numbers = [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX];
        let mut octets = Vec::new();
        for number in numbers {
            put(&mut octets, number);
        }
        assert_eq!(octets[..4], [0, 1, 127, 0x80]);
        let mut rest = octets.as_slice();
        assert_eq!(numbers.map(|_| take(&mut rest).unwrap()), numbers);
        assert_eq!(take(&mut rest), None);
        assert_eq!(take(&mut &[0xff; 11][..]), None);
        for number in [0, 1, -1, 77, -78, i64::MAX, i64::MIN] {
            assert_eq!(unfolded(folded(number)), number);
        }
        assert_eq!((folded(-1), folded(1)), (1, 2));
    }
}
