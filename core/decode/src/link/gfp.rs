//! Generic framing procedure (ITU-T G.7041).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Generic framing: core header, payload type with its check sum, perhaps an extension header.
    pub(super) fn gfp(&mut self) -> Outcome {
        const TYPE_AT: usize = 4;
        const HEADER: usize = 8;
        const LINEAR: u16 = 1;
        self.token(Token::Gfp);
        let kind = u16_at(self.data, TYPE_AT).ok_or(NoFlow::LinkHeaderCut)?;
        // Data of a user; no extension or one of four bytes.
        let extension = kind >> 8 & 15;
        let at = HEADER + if extension == LINEAR { 4 } else { 0 };
        if kind >> 13 != 0 || extension > LINEAR {
            return self.without_ethernet(|d| d.opaque(at, 0));
        }
        match kind & 0xff {
            1 => self.ethernet(at),
            2 => self.ppp_link(at),
            13 => self.without_ethernet(|d| d.mpls(at, 0x8847)),
            16 | 17 => self.without_ethernet(|d| d.ip(at)),
            _ => {
                self.mark(FlowStat::NO_ETHERNET);
                self.opaque(at, 0)
            }
        }
    }
}
