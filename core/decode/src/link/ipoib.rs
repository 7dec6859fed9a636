//! IP over InfiniBand (RFC 4391).

use etherparse::EtherType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// IP over InfiniBand: a global routing header, then ethertype and two bytes.
    pub(super) fn ipoib(&mut self) -> Outcome {
        const ROUTING_HEADER: usize = 40;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Ipoib);
        let kind = u16_at(self.data, ROUTING_HEADER).ok_or(NoFlow::LinkHeaderCut)?;
        self.network(EtherType(kind), ROUTING_HEADER + 4)
    }
}
