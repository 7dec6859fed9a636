//! Per-packet information (PPI), a header of the capturing card in front of any link type.

use flowz_api::packet::LinkType;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Per-packet information: version, flags, length and link type in little-endian order.
    pub(super) fn ppi(&mut self) -> Outcome {
        self.token(Token::Ppi);
        let len = u16_at(self.data, 2).ok_or(NoFlow::LinkHeaderCut)?.swap_bytes();
        let link = u32_at(self.data, 4).ok_or(NoFlow::LinkHeaderCut)?.swap_bytes();
        self.inner_link(LinkType(link as u16), usize::from(len))
    }
}
