//! PPP (RFC 1661, 1662), in PPPoE (RFC 2516) and on its own; Cisco HDLC.

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};
use crate::settings::Encapsulations;

/// The ethertype of PPPoE sessions, which layer-2 flows of PPP have too.
const PPPOE_SESSION: u16 = 0x8864;
/// The number of IPv4 packets.
const IPV4: u16 = 0x0021;
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
        self.ppp(at + HEADER)?;
        if self.out.is_layer2() && self.out.ethertype == PPPOE_SESSION {
            self.end_of_session(at);
        }
        Ok(())
    }

    /// The header tells how long its PPP packet is (RFC 2516, section 4): what follows is padding.
    #[cold]
    fn end_of_session(&mut self, at: usize) {
        const HEADER: usize = 6;
        if self.settings.compat {
            // The reference takes all of it for padding, and unknown numbers in the other byte order.
            self.out.chain.unknown = self.out.chain.unknown.swap_bytes();
            return self.layer2(at, PPPOE_SESSION);
        }
        if let Some(length) = u16_at(self.data, at + HEADER - 2) {
            self.note_end((at + HEADER) as i64 + i64::from(length));
        }
    }

    /// The protocol field of PPP at `at`, perhaps with HDLC-like framing in front, perhaps compressed
    /// to one byte; its token is there already.
    pub(crate) fn ppp(&mut self, mut at: usize) -> Outcome {
        // The reference shows no header of PPP in PPPoE.
        let unseen = self.settings.compat && self.out.status.contains(FlowStat::PPPOE_SESSION);
        if let Some(marks) = self.tunnel_offsets.as_deref_mut().filter(|_| !unseen) {
            marks.ppp.get_or_insert(at as u32);
        }
        self.enter()?;
        let mut word = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        if word == FRAMING {
            at += 2;
            word = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        }
        // The reference knows the number of IPv4 in one byte, and no other.
        let short = word & 0x100 != 0 && (word >> 8 == IPV4 || !self.settings.compat);
        let (protocol, len) = if short { (word >> 8, 1) } else { (word, 2) };
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
                    Some(Token::Ipv6cp) if self.settings.compat => {
                        // The reference does not know it.
                        self.unknown(Token::UnknownEthertype, protocol);
                    }
                    Some(token) => self.token(token),
                    None => self.unknown(Token::UnknownEthertype, protocol),
                }
                self.without_ip(at)
            }
        }
    }

    /// A PPP packet without IP. Only PPPoE has an ethertype.
    fn without_ip(&mut self, at: usize) -> Outcome {
        let link = self.out.status.contains(FlowStat::NO_ETHERNET) && !self.is_tunneled();
        let session = self.out.status.contains(FlowStat::PPPOE_SESSION);
        if link && !session && self.settings.compat {
            // The reference forms no flow of them.
            return Err(NoFlow::PppWithoutIp);
        }
        self.opaque(at, if session { PPPOE_SESSION } else { 0 })
    }
}
