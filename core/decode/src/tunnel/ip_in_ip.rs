//! IP in IP (RFC 2003, 2473, 4213), Ethernet in IP (RFC 3378; RFC 8986, section 10.1) and the packets in PIM registers
//! (RFC 7761, section 4.9.3).

use etherparse::{IpNumber, ip_number};
use flowz_api::layers::Net;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};
use crate::settings::Encapsulations;
use crate::tokens;

/// Ethernet in IP, GRE, L2TP, PIM.
const ETHERIP: IpNumber = IpNumber(97);
const GRE: IpNumber = IpNumber(47);
const L2TP: IpNumber = IpNumber(115);
const PIM: IpNumber = IpNumber(103);
/// Ethernet, as segment routing names it.
const ETHERNET: IpNumber = IpNumber(143);
const AH: u8 = ip_number::AUTHENTICATION_HEADER.0;

/// Whether an IP protocol may carry packets, or names what follows it.
#[inline]
pub(crate) const fn is_carrier(proto: IpNumber) -> bool {
    matches!(proto.0, 4 | 41 | 47 | 51 | 97 | 103 | 115 | 143)
}

impl Dissector<'_> {
    /// A layer-4 header at `at` of a protocol that [`is_carrier`].
    #[cold]
    pub(crate) fn carrier(&mut self, at: usize, proto: IpNumber) {
        match proto {
            // The reference does not look into such a tunnel over IPv6.
            ip_number::IPV4
                if !self.settings.ipv4 && self.settings.compat && self.out.net == Net::V6 =>
            {
                self.disabled_ip_in_ip(at, proto);
            }
            ip_number::IPV4 | ip_number::IPV6 if self.unpacks(Encapsulations::IPIP) => {
                self.ip_in_ip(at, proto);
                return;
            }
            ip_number::IPV4 | ip_number::IPV6 => self.disabled_ip_in_ip(at, proto),
            ETHERNET if self.unpacks(Encapsulations::ETHERIP) && !self.settings.compat => {
                self.payload_only(at);
                self.unpack(|d| d.inner_ethernet(at));
                return;
            }
            GRE if !self.unpacks(Encapsulations::GRE) => self.disabled_tunnel(at),
            _ => self.opaque_transport(at, proto),
        }
        match proto {
            GRE if self.unpacks(Encapsulations::GRE) => self.gre(at),
            L2TP if self.unpacks(Encapsulations::L2TP) => self.l2tp_over_ip(at),
            ETHERIP if self.unpacks(Encapsulations::ETHERIP) => {
                self.unpack(|d| d.ether_ip(at));
            }
            PIM if self.unpacks(Encapsulations::IPIP) => self.pim(at),
            ip_number::AUTHENTICATION_HEADER => self.authenticated(at),
            _ => {}
        }
    }

    /// A tunnel that is not to be unpacked: all that follows the IP header is payload.
    fn disabled_tunnel(&mut self, at: usize) {
        let proto = IpNumber(self.out.l4_proto);
        self.opaque_transport(at, proto);
        self.payload_only(at);
    }

    /// IP in IP that is not to be unpacked.
    fn disabled_ip_in_ip(&mut self, at: usize, proto: IpNumber) {
        if !self.settings.compat {
            return self.disabled_tunnel(at);
        }
        // The reference names both the packet in there and what it carries. In IPv4 it also takes it
        // for a header like UDP's.
        let next_at = at + if proto == ip_number::IPV4 { 9 } else { 6 };
        let next = match u8_at(self.data, next_at) {
            Some(number) if number == ip_number::IPV4.0 => Some(Token::Ipv4),
            number => number.and_then(tokens::protocol),
        };
        self.token(if proto == ip_number::IPV4 { Token::Ipv4 } else { Token::Ipv6 });
        if let Some(token) = next {
            self.token(token);
        }
        if proto == ip_number::IPV6 {
            self.mark(FlowStat::IP_IN_IP | FlowStat::IPV6);
        }
        if self.out.net == Net::V4 {
            self.mark(if proto == ip_number::IPV4 {
                FlowStat::IP_IN_IP
            } else {
                FlowStat::STOPPED
            });
            return self.split_payload(at, 8);
        }
        self.payload_only(at);
    }

    fn ip_in_ip(&mut self, at: usize, proto: IpNumber) {
        self.payload_only(at);
        // The reference has no bit for IPv4 in IPv6.
        let unmarked = self.settings.compat && self.out.net == Net::V6 && proto == ip_number::IPV4;
        if !unmarked {
            self.mark(FlowStat::IP_IN_IP);
        }
        self.unpack(|d| if proto == ip_number::IPV4 { d.ipv4_only(at) } else { d.ipv6_only(at) });
    }

    fn ipv4_only(&mut self, at: usize) -> Outcome {
        match u8_at(self.data, at).map(|b| b >> 4) {
            Some(4) => self.ipv4(at),
            lie => {
                self.token(if lie.is_none() { Token::Ipv4 } else { Token::Ipip });
                Err(NoFlow::IpHeaderCut)
            }
        }
    }

    pub(crate) fn ipv6_only(&mut self, at: usize) -> Outcome {
        match u8_at(self.data, at).map(|b| b >> 4) {
            Some(6) => self.ipv6(at),
            _ => {
                self.token(Token::Ipv6);
                Err(NoFlow::IpHeaderCut)
            }
        }
    }

    /// Two bytes with the version, 3, in the first nibble; then a frame.
    fn ether_ip(&mut self, at: usize) -> Outcome {
        const VERSION: u16 = 0x3000;
        match u16_at(self.data, at) {
            Some(VERSION) => self.inner_ethernet(at + 2),
            _ => Err(NoFlow::LinkHeaderCut),
        }
    }

    /// Registers carry a multicast packet towards the rendezvous point; null registers carry none.
    fn pim(&mut self, at: usize) {
        const REGISTER: u8 = 0x21;
        const HEADER: usize = 8;
        let (payload, _) = self.tunnel_payload();
        let null = payload.is_empty();
        if u8_at(self.data, at) == Some(REGISTER) && !null {
            self.unpack(|d| d.ip(at + HEADER));
        }
    }

    /// An authentication header behind IPv4 (RFC 4302): protocol of what follows, and its own length in
    /// words of four bytes less two. What follows is decoded as if it stood right behind IP.
    fn authenticated(&mut self, mut at: usize) {
        if self.settings.compat {
            return self.named_behind_authentication(at);
        }
        while self.out.l4_proto == AH {
            let Some([next, words]) = u16_at(self.data, at).map(u16::to_be_bytes) else {
                return self.mark(FlowStat::STOPPED);
            };
            at += usize::from(words) * 4 + 8;
            if at > (self.out.l3 + self.out.snap_l3_len) as usize {
                return self.mark(FlowStat::STOPPED);
            }
            self.out.l4_proto = next;
            if next == AH {
                self.token(Token::Ah);
            }
        }
        self.transport(at);
    }

    /// The reference takes the header for one like UDP's and names what follows it.
    fn named_behind_authentication(&mut self, at: usize) {
        match u8_at(self.data, at).and_then(tokens::protocol) {
            Some(Token::Ipip) => self.token(Token::Ipv4),
            Some(token) => self.token(token),
            None => {}
        }
    }
}
