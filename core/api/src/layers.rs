//! Where the headers of a packet are: what the decoder found, as offsets into the captured bytes.
//!
//! `Layers` is a plain value of at most two cache lines without references, so that packets can be
//! decoded ahead in batches. Readers of header fields get slices that are empty where the bytes were
//! not captured: no plugin can read past the end of a packet.

use crate::status::FlowStat;
use crate::token::Chain;

/// The layer on which the flow of a packet is formed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, crate::Checkpoint)]
pub enum Net {
    /// No IP: a layer-2 flow.
    #[default]
    Layer2,
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Some bytes of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub at: u32,
    /// Number of bytes, as the headers say (they may not all be captured).
    pub len: u16,
}

impl Span {
    /// No bytes.
    pub const NONE: Self = Self { at: 0, len: 0 };
}

/// What the decoder found in a packet. "Inner" means the innermost header of a kind, the one that
/// forms the flow.
#[derive(Clone, Copy, Debug)]
pub struct Layers {
    /// Status bits of this packet.
    pub status: FlowStat,
    /// All headers, outermost first.
    pub chain: Chain,
    /// Layer of the flow.
    pub net: Net,
    /// Protocol number of IP (IPv6: of the last header walked); 0 on layer 2.
    pub l4_proto: u8,
    /// What the fragments of one datagram have in common beside addresses and identification: the
    /// protocol number in the IPv4 header itself; 0 for IPv6 (RFC 8200, section 4.5).
    pub datagram_proto: u8,
    /// Number of VLAN tags.
    pub vlan_tags: u8,
    /// Number of MPLS labels.
    pub mpls_labels: u8,
    /// Ethertype; for LLC frames the two SAP bytes.
    pub ethertype: u16,
    /// VLAN identifier of the innermost tag (12 bits), 0 without a tag.
    pub vlan_id: u16,
    /// Source port, 0 where there is none.
    pub src_port: u16,
    /// Destination port, 0 where there is none.
    pub dst_port: u16,
    /// Offset of the inner Ethernet header (link types without one: of the frame).
    pub l2: u32,
    /// Offset of the first VLAN tag's control word.
    pub vlan: u32,
    /// Offset of the first MPLS label.
    pub mpls: u32,
    /// Offset of the inner IP header; layer-2 flows: of what follows the layer-2 headers.
    pub l3: u32,
    /// Offset of the layer-4 header.
    pub l4: u32,
    /// Offset of the payload.
    pub l7: u32,
    /// Length of layer 3 from its header on, as the IP header says or, where that cannot be, as the frame was long.
    pub l3_len: u32,
    /// Captured bytes of layer 3.
    pub snap_l3_len: u32,
    /// Captured bytes of layer 4 and above.
    pub snap_l4_len: u32,
    /// Captured bytes of the payload.
    pub snap_l7_len: u32,
    /// Bytes of the IP header with its options or extension headers; at most 65,535.
    pub l3_header_len: u16,
    /// Bytes of the layer-4 header.
    pub l4_header_len: u16,
    /// Payload bytes on the wire, 0 where the headers leave none. More than 65,535 of packets that a network card cuts
    /// later (BIG TCP) and of jumbograms (RFC 2675).
    pub l7_len: u32,
    /// Padding behind layer 3 on the wire, 0 where the frame was longer than 64 bytes; and of UDP the surplus area behind its
    /// length, in frames of any length.
    pub padding: i32,
    /// IPv6 hop-by-hop options header.
    pub hop_options: Span,
    /// IPv6 destination options header.
    pub dest_options: Span,
    /// IPv6 routing header.
    pub routing: Span,
    /// Which part of an SCTP packet this is, from 0 on, if its chunks are looked at one by one.
    pub part: u16,
    /// Fragment offset in bytes.
    pub fragment_offset: u16,
    /// The more-fragments bit.
    pub more_fragments: bool,
    /// IP identification: 16 bits of IPv4, 32 bits of an IPv6 fragment header.
    pub ip_id: u32,
    /// Identifier of the tunnel that the flow is in, if `core.TUNNEL_KEY` asks for it, else 0; of several inside each
    /// other a number made of all.
    pub tunnel_id: u32,
}

impl Default for Layers {
    fn default() -> Self {
        Self::NOTHING
    }
}

impl Layers {
    /// Nothing found yet.
    pub const NOTHING: Self = Self {
        status: FlowStat::empty(),
        chain: Chain::EMPTY,
        net: Net::Layer2,
        l4_proto: 0,
        datagram_proto: 0,
        vlan_tags: 0,
        mpls_labels: 0,
        ethertype: 0,
        vlan_id: 0,
        src_port: 0,
        dst_port: 0,
        l2: 0,
        vlan: 0,
        mpls: 0,
        l3: 0,
        l4: 0,
        l7: 0,
        l3_len: 0,
        snap_l3_len: 0,
        snap_l4_len: 0,
        snap_l7_len: 0,
        l3_header_len: 0,
        l4_header_len: 0,
        l7_len: 0,
        padding: 0,
        hop_options: Span::NONE,
        dest_options: Span::NONE,
        routing: Span::NONE,
        part: 0,
        fragment_offset: 0,
        more_fragments: false,
        ip_id: 0,
        tunnel_id: 0,
    };

