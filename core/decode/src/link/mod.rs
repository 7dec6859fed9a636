//! Link types other than Ethernet. What is not here is counted as not supported: USB, Bluetooth, CAN
//! and others carry no IP, the rest is rare.

mod atm;
mod cooked;
mod frame_relay;
mod framed;
mod juniper;
mod local;
mod monitor;
mod ppp;
mod switch;
mod wlan;

use flowz_api::packet::LinkType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::{u8_at, u16_at};
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// A frame of any link type but Ethernet.
    #[cold]
    pub(crate) fn link(&mut self, link: LinkType) -> Outcome {
        match link {
            LinkType::LINUX_SLL => self.cooked(),
            LinkType::LINUX_SLL2 => self.cooked2(),
            LinkType::RAW | LinkType::DLT_RAW | LinkType::DLT_RAW_OPENBSD => {
                self.raw_ip(Token::Raw, 0)
            }
            LinkType::IPV4 if self.settings.compat => {
                // The reference does not look at the version here.
                self.mark(FlowStat::NO_ETHERNET);
                self.token(Token::None);
                self.ipv4(0)
            }
            LinkType::IPV4 | LinkType::IPV6 => self.raw_ip(Token::None, 0),
            LinkType::NULL | LinkType::LOOP => self.loopback(0),
            LinkType::PPP | LinkType::PPP_HDLC => self.ppp_link(0),
            LinkType::PPP_WITH_DIR => self.ppp_link(1),
            LinkType::LINUX_PPP_WITHDIRECTION => self.ppp_link(2),
            LinkType::C_HDLC => self.hdlc_link(0),
            LinkType::C_HDLC_WITH_DIR => self.hdlc_link(1),
            LinkType::FRELAY => self.frame_relay(0),
            LinkType::FRELAY_WITH_DIR => self.frame_relay(1),
            LinkType::IEEE802_11 => {
                self.token(Token::None);
                self.wlan(0)
            }
            LinkType::IEEE802_11_RADIOTAP => self.radiotap(),
            LinkType::PRISM_HEADER => self.prism(),
            LinkType::IEEE802_11_AVS => self.avs(),
            LinkType::PPI => self.ppi(),
            _ => self.rare_link(link),
        }
    }

    fn rare_link(&mut self, link: LinkType) -> Outcome {
        match link {
            LinkType::PPP_ETHER => self.without_ethernet(|d| d.pppoe(0)),
            LinkType::ATM_RFC1483 => self.atm_llc(0),
            LinkType::MPLS => self.without_ethernet(|d| d.mpls(0, 0x8847)),
            LinkType::ENC => self.raw_ip(Token::None, 12),
            LinkType::PFLOG => self.pf_log(),
            LinkType::NFLOG => self.netfilter_log(),
            LinkType::IPOIB => self.infiniband(),
            LinkType::ETHERNET_MPACKET => {
                self.token(Token::Fpp);
                self.ethernet(8)
            }
            LinkType::NETANALYZER => self.net_analyzer(4),
            LinkType::NETANALYZER_TRANSPARENT => self.net_analyzer(12),
            LinkType::SYMANTEC_FIREWALL => self.symantec(),
            LinkType::LAPD if self.settings.lapd => self.lapd(0),
            LinkType::LINUX_LAPD if self.settings.lapd => self.lapd(16),
            LinkType::DSA_TAG_BRCM
            | LinkType::DSA_TAG_BRCM_PREPEND
            | LinkType::DSA_TAG_DSA
            | LinkType::DSA_TAG_EDSA => self.switch_tag(link),
            _ => self.rarest_link(link),
        }
    }

    fn rarest_link(&mut self, link: LinkType) -> Outcome {
        match link {
            LinkType::TOKEN_RING => self.token_ring(),
            LinkType::FDDI => self.fddi(),
            LinkType::IP_OVER_FC => self.fibre_channel(),
            LinkType::APPLE_IP_OVER_IEEE1394 => self.firewire(),
            LinkType::SUNATM => self.sun_atm(),
            LinkType::GPF_T | LinkType::GPF_F => self.generic_framing(),
            LinkType::ERF => self.endace(),
            LinkType::PKTAP => self.packet_tap(),
            // Direction and compressed header.
            LinkType::SLIP => self.raw_ip(Token::Slip, 16),
            // Version, family, lengths and interface numbers.
            LinkType::IPNET => self.raw_ip(Token::Ipnet, 24),
            LinkType::EPON => {
                self.token(Token::Epon);
                self.ethernet(8)
            }
            _ => self.juniper(link),
        }
    }

    /// What a header names as its content, in the numbering of link types.
    fn inner_link(&mut self, link: LinkType, at: usize) -> Outcome {
        self.enter()?;
        match link {
            LinkType::ETHERNET => self.ethernet(at),
            LinkType::IEEE802_11 => self.wlan(at),
            LinkType::PPP => self.ppp_link(at),
            LinkType::NULL => self.loopback(at),
            LinkType::RAW | LinkType::DLT_RAW | LinkType::DLT_RAW_OPENBSD => {
                self.raw_ip(Token::Raw, at)
            }
            LinkType::IPV4 | LinkType::IPV6 => self.raw_ip(Token::None, at),
            _ => Err(NoFlow::UnsupportedLink),
        }
    }

    fn without_ethernet(&mut self, decode: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        self.mark(FlowStat::NO_ETHERNET);
        decode(self)
    }

    fn hdlc_link(&mut self, at: usize) -> Outcome {
        self.without_ethernet(|d| d.cisco_hdlc(at))
    }

    /// LAPD (ITU-T Q.921) carries signalling: a layer-2 flow.
    fn lapd(&mut self, at: usize) -> Outcome {
        const ETHERTYPE: u16 = 0x0030;
        self.mark(FlowStat::NO_ETHERNET | FlowStat::LAPD);
        self.token(Token::Lapd);
        if self.data.len() <= at {
            return Err(NoFlow::LinkHeaderCut);
        }
        self.opaque(at, ETHERTYPE)
    }

    /// A header of the capturing device in front of Ethernet, perhaps with the preamble.
    fn net_analyzer(&mut self, at: usize) -> Outcome {
        self.token(Token::NetAnalyzer);
        self.ethernet(at)
    }

    /// IP over InfiniBand: a global routing header, then ethertype and two bytes.
    fn infiniband(&mut self) -> Outcome {
        const ROUTING_HEADER: usize = 40;
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Ipoib);
        let kind = u16_at(self.data, ROUTING_HEADER).ok_or(NoFlow::LinkHeaderCut)?;
        self.network(etherparse::EtherType(kind), ROUTING_HEADER + 4)
    }

    /// Symantec firewalls, version 2 and 3: an ethertype at 6 or at 18, the packet behind 44 or 56 bytes.
    fn symantec(&mut self) -> Outcome {
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::Symantec);
        let old = u16_at(self.data, 6).ok_or(NoFlow::LinkHeaderCut)?;
        let (kind, at) = if old == 0 {
            (u16_at(self.data, 18).ok_or(NoFlow::LinkHeaderCut)?, 56)
        } else {
            (old, 44)
        };
        self.network(etherparse::EtherType(kind), at)
    }

    /// IP without a link header.
    fn raw_ip(&mut self, token: Token, at: usize) -> Outcome {
        self.mark(FlowStat::NO_ETHERNET);
        self.token(token);
        self.ip(at)
    }

    /// IP of either version, by its first nibble.
    pub(crate) fn ip(&mut self, at: usize) -> Outcome {
        match u8_at(self.data, at).map(|b| b >> 4) {
            Some(4) => self.ipv4(at),
            Some(6) => self.ipv6(at),
            _ => Err(NoFlow::IpHeaderCut),
        }
    }
}
