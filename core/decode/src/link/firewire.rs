//! IP over FireWire (IEEE 1394).

use etherparse::EtherType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// IP over FireWire as Apple captures it: two addresses of eight bytes, an ethertype.
    pub(super) fn firewire(&mut self) -> Outcome {
        const TYPE_AT: usize = 16;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Firewire);
        let kind = u16_at(self.data, TYPE_AT).ok_or(NoFlow::LinkHeaderCut)?;
        self.network(EtherType(kind), TYPE_AT + 2)
    }
}
