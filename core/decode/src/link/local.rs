//! Local networks other than Ethernet: LLC or an ethertype behind their addresses.

use etherparse::EtherType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Token Ring (IEEE 802.5): access and frame control, addresses, perhaps a source route.
    pub(super) fn token_ring(&mut self) -> Outcome {
        const ADDRESSES_AT: usize = 2;
        const SOURCE_AT: usize = 8;
        const HEADER: usize = 14;
        const ROUTED: u8 = 0x80;
        self.out.l2 = ADDRESSES_AT as u32;
        self.token(Token::TokenRing);
        let control = u8_at(self.data, 1).ok_or(NoFlow::LinkHeaderCut)?;
        let source = u8_at(self.data, SOURCE_AT).ok_or(NoFlow::LinkHeaderCut)?;
        if control >> 6 != 1 {
            return self.opaque(HEADER, 0);
        }
        let mut route = 0;
        if source & ROUTED != 0 {
            route = usize::from(u8_at(self.data, HEADER).ok_or(NoFlow::LinkHeaderCut)? & 0x1f);
        }
        self.llc_to_end(HEADER + route)
    }

    /// FDDI (ISO 9314-2): frame control, addresses.
    pub(super) fn fddi(&mut self) -> Outcome {
        const HEADER: usize = 13;
        self.out.l2 = 1;
        self.token(Token::Fddi);
        let control = u8_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)?;
        if control >> 4 != 5 {
            return self.opaque(HEADER, 0);
        }
        self.llc_to_end(HEADER)
    }

    /// IP over Fibre Channel (RFC 2625, section 3.2): two addresses of eight bytes.
    pub(super) fn fibre_channel(&mut self) -> Outcome {
        const HEADER: usize = 16;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Ipfc);
        self.llc_to_end(HEADER)
    }

    /// IP over FireWire as Apple captures it: two addresses of eight bytes, an ethertype.
    pub(super) fn firewire(&mut self) -> Outcome {
        const TYPE_AT: usize = 16;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Firewire);
        let kind = u16_at(self.data, TYPE_AT).ok_or(NoFlow::LinkHeaderCut)?;
        self.network(EtherType(kind), TYPE_AT + 2)
    }

    /// LLC that reaches to the end of the frame.
    pub(super) fn llc_to_end(&mut self, at: usize) -> Outcome {
        let rest = self.wire_len.saturating_sub(at);
        self.llc(at, rest.min(usize::from(u16::MAX)) as u16)
    }
}
