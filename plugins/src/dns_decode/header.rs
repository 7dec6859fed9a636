//! The header of a DNS message (RFC 1035, section 4.1.1), and the bits of `dnsStat`.

use flowz_api::Checkpoint;

/// Bits of `dnsStat`.
pub(crate) mod stat {
    /// A port of DNS.
    pub(crate) const DNS: u16 = 0x0001;
    /// The port of the NetBIOS name service.
    pub(crate) const NETBIOS: u16 = 0x0002;
    /// A message over TCP is longer than its first segment.
    pub(crate) const SEGMENTED: u16 = 0x0004;
    /// A segment goes on with such a message.
    pub(crate) const CONTINUED: u16 = 0x0008;
    /// Bytes of a message over TCP are missing.
    pub(crate) const HOLE: u16 = 0x0010;
    /// A query for all types of records, or a record of that type.
    pub(crate) const ANY: u16 = 0x0020;
    /// An incremental zone transfer.
    pub(crate) const IXFR: u16 = 0x0040;
    /// A zone transfer.
    pub(crate) const AXFR: u16 = 0x0080;
    /// A long UDP payload.
    pub(crate) const LONG: u16 = 0x0100;
    /// Records of types that are not shown in full.
    pub(crate) const IGNORED: u16 = 0x0200;
    /// The list of questions is full.
    pub(crate) const QUESTIONS_FULL: u16 = 0x0400;
    /// The list of records is full.
    pub(crate) const RECORDS_FULL: u16 = 0x0800;
    /// The message ends within a question or record.
    pub(crate) const LENGTH: u16 = 0x1000;
    /// A compression pointer that does not point backwards.
    pub(crate) const POINTER: u16 = 0x2000;
    /// Too short for a message.
    pub(crate) const SHORT: u16 = 0x4000;
    /// Not a message.
    pub(crate) const CORRUPT: u16 = 0x8000;
}

/// Bytes of a header.
pub(crate) const LENGTH: usize = 12;

/// The fields of a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Header {
    /// Transaction number.
    pub(crate) id: u16,
    /// Flags, opcode and response code as they are.
    pub(crate) flags: u16,
    /// Numbers of questions, answers, authority and additional records.
    pub(crate) counts: [u16; 4],
}

impl Header {
    /// Reads the beginning of a message.
    pub(crate) fn from_message(message: &[u8]) -> Option<Self> {
        let bytes = message.first_chunk::<LENGTH>()?;
        let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        Some(Self { id: word(0), flags: word(2), counts: [4, 6, 8, 10].map(word) })
    }

    /// Whether the message is a response.
    pub(crate) fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// Whether its sender has cut it.
    pub(crate) fn is_truncated(&self) -> bool {
        self.flags & 0x0200 != 0
    }

    /// Kind of query.
    pub(crate) fn opcode(&self) -> u8 {
        (self.flags >> 11 & 0xf) as u8
    }

    /// Response code.
    pub(crate) fn rcode(&self) -> u8 {
        (self.flags & 0xf) as u8
    }

    /// QR, AA, TC, RD, RA, Z, AD and CD in one byte, without the opcode that is between them.
    pub(crate) fn bits(&self) -> u8 {
        (self.flags >> 8 & 0x80) as u8 | (self.flags >> 4 & 0x7f) as u8
    }
}
