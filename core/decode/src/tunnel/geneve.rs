//! GENEVE (RFC 8926).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::dissector::{Dissector, Outcome};
use crate::settings::TunnelKeys;

const HEADER: usize = 8;
/// Transparent Ethernet bridging.
const ETHERNET: u16 = 0x6558;

impl Dissector<'_> {
    /// A GENEVE header of version 0 at the beginning of the payload.
    pub(super) fn geneve(&mut self) {
        let (payload, at) = self.tunnel_payload();
        let Some(&[first, _, hi, lo, a, b, c, _]) = payload.first_chunk::<HEADER>() else {
            return;
        };
        let kind = u16::from_be_bytes([hi, lo]);
        let options = usize::from(first & 0x3f) * 4;
        // The reference sees Ethernet only, not behind long options, and not in networks above 65,535.
        let unseen = self.settings.compat && (kind != ETHERNET || first & 0x30 != 0 || a != 0);
        if first >> 6 != 0 || unseen {
            return;
        }
        self.token(Token::Geneve);
        self.mark(FlowStat::GENEVE);
        let network = u32::from_be_bytes([0, a, b, c]);
        self.unpack(|d| {
            d.identify(TunnelKeys::GENEVE, network);
            d.geneve_payload(at + HEADER + options, kind)
        });
    }

    fn geneve_payload(&mut self, at: usize, kind: u16) -> Outcome {
        match kind {
            ETHERNET => self.inner_ethernet(at),
            0x0800 | 0x86dd => self.ip(at),
            0x8847 | 0x8848 => self.mpls(at, kind),
            _ => Err(NoFlow::LinkHeaderCut),
        }
    }
}
