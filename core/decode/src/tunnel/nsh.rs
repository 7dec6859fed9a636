//! Network service headers (RFC 8300).

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};
use crate::settings::Encapsulations;

impl Dissector<'_> {
    /// A network service header at `at`: its length is in words of four bytes.
    pub(crate) fn nsh(&mut self, at: usize) -> Outcome {
        const WORDS: u16 = 0x3f;
        const SMALLEST: usize = 8;
        self.token(Token::Nsh);
        let first = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        let next = u8_at(self.data, at + 3).ok_or(NoFlow::LinkHeaderCut)?;
        let header = usize::from(first & WORDS) * 4;
        if header < SMALLEST || !self.unpacks(Encapsulations::NSH) {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.enter()?;
        self.next_protocol(at + header, next)
    }
}
