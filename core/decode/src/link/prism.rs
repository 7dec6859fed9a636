//! Prism and AVS, older headers of the capturing card in front of 802.11.

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u32_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Prism: a message code and a length in the order of the machine. Cards with an AVS header use
    /// the same link type.
    pub(super) fn prism(&mut self) -> Outcome {
        const SHORTEST: u32 = 24;
        let code = u32_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)?;
        if code >> 12 == 0x80211 {
            return self.avs();
        }
        self.token(Token::Prism);
        let len = u32_at(self.data, 4).ok_or(NoFlow::LinkHeaderCut)?;
        let len = len.min(len.swap_bytes());
        if len < SHORTEST {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.wlan(len as usize)
    }

    /// AVS: a magic number with the version, and the length.
    pub(super) fn avs(&mut self) -> Outcome {
        self.token(if self.settings.compat { Token::Prism } else { Token::Avs });
        let len = u32_at(self.data, 4).ok_or(NoFlow::LinkHeaderCut)?;
        self.wlan(len as usize)
    }
}
