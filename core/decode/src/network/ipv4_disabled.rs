//! IPv4 that forms no flows of its own (`core.IPV6_ACTIVATE=1`): layer 2 carries it.

use etherparse::{ether_type, ip_number};
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};
use crate::tokens;
use crate::tunnel::FLOW_LAYER;

/// Where an IPv4 header has the length of its packet, the place of a fragment, and the protocol.
const LENGTH_AT: usize = 2;
const FRAGMENT_AT: usize = 6;
const PROTOCOL_AT: usize = 9;

impl Dissector<'_> {
    /// Such an IPv4 header at `at`; inside another IP packet that forms the flow.
    #[cold]
    pub(crate) fn ipv4_disabled(&mut self, at: usize) -> Outcome {
        self.mark(FlowStat::IPV4);
        if self.is_tunneled() {
            // The reference names what it carries.
            let next = u8_at(self.data, at + PROTOCOL_AT).and_then(tokens::protocol);
            if let Some(token) = next.filter(|_| self.settings.compat) {
                self.token(token);
            }
            return Err(NoFlow::SwitchedOff);
        }
        if self.settings.compat {
            self.tunnels_of_disabled_ipv4(at);
        }
        self.layer2(at, ether_type::IPV4.0);
        Ok(())
    }

    /// The reference looks for tunnels over UDP all the same and tells how far it came: at least where
    /// both ports could be those of Teredo.
    fn tunnels_of_disabled_ipv4(&mut self, at: usize) {
        const REGISTERED: u16 = 1024;
        const OFFSET: u16 = 0x1fff;
        if u16_at(self.data, at + FRAGMENT_AT).is_some_and(|f| f & OFFSET != 0) {
            return self.mark(FlowStat::STOPPED);
        }
        if u8_at(self.data, at + PROTOCOL_AT) != Some(ip_number::UDP.0) {
            return;
        }
        let before = *self.out;
        // What is not told here forms a flow of layer 2 just as well.
        let _ = self.ipv4_header(at);
        let seen = std::mem::replace(self.out, before);
        if seen.chain.depth() > before.chain.depth() + 1 {
            self.out.chain = seen.chain;
            self.mark(seen.status - FLOW_LAYER);
        } else if seen.src_port.min(seen.dst_port) > REGISTERED {
            self.token(Token::Udp);
        }
    }

    /// Bytes of such an IPv4 packet, for the padding; none of the frame is, in the reference.
    pub(crate) fn disabled_ipv4_len(&self, at: usize) -> i64 {
        let on_wire = self.wire_len.saturating_sub(at);
        let said = u16_at(self.data, at + LENGTH_AT).map_or(0, usize::from);
        let known = said > 0 && said <= on_wire && !self.settings.compat;
        (if known { said } else { on_wire }) as i64
    }
}
