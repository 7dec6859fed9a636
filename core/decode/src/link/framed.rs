//! Records of capture cards and framings that name what they carry: Endace, Apple's packet tap, the
//! generic framing procedure (ITU-T G.7041).

use flowz_api::packet::LinkType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Endace's record: time, type, flags, lengths; extension headers of eight bytes, each of which says
    /// whether another one follows.
    pub(super) fn endace(&mut self) -> Outcome {
        const TYPE_AT: usize = 8;
        const HEADER: usize = 16;
        const EXTENSION: usize = 8;
        const MORE: u8 = 0x80;
        self.token(Token::Erf);
        let kind = u8_at(self.data, TYPE_AT).ok_or(NoFlow::LinkHeaderCut)?;
        let mut at = HEADER;
        let mut more = kind & MORE != 0;
        while more {
            more = u8_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)? & MORE != 0;
            at += EXTENSION;
        }
        match kind & !MORE {
            1 => self.packet_over_sonet(at),
            // Ethernet, with or without colours, behind an offset and padding.
            2 | 11 | 16 | 20 => self.ethernet(at + 2),
            22 | 23 => self.without_ethernet(|d| d.ip(at)),
            _ => Err(NoFlow::UnsupportedLink),
        }
    }

    /// Cisco HDLC or PPP, by the address byte.
    fn packet_over_sonet(&mut self, at: usize) -> Outcome {
        match u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)? {
            0x0f00 | 0x8f00 => self.hdlc_link(at),
            _ => self.ppp_link(at),
        }
    }

    /// Apple's packet tap: length, kind of record and link type in little-endian order.
    pub(super) fn packet_tap(&mut self) -> Outcome {
        const PACKET: u32 = 1;
        let word = |at| u32_at(self.data, at).map(u32::swap_bytes).ok_or(NoFlow::LinkHeaderCut);
        let (len, kind, link) = (word(0)?, word(4)?, word(8)?);
        self.token(Token::Pktap);
        if kind != PACKET || len > u32::from(u16::MAX) {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.inner_link(LinkType(link as u16), len as usize)
    }

    /// Generic framing: core header, payload type with its check sum, perhaps an extension header.
    pub(super) fn generic_framing(&mut self) -> Outcome {
        const TYPE_AT: usize = 4;
        const HEADER: usize = 8;
        const LINEAR: u16 = 1;
        self.token(Token::Gfp);
        let kind = u16_at(self.data, TYPE_AT).ok_or(NoFlow::LinkHeaderCut)?;
        // Data of a user; no extension or one of four bytes.
        let extension = kind >> 8 & 15;
        let at = HEADER + if extension == LINEAR { 4 } else { 0 };
        if kind >> 13 != 0 || extension > LINEAR {
            return self.without_ethernet(|d| d.opaque(at, 0));
        }
        match kind & 0xff {
            1 => self.ethernet(at),
            2 => self.ppp_link(at),
            13 => self.without_ethernet(|d| d.mpls(at, 0x8847)),
            16 | 17 => self.without_ethernet(|d| d.ip(at)),
            _ => {
                self.mark(FlowStat::NO_ETHERNET);
                self.opaque(at, 0)
            }
        }
    }
}
