//! A classic capture as its records, so that one can change packets and leave the framing whole.

const HEADER: usize = 24;
const RECORD: usize = 16;
/// Little-endian, microseconds; nearly all captures are.
const MAGIC: [u8; 4] = [0xd4, 0xc3, 0xb2, 0xa1];

/// The file's header and its records, each with its own header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Records {
    pub(super) header: Vec<u8>,
    pub(super) list: Vec<Vec<u8>>,
}

impl Records {
    /// None if it is another format, or has no whole record.
    pub(super) fn split(bytes: &[u8]) -> Option<Self> {
        let (header, mut rest) = bytes.split_at_checked(HEADER)?;
        let mut list = Vec::new();
        while let Some(captured) = number(rest, 8)
            && let Some((record, behind)) = rest.split_at_checked(RECORD + captured as usize)
        {
            list.push(record.to_vec());
            rest = behind;
        }
        (header.starts_with(&MAGIC) && !list.is_empty())
            .then(|| Self { header: header.to_vec(), list })
    }

    /// The file.
    pub(super) fn join(&self) -> Vec<u8> {
        let mut bytes = self.header.clone();
        self.list.iter().for_each(|record| bytes.extend_from_slice(record));
        bytes
    }
}

/// The packet of a record.
pub(super) fn packet(record: &mut [u8]) -> &mut [u8] {
    record.get_mut(RECORD..).unwrap_or_default()
}

/// Writes a number into a record's header, `at` bytes behind its beginning: seconds 0, fraction 4, captured 8, on the wire 12.
pub(super) fn set(record: &mut [u8], at: usize, value: u32) {
    if let Some(place) = record.get_mut(at..at + 4) {
        place.copy_from_slice(&value.to_le_bytes());
    }
}

/// Cuts or lengthens the packet and says so in both lengths.
pub(super) fn resize(record: &mut Vec<u8>, len: usize) {
    record.resize(RECORD + len, 0);
    set(record, 8, len as u32);
    set(record, 12, len as u32);
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Records, packet, resize, set};

    #[test]
    fn there_and_back() {
        let mut bytes = super::MAGIC.to_vec();
        bytes.resize(super::HEADER, 0);
        assert_eq!(Records::split(&bytes), None);
        for len in [2_u8, 0, 3] {
            bytes.extend([1, 0, 0, 0, 2, 0, 0, 0, len, 0, 0, 0, len, 0, 0, 0]);
            bytes.extend((0..len).map(|n| n + 40));
        }
        let mut records = Records::split(&bytes).unwrap();
        assert_eq!((records.list.len(), records.join()), (3, bytes));
        let last = &mut records.list[2];
        packet(last)[0] = 9;
        set(last, 0, 0x0102);
        resize(last, 1);
        assert_eq!(last[..], [2, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9]);
    }
}
