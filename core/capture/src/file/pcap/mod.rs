//! Classic pcap: a header of 24 bytes, then records of 16 bytes plus the captured bytes
//! (draft-ietf-opsawg-pcap). Byte order and precision follow from the magic number, and so does the
//! "modified" variant (Kuznetzov's patch of libpcap: 8 more bytes per record). The variant of
//! Nokia's IPSO (4 more bytes) has the usual magic number: it is told by its first records.

mod framing;
mod layout;
mod precision;
mod resync;
mod seek;
mod variant;

use std::path::Path;

use flowz_api::packet::{LinkType, NANOS, Timestamp};

use crate::error::CaptureError;
use crate::file::damage::DamageKind;
use crate::file::record::{
    MAX_RECORD, MAX_SNAP_LEN, Record, Stop, WireLength, snap_len, truncated,
};
use crate::file::stream::Stream;
use crate::write::{Interface, Resolution};
use layout::{COMMON, DAY, Layout, Lengths};
use precision::Precision;
use resync::Doubts;
use variant::Magic;

/// Bytes of the file header.
const FILE_HEADER: usize = 24;

/// Reader of one pcap file.
#[derive(Debug)]
pub(crate) struct Pcap {
    layout: Layout,
    /// 1000 or 1.
    nanos_per_unit: i64,
    link: LinkType,
    wire_length: WireLength,
    /// Packets are cut to this many bytes, as libpcap does.
    snap_len: u32,
    /// A longer record is damage.
    limit: u32,
    /// Times from this second on, two days long, are believed at first sight.
    expected_from: u32,
    precision: Precision,
    /// Apart, since it is rarely needed.
    doubts: Box<Doubts>,
}

impl Pcap {
    /// Whether a file that begins with `magic` (as a little-endian number) is for this module.
    pub(crate) fn knows(magic: u32) -> bool {
        Magic::from_start(magic).is_some()
    }

    /// Reads the file header, and looks at the first records.
    pub(crate) fn open(
        stream: &mut Stream,
        file: &Path,
        compat: bool,
    ) -> Result<Self, CaptureError> {
        let Some(header) = stream.head::<FILE_HEADER>().copied() else {
            let cut = |have| DamageKind::CutHeader { have, want: FILE_HEADER as u64 };
            let damage = truncated(stream, cut).into_damage(stream, file, 1);
            return Err(damage.map_or(CaptureError::Empty(file.to_owned()), CaptureError::Damaged));
        };
        stream.consume(FILE_HEADER);
        let mut reader = Self::parse(&header, file, compat)?;
        reader.layout = variant::detect_layout(reader.layout, stream);
        reader.start(stream);
        Ok(reader)
    }

    fn parse(header: &[u8; FILE_HEADER], file: &Path, compat: bool) -> Result<Self, CaptureError> {
        let start = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
        let magic = Magic::from_start(start).unwrap_or_default();
        let big_endian = magic.big_endian;
        if let Some(variant) = magic.unsupported {
            return Err(CaptureError::Variant { file: file.to_owned(), variant });
        }
        let (major, minor) = (half(header, 4, big_endian), half(header, 6, big_endian));
        let lengths = match (major, minor) {
            (2, 0..=2) => Lengths::Swapped,
            (2, 3) => Lengths::Sorted,
            (2, 4) => Lengths::Normal,
            _ => return Err(CaptureError::Version { file: file.to_owned(), major, minor }),
        };
        // The upper half tells the length of the frame check sequence.
        let link = LinkType(half(header, if big_endian { 22 } else { 20 }, big_endian));
        let snap_len = magic.snap_len(snap_len(word(header, 16, big_endian)), link);
        Ok(Self {
            layout: Layout { big_endian, header: magic.header, lengths, units: magic.units },
            nanos_per_unit: NANOS / i64::from(magic.units),
            link,
            wire_length: WireLength::new(compat),
            snap_len,
            limit: snap_len.clamp(MAX_SNAP_LEN, MAX_RECORD),
            expected_from: 0,
            precision: Precision::new(magic.units, compat),
            doubts: Box::default(),
        })
    }

    pub(crate) fn link_type(&self) -> LinkType {
        self.link
    }

    pub(crate) fn snap_len(&self) -> u32 {
        self.snap_len
    }

    pub(crate) fn interface(&self) -> Interface {
        let resolution =
            if self.nanos_per_unit == 1 { Resolution::Nanos } else { Resolution::Micros };
        Interface { link: self.link, snap_len: self.snap_len, resolution, ..Interface::default() }
    }

    /// The next record, consumed.
    #[allow(
        clippy::inline_always,
        reason = "called in one place, for each packet; the compiler leaves it out of line: 26 instructions"
    )]
    #[inline(always)]
    pub(crate) fn next(&mut self, stream: &mut Stream) -> Result<Record, Stop> {
        let Some(bytes) = stream.head::<COMMON>() else {
            return Err(cut(stream, self.layout.header));
        };
        let header = self.layout.parse(bytes);
        let captured = header.captured;
        if captured > header.wire_len.min(self.limit)
            || header.seconds.wrapping_sub(self.expected_from) > 2 * DAY
            || header.fraction >= self.precision.in_doubt_from
        {
            self.verify(stream, header)?;
        }
        let whole = self.layout.header + captured as usize;
        if !stream.have(whole) {
            return Err(cut(stream, whole));
        }
        let at = stream.consume(whole) + self.layout.header;
        let (seconds, fraction) = (i64::from(header.seconds), i64::from(header.fraction));
        Ok(Record {
            // 32-bit numbers: at most 4.3 * 10^18 and 4.3 * 10^12 nanoseconds, so nothing overflows.
            ts: Timestamp(seconds * NANOS + fraction * self.nanos_per_unit),
            wire_len: self.wire_length.of(header.wire_len, captured),
            link: self.link,
            interface: 0,
            duplicate: false,
            at,
            len: captured.min(self.snap_len) as usize,
        })
    }
}

/// Four bytes of the file header as a number.
fn word(header: &[u8; FILE_HEADER], at: usize, big_endian: bool) -> u32 {
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
    truncated(stream, |have| DamageKind::Cut { have, want: want as u64 })
}

#[cfg(test)]
mod tests;
