//! The log of Linux netfilter (nflog).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Netfilter log: family, version, group; then fields with length and type in the order of the
    /// machine, padded to four bytes. Type 9 is the packet.
    pub(super) fn nflog(&mut self) -> Outcome {
        const HEADER: usize = 4;
        const PACKET: u16 = 9;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Nflog);
        let mut at = HEADER;
        loop {
            let len = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
            let kind = u16_at(self.data, at + 2).ok_or(NoFlow::LinkHeaderCut)?;
            // The type is a small number: that tells the byte order.
            let little = kind > 0xff;
            let (len, kind) =
                if little { (len.swap_bytes(), kind.swap_bytes()) } else { (len, kind) };
            if kind == PACKET {
                return self.ip(at + 4);
            }
            at += usize::from(len.max(4)).next_multiple_of(4);
        }
    }
}
