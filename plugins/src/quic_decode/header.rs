//! Packets of a datagram: headers as far as they are in clear (RFC 9000, sections 12.2 and 17; RFC 8999).

use super::id::LONGEST;
use super::version::{self, Kind};
use crate::tls::reader::Reader;

/// The highest bit of the first byte: a long header.
pub(crate) const LONG: u8 = 0x80;
/// The bit that is 1 in versions 1 and 2, except where both sides agreed on something else (RFC 9287).
pub(crate) const FIXED: u8 = 0x40;
/// Bytes behind the token of a Retry packet.
const RETRY_TAG: usize = 16;
/// The shortest datagram with a client's Initial packet (RFC 9000, section 14.1).
const SHORTEST_INITIAL: u32 = 1200;

/// A packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) kind: Kind,
    pub(crate) first: u8,
    /// 0 of short headers.
    pub(crate) version: u32,
    /// Ids; of short headers the destination's, as long as it is known to be.
    pub(crate) destination: &'a [u8],
    pub(crate) source: &'a [u8],
    /// Of Initial and Retry packets.
    pub(crate) token: &'a [u8],
    /// The id in Retry packets of drafts up to 24.
    pub(crate) original: &'a [u8],
    /// Versions in a negotiation, four bytes each.
    pub(crate) versions: &'a [u8],
    /// The packet as far as it was captured.
    pub(crate) bytes: &'a [u8],
    /// Where the packet number begins; 0 if that was not captured or is not known.
    pub(crate) number_at: usize,
    /// It was captured from the first to the last byte.
    pub(crate) whole: bool,
}

/// What is left of a datagram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rest<'a> {
    /// Captured bytes.
    pub(crate) bytes: &'a [u8],
    /// Further bytes that were not captured.
    pub(crate) lost: u32,
}

impl<'a> Rest<'a> {
    /// The next packet; nothing if none begins here. `id_len` is the length of ids in short headers.
    pub(crate) fn next(&mut self, id_len: usize) -> Option<Packet<'a>> {
        let bytes = self.bytes;
        let first = *bytes.first()?;
        let packet = if first & LONG == 0 {
            let destination = bytes.get(1..=id_len).unwrap_or(&[]);
            let whole = self.lost == 0;
            Packet { kind: Kind::Short, first, destination, whole, ..Packet::new(bytes) }
        } else {
            self.long(first)?
        };
        self.bytes = &bytes[packet.bytes.len()..];
        Some(packet)
    }

    fn long(&self, first: u8) -> Option<Packet<'a>> {
        let mut rest = Reader(self.bytes.get(1..)?);
        let version = u32::from(rest.u16()?) << 16 | u32::from(rest.u16()?);
        let destination = rest.vector(1)?;
        let source = rest.vector(1)?;
        if destination.len() > LONGEST || source.len() > LONGEST {
            return None;
        }
        let kind = if version == 0 || version::is_known(version) {
            Kind::of_long(version, first)
        } else {
            Kind::Unknown
        };
        let whole = self.lost == 0;
        let all = Packet::new(self.bytes);
        let mut packet = Packet { kind, first, version, destination, source, whole, ..all };
        match kind {
            Kind::Negotiation => packet.versions = rest.0,
            Kind::Retry => {
                if version::shows_original(version) {
                    packet.original = rest.vector(1).unwrap_or(&[]);
                    packet.token = rest.0;
                } else {
                    packet.token = &rest.0[..rest.0.len().saturating_sub(RETRY_TAG)];
                }
            }
            Kind::Initial | Kind::ZeroRtt | Kind::Handshake => self.behind(&mut packet, rest),
            Kind::Unknown | Kind::Short => {}
        }
        Some(packet)
    }

    /// Token, length, and where the packet number is.
    fn behind(&self, packet: &mut Packet<'a>, mut rest: Reader<'a>) {
        packet.whole = false;
        if packet.kind == Kind::Initial {
            let Some(len) = varint(&mut rest) else { return };
            let Some(token) = rest.take(usize::try_from(len).unwrap_or(usize::MAX)) else { return };
            packet.token = token;
        }
        let Some(len) = varint(&mut rest) else { return };
        let at = self.bytes.len() - rest.0.len();
        let Some(end) = usize::try_from(len).ok().and_then(|len| at.checked_add(len)) else {
            return;
        };
        if end <= self.bytes.len() {
            packet.whole = true;
            packet.number_at = at;
            packet.bytes = &self.bytes[..end];
        }
    }
}

impl<'a> Packet<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            kind: Kind::Unknown,
            first: 0,
            version: 0,
            destination: &[],
            source: &[],
            token: &[],
            original: &[],
            versions: &[],
            bytes,
            number_at: 0,
            whole: true,
        }
    }

    /// Versions of a negotiation.
    pub(crate) fn offered(&self) -> impl Iterator<Item = u32> + 'a {
        self.versions.as_chunks().0.iter().map(|version| u32::from_be_bytes(*version))
    }
}

/// Whether a datagram is QUIC as far as it tells by itself: the header of a known version, or a list with one of them.
pub(crate) fn begins_quic(bytes: &[u8], len: u32) -> bool {
    let lost = len.saturating_sub(bytes.len() as u32);
    let Some(packet) = (Rest { bytes, lost }).next(0) else { return false };
    match packet.kind {
        Kind::Short | Kind::Unknown => false,
        Kind::Negotiation => {
            packet.versions.len().is_multiple_of(4) && packet.offered().any(version::is_known)
        }
        _ if version::is_reserved(packet.version) => {
            packet.first & FIXED != 0 && packet.kind == Kind::Initial && len >= SHORTEST_INITIAL
        }
        _ => packet.first & FIXED != 0,
    }
}

/// Whether a datagram is QUIC if the other end speaks it and has chosen this id for itself: with a short header, or of a
/// known version, where ends may agree that the fixed bit means nothing (RFC 9287).
pub(crate) fn answers_quic(bytes: &[u8], id: &[u8]) -> bool {
    let Some(packet) = (Rest { bytes, lost: 0 }).next(id.len()) else { return false };
    match packet.kind {
        Kind::Short => packet.first & FIXED != 0 || !id.is_empty() && packet.destination == id,
        kind => kind != Kind::Unknown,
    }
}

/// A number of variable length (RFC 9000, section 16).
pub(crate) fn varint(rest: &mut Reader<'_>) -> Option<u64> {
    let first = *rest.0.first()?;
    let bytes = rest.take(1 << (first >> 6))?;
    let number = bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    Some(number & (u64::MAX >> (64 - (8 * bytes.len() - 2))))
}
