//! Layer-two tunnelling: version 2 (RFC 2661) and version 3 (RFC 3931), which lies in UDP or in IP.

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u16_at, u32_at};
use crate::dissector::{Dissector, Outcome};

/// Flags of the first word: control message, and the fields that are there.
const CONTROL: u16 = 0x8000;
const LENGTH: u16 = 0x4000;
const SEQUENCE: u16 = 0x0800;
const OFFSET: u16 = 0x0200;
const VERSION: u16 = 0x000f;
/// Bytes of a session number.
const SESSION: usize = 4;
/// Lengths that a cookie may have; the tunnel's ends know which.
const COOKIES: [usize; 3] = [0, 4, 8];
/// Bytes that may be between the session number and a frame: a cookie, and the default sublayer with
/// sequence numbers (RFC 3931, section 4.6).
const IN_FRONT: [usize; 4] = [0, 4, 8, 12];

/// Whether a session's data begins as PPP or as Cisco HDLC.
const fn is_known(word: u16) -> bool {
    matches!(word, 0xff03 | 0x0f00 | 0x8f00)
}

impl Dissector<'_> {
    /// L2TP at the beginning of a UDP payload.
    pub(super) fn l2tp_over_udp(&mut self) {
        let (payload, at) = self.tunnel_payload();
        let Some(flags) = u16_at(payload, 0) else { return };
        if !matches!(flags & VERSION, 2 | 3) {
            return;
        }
        self.mark_l2tp(at);
        self.token(Token::L2tp);
        self.mark(FlowStat::L2TP);
        match (flags & CONTROL, flags & VERSION) {
            (0, 2) => self.unpack(|d| d.l2tp_v2(at, flags)),
            (0, _) => self.unpack(|d| d.l2tp_v3(at + 4)),
            _ => self.mark(FlowStat::STOPPED),
        }
    }

    /// The same if it is not to be unpacked.
    #[cold]
    pub(super) fn name_l2tp(&mut self) {
        let (payload, _) = self.tunnel_payload();
        if u16_at(payload, 0).is_some_and(|flags| matches!(flags & VERSION, 2 | 3)) {
            self.token(Token::L2tp);
            self.mark(FlowStat::L2TP);
        }
    }

    /// L2TP version 3 as an IP protocol: session 0 is control.
    pub(super) fn l2tp_over_ip(&mut self, at: usize) {
        if self.settings.compat
            && !self.has_known_session(at)
            && !matches!(u32_at(self.data, at), None | Some(0))
        {
            // The reference does not say that it stops here, and shows nothing of the header.
            return;
        }
        self.mark_l2tp(at);
        match u32_at(self.data, at) {
            Some(1..) => self.unpack(|d| d.l2tp_v3(at)),
            _ => self.mark(FlowStat::STOPPED),
        }
    }

    fn has_known_session(&self, at: usize) -> bool {
        let known = |cookie| u16_at(self.data, at + SESSION + cookie).is_some_and(is_known);
        COOKIES.into_iter().any(known)
    }

    fn mark_l2tp(&mut self, at: usize) {
        let here = self.tunnel_header_at(at);
        if let Some(marks) = &mut self.tunnel_offsets {
            marks.l2tp.get_or_insert(here);
        }
    }

    /// Data of version 2 is PPP.
    fn l2tp_v2(&mut self, at: usize, flags: u16) -> Outcome {
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
    fn l2tp_v3(&mut self, at: usize) -> Outcome {
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
        // The reference knows no other pseudowires.
        if self.settings.compat {
            Err(NoFlow::LinkHeaderCut)
        } else {
            self.pseudowire(at + SESSION)
        }
    }

    /// An Ethernet pseudowire (RFC 4719) or one of IP. Nothing but the tunnel's set-up tells, so it must
    /// be plain: a frame with IP or ARP whose lengths fit, or an IP packet that ends where the tunnel's
    /// packet does.
    fn pseudowire(&mut self, at: usize) -> Outcome {
        let end = self.packet_end();
        for inner in IN_FRONT.map(|bytes| at + bytes) {
            if self.may_be_frame(inner, end).ok_or(NoFlow::LinkHeaderCut)? {
                return self.inner_ethernet(inner);
            }
            if self.ip_end(inner).ok_or(NoFlow::LinkHeaderCut)? == end {
                return self.ip(inner);
            }
        }
        Err(NoFlow::LinkHeaderCut)
    }
}
