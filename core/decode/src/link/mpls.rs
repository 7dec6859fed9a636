//! MPLS label stacks (RFC 3032) and what is below them.

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u32_at};
use crate::dissector::{Dissector, Outcome};
use crate::settings::Encapsulations;
use crate::tokens;

/// The last label of a stack.
const BOTTOM: u32 = 0x100;
/// Bytes of a label, and of a control word.
const WORD: usize = 4;

impl Dissector<'_> {
    /// A stack of labels at `at`, behind one of the two ethertypes.
    pub(crate) fn mpls(&mut self, at: usize, ethertype: u16) -> Outcome {
        self.mark(tokens::ethertype_status(ethertype));
        if !self.unpacks(Encapsulations::MPLS) {
            self.token(Token::Mpls);
            return self.opaque(at, ethertype);
        }
        self.enter()?;
        let inner = self.labels(at)?;
        match u8_at(self.data, inner).map(|b| b >> 4) {
            Some(4 | 6) => self.ip(inner),
            Some(0) => {
                self.token(Token::PseudowireControl);
                self.inner_ethernet(inner + WORD)
            }
            _ => self.opaque(inner, ethertype),
        }
    }

    /// Reads the labels to the bottom of the stack; yields where that is.
    fn labels(&mut self, mut at: usize) -> Result<usize, NoFlow> {
        if self.out.mpls_labels == 0 {
            self.out.mpls = at as u32;
        }
        loop {
            let label = u32_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
            self.token(Token::Mpls);
            self.out.mpls_labels = self.out.mpls_labels.saturating_add(1);
            at += WORD;
            if label & BOTTOM != 0 {
                return Ok(at);
            }
        }
    }
}
