//! What the format readers hand to [`Input`](crate::Input): where a packet lies in the buffer, or
//! why there is none.

use std::path::Path;

use flowz_api::packet::{LinkType, Packet, Timestamp};

use crate::file::damage::{Damage, DamageKind};
use crate::file::stream::Stream;

/// Largest captured length of any link type that is accepted without the file saying more.
/// libpcap's bound is the same.
pub(crate) const MAX_SNAP_LEN: u32 = 256 << 10;

/// Largest record or block that is taken into memory, whatever a file says.
pub(crate) const MAX_RECORD: u32 = 16 << 20;

/// A packet as a place in the stream's buffer.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Record {
    pub(crate) ts: Timestamp,
    pub(crate) wire_len: u32,
    pub(crate) link: LinkType,
    pub(crate) interface: u32,
    /// It is a copy of another packet, to be counted and dropped.
    pub(crate) duplicate: bool,
    /// Place of the captured bytes, for [`Stream::slice`].
    pub(crate) at: usize,
    /// Number of captured bytes.
    pub(crate) len: usize,
}

impl Record {
    /// The packet that borrows its bytes from the buffer.
    #[inline]
    pub(crate) fn packet<'a>(&self, stream: &'a Stream) -> Packet<'a> {
        self.with_bytes(stream.slice(self.at, self.len))
    }

    /// The packet with these bytes.
    #[inline]
    pub(crate) fn with_bytes<'a>(&self, data: &'a [u8]) -> Packet<'a> {
        Packet {
            ts: self.ts,
            wire_len: self.wire_len,
            link: self.link,
            interface: self.interface,
            data,
        }
    }
}

/// How the length on the wire follows from the two lengths of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct WireLength {
    /// Bits of the captured length that count: all or none.
    captured: u32,
}

impl WireLength {
    /// The larger one of both, since what was captured was on the wire. The reference takes it from
    /// the file as it is.
    pub(crate) fn new(compat: bool) -> Self {
        Self { captured: if compat { 0 } else { u32::MAX } }
    }

    #[inline]
    pub(crate) fn of(self, in_file: u32, captured: u32) -> u32 {
        in_file.max(captured & self.captured)
    }
}

/// Why there is no packet: nothing if the file ends where it should, or what the damage is. Boxed,
/// so that the packet path moves one word and not the text.
#[derive(Debug)]
pub(crate) struct Stop(Option<Box<ReaderDamage>>);

/// Damage as a format reader sees it.
#[derive(Debug)]
struct ReaderDamage {
    /// Where it begins, if that is not where the stream is.
    offset: Option<u64>,
    kind: DamageKind,
    /// Bytes that were consumed to go on behind it.
    skipped: Option<u64>,
}

impl Stop {
    /// The file ends where it should.
    pub(crate) const END: Self = Self(None);

    /// The rest cannot be read, from where the stream is now.
    #[cold]
    pub(crate) fn damage(kind: DamageKind) -> Self {
        Self(Some(Box::new(ReaderDamage { offset: None, kind, skipped: None })))
    }

    /// The rest cannot be read, from an offset on that is already consumed.
    #[cold]
    pub(crate) fn damage_at(offset: u64, kind: DamageKind) -> Self {
        Self(Some(Box::new(ReaderDamage { offset: Some(offset), kind, skipped: None })))
    }

    /// The rest cannot be read, nor anything behind it: because of damage, or because reading it
    /// failed, which is then the likely cause of both.
    #[cold]
    pub(crate) fn unrecoverable(stream: &mut Stream, kind: DamageKind) -> Self {
        let failure = stream.take_failure();
        let kind = failure.map_or(kind, |error| DamageKind::Read { reason: error.to_string() });
        Self::damage(kind)
    }

    /// `count` bytes from where the stream is now cannot be read: they are consumed.
    #[cold]
    pub(crate) fn skip(stream: &mut Stream, kind: DamageKind, count: usize) -> Self {
        Self::damage(kind).skipping(stream, count)
    }

    /// The same damage, passed over: `count` bytes from where the stream is now are consumed.
    pub(crate) fn skipping(mut self, stream: &mut Stream, count: usize) -> Self {
        if let Some(damage) = &mut self.0 {
            let offset = *damage.offset.get_or_insert(stream.offset());
            stream.consume(count);
            damage.skipped = Some(stream.offset() - offset);
        }
        self
    }

    /// What is wrong, if something is.
    pub(crate) fn kind(&self) -> Option<&DamageKind> {
        self.0.as_ref().map(|damage| &damage.kind)
    }

    /// What is wrong, if something is.
    pub(crate) fn into_kind(self) -> Option<DamageKind> {
        self.0.map(|damage| damage.kind)
    }

    /// The damage, if there is one, to packet number `packet` of `file`.
    pub(crate) fn into_damage(self, stream: &Stream, file: &Path, packet: u64) -> Option<Damage> {
        let ReaderDamage { offset, kind, skipped } = *self.0?;
        let offset = offset.unwrap_or(stream.offset());
        Some(Damage { file: file.to_owned(), offset, packet, kind, skipped })
    }
}

/// The reason why fewer than `want` bytes of a record are there; `cut` makes the damage from the
/// number of bytes there are.
#[cold]
pub(crate) fn truncated(stream: &mut Stream, cut: impl FnOnce(u64) -> DamageKind) -> Stop {
    match (stream.take_failure(), stream.available()) {
        (Some(error), _) => Stop::damage(DamageKind::Read { reason: error.to_string() }),
        (None, 0) => Stop::END,
        (None, have) => Stop::damage(cut(have as u64)),
    }
}

/// The snap length as libpcap reports it: 0 and numbers beyond 31 bits mean "no limit".
pub(crate) fn snap_len(in_file: u32) -> u32 {
    if in_file == 0 || in_file > i32::MAX.unsigned_abs() { MAX_SNAP_LEN } else { in_file }
}
