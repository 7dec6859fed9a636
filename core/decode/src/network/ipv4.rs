//! IPv4 (RFC 791).

use etherparse::ether_type;
use flowz_api::layers::Net;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::dissector::{Dissector, Outcome};

/// Bytes of a header without options.
const SMALLEST: usize = 20;

impl Dissector<'_> {
    /// An IPv4 header at `at`.
    pub(crate) fn ipv4(&mut self, at: usize) -> Outcome {
        self.token(Token::Ipv4);
        if !self.settings.ipv4 {
            return self.ipv4_disabled(at);
        }
        self.ipv4_header(at)
    }

    /// The same without its token, inlined into the general path of most packets.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "two callers, one of them the way of most packets")]
    pub(crate) fn ipv4_header(&mut self, at: usize) -> Outcome {
        self.mark(FlowStat::IPV4);
        let Some(header) = self.data.get(at..).and_then(|d| d.first_chunk::<SMALLEST>()) else {
            self.mark(FlowStat::SNAPPED_L3 | FlowStat::SHORT_L3_HEADER);
            return Err(NoFlow::IpHeaderCut);
        };
        let header_len = usize::from(header[0] & 15) * 4;
        if header_len < SMALLEST {
            self.mark(FlowStat::SHORT_IPV4_HEADER);
            return Err(NoFlow::IpHeaderTooShort);
        }
        self.mark(FlowStat::IPV4_FLOW);
        let fragment = u16::from_be_bytes([header[6], header[7]]);
        let out = &mut *self.out;
        out.net = Net::V4;
        out.ethertype = ether_type::IPV4.0;
        out.l4_proto = header[9];
        out.datagram_proto = header[9];
        out.ip_id = u32::from(u16::from_be_bytes([header[4], header[5]]));
        out.fragment_offset = (fragment & 0x1fff) << 3;
        out.more_fragments = fragment & 0x2000 != 0;
        out.l3_header_len = header_len as u16;
        let total = usize::from(u16::from_be_bytes([header[2], header[3]]));
        self.layer3_len(at, total);
        self.mark_short_layer3(SMALLEST);
        self.transport(at + header_len);
        Ok(())
    }

    /// Notes the length of layer 3. A length of 0 or beyond the frame stands for a frame that was cut
    /// later by the network card (TSO): then all that was on the wire counts.
    #[inline]
    pub(crate) fn layer3_len(&mut self, at: usize, said: usize) {
        let on_wire = self.wire_len.saturating_sub(at);
        let captured = self.data.len().saturating_sub(at);
        let len = if said == 0 || said > on_wire { on_wire } else { said };
        // The reference keeps lengths in 16 bits.
        let len = if self.settings.compat { len & 0xffff } else { len };
        if said == 0 {
            self.mark(FlowStat::LENGTH_MISMATCH);
        }
        if captured < len {
            self.mark(FlowStat::SNAPPED_L3);
        }
        self.out.l3 = at as u32;
        self.out.l3_len = len as u32;
        self.out.snap_l3_len = captured.min(len) as u32;
        self.note_padding(on_wire as i64 - len as i64);
    }

    /// Marks a layer 3 that is shorter than its own header.
    #[inline]
    pub(crate) fn mark_short_layer3(&mut self, header: usize) {
        if (self.out.l3_len as usize) < header {
            self.mark(FlowStat::SHORT_L3_HEADER);
        }
    }
}
