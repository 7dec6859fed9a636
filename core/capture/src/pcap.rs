//! Classic pcap: a header of 24 bytes, then records of 16 bytes plus the captured bytes
//! (draft-ietf-opsawg-pcap). Byte order and precision follow from the magic number.

use std::path::Path;

use flowz_api::packet::{LinkType, NANOS, Timestamp};

use crate::damage::{Damage, DamageKind};
use crate::error::CaptureError;
use crate::record::{LARGEST_RECORD, Record, Stop, USUAL_PACKET, snap_len, too_short};
use crate::stream::Stream;

/// Bytes of the file header.
const FILE_HEADER: usize = 24;

/// Bytes in front of the captured bytes of each packet.
const RECORD_HEADER: usize = 16;

/// Magic number of files with microseconds.
const MAGIC_MICROS: u32 = 0xa1b2_c3d4;

/// Magic number of files with nanoseconds.
const MAGIC_NANOS: u32 = 0xa1b2_3c4d;

/// Magic numbers of relatives whose records look different.
const VARIANTS: [(u32, &str); 5] = [
    (0xa1b2_cd34, "modified (Kuznetzov)"),
    (0xa1b2_34cd, "modified (Mesquita)"),
    (0xa12b_3c4d, "Navtel"),
    (0x1c00_01ac, "IXIA hardware"),
    (0x1c00_01ab, "IXIA software"),
];

/// Reader of one pcap file.
#[derive(Debug)]
pub(crate) struct Pcap {
    big_endian: bool,
    /// 1000 or 1.
    nanos_per_unit: i64,
    link: LinkType,
    /// Packets are cut to this many bytes, as libpcap does.
    snap_len: u32,
    /// A longer record is damage.
    limit: u32,
    lengths: Lengths,
}

/// Order of the two length fields of a record; it differs in versions before 2.4.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lengths {
    /// Captured, then on the wire.
    Normal,
    /// On the wire, then captured.
    Swapped,
    /// The smaller one is the captured one.
    Sorted,
}

impl Pcap {
    /// Whether a file that begins with `magic` (as a little-endian number) is for this module.
    pub(crate) fn knows(magic: u32) -> bool {
        let is = |known| magic == known || magic.swap_bytes() == known;
        is(MAGIC_MICROS) || is(MAGIC_NANOS) || VARIANTS.iter().any(|&(known, _)| is(known))
    }

    /// Reads the file header.
    pub(crate) fn open(stream: &mut Stream, file: &Path) -> Result<Self, CaptureError> {
        let Some(header) = stream.head::<FILE_HEADER>().copied() else {
            let cut = |have| DamageKind::CutHeader { have, want: FILE_HEADER as u64 };
            let file = file.to_owned();
            return Err(match too_short(stream, cut).into_damage(stream) {
                None => CaptureError::Empty(file),
                Some((offset, kind)) => {
                    CaptureError::Damaged(Damage { file, offset, packet: 1, kind })
                }
            });
        };
        stream.consume(FILE_HEADER);
        Self::parse(&header, file)
    }

    fn parse(header: &[u8; FILE_HEADER], file: &Path) -> Result<Self, CaptureError> {
        let magic = word(header, 0, false);
        let big_endian =
            ![MAGIC_MICROS, MAGIC_NANOS].contains(&magic) && !VARIANTS.iter().any(|v| v.0 == magic);
        let magic = word(header, 0, big_endian);
        if let Some(&(_, variant)) = VARIANTS.iter().find(|v| v.0 == magic) {
            return Err(CaptureError::Variant { file: file.to_owned(), variant });
        }
        let (major, minor) = (half(header, 4, big_endian), half(header, 6, big_endian));
        let lengths = match (major, minor) {
            (2, 0..=2) => Lengths::Swapped,
            (2, 3) => Lengths::Sorted,
            (2, 4) => Lengths::Normal,
            _ => return Err(CaptureError::Version { file: file.to_owned(), major, minor }),
        };
        let snap_len = snap_len(word(header, 16, big_endian));
        Ok(Self {
            big_endian,
            nanos_per_unit: if magic == MAGIC_MICROS { 1000 } else { 1 },
            // The upper half tells the length of the frame check sequence.
            link: LinkType(half(header, if big_endian { 22 } else { 20 }, big_endian)),
            snap_len,
            limit: snap_len.clamp(USUAL_PACKET, LARGEST_RECORD),
            lengths,
        })
    }

    pub(crate) fn link_type(&self) -> LinkType {
        self.link
    }

    pub(crate) fn snap_len(&self) -> u32 {
        self.snap_len
    }

    /// The next record, consumed.
    #[inline]
    pub(crate) fn next(&self, stream: &mut Stream) -> Result<Record, Stop> {
        let Some(header) = stream.head::<RECORD_HEADER>() else {
            return Err(cut(stream, RECORD_HEADER));
        };
        let field = |at| word(header, at, self.big_endian);
        let (seconds, fraction) = (field(0), field(4));
        let (captured, wire_len) = self.lengths(field(8), field(12));
        if captured > self.limit {
            return Err(Stop::damage(DamageKind::PacketLength { captured, limit: self.limit }));
        }
        let whole = RECORD_HEADER + captured as usize;
        if !stream.have(whole) {
            return Err(cut(stream, whole));
        }
        let at = stream.consume(whole) + RECORD_HEADER;
        Ok(Record {
            // 32-bit numbers: at most 4.3 * 10^18 and 4.3 * 10^12 nanoseconds, so nothing overflows.
            ts: Timestamp(i64::from(seconds) * NANOS + i64::from(fraction) * self.nanos_per_unit),
            wire_len,
            link: self.link,
            interface: 0,
            at,
            len: captured.min(self.snap_len) as usize,
        })
    }

    /// Captured length and length on the wire from the fields as they stand.
    #[inline]
    fn lengths(&self, first: u32, second: u32) -> (u32, u32) {
        match self.lengths {
            Lengths::Normal => (first, second),
            Lengths::Swapped => (second, first),
            Lengths::Sorted => (first.min(second), first.max(second)),
        }
    }
}

/// Four bytes of a header as a number.
#[inline]
fn word<const N: usize>(header: &[u8; N], at: usize, big_endian: bool) -> u32 {
    let number = u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    if big_endian { number.swap_bytes() } else { number }
}

/// Two bytes of the file header as a number.
fn half(header: &[u8; FILE_HEADER], at: usize, big_endian: bool) -> u16 {
    let number = u16::from_le_bytes([header[at], header[at + 1]]);
    if big_endian { number.swap_bytes() } else { number }
}

#[cold]
fn cut(stream: &mut Stream, want: usize) -> Stop {
    too_short(stream, |have| DamageKind::Cut { have, want: want as u64 })
}

#[cfg(test)]
mod tests;
