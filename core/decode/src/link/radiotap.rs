//! Radiotap, a header of the capturing card in front of 802.11.

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Radiotap: version, padding, length and presence bits in little-endian order. A length below that of
    /// these makes no sense.
    pub(super) fn radiotap(&mut self) -> Outcome {
        const SHORTEST: usize = 8;
        self.token(Token::Radiotap);
        let len = u16_at(self.data, 2).ok_or(NoFlow::LinkHeaderCut)?.swap_bytes();
        let len = usize::from(len);
        if len < SHORTEST {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.wlan_padded = self.radiotap_flags(len).is_some_and(|flags| flags & 0x20 != 0);
        self.wlan(len)
    }

    /// The flags field of a header of `len` bytes: behind the presence words and the time, if there is one.
    fn radiotap_flags(&self, len: usize) -> Option<u8> {
        const TIME: u32 = 1;
        const FLAGS: u32 = 2;
        const MORE: u32 = 1 << 31;
        let presence = u32_at(self.data, 4)?.swap_bytes();
        let mut at = 8;
        let mut word = presence;
        while word & MORE != 0 {
            word = u32_at(self.data, at)?.swap_bytes();
            at += 4;
        }
        if presence & TIME != 0 {
            at = at.next_multiple_of(8) + 8;
        }
        // What the header has no room for is none of its fields.
        if presence & FLAGS == 0 || at >= len { None } else { u8_at(self.data, at) }
    }
}
