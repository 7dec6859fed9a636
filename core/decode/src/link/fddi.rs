//! FDDI (ISO 9314-2).

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u8_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// FDDI (ISO 9314-2): frame control, addresses.
    pub(super) fn fddi(&mut self) -> Outcome {
        const HEADER: usize = 13;
        self.out.l2 = 1;
        self.token(Token::Fddi);
        let control = u8_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)?;
        if control >> 4 != 5 {
            return self.opaque(HEADER, 0);
        }
        self.llc_to_end(HEADER)
    }
}
