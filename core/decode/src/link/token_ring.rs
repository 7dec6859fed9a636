//! Token Ring (IEEE 802.5).

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u8_at;
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
}
