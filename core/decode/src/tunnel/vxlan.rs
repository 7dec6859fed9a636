//! VXLAN (RFC 7348) and its generic protocol extension (draft-ietf-nvo3-vxlan-gpe-13).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::dissector::{Dissector, Outcome};
use crate::settings::TunnelKeys;

const HEADER: usize = 8;
/// The network identifier is valid.
const IDENTIFIER: u8 = 0x08;
/// The next-protocol byte is valid.
const PROTOCOL: u8 = 0x04;
/// The payload of VXLAN, among those of the extension.
const ETHERNET: u8 = 3;
/// The port, and the one that Linux had before.
const VXLAN_PORT: u16 = 4789;
const LINUX_PORT: u16 = 8472;
/// The port of the extension.
const GPE_PORT: u16 = 4790;

impl Dissector<'_> {
    /// A VXLAN header at the beginning of the payload, if its flags say so: all other bits are ignored
    /// (RFC 7348, section 5), but those of the extension on its own port.
    pub(super) fn vxlan(&mut self, port: u16) {
        let (payload, at) = self.tunnel_payload();
        let Some(&[flags, reserved, hi, next, a, b, c, _]) = payload.first_chunk::<HEADER>() else {
            return;
        };
        let network = u32::from_be_bytes([0, a, b, c]);
        let (compat, src) = (self.settings.compat, self.out.src_port);
        // The reference looks at the source port first.
        let extended = port == GPE_PORT && !(compat && matches!(src, VXLAN_PORT | LINUX_PORT));
        let plain = [reserved, hi, next] == [0; 3];
        // The reference wants the reserved bytes to be 0, and so does a source port alone: it tells of
        // nothing that only resembles VXLAN.
        let unseen = !extended && !plain && (compat || self.out.dst_port != port);
        if flags & IDENTIFIER == 0 || unseen {
            return;
        }
        self.token(if extended { Token::VxlanGpe } else { Token::Vxlan });
        self.mark(FlowStat::VXLAN);
        // The reference knows no next protocol. Some senders set it without the flag, but for Ethernet (0).
        let tells = extended && (flags & PROTOCOL != 0 || next != 0) && !compat;
        let next = if tells { next } else { ETHERNET };
        self.unpack(|d| {
            d.identify(TunnelKeys::VXLAN, network);
            d.next_protocol(at + HEADER, next)
        });
    }

    /// The numbering of payloads that VXLAN-GPE and NSH share.
    pub(super) fn next_protocol(&mut self, at: usize, next: u8) -> Outcome {
        match next {
            1 | 2 => self.ip(at),
            ETHERNET => self.inner_ethernet(at),
            4 => self.nsh(at),
            5 => self.mpls(at, 0x8847),
            _ => Err(NoFlow::LinkHeaderCut),
        }
    }
}
