//! PPP (RFC 1661, 1662), in PPPoE (RFC 2516) and on its own; Cisco HDLC.

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};
use crate::settings::Encapsulations;

/// The ethertype of PPPoE sessions, which layer-2 flows of PPP have too.
const PPPOE_SESSION: u16 = 0x8864;
/// Address and control byte of HDLC-like framing.
const FRAMING: u16 = 0xff03;

/// The token of a PPP protocol number, if it has a name.
const fn name(protocol: u16) -> Option<Token> {
    Some(match protocol {
        0x003d => Token::MultilinkPpp,
        0x00fd => Token::PppCompressed,
        0x8021 => Token::Ipcp,
        0x8057 => Token::Ipv6cp,
        0x80fd => Token::Ccp,
        0x8281 => Token::Mplscp,
        0xc021 => Token::Lcp,
        0xc023 => Token::Pap,
        0xc025 => Token::Lqr,
        0xc029 => Token::Cbcp,
        0xc223 => Token::Chap,
        _ => return None,
    })
}

impl Dissector<'_> {
    /// A PPP frame as link type: HDLC-like framing may be there, or it is Cisco HDLC.
    pub(super) fn ppp_link(&mut self, at: usize) -> Outcome {
        self.mark(FlowStat::NO_ETHERNET | FlowStat::PPP);
        self.token(Token::Ppp);
        match u16_at(self.data, at) {
            Some(0x0f00 | 0x8f00) => self.cisco_hdlc(at),
            _ => self.ppp(at),
        }
    }

    /// Cisco HDLC: address, control, ethertype.
    pub(crate) fn cisco_hdlc(&mut self, at: usize) -> Outcome {
        const SLARP: u16 = 0x8035;
        self.token(Token::Chdlc);
        if u16_at(self.data, at + 2) == Some(SLARP) && !self.settings.compat {
            self.token(Token::Slarp);
            return self.opaque(at + 4, SLARP);
        }
        self.ethertype(at + 2)
    }

    /// PPPoE session header at `at`: version and type, code 0, session, length.
    pub(crate) fn pppoe(&mut self, at: usize) -> Outcome {
        const HEADER: usize = 6;
        self.token(Token::PppoeSession);
        self.mark(FlowStat::PPPOE_SESSION);
        if !self.unpacks(Encapsulations::PPPOE) {
            return self.opaque(at, PPPOE_SESSION);
        }
        self.token(Token::Ppp);
        self.ppp(at + HEADER)
    }

    /// The protocol field of PPP at `at`, perhaps with HDLC-like framing in front, perhaps compressed
    /// to one byte; its token is there already.
    pub(crate) fn ppp(&mut self, mut at: usize) -> Outcome {
        if let Some(marks) = &mut self.tunnel_offsets {
            marks.ppp.get_or_insert(at as u32);
        }
        self.enter()?;
        let mut word = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        if word == FRAMING {
            at += 2;
            word = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        }
        let (protocol, len) = if word & 0x100 == 0 { (word, 2) } else { (word >> 8, 1) };
        self.ppp_payload(at + len, protocol)
    }

    fn ppp_payload(&mut self, at: usize, protocol: u16) -> Outcome {
        match protocol {
            0x0021 | 0x0057 => self.ip(at),
            0x0281 => self.mpls(at, 0x8847),
            0x0283 => self.mpls(at, 0x8848),
            _ => {
                if protocol == 0x00fd {
                    self.mark(FlowStat::PPP_COMPRESSED);
                }
                match name(protocol) {
                    Some(token) => self.token(token),
                    None => self.unknown(Token::UnknownEthertype, protocol),
                }
                self.opaque(at, PPPOE_SESSION)
            }
        }
    }
}
