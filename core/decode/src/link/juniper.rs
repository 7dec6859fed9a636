//! What Juniper routers put in front of a frame: a magic number, flags, perhaps extensions. The link
//! type tells which frame follows.

use flowz_api::packet::LinkType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};

/// The first three bytes, "MGC".
const MAGIC: u32 = 0x004d_4743;
/// Magic number and flags.
const HEADER: usize = 4;
/// Extensions follow, with their length in two bytes.
const EXTENDED: u8 = 0x80;
/// There is no layer-2 header but a family of four bytes, then IP.
const NO_LAYER_2: u8 = 0x02;
/// Bytes in front of what the two kinds of ATM carry, of voice, and of services and gateways.
const ATM1_COOKIE: usize = 4;
const ATM2_COOKIE: usize = 8;
const VOICE: usize = 18;
const SERVICES: [usize; 2] = [8, 16];

const fn is_juniper(link: LinkType) -> bool {
    matches!(
        link,
        LinkType::JUNIPER_ETHER
            | LinkType::JUNIPER_PPP
            | LinkType::JUNIPER_FRELAY
            | LinkType::JUNIPER_CHDLC
            | LinkType::JUNIPER_PPPOE
            | LinkType::JUNIPER_ATM1
            | LinkType::JUNIPER_ATM2
            | LinkType::JUNIPER_MLPPP
            | LinkType::JUNIPER_MLFR
            | LinkType::JUNIPER_VP
            | LinkType::JUNIPER_GGSN
            | LinkType::JUNIPER_SERVICES
    )
}

impl Dissector<'_> {
    /// A frame of one of Juniper's link types; all others are not supported.
    pub(super) fn juniper(&mut self, link: LinkType) -> Outcome {
        if !is_juniper(link) {
            return Err(NoFlow::UnsupportedLink);
        }
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
        self.juniper_frame(link, at)
    }

    fn juniper_frame(&mut self, link: LinkType, at: usize) -> Outcome {
        match link {
            LinkType::JUNIPER_ETHER | LinkType::JUNIPER_PPPOE => self.ethernet(at),
            LinkType::JUNIPER_PPP => self.ppp_link(at),
            LinkType::JUNIPER_FRELAY => self.frame_relay(at),
            LinkType::JUNIPER_CHDLC => self.hdlc_link(at),
            LinkType::JUNIPER_ATM1 => self.atm_payload(at + ATM1_COOKIE),
            LinkType::JUNIPER_ATM2 => self.atm_payload(at + ATM2_COOKIE),
            LinkType::JUNIPER_MLPPP => self.multilink_ppp(at),
            LinkType::JUNIPER_MLFR => self.multilink_frame_relay(at),
            LinkType::JUNIPER_VP => self.without_ethernet(|d| d.ip(at + VOICE)),
            _ => self.without_ethernet(|d| d.first_ip(at, SERVICES)),
        }
    }

    /// PPP, perhaps behind the number of the bundle.
    fn multilink_ppp(&mut self, at: usize) -> Outcome {
        const BUNDLE: usize = 2;
        match u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)? {
            0xff03 | 0x0021 | 0x0057 | 0xc021 => self.ppp_link(at),
            _ => self.ppp_link(at + BUNDLE),
        }
    }

    /// The number of the bundle or the address, then a network protocol identifier behind its control
    /// byte.
    fn multilink_frame_relay(&mut self, at: usize) -> Outcome {
        const BUNDLE: usize = 2;
        const UNNUMBERED: u8 = 3;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::FrameRelay);
        match u8_at(self.data, at + BUNDLE) {
            Some(UNNUMBERED) => self.nlpid(at + BUNDLE + 1),
            _ => Err(NoFlow::LinkHeaderCut),
        }
    }

    /// IP behind a header of the first length at which an IP packet fits into the frame.
    fn first_ip(&mut self, at: usize, lengths: [usize; 2]) -> Outcome {
        for inner in lengths.map(|len| at + len) {
            let end = self.ip_end(inner).ok_or(NoFlow::LinkHeaderCut)?;
            if end != 0 && end <= self.wire_len {
                return self.ip(inner);
            }
        }
        Err(NoFlow::LinkHeaderCut)
    }
}
