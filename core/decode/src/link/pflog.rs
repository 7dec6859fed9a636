//! The log of OpenBSD's packet filter (pflog).

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u8_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// OpenBSD's packet filter log: its length, padded to four bytes, comes first.
    pub(super) fn pflog(&mut self) -> Outcome {
        let len = u8_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)?;
        self.raw_ip(Token::None, usize::from(len).next_multiple_of(4))
    }
}