    /// Length of layer 4 from its header on, as the headers in front of it say.
    #[inline]
    pub fn l4_len(&self) -> u32 {
        let in_front = self.l4.saturating_sub(self.l3).max(u32::from(self.l3_header_len));
        self.l3_len.saturating_sub(in_front)
    }

    /// Whether the packet forms a layer-2 flow.
    #[inline]
    pub fn is_layer2(&self) -> bool {
        self.net == Net::Layer2
    }

    /// Whether the packet forms a TCP flow.
    #[inline]
    pub fn is_tcp(&self) -> bool {
        const TCP: u8 = 6;
        self.l4_proto == TCP && !self.is_layer2()
    }

    /// Whether the layer-4 header is in this packet (not a later fragment).
    #[inline]
    pub fn is_first_fragment(&self) -> bool {
        self.fragment_offset == 0
    }

    /// Whether the packet is a fragment, first or later.
    #[inline]
    pub fn is_fragment(&self) -> bool {
        self.fragment_offset != 0 || self.more_fragments
    }

    /// Payload bytes as the reference subtracts them: in 16 bits, so that they wrap where headers lie
    /// or frames are longer than 65,535 bytes.
    pub fn wrapped_l7_len(&self, wire_len: u32) -> u16 {
        let end = if self.is_layer2() { wire_len } else { self.l3.wrapping_add(self.l3_len) };
        end.wrapping_sub(self.l7) as u16
    }

    /// Length of the packet from layer 2, 3 or 4 on, as the headers say. Of layer-2 flows the frame, or
    /// what is behind its layer-2 headers.
    ///
    /// With `headers_once` later fragments of IPv4 do not count their IP header, so that the lengths of
    /// all fragments add up to that of the datagram. The reference counts the whole frame for IPv6.
    pub fn length_from(&self, layer: u8, wire_len: u32, headers_once: bool, compat: bool) -> u32 {
        const FRAME: u8 = 2;
        const TRANSPORT: u8 = 4;
        if layer == FRAME && (self.is_layer2() || (compat && self.net == Net::V6)) {
            return wire_len;
        }
        if self.is_layer2() {
            return wire_len.saturating_sub(self.l3);
        }
        let header = u32::from(self.l3_header_len);
        let repeated = headers_once && self.net == Net::V4 && !self.is_first_fragment();
        let less = if layer == TRANSPORT || repeated { header } else { 0 };
        let more = if layer == FRAME { self.l3 - self.l2 } else { 0 };
        (self.l3_len + more).saturating_sub(less)
    }

    /// Captured bytes from layer 3 on; empty if there are none.
    #[inline]
    pub fn layer3<'a>(&self, data: &'a [u8]) -> &'a [u8] {
        part(data, self.l3, self.snap_l3_len)
    }

    /// Captured bytes from layer 4 on; empty if there are none.
    #[inline]
    pub fn layer4<'a>(&self, data: &'a [u8]) -> &'a [u8] {
        part(data, self.l4, self.snap_l4_len)
    }

    /// Captured payload; empty if there is none.
    #[inline]
    pub fn payload<'a>(&self, data: &'a [u8]) -> &'a [u8] {
        part(data, self.l7, self.snap_l7_len)
    }
}

#[inline]
fn part(data: &[u8], at: u32, len: u32) -> &[u8] {
    let rest = data.get(at as usize..).unwrap_or(&[]);
    &rest[..rest.len().min(len as usize)]
}

#[cfg(test)]
mod tests {
    use super::{Layers, Net};

    /// From layer 2, 3 and 4.
    fn lengths(l: &Layers, once: bool, compat: bool) -> [u32; 3] {
        [2, 3, 4].map(|layer| l.length_from(layer, 64, once, compat))
    }

    #[test]
    fn lengths_from_every_layer() {
        let mut l =
            Layers { net: Net::V4, l3: 18, l3_len: 40, l3_header_len: 24, ..Layers::default() };
        assert_eq!(lengths(&l, true, false), [58, 40, 16]);
        l.fragment_offset = 8;
        assert_eq!(lengths(&l, true, false), [34, 16, 16]);
        assert_eq!(lengths(&l, false, false), [58, 40, 16]);
        l.net = Net::V6;
        assert_eq!(lengths(&l, true, false), [58, 40, 16]);
        assert_eq!(lengths(&l, true, true), [64, 40, 16], "the reference counts the frame");
        l.net = Net::Layer2;
        assert_eq!(lengths(&l, true, false), [64, 46, 46]);
    }
}
