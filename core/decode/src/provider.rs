//! Frames inside frames on layer 2: tags of switch chips, provider backbone bridging (IEEE 802.1ah), TRILL (RFC 6325) and
//! MACsec (IEEE 802.1AE).

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};
use crate::settings::Encapsulations;

/// What an ethertype of this file stands for, and its switch.
const fn kind(ethertype: u16) -> Option<(Token, Encapsulations)> {
    Some(match ethertype {
        0x88e7 => (Token::Pbb, Encapsulations::PBB),
        0x22f3 => (Token::Trill, Encapsulations::TRILL),
        0x88e5 => (Token::Macsec, Encapsulations::MACSEC),
        0x894f => (Token::Nsh, Encapsulations::NSH),
        0xdada => (Token::Dsa, Encapsulations::DSA),
        _ => return None,
    })
}

impl Dissector<'_> {
    /// A header of this file at `at`, if the ethertype is one of them; the reference knows none.
    pub(crate) fn provider(&mut self, at: usize, ethertype: u16) -> Option<Outcome> {
        let (token, switch) = kind(ethertype).filter(|_| !self.settings.compat)?;
        match token {
            Token::Nsh if self.unpacks(switch) => return Some(self.nsh(at)),
            // Two bytes of zero are in front of the tag.
            Token::Dsa if self.unpacks(switch) => return Some(self.dsa_tag(at + 2)),
            _ => {}
        }
        self.token(token);
        if !self.unpacks(switch) {
            return Some(self.opaque(at, ethertype));
        }
        Some(self.enter().and_then(|()| match token {
            Token::Pbb => self.backbone(at),
            Token::Trill => self.trill(at),
            _ => self.macsec(at),
        }))
    }

    /// A service tag of four bytes, then the customer's frame.
    fn backbone(&mut self, at: usize) -> Outcome {
        const SERVICE_TAG: usize = 4;
        self.inner_ethernet(at + SERVICE_TAG)
    }

    /// Six bytes, options in words of four bytes, then the frame.
    fn trill(&mut self, at: usize) -> Outcome {
        const HEADER: usize = 6;
        let first = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        let options = usize::from(first >> 6 & 0x1f) * 4;
        self.inner_ethernet(at + HEADER + options)
    }

    /// Control bits, length, packet number, perhaps the channel; then the ethertype, unless that is
    /// encrypted.
    fn macsec(&mut self, at: usize) -> Outcome {
        const ENCRYPTED: u8 = 0x0c;
        const CHANNEL: u8 = 0x20;
        let control = u8_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        if control & ENCRYPTED != 0 {
            return self.opaque(at, 0x88e5);
        }
        self.ethertype(at + if control & CHANNEL == 0 { 6 } else { 14 })
    }
}
