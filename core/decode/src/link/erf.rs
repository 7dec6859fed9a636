//! Extensible record format (ERF) of Endace's capture cards.

use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Endace's record: time, type, flags, lengths; extension headers of eight bytes, each of which says
    /// whether another one follows.
    pub(super) fn erf(&mut self) -> Outcome {
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
}
