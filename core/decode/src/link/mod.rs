//! The link layer: Ethernet, what it carries on layer 2, and other link types. What is not here is counted as not supported: USB, Bluetooth, CAN
//! and others carry no IP, the rest is rare.

mod atm;
mod dsa;
mod encapsulation;
mod erf;
mod ethernet;
mod fabric_path;
mod fddi;
mod fibre_channel;
mod firewire;
mod frame_relay;
mod gfp;
mod ipoib;
mod juniper;
mod lapd;
mod llc;
mod loopback;
mod macsec;
mod mpls;
mod nflog;
mod pbb;
mod pflog;
mod pktap;
mod ppi;
mod ppp;
mod prism;
mod radiotap;
mod sll;
mod switch_tags;
mod symantec;
mod token_ring;
mod trill;
mod wlan;

pub(crate) use ethernet::{LARGEST_LENGTH, is_vlan};

use flowz_api::packet::LinkType;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::NoFlow;
use crate::bytes::u8_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// A frame of any link type but Ethernet.
    #[cold]
    pub(crate) fn link(&mut self, link: LinkType) -> Outcome {
        match link {
            LinkType::LINUX_SLL => self.sll(),
            LinkType::LINUX_SLL2 => self.sll2(),
            LinkType::RAW | LinkType::DLT_RAW | LinkType::DLT_RAW_OPENBSD => {
                self.raw_ip(Token::Raw, 0)
            }
            LinkType::IPV4 if self.settings.compat => {
                // The reference does not look at the version here.
                self.mark(FlowStat::NO_ETHERNET);
                self.token(Token::None);
                self.ipv4(0)
            }
            LinkType::IPV4 | LinkType::IPV6 => self.announced_ip(link, 0),
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
            LinkType::PFLOG => self.pflog(),
            LinkType::NFLOG => self.nflog(),
            LinkType::IPOIB => self.ipoib(),
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
            | LinkType::DSA_TAG_EDSA => self.dsa_frame(link),
            _ => self.rarest_link(link),
        }
    }

    fn rarest_link(&mut self, link: LinkType) -> Outcome {
        match link {
            LinkType::TOKEN_RING => self.token_ring(),
            LinkType::FDDI => self.fddi(),
            LinkType::IP_OVER_FC => self.ip_over_fc(),
            LinkType::APPLE_IP_OVER_IEEE1394 => self.firewire(),
            LinkType::SUNATM => self.sun_atm(),
            LinkType::GPF_T | LinkType::GPF_F => self.gfp(),
            LinkType::ERF => self.erf(),
            LinkType::PKTAP => self.pktap(),
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
            LinkType::IPV4 | LinkType::IPV6 => self.announced_ip(link, at),
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

    /// A header of the capturing device in front of Ethernet, perhaps with the preamble.
    fn net_analyzer(&mut self, at: usize) -> Outcome {
        self.token(Token::NetAnalyzer);
        self.ethernet(at)
    }

    /// IP without a link header, of the version that the link type announces and no other.
    fn announced_ip(&mut self, link: LinkType, at: usize) -> Outcome {
        self.mark(FlowStat::NO_ETHERNET);
        self.token(Token::None);
        let version = if link == LinkType::IPV4 { 4 } else { 6 };
        match u8_at(self.data, at) {
            Some(first) if first >> 4 != version => Err(NoFlow::IpHeaderCut),
            _ => self.ip(at),
        }
    }

    /// IP without a link header.
    fn raw_ip(&mut self, token: Token, at: usize) -> Outcome {
        self.mark(FlowStat::NO_ETHERNET);
        self.token(token);
        self.ip(at)
    }
}
