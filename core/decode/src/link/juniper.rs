//! What Juniper routers put in front of a frame: a magic number, flags, perhaps extensions. The link
//! type tells which frame follows.

use flowz_api::packet::LinkType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::walk::{Step, Walk};

/// The first three bytes, "MGC".
const MAGIC: u32 = 0x004d_4743;
/// Magic number and flags.
const HEADER: usize = 4;
/// Extensions follow, with their length in two bytes.
const EXTENDED: u8 = 0x80;
/// There is no layer-2 header but a family of four bytes, then IP.
const NO_LAYER_2: u8 = 0x02;

impl Walk<'_> {
    pub(super) fn juniper(&mut self, link: LinkType) -> Step {
        self.token(Token::Juniper);
        let word = u32_at(self.data, 0).ok_or(NoFlow::LinkHeaderCut)?;
        let flags = u8_at(self.data, 3).ok_or(NoFlow::LinkHeaderCut)?;
        if word >> 8 != MAGIC {
            return Err(NoFlow::LinkHeaderCut);
        }
        let mut at = HEADER;
        if flags & EXTENDED != 0 {
            at += 2 + usize::from(u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?);
        }
        if flags & NO_LAYER_2 != 0 {
            self.mark(FlowStat::NO_ETHERNET);
            return self.ip(at + 4);
        }
        match link {
            LinkType::JUNIPER_ETHER => self.ethernet(at),
            LinkType::JUNIPER_PPP => self.ppp_link(at),
            LinkType::JUNIPER_FRELAY => self.frame_relay(at),
            LinkType::JUNIPER_CHDLC => {
                self.mark(FlowStat::NO_ETHERNET);
                self.cisco_hdlc(at)
            }
            _ => {
                self.mark(FlowStat::NO_ETHERNET);
                self.pppoe(at)
            }
        }
    }
}
