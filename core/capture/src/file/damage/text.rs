//! The sentences that tell of damage.

use std::fmt;
use std::path::Path;

use super::{Damage, DamageKind};

/// How a file is called in a sentence.
pub(crate) fn display_name(file: &Path) -> String {
    if file.as_os_str() == "-" { "standard input".into() } else { file.display().to_string() }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what(f)?;
        match (self.skipped, &self.kind) {
            (Some(_), DamageKind::HiddenNanos) => self.earlier(f),
            (Some(1), _) => f.write_str("; 1 byte is passed over"),
            (Some(skipped), _) => write!(f, "; {skipped} bytes are passed over"),
            (None, DamageKind::BlockTrailer { .. } | DamageKind::ByteOrder { .. }) => {
                write!(f, "; reading stops in front of packet {}", self.packet)
            }
            (None, _) => Ok(()),
        }
    }
}

impl Damage {
    /// What is wrong and where.
    fn what(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, offset, packet, kind, .. } = self;
        let file = display_name(file);
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
            DamageKind::PacketLength { .. }
            | DamageKind::PacketInBlock { .. }
            | DamageKind::UnknownInterface { .. }
            | DamageKind::NoRecord
            | DamageKind::HiddenNanos
            | DamageKind::Further { .. } => self.record(f, &file),
            DamageKind::CutBlock { .. }
            | DamageKind::BlockLength { .. }
            | DamageKind::BlockTrailer { .. }
            | DamageKind::Interfaces { .. }
            | DamageKind::ByteOrder { .. }
            | DamageKind::SectionVersion { .. } => self.block(f, &file),
        }
    }

    /// What is to be said of packets in front of hidden nanoseconds.
    fn earlier(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.packet == 1 {
            return Ok(());
        }
        f.write_str("; earlier times may be off by less than a second")
    }

    /// The sentences about a packet record or a packet block.
    fn record(&self, f: &mut fmt::Formatter<'_>, file: &str) -> fmt::Result {
        let (offset, packet) = (self.offset, self.packet);
        let at = format_args!("packet {packet} at byte {offset}");
        match &self.kind {
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
            DamageKind::NoRecord => write!(
                f,
                "{file}: what is at byte {offset}, where packet {packet} is to begin, is no packet record"
            ),
            DamageKind::HiddenNanos => write!(
                f,
                "{file}: the magic number says microseconds, but there are fractions of a second beyond \
                 them: from {at} on they are read as nanoseconds"
            ),
            DamageKind::Further { places } => write!(
                f,
                "{file}: from packet {packet} at byte {offset} on, {places} more places are damaged"
            ),
            _ => Ok(()),
        }
    }

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
                 head and {trailer} by its end"
            ),
            DamageKind::Interfaces { limit } => write!(
                f,
                "{file}: more than {limit} interfaces are described in one section, those from byte \
                 {offset} on are left out"
            ),
            DamageKind::ByteOrder { mark } => write!(
                f,
                "{file}: the section at byte {offset} has no known byte-order mark but {mark:#010x}"
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
