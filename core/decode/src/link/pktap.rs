//! Apple's packet tap (pktap).

use flowz_api::packet::LinkType;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u32_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Apple's packet tap: length, kind of record and link type in little-endian order.
    pub(super) fn pktap(&mut self) -> Outcome {
        const PACKET: u32 = 1;
        let word = |at| u32_at(self.data, at).map(u32::swap_bytes).ok_or(NoFlow::LinkHeaderCut);
        let (len, kind, link) = (word(0)?, word(4)?, word(8)?);
        self.token(Token::Pktap);
        if kind != PACKET || len > u32::from(u16::MAX) {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.inner_link(LinkType(link as u16), len as usize)
    }
}
