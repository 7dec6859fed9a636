//! The dissector: the state of decoding one packet, header by header.

use etherparse::ether_type;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet};
use flowz_api::status::FlowStat;
use flowz_api::token::Token;
use flowz_api::tunnel_offsets::{TunnelHeader, TunnelOffsets};

use crate::NoFlow;
use crate::settings::Settings;

/// Longest frame whose padding is noted.
pub(crate) const SHORT_FRAME: usize = 64;
/// Ethertype of IPv4.
const IPV4: u16 = ether_type::IPV4.0;
/// Where IPv4 begins in an untagged Ethernet frame.
const IPV4_AT: usize = 14;

/// A packet being decoded.
pub(crate) struct Dissector<'a> {
    /// Captured bytes.
    pub(crate) data: &'a [u8],
    /// Bytes on the wire.
    pub(crate) wire_len: usize,
    /// What was found so far.
    pub(crate) out: &'a mut Layers,
    /// What is unpacked.
    pub(crate) settings: Settings,
    /// Encapsulations entered so far.
    pub(crate) nesting: u8,
    /// IP packets around the one at hand.
    pub(crate) tunnels: u8,
    /// Inside GRE.
    pub(crate) in_gre: bool,
    /// 802.11 headers are padded to a multiple of four bytes.
    pub(crate) wlan_padded: bool,
    /// Where to note the headers of tunnels, if somebody asks.
    pub(crate) tunnel_offsets: Option<&'a mut TunnelOffsets>,
}

/// How a header was decoded: done, or no flow.
pub(crate) type Outcome = Result<(), NoFlow>;

impl<'a> Dissector<'a> {
    #[inline]
    pub(crate) fn new(packet: &Packet<'a>, settings: Settings, out: &'a mut Layers) -> Self {
        Self {
            data: packet.data,
            wire_len: packet.wire_len as usize,
            out,
            settings,
            nesting: 0,
            tunnels: 0,
            in_gre: false,
            wlan_padded: false,
            tunnel_offsets: None,
        }
    }

    /// Decodes from the link header on.
    #[inline]
    pub(crate) fn run(&mut self, link: LinkType) -> Outcome {
        if link != LinkType::ETHERNET {
            return self.link(link);
        }
        if self.is_untagged_ipv4() && self.settings.ipv4 {
            // Most packets: all of their way is inlined here.
            self.token(Token::Eth);
            self.token(Token::Ipv4);
            return self.ipv4_header(IPV4_AT);
        }
        self.ethernet(0)
    }

    /// Whether the frame is Ethernet with nothing between it and IPv4.
    #[inline]
    fn is_untagged_ipv4(&self) -> bool {
        let head = self.data.first_chunk::<16>();
        // The group addresses of Cisco's inter-switch links begin with an odd byte; all multicast
        // addresses do.
        head.is_some_and(|h| h[0] & 1 == 0 && [h[12], h[13], h[14] >> 4] == [8, 0, 4])
    }

    /// Notes where a header inside the IP packet at hand is.
    pub(crate) fn tunnel_header_at(&self, at: usize) -> TunnelHeader {
        TunnelHeader { ip: self.out.l3, at: at as u32 }
    }

    /// Sets status bits.
    #[inline]
    pub(crate) fn mark(&mut self, bits: FlowStat) {
        self.out.status |= bits;
    }

    /// Appends a header to the chain.
    #[inline]
    pub(crate) fn token(&mut self, token: Token) {
        self.out.chain.push(token);
    }

    /// Appends a header without a name, and ends the dissection.
    pub(crate) fn unknown(&mut self, token: Token, number: u16) {
        self.out.chain.unknown = number;
        self.token(token);
        // The reference marks them where it describes them.
        if self.settings.describes || !self.settings.compat {
            self.mark(FlowStat::STOPPED);
        }
    }

    /// What is at `at` cannot be looked into: it forms a layer-2 flow, unless it is inside an IP packet,
    /// which then forms the flow.
    pub(crate) fn opaque(&mut self, at: usize, ethertype: u16) -> Outcome {
        if self.is_tunneled() {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.layer2(at, ethertype);
        Ok(())
    }

    /// The frame forms a layer-2 flow; what follows the link headers begins at `at`.
    pub(crate) fn layer2(&mut self, at: usize, ethertype: u16) {
        let out = &mut *self.out;
        let captured = self.data.len().saturating_sub(at) as u32;
        out.status |= FlowStat::LAYER2;
        out.net = Net::Layer2;
        out.ethertype = ethertype;
        (out.l3, out.l4, out.l7) = (at as u32, at as u32, at as u32);
        (out.snap_l3_len, out.snap_l4_len, out.snap_l7_len) = (captured, captured, captured);
        // There may be an IP packet around it.
        (out.l3_len, out.l3_header_len) = (0, 0);
        out.l7_len = self.wire_len.saturating_sub(at) as u32;
        self.note_padding(self.wire_len as i64 - at as i64 - self.message_len(at));
    }

    /// Length of the layer-2 message, for the padding: where it is not known, all counts as padding.
    fn message_len(&self, at: usize) -> i64 {
        const ARP_MESSAGE: i64 = 28;
        match self.out.status {
            status if status.contains(FlowStat::ARP) => ARP_MESSAGE,
            _ if self.out.ethertype == IPV4 && !self.settings.ipv4 => self.disabled_ipv4_len(at),
            _ => 0,
        }
    }

    /// Notes the padding of a frame whose layer-2 header tells its end.
    pub(crate) fn note_end(&mut self, end: i64) {
        self.out.padding = 0;
        self.note_padding(self.wire_len as i64 - end);
    }

    /// Notes the padding of short frames: those of at most 64 bytes on the wire.
    #[inline]
    pub(crate) fn note_padding(&mut self, bytes: i64) {
        if self.wire_len <= SHORT_FRAME && bytes > 0 {
            self.out.padding = bytes as i32;
        }
    }
}
