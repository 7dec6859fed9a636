//! Distributed switch architecture (DSA): Ethernet as it goes between a processor and a switch chip, with
//! a tag of four bytes that tells the port.

use flowz_api::packet::LinkType;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};

/// Two addresses.
const ADDRESSES: usize = 12;
/// Bytes of a tag.
const TAG: usize = 4;
/// Marvell's tag behind an ethertype: that, and two bytes of zero.
const ETHERTYPE: usize = 4;

impl Dissector<'_> {
    /// A frame with the tag of that link type.
    pub(super) fn dsa_frame(&mut self, link: LinkType) -> Outcome {
        if link == LinkType::DSA_TAG_BRCM_PREPEND {
            self.token(Token::Brcm);
            return self.ethernet(TAG);
        }
        self.token(Token::Eth);
        match link {
            LinkType::DSA_TAG_BRCM => {
                self.token(Token::Brcm);
                self.ethertype(ADDRESSES + TAG)
            }
            LinkType::DSA_TAG_DSA => self.dsa_tag(ADDRESSES),
            _ => self.dsa_tag(ADDRESSES + ETHERTYPE),
        }
    }

    /// Marvell's tag at `at`: command, device and port, then priority and VLAN, which were a VLAN tag of
    /// the frame if a bit says so; the ethertype follows.
    pub(crate) fn dsa_tag(&mut self, at: usize) -> Outcome {
        const TAGGED: u8 = 0x20;
        self.token(Token::Dsa);
        let first = u8_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        let control = u16_at(self.data, at + 2).ok_or(NoFlow::LinkHeaderCut)?;
        if first & TAGGED != 0 {
            self.note_tag(at + 2, control);
        }
        self.ethertype(at + TAG)
    }
}
