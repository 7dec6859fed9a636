//! Damage: what was wrong with an input that could still be read in part. The packets in front of
//! the damage are all delivered; the caller prints the sentence and decides on the exit code.

mod text;

use std::path::PathBuf;

pub(crate) use text::display_name;

/// So many damages are kept one by one.
const MOST: usize = 1000;

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
    /// What stands where a packet record is to begin is none: its time is far away, its fields make
    /// no sense or no record follows it, but records follow a little further on.
    NoRecord,
    /// No damage, but to be told: behind the magic number of microseconds there are nanoseconds.
    HiddenNanos,
    /// More damage of one file than is kept one by one.
    Further {
        /// How many places.
        places: u64,
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
    /// A pcapng section describes more interfaces than are kept.
    Interfaces {
        /// How many are kept.
        limit: usize,
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

impl Damage {
    /// Bytes of a file of `file_bytes` bytes that could not be read because of this.
    pub fn lost(&self, file_bytes: u64) -> u64 {
        match (&self.kind, self.skipped) {
            (DamageKind::Filter { .. }, _) => 0,
            (_, Some(skipped)) => skipped,
            (_, None) => file_bytes.saturating_sub(self.offset),
        }
    }

    /// Whether this is a remark: all of the file is read, but not as it says it is to be.
    pub(crate) fn is_remark(&self) -> bool {
        self.kind == DamageKind::HiddenNanos
    }

    /// Adds to a list that does not grow with each of very many places of one file.
    pub(crate) fn add(list: &mut Vec<Self>, mut damage: Self) {
        if list.len() >= MOST
            && let (Some(last), Some(skipped)) = (list.last_mut(), damage.skipped)
            && let (true, Some(sum)) = (last.file == damage.file, last.skipped)
        {
            if let DamageKind::Further { places } = &mut last.kind {
                *places += 1;
                last.skipped = Some(sum + skipped);
                return;
            }
            damage.kind = DamageKind::Further { places: 1 };
        }
        list.push(damage);
    }
}
