//! What the format readers hand to [`Input`](crate::Input): where a packet lies in the buffer, or
//! why there is none.

use flowz_api::packet::{LinkType, Packet, Timestamp};

use crate::damage::DamageKind;
use crate::stream::Stream;

/// Largest captured length of any link type that is accepted without the file saying more.
/// libpcap's bound is the same.
pub(crate) const USUAL_PACKET: u32 = 256 << 10;

/// Largest record or block that is taken into memory, whatever a file says.
pub(crate) const LARGEST_RECORD: u32 = 16 << 20;

/// A packet as a place in the stream's buffer.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Record {
    pub(crate) ts: Timestamp,
    pub(crate) wire_len: u32,
    pub(crate) link: LinkType,
    pub(crate) interface: u32,
    /// Place of the captured bytes, for [`Stream::slice`].
    pub(crate) at: usize,
    /// Number of captured bytes.
    pub(crate) len: usize,
}

impl Record {
    /// The packet that borrows its bytes from the buffer.
    #[inline]
    pub(crate) fn packet<'a>(&self, stream: &'a Stream) -> Packet<'a> {
        Packet {
            ts: self.ts,
            wire_len: self.wire_len,
            link: self.link,
            interface: self.interface,
            data: stream.slice(self.at, self.len),
        }
    }
}

/// Why a file gives no further packet: nothing if it ends where it should, or what the damage is
/// and at which offset if that is not where the stream is now. Boxed, so that the packet path
/// moves one word and not the text.
#[derive(Debug)]
pub(crate) struct Stop(Option<Box<(Option<u64>, DamageKind)>>);

impl Stop {
    /// The file ends where it should.
    pub(crate) const END: Self = Self(None);

    /// The rest cannot be read, from where the stream is now.
    #[cold]
    pub(crate) fn damage(kind: DamageKind) -> Self {
        Self(Some(Box::new((None, kind))))
    }

    /// The rest cannot be read, from an offset on that is already consumed.
    #[cold]
    pub(crate) fn damage_at(offset: u64, kind: DamageKind) -> Self {
        Self(Some(Box::new((Some(offset), kind))))
    }

    /// Offset and kind of the damage, if there is one.
    pub(crate) fn into_damage(self, stream: &Stream) -> Option<(u64, DamageKind)> {
        self.0.map(|damage| (damage.0.unwrap_or(stream.offset()), damage.1))
    }
}

/// The reason why fewer than `want` bytes of a record are there; `cut` makes the damage from the
/// number of bytes there are.
#[cold]
pub(crate) fn too_short(stream: &mut Stream, cut: impl FnOnce(u64) -> DamageKind) -> Stop {
    match (stream.take_failure(), stream.available()) {
        (Some(error), _) => Stop::damage(DamageKind::Read { reason: error.to_string() }),
        (None, 0) => Stop::END,
        (None, have) => Stop::damage(cut(have as u64)),
    }
}

/// The snap length as libpcap reports it: 0 and numbers beyond 31 bits mean "no limit".
pub(crate) fn snap_len(in_file: u32) -> u32 {
    if in_file == 0 || in_file > i32::MAX.unsigned_abs() { USUAL_PACKET } else { in_file }
}
