//! IPv6 and its extension headers (RFC 8200).

use etherparse::{IpNumber, ether_type, ip_number};
use flowz_api::layers::{Net, Span};
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};

/// Bytes of the fixed header.
const HEADER: usize = 40;
/// Most extension headers that are decoded; the reference decodes fewer.
const MAX_EXTENSIONS: usize = 64;
const MAX_EXTENSIONS_COMPAT: usize = 5;
/// Fewer captured bytes than this are no extension header.
const SMALLEST_NEXT: usize = 8;

impl Dissector<'_> {
    /// An IPv6 header at `at`.
    pub(crate) fn ipv6(&mut self, at: usize) -> Outcome {
        self.token(Token::Ipv6);
        self.ipv6_header(at)
    }

    /// The same without its token, and whatever version it says.
    pub(crate) fn ipv6_header(&mut self, at: usize) -> Outcome {
        self.mark(FlowStat::IPV6);
        let Some(header) = self.data.get(at..).and_then(|d| d.first_chunk::<HEADER>()) else {
            self.mark(FlowStat::SNAPPED_L3 | FlowStat::SHORT_L3_HEADER);
            return Err(NoFlow::IpHeaderCut);
        };
        self.mark(FlowStat::IPV6_FLOW);
        self.out.net = Net::V6;
        self.out.ethertype = ether_type::IPV6.0;
        // A payload length of 0 leaves the length open, or to a jumbo option.
        let next = IpNumber(header[6]);
        let payload = match u16::from_be_bytes([header[4], header[5]]) {
            0 => self.jumbogram_payload_len(at + HEADER, next),
            said => usize::from(said),
        };
        self.layer3_len(at, if payload == 0 { 0 } else { HEADER + payload });
        if self.settings.compat {
            // The reference takes trailers of the link layer for a part of IPv6.
            self.out.snap_l3_len = self.data.len().saturating_sub(at) as u32;
        }
        let (at_next, complete) = self.extensions(at + HEADER, next);
        self.out.l3_header_len = (at_next - at).min(usize::from(u16::MAX)) as u16;
        if complete {
            self.transport(at_next);
        } else {
            self.payload_only(at_next);
        }
        if !self.settings.ipv6 && self.out.net == Net::V6 {
            return self.ipv6_disabled();
        }
        Ok(())
    }

    /// IPv6 is described and forms no flow.
    #[cold]
    fn ipv6_disabled(&mut self) -> Outcome {
        self.out.status -= FlowStat::IPV6_FLOW;
        Err(NoFlow::SwitchedOff)
    }

    /// Decodes the extension headers from `at` on. Yields where they end and whether a layer-4
    /// header may stand there.
    fn extensions(&mut self, mut at: usize, mut next: IpNumber) -> (usize, bool) {
        let limit = if self.settings.compat { MAX_EXTENSIONS_COMPAT } else { MAX_EXTENSIONS };
        for _ in 0..limit {
            self.out.l4_proto = next.0;
            if self.data.len() < at + SMALLEST_NEXT {
                // What was captured of layer 4 counts, as behind IPv4; not in the reference.
                return (at, !self.settings.compat && !next.is_ipv6_ext_header_value());
            }
            let Some(len) = self.extension(at, next) else {
                return (at, true);
            };
            next = IpNumber(u8_at(self.data, at).unwrap_or(0));
            at += len;
            if self.out.fragment_offset != 0 {
                self.out.l4_proto = next.0;
                return (at, false);
            }
        }
        self.out.l4_proto = next.0;
        (at, true)
    }

    /// Notes the extension header at `at` and yields its length; `None` if it is none.
    fn extension(&mut self, at: usize, kind: IpNumber) -> Option<usize> {
        let units = usize::from(u8_at(self.data, at + 1)?);
        let options = Span { at: at as u32, len: (units * 8 + 8) as u16 };
        match kind {
            ip_number::IPV6_HEADER_HOP_BY_HOP => {
                self.token(Token::Ipv6HopOptions);
                self.out.hop_options = options;
                self.jumbo_beside_length();
            }
            ip_number::IPV6_DESTINATION_OPTIONS => {
                self.token(Token::Ipv6DestOptions);
                self.out.dest_options = options;
            }
            ip_number::IPV6_ROUTE_HEADER => {
                self.token(Token::Ipv6Routing);
                self.out.routing = options;
            }
            ip_number::IPV6_FRAGMENTATION_HEADER => {
                self.token(Token::Ipv6Fragment);
                self.jumbo_in_fragments();
                let field = u16_at(self.data, at + 2)?;
                self.out.fragment_offset = field & 0xfff8;
                self.out.more_fragments = field & 1 != 0;
                self.out.ip_id = u32_at(self.data, at + 4)?;
                return Some(8);
            }
            ip_number::AUTHENTICATION_HEADER => {
                self.token(Token::Ah);
                self.mark(FlowStat::IPSEC_AH);
                return Some(units * 4 + 8);
            }
            _ => self.token(self.rare_extension(kind)?),
        }
        Some(units * 8 + 8)
    }

    /// Extension headers that the reference does not know: mobility (RFC 6275), host identity
    /// (RFC 7401), Shim6 (RFC 5533).
    fn rare_extension(&self, kind: IpNumber) -> Option<Token> {
        match kind.0 {
            _ if self.settings.compat => None,
            135 => Some(Token::Ipv6Mobility),
            139 => Some(Token::Hip),
            140 => Some(Token::Shim6),
            _ => None,
        }
    }
}
