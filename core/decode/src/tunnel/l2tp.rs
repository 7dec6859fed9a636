//! Layer-two tunnelling: version 2 (RFC 2661) and version 3 (RFC 3931), which lies in UDP or in IP.

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u16_at, u32_at};
use crate::walk::{Step, Walk};

/// Flags of the first word: control message, and the fields that are there.
const CONTROL: u16 = 0x8000;
const LENGTH: u16 = 0x4000;
const SEQUENCE: u16 = 0x0800;
const OFFSET: u16 = 0x0200;
const VERSION: u16 = 0x000f;
/// Lengths that a cookie may have; the tunnel's ends know which.
const COOKIES: [usize; 3] = [0, 4, 8];

impl Walk<'_> {
    /// L2TP at the beginning of a UDP payload.
    pub(super) fn l2tp_over_udp(&mut self) {
        let (payload, at) = self.carried();
        let Some(flags) = u16_at(payload, 0) else { return };
        if !matches!(flags & VERSION, 2 | 3) {
            return;
        }
        self.token(Token::L2tp);
        self.mark(FlowStat::L2TP);
        match (flags & CONTROL, flags & VERSION) {
            (0, 2) => self.unpack(|w| w.l2tp_v2(at, flags)),
            (0, _) => self.unpack(|w| w.l2tp_v3(at + 4)),
            _ => self.mark(FlowStat::STOPPED),
        }
    }

    /// L2TP version 3 as an IP protocol: session 0 is control.
    pub(super) fn l2tp_over_ip(&mut self, at: usize) {
        match u32_at(self.data, at) {
            Some(1..) => self.unpack(|w| w.l2tp_v3(at)),
            _ => self.mark(FlowStat::STOPPED),
        }
    }

    /// Data of version 2 is PPP.
    fn l2tp_v2(&mut self, at: usize, flags: u16) -> Step {
        let mut header = 6;
        header += if flags & LENGTH == 0 { 0 } else { 2 };
        header += if flags & SEQUENCE == 0 { 0 } else { 4 };
        if flags & OFFSET != 0 {
            let skipped = u16_at(self.data, at + header).ok_or(NoFlow::LinkHeaderCut)?;
            header += 2 + usize::from(skipped);
        }
        self.token(Token::Ppp);
        self.mark(FlowStat::PPP);
        self.ppp(at + header)
    }

    /// Data of version 3 behind a session number and a cookie of unknown length: PPP or Cisco HDLC is
    /// known by its first two bytes.
    fn l2tp_v3(&mut self, at: usize) -> Step {
        const SESSION: usize = 4;
        for cookie in COOKIES {
            let inner = at + SESSION + cookie;
            match u16_at(self.data, inner) {
                Some(0xff03) => {
                    self.token(Token::Ppp);
                    self.mark(FlowStat::PPP);
                    return self.ppp(inner);
                }
                Some(0x0f00 | 0x8f00) => return self.cisco_hdlc(inner),
                _ => {}
            }
        }
        Err(NoFlow::LinkHeaderCut)
    }
}
