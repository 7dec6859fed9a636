//! What counts of a TCP segment.

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::Timestamp;

pub(super) const FIN: u8 = 0x01;
pub(super) const SYN: u8 = 0x02;
pub(super) const RST: u8 = 0x04;
pub(super) const PSH: u8 = 0x08;
pub(super) const ACK: u8 = 0x10;

/// A segment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Segment<'a> {
    pub(super) time: Timestamp,
    pub(super) seq: u32,
    pub(super) ack: u32,
    pub(super) flags: u8,
    pub(super) window: u16,
    /// Payload bytes on the wire.
    pub(super) len: u32,
    /// Captured payload.
    pub(super) payload: &'a [u8],
    /// Time to live, hop limit.
    pub(super) ttl: u8,
    /// Identification of IPv4.
    pub(super) ip_id: Option<u16>,
    pub(super) options: Options,
}

/// Options of a segment (RFC 9293, section 3.1; RFC 7323; RFC 2018).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Options {
    pub(super) mss: Option<u16>,
    pub(super) scale: Option<u8>,
    pub(super) may_sack: bool,
    pub(super) has_sack: bool,
    pub(super) has_timestamp: bool,
}

/// Time to live of IPv4, hop limit of IPv6; 0 where it was not captured.
pub(super) fn ttl(layers: &Layers, data: &[u8]) -> u8 {
    let at = if layers.net == Net::V4 { 8 } else { 7 };
    layers.layer3(data).get(at).copied().unwrap_or(0)
}

impl<'a> Segment<'a> {
    /// The segment of a packet, if its TCP header was captured.
    pub(super) fn new(layers: &Layers, data: &'a [u8], time: Timestamp) -> Option<Self> {
        let header = layers.layer4(data);
        let [_, _, _, _, s0, s1, s2, s3, a0, a1, a2, a3, _, flags, w0, w1, ..] = *header else {
            return None;
        };
        let ip_id = (layers.net == Net::V4).then_some(layers.ip_id as u16);
        // As far as they were captured.
        let end = header.len().min(layers.l4_header_len.into());
        let options = header.get(20..end).unwrap_or_default();
        Some(Self {
            time,
            seq: u32::from_be_bytes([s0, s1, s2, s3]),
            ack: u32::from_be_bytes([a0, a1, a2, a3]),
            flags,
            window: u16::from_be_bytes([w0, w1]),
            len: layers.l7_len,
            payload: layers.payload(data),
            ttl: ttl(layers, data),
            ip_id,
            options: Options::new(options),
        })
    }

    /// Whether it has all of these flags.
    pub(super) fn has(&self, flags: u8) -> bool {
        self.flags & flags == flags
    }

    /// Sequence numbers that it takes: of its payload, SYN and FIN.
    pub(super) fn space(&self) -> u32 {
        self.len + u32::from(self.has(SYN)) + u32::from(self.has(FIN))
    }

    /// An acknowledgement and nothing else.
    pub(super) fn is_pure_ack(&self) -> bool {
        self.has(ACK) && self.len == 0 && self.flags & (SYN | FIN | RST) == 0
    }
}

impl Options {
    /// Reads options until their end or until one is damaged.
    pub(super) fn new(mut bytes: &[u8]) -> Self {
        let mut options = Self::default();
        loop {
            let (kind, value) = match *bytes {
                [1, ref rest @ ..] => {
                    bytes = rest;
                    continue;
                }
                [kind, len, ..] if kind > 1 && len > 1 && usize::from(len) <= bytes.len() => {
                    let (option, rest) = bytes.split_at(len.into());
                    bytes = rest;
                    (kind, &option[2..])
                }
                _ => return options,
            };
            match (kind, value) {
                (2, &[high, low]) => options.mss = Some(u16::from_be_bytes([high, low])),
                (3, &[scale]) => options.scale = Some(scale),
                (4, []) => options.may_sack = true,
                (5, [_, ..]) => options.has_sack = true,
                (8, [_, ..]) => options.has_timestamp = true,
                _ => {}
            }
        }
    }
}
