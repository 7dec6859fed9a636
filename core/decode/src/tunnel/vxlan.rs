//! VXLAN (RFC 7348) and its generic protocol extension (draft-ietf-nvo3-vxlan-gpe-13).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::dissector::{Dissector, Outcome};

const HEADER: usize = 8;
/// The network identifier is valid.
const IDENTIFIER: u8 = 0x08;
/// The next-protocol byte is valid.
const PROTOCOL: u8 = 0x04;
/// The port of the extension.
const GPE_PORT: u16 = 4790;

impl Dissector<'_> {
    /// A VXLAN header at the beginning of the payload, if its flags say so.
    pub(super) fn vxlan(&mut self, port: u16) {
        let (payload, at) = self.tunnel_payload();
        let Some(&[flags, _, _, next, ..]) = payload.first_chunk::<HEADER>() else { return };
        // The reference does not see the extension.
        let extended = flags & PROTOCOL != 0 || port == GPE_PORT;
        if flags & IDENTIFIER == 0 || (self.settings.compat && extended) {
            return;
        }
        self.token(Token::Vxlan);
        self.mark(FlowStat::VXLAN);
        let next = if flags & PROTOCOL != 0 { next } else { 3 };
        self.unpack(|d| d.next_protocol(at + HEADER, next));
    }

    /// The numbering of payloads that VXLAN-GPE and NSH share.
    pub(super) fn next_protocol(&mut self, at: usize, next: u8) -> Outcome {
        match next {
            1 | 2 => self.ip(at),
            3 => self.inner_ethernet(at),
            4 => self.nsh(at),
            5 => self.mpls(at, 0x8847),
            _ => Err(NoFlow::LinkHeaderCut),
        }
    }
}
