//! Numbers of protocols to their tokens.

use flowz_api::status::FlowStat;
use flowz_api::token::Token;

/// The token of an ethertype, if it has a name.
pub(crate) const fn ethertype(number: u16) -> Option<Token> {
    Some(match number {
        0x0600 => Token::Idp,
        0x010b => Token::Stp,
        0x0104 => Token::Pagp,
        0x0111 => Token::Udld,
        0x00bb => Token::Edp,
        0x0806 => Token::Arp,
        0x0bad => Token::VinesIp,
        0x2000 => Token::Cdp,
        0x2001 => Token::Cgmp,
        0x2003 => Token::Vtp,
        0x2004 => Token::Dtp,
        0x6001 | 0x6002 => Token::DecMop,
        0x6003 => Token::DecDna,
        0x6004 => Token::Lat,
        0x6558 => Token::Eth,
        0x8021 => Token::Ipcp,
        0x8035 => Token::Rarp,
        0x8038 => Token::DecStp,
        0x809b => Token::Ddp,
        0x80f3 => Token::Aarp,
        0x80fd => Token::Ccp,
        0x8137 => Token::Ipx,
        0x872d => Token::Wlccp,
        0x8809 => Token::Slow,
        0x880b => Token::Ppp,
        0x883e => Token::Wccp,
        0x8847 | 0x8848 => Token::Mpls,
        0x8863 => Token::PppoeDiscovery,
        0x8864 => Token::PppoeSession,
        0x886f => Token::Msnlb,
        0x888e => Token::Eapol,
        0x8899 => Token::Realtek,
        0x88a2 => Token::Aoe,
        0x88bb => Token::Lwapp,
        0x88be => Token::Erspan,
        0x88cc => Token::Lldp,
        0x88f7 => Token::Ptp,
        0x8902 => Token::Cfm,
        0x8906 => Token::Fcoe,
        0x890d => Token::Wlan,
        0x9000 => Token::Loop,
        _ => return None,
    })
}

/// The status bits that go with an ethertype.
pub(crate) const fn ethertype_status(number: u16) -> FlowStat {
    match number {
        0x0806 | 0x80f3 => FlowStat::ARP,
        0x8035 => FlowStat::RARP,
        0x8847 => FlowStat::MPLS_UNICAST,
        0x8848 => FlowStat::MPLS_MULTICAST,
        0x8863 => FlowStat::PPPOE_DISCOVERY,
        0x8864 => FlowStat::PPPOE_SESSION,
        0x88cc => FlowStat::LLDP,
        _ => FlowStat::empty(),
    }
}

/// Subtypes of the slow protocols (IEEE 802.3 annex 57A).
pub(crate) const fn slow_protocol(subtype: u8) -> Option<Token> {
    match subtype {
        1 => Some(Token::Lacp),
        2 => Some(Token::Marker),
        3 => Some(Token::OamPdu),
        10 => Some(Token::Ossp),
        _ => None,
    }
}

/// The token of an LLC destination access point; [`Token::None`] for those that get none.
pub(crate) const fn sap(number: u8) -> Option<Token> {
    Some(match number {
        0x00 | 0x01 | 0x02 | 0xaa | 0xff => Token::None,
        0x42 => Token::Stp,
        0xe0 | 0x10 => Token::Ipx,
        0xf0 => Token::Netbios,
        0xfe | 0x14 | 0x20 | 0x34 | 0x54 => Token::Osi,
        0x04 | 0x08 | 0x0c | 0x40 | 0xc8 => Token::Sna,
        0x7e => Token::X25,
        0x80 => Token::ThreeComXns,
        0x82 => Token::Bacnet,
        0xbc => Token::VinesLlc,
        0xf8 => Token::HpExt,
        0xfc => Token::Rpl,
        _ => return None,
    })
}

/// The token of an IP protocol number, if it has a name.
pub(crate) const fn protocol(number: u8) -> Option<Token> {
    Some(match number {
        0 => Token::Ipv6HopOptions,
        1 => Token::Icmp,
        4 => Token::Ipip,
        2 => Token::Igmp,
        6 => Token::Tcp,
        8 => Token::Egp,
        9 => Token::Igp,
        17 => Token::Udp,
        33 => Token::Dccp,
        37 => Token::Ddp,
        41 => Token::Ipv6,
        43 => Token::Ipv6Routing,
        44 => Token::Ipv6Fragment,
        46 => Token::Rsvp,
        47 => Token::Gre,
        50 => Token::Esp,
        51 => Token::Ah,
        53 => Token::Swipe,
        54 => Token::Narp,
        55 => Token::Mobile,
        58 => Token::Icmpv6,
        60 => Token::Ipv6DestOptions,
        88 => Token::Eigrp,
        89 => Token::Ospf,
        97 => Token::EtherIp,
        103 => Token::Pim,
        112 => Token::Vrrp,
        115 => Token::L2tp,
        132 => Token::Sctp,
        136 => Token::UdpLite,
        _ => return None,
    })
}

/// The status bits that go with an IP protocol number.
pub(crate) const fn protocol_status(number: u8) -> FlowStat {
    match number {
        47 => FlowStat::GRE,
        50 => FlowStat::IPSEC_ESP,
        51 => FlowStat::IPSEC_AH,
        97 => FlowStat::ETHERIP,
        115 => FlowStat::L2TP,
        132 => FlowStat::SCTP,
        _ => FlowStat::empty(),
    }
}
