//! A fragment in a packet: which datagram it belongs to, and which part of it it is.

use flowz_api::Checkpoint;
use flowz_api::layers::{Layers, Net};

/// Bytes of the fixed header of IPv6.
const HEADER6: usize = 40;
/// Bytes of a fragment header.
const FRAGMENT_HEADER: usize = 8;
/// Largest length of an IPv4 packet and of the payload of an IPv6 packet.
const LARGEST: usize = 65_535;

/// What makes fragments belong to one datagram: addresses, identification and VLAN, for IPv4 also the
/// protocol (RFC 791, section 3.2; RFC 8200, section 4.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(super) struct Key {
    pub(super) src: [u8; 16],
    pub(super) dst: [u8; 16],
    pub(super) id: u32,
    pub(super) vlan: u16,
    /// See [`Layers::tunnel_id`].
    pub(super) tunnel: u32,
    /// Protocol of IPv4, 0 for IPv6.
    pub(super) proto: u8,
    pub(super) net: Net,
}

/// A fragment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment<'a> {
    /// Its datagram.
    pub(super) key: Key,
    /// Protocol of what it carries; of the datagram if this is the first fragment.
    pub(super) proto: u8,
    /// Offset of its first byte in the datagram.
    pub(super) start: usize,
    /// Its length as the headers say.
    pub(super) len: usize,
    /// Its captured bytes.
    pub(super) bytes: &'a [u8],
    /// It is the last one.
    pub(super) last: bool,
    /// Bytes of headers that count for the largest length.
    overhead: usize,
}

impl<'a> Fragment<'a> {
    /// The fragment in a packet; `None` if its headers were not captured.
    pub(super) fn from_packet(data: &'a [u8], layers: &Layers) -> Option<Self> {
        let packet = layers.layer3(data);
        let mut key = Key { id: layers.ip_id, vlan: layers.vlan_id, ..Key::default() };
        (key.net, key.tunnel) = (layers.net, layers.tunnel_id);
        let (at, proto, overhead) = if layers.net == Net::V4 {
            key.src[..4].copy_from_slice(packet.get(12..16)?);
            key.dst[..4].copy_from_slice(packet.get(16..20)?);
            key.proto = packet[9];
            let header = usize::from(packet[0] & 15) * 4;
            (header, key.proto, header)
        } else {
            key.src.copy_from_slice(packet.get(8..24)?);
            key.dst.copy_from_slice(packet.get(24..40)?);
            let at = fragment_header(packet, layers)?;
            (at + FRAGMENT_HEADER, packet[at], at - HEADER6)
        };
        let len = (layers.l3_len as usize).saturating_sub(at);
        let bytes = packet.get(at..).unwrap_or(&[]);
        Some(Self {
            key,
            proto,
            start: usize::from(layers.fragment_offset),
            len,
            bytes: &bytes[..bytes.len().min(len)],
            last: !layers.more_fragments,
            overhead,
        })
    }

    /// Where it ends in the datagram.
    pub(super) fn end(&self) -> usize {
        self.start + self.len
    }

    /// Whether it is empty, or not the last one and no multiple of eight bytes long.
    pub(super) fn has_bad_length(&self) -> bool {
        self.len == 0 || (!self.last && !self.len.is_multiple_of(8))
    }

    /// Whether it reaches beyond the largest datagram.
    pub(super) fn is_too_long(&self) -> bool {
        self.overhead + self.end() > LARGEST
    }
}

/// Length of an extension header of IPv6 that other headers follow.
fn extension(kind: u8, bytes: &[u8]) -> Option<usize> {
    let units = usize::from(*bytes.get(1)?);
    match kind {
        0 | 43 | 60 | 135 | 139 | 140 => Some(units * 8 + 8),
        51 => Some(units * 4 + 8),
        _ => None,
    }
}

/// Where the fragment header is that the decoder has read.
fn fragment_header(packet: &[u8], layers: &Layers) -> Option<usize> {
    const FRAGMENT: u8 = 44;
    let mut kind = *packet.get(6)?;
    let mut at = HEADER6;
    loop {
        let header = packet.get(at..)?;
        let len = if kind == FRAGMENT {
            let [_, _, high, low, id @ ..] = *header.first_chunk::<FRAGMENT_HEADER>()?;
            let field = u16::from_be_bytes([high, low]);
            let (offset, more) = (field & 0xfff8, field & 1 != 0);
            if (offset, more) == (layers.fragment_offset, layers.more_fragments)
                && u32::from_be_bytes(id) == layers.ip_id
            {
                return Some(at);
            }
            FRAGMENT_HEADER
        } else {
            extension(kind, header)?
        };
        kind = header[0];
        at += len;
    }
}

/// Protocol and bytes of layer 4 in a datagram whose first header is of this kind: extension headers of
/// IPv6 may be in front of it.
pub(super) fn layer4(net: Net, mut kind: u8, mut bytes: &[u8]) -> (u8, &[u8]) {
    while net == Net::V6
        && let Some(len) = extension(kind, bytes)
        && let Some(rest) = bytes.get(len..)
    {
        kind = bytes[0];
        bytes = rest;
    }
    (kind, bytes)
}
