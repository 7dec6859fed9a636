//! Symantec firewalls.

use etherparse::EtherType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Symantec firewalls, version 2 and 3: an ethertype at 6 or at 18, the packet behind 44 or 56 bytes.
    pub(super) fn symantec(&mut self) -> Outcome {
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Symantec);
        let old = u16_at(self.data, 6).ok_or(NoFlow::LinkHeaderCut)?;
        let (kind, at) = if old == 0 {
            (u16_at(self.data, 18).ok_or(NoFlow::LinkHeaderCut)?, 56)
        } else {
            (old, 44)
        };
        self.network(EtherType(kind), at)
    }
}
