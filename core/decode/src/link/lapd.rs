//! LAPD (ITU-T Q.921).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// LAPD (ITU-T Q.921) carries signalling: a layer-2 flow.
    pub(super) fn lapd(&mut self, at: usize) -> Outcome {
        const ETHERTYPE: u16 = 0x0030;
        self.mark(FlowStat::NO_ETHERNET | FlowStat::LAPD);
        self.token(Token::Lapd);
        if self.data.len() <= at {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.opaque(at, ETHERTYPE)
    }
}
