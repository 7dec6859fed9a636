//! Whether a file can be an object of this machine, judged from its bytes.
//!
//! The system's loader maps an object as its headers say and does not compare them with the length of
//! the file: the first touch of a page that is not there kills the process. So this looks first.

use std::ops::Range;

/// Why it cannot be loaded.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum Defect {
    /// Not even a header.
    #[error("is no shared object")]
    NoObject,
    /// Parts are missing.
    #[error("is cut: it has {have} bytes, its headers tell of {need}")]
    Cut {
        /// Length of the file.
        have: u64,
        /// What it should be at least.
        need: u64,
    },
}

/// Beginning of each ELF file of 64 bits, least byte first.
const MAGIC: [u8; 6] = [0x7f, b'E', b'L', b'F', 2, 1];
/// Segments of this type are mapped.
const LOAD: u64 = 1;

/// Compares a file's length with what its headers tell of. Files of other forms than that
/// of 64-bit little-endian ELF are left to the system.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Defect> {
    let other = bytes.starts_with(&MAGIC[..4]) && !bytes.starts_with(&MAGIC) && bytes.len() > 5;
    if other {
        return Ok(());
    }
    if !bytes.starts_with(&MAGIC) {
        return Err(Defect::NoObject);
    }
    let have = bytes.len() as u64;
    let need = end(bytes).unwrap_or_else(|need| need);
    if need <= have { Ok(()) } else { Err(Defect::Cut { have, need }) }
}

/// The end of the last mapped byte or of the table of sections, which linkers put last; where a header
/// is missing, its end is the error.
fn end(bytes: &[u8]) -> Result<u64, u64> {
    let [table, sections] = [number(bytes, 32, 8)?, number(bytes, 40, 8)?];
    let [size, count] = [number(bytes, 54, 2)?, number(bytes, 56, 2)?];
    let mut last = sections.saturating_add(number(bytes, 58, 2)? * number(bytes, 60, 2)?);
    for n in 0..count {
        let at = table.saturating_add(n * size);
        if number(bytes, at, 4)? == LOAD {
            let offset = number(bytes, at.saturating_add(8), 8)?;
            last = last.max(offset.saturating_add(number(bytes, at.saturating_add(32), 8)?));
        }
    }
    Ok(last)
}

/// The number of `len` bytes at an offset, least first.
fn number(bytes: &[u8], at: u64, len: u64) -> Result<u64, u64> {
    let end = at.saturating_add(len);
    let place =
        || Some(Range { start: usize::try_from(at).ok()?, end: usize::try_from(end).ok()? });
    let found = place().and_then(|range| bytes.get(range)).ok_or(end)?;
    Ok(found.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::{Defect, MAGIC, check};

    /// A header, that of one segment, the segment of 36 bytes, that of one section.
    fn object() -> Vec<u8> {
        let mut bytes = vec![0; 64 + 56 + 36 + 64];
        bytes[..6].copy_from_slice(&MAGIC);
        (bytes[32], bytes[54], bytes[56]) = (64, 56, 1);
        (bytes[40], bytes[58], bytes[60]) = (156, 64, 1);
        (bytes[64], bytes[64 + 8], bytes[64 + 32]) = (1, 120, 36);
        bytes
    }

    #[test]
    fn cut_at_every_byte() {
        let whole = object();
        assert_eq!(check(&whole), Ok(()));
        for len in 0..whole.len() {
            assert!(check(&whole[..len]).is_err(), "{len}");
        }
        let (have, need) = (150, 220);
        assert_eq!(check(&whole[..150]), Err(Defect::Cut { have, need }));
    }

    #[test]
    fn without_sections_the_segments_count() {
        let mut bytes = object();
        bytes[40..48].fill(0);
        bytes[58..62].fill(0);
        assert_eq!(check(&bytes[..156]), Ok(()));
        let (have, need) = (155, 156);
        assert_eq!(check(&bytes[..155]), Err(Defect::Cut { have, need }));
    }

    #[test]
    fn other_files() {
        assert_eq!(check(b""), Err(Defect::NoObject));
        assert_eq!(check(b"not an object at all"), Err(Defect::NoObject));
        assert_eq!(check(b"\x7fELF\x01\x01 of 32 bits"), Ok(()));
    }

    #[test]
    fn numbers_without_sense() {
        let mut bytes = object();
        bytes[32..40].fill(0xff);
        assert!(matches!(check(&bytes), Err(Defect::Cut { .. })));
        let mut bytes = object();
        bytes[72..80].fill(0xff);
        assert!(matches!(check(&bytes), Err(Defect::Cut { .. })));
    }
}
