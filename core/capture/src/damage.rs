//! Damage: what was wrong with an input that could still be read in part. The packets in front of
//! the damage are all delivered; the caller prints the sentence and decides on the exit code.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that was wrong with one file. `Display` gives one sentence without a full stop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    /// The file, as it was named; `-` is standard input.
    pub file: PathBuf,
    /// Where the damaged record begins, in bytes from the start of the uncompressed file.
    pub offset: u64,
    /// Number of the packet that could not be read, from 1, counted within the file.
    pub packet: u64,
    /// What is wrong.
    pub kind: DamageKind,
    /// Bytes that were passed over to go on behind the damage; `None` where nothing could be found
    /// behind it, or where nothing had to be passed over.
    pub skipped: Option<u64>,
}

/// The kinds of [`Damage`]. Lengths are in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DamageKind {
    /// The file ends inside its own header.
    CutHeader {
        /// Bytes that are there.
        have: u64,
        /// Bytes the header has.
        want: u64,
    },
    /// The file ends inside a packet record.
    Cut {
        /// Bytes of the record that are there.
        have: u64,
        /// Bytes the record has, or its fixed header if even that is cut.
        want: u64,
    },
    /// The file ends inside a pcapng block that holds no packet.
    CutBlock {
        /// Block type.
        block: u32,
        /// Bytes of the block that are there.
        have: u64,
        /// Bytes the block has.
        want: u64,
    },
    /// A packet record names a length that no capture has.
    PacketLength {
        /// The captured length in the record.
        captured: u32,
        /// The most that is accepted.
        limit: u32,
    },
    /// A pcapng block names a length that cannot be.
    BlockLength {
        /// Block type.
        block: u32,
        /// Its total length field.
        length: u32,
    },
    /// The two length fields of a pcapng block differ.
    BlockTrailer {
        /// Block type.
        block: u32,
        /// Length in front of the body.
        length: u32,
        /// Length behind the body.
        trailer: u32,
    },
    /// A pcapng packet is longer than the block around it.
    PacketInBlock {
        /// The captured length in the block.
        captured: u32,
        /// The most that the block can hold.
        room: u32,
    },
    /// A pcapng packet names an interface that no block describes.
    UnknownInterface {
        /// Number of the interface, from 0.
        interface: u32,
        /// How many are described.
        known: usize,
    },
    /// A pcapng section without a known byte-order mark.
    ByteOrder {
        /// The four bytes found, as a little-endian number.
        mark: u32,
    },
    /// A pcapng section of a version that is not known.
    SectionVersion {
        /// Major version.
        major: u16,
        /// Minor version.
        minor: u16,
    },
    /// Reading or decompressing failed.
    Read {
        /// A sentence that names the cause.
        reason: String,
    },
    /// A file of a list could not be opened and was left out.
    Skipped {
        /// The sentence of the error.
        reason: String,
    },
    /// A numbered file in front of the last one asked for does not exist.
    Missing {
        /// The last number asked for.
        stop: u64,
    },
    /// The filter expression does not fit a link type: its packets are left out.
    Filter {
        /// Name of the link type.
        link: String,
        /// What libpcap says.
        reason: String,
    },
}

/// How a file is called in a sentence.
pub(crate) fn spoken(file: &Path) -> String {
    if file.as_os_str() == "-" { "standard input".into() } else { file.display().to_string() }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, offset, packet, kind, .. } = self;
        let file = spoken(file);
        let at = format_args!("packet {packet} at byte {offset}");
        match kind {
            DamageKind::CutHeader { have, want } => {
                write!(f, "{file}: cut inside the file header: {have} of {want} bytes are there")
            }
            DamageKind::Cut { have, want } => {
                write!(f, "{file}: cut in the middle of {at}: {have} of {want} bytes are there")
            }
            DamageKind::Read { reason } => {
                write!(f, "{file}: {reason}; reading stops in front of {at}")
            }
            DamageKind::Skipped { reason } => write!(f, "{reason}; the file is left out"),
            DamageKind::Missing { stop } => {
                write!(
                    f,
                    "{file} does not exist, so the files from here up to number {stop} are not read"
                )
            }
            DamageKind::Filter { link, reason } => {
                write!(
                    f,
                    "{file}: the filter does not fit link type {link} ({reason}); packets of that type, from {at} on, are left out"
                )
            }
            DamageKind::PacketLength { captured, limit } => {
                write!(
                    f,
                    "{file}: {at} claims {captured} captured bytes, more than the {limit} that can be"
                )
            }
            DamageKind::PacketInBlock { captured, room } => {
                write!(
                    f,
                    "{file}: {at} claims {captured} captured bytes, but its block has room for {room}"
                )
            }
            DamageKind::UnknownInterface { interface, known } => {
                write!(
                    f,
                    "{file}: {at} names interface {interface}, but {known} are described before it"
                )
            }
            DamageKind::CutBlock { .. }
            | DamageKind::BlockLength { .. }
            | DamageKind::BlockTrailer { .. }
            | DamageKind::ByteOrder { .. }
            | DamageKind::SectionVersion { .. } => self.block(f, &file),
        }
    }
}

impl Damage {
    /// The sentences about pcapng blocks.
    fn block(&self, f: &mut fmt::Formatter<'_>, file: &str) -> fmt::Result {
        let (offset, packet) = (self.offset, self.packet);
        match &self.kind {
            DamageKind::CutBlock { block, have, want } => write!(
                f,
                "{file}: cut in the middle of a block of type {block:#x} in front of packet {packet}, \
                 at byte {offset}: {have} of {want} bytes are there"
            ),
            DamageKind::BlockLength { block, length } => write!(
                f,
                "{file}: the block of type {block:#x} at byte {offset}, in front of packet {packet} or \
                 holding it, claims an impossible length of {length} bytes"
            ),
            DamageKind::BlockTrailer { block, length, trailer } => write!(
                f,
                "{file}: the block of type {block:#x} at byte {offset} is {length} bytes long by its \
                 head and {trailer} by its end; reading stops in front of packet {packet}"
            ),
            DamageKind::ByteOrder { mark } => write!(
                f,
                "{file}: the section at byte {offset} has no known byte-order mark but {mark:#010x}; \
                 reading stops in front of packet {packet}"
            ),
            DamageKind::SectionVersion { major, minor } => write!(
                f,
                "{file}: the section at byte {offset} has version {major}.{minor}, known is 1; \
                 reading stops in front of packet {packet}"
            ),
            _ => Ok(()),
        }
    }
}
