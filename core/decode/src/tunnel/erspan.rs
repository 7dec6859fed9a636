//! Mirrored frames: ERSPAN types I, II and III (draft-foschiano-erspan-03).

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use super::gre::SEQUENCE;
use crate::NoFlow;
use crate::bytes::u8_at;
use crate::dissector::{Dissector, Outcome};

/// Bytes of a type II header.
const TYPE_II: usize = 8;
/// Bytes of a type III header, and of the optional part of it.
const TYPE_III: usize = 12;
const SUBHEADER: usize = 8;

impl Dissector<'_> {
    /// Types I and II have the same number; type I has no header (draft-foschiano-erspan-03, section
    /// 4.1) and comes without a GRE sequence number.
    pub(super) fn erspan_in_gre(&mut self, at: usize, gre_flags: u16) -> Outcome {
        // The reference does not know type I.
        let second = gre_flags & SEQUENCE != 0 || self.settings.compat;
        self.erspan(at, if second { TYPE_II } else { 0 })
    }

    /// A type II header right behind an ethertype.
    pub(crate) fn erspan_ii(&mut self, at: usize) -> Outcome {
        self.enter()?;
        self.erspan(at, TYPE_II)
    }

    pub(super) fn erspan_iii(&mut self, at: usize) -> Outcome {
        const OPTIONAL: u8 = 1;
        let last = u8_at(self.data, at + TYPE_III - 1).ok_or(NoFlow::LinkHeaderCut)?;
        let header = if last & OPTIONAL == 0 { TYPE_III } else { TYPE_III + SUBHEADER };
        self.erspan(at, header)
    }

    fn erspan(&mut self, at: usize, header: usize) -> Outcome {
        self.token(Token::Erspan);
        self.mark(FlowStat::ERSPAN);
        self.inner_ethernet(at + header)
    }
}
