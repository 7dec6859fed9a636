//! Linux cooked capture (SLL), the link type of the interface "any", in both versions.

use etherparse::EtherType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Version 1: packet type, device type, address, ethertype.
    pub(super) fn sll(&mut self) -> Outcome {
        const TYPE_AT: usize = 14;
        self.token(Token::Sll);
        self.ethertype(TYPE_AT)
    }

    /// Version 2: the ethertype comes first, the interface's number is new.
    pub(super) fn sll2(&mut self) -> Outcome {
        const HEADER: usize = 20;
        const ADDRESS_AT: u32 = 12;
        const SOURCE_IN_ETHERNET: u32 = 6;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Sll2);
        let ethertype = u16_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)?;
        if self.data.len() < HEADER {
            return Err(NoFlow::LinkHeaderCut);
        }
        // The sender's address, where an Ethernet header would have it.
        self.out.l2 = ADDRESS_AT - SOURCE_IN_ETHERNET;
        match ethertype {
            // A frame without type: 802.2 right away.
            4 => self.llc(HEADER, self.wire_len.saturating_sub(HEADER) as u16),
            _ => self.network(EtherType(ethertype), HEADER),
        }
    }
}
