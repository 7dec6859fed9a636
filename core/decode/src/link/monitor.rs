//! What monitoring cards put in front of 802.11 frames: radiotap, Prism, AVS, and per-packet
//! information (PPI), which goes in front of any link type.

use flowz_api::packet::LinkType;
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

    /// Per-packet information: version, flags, length and link type in little-endian order.
    pub(super) fn ppi(&mut self) -> Outcome {
        self.token(Token::Ppi);
        let len = u16_at(self.data, 2).ok_or(NoFlow::LinkHeaderCut)?.swap_bytes();
        let link = u32_at(self.data, 4).ok_or(NoFlow::LinkHeaderCut)?.swap_bytes();
        self.inner_link(LinkType(link as u16), usize::from(len))
    }
}
