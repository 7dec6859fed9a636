//! Frames of link types that are seldom seen.

use flowz_api::layers::Net;
use flowz_api::packet::LinkType as L;
use flowz_api::status::FlowStat as S;

use super::cases::{
    Case, FLOW4, FLOW6, IP4, IP6, LAYER2, MACS, decoded, eth, inner_frame, on_link,
};
use super::description;
use super::link_types::SNAP;
use crate::{NoFlow, Settings};

/// LLC with a bridged frame, without its check sum, and padding.
const BRIDGED: [u8; 10] = [0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7, 0, 0];
/// Juniper's magic number without flags.
const MAGIC: [u8; 4] = [0x4d, 0x47, 0x43, 1];

pub(super) fn cases() -> Vec<Case> {
    [dsa(), local_networks(), atm(), erf_gfp_pktap(), juniper(), multilink()]
        .into_iter()
        .flatten()
        .collect()
}

/// Commands of a switch tag: forward with and without VLAN 5, priority 1.
const TAGGED: [u8; 4] = [0xe0, 8, 0x20, 5];
const UNTAGGED: [u8; 4] = [0xc0, 8, 0, 5];

fn dsa() -> Vec<Case> {
    let frame = inner_frame();
    let tag = |name, link, parts: &[&[u8]], chain| {
        on_link(name, link, &[&MACS, &parts.concat()], chain, FLOW4)
    };
    let broadcom = [0x20, 0, 0, 1];
    let behind = [0xda, 0xda, 0, 0];
    vec![
        tag("Broadcom", L::DSA_TAG_BRCM, &[&broadcom, &[8, 0], &IP4], "eth:brcm:ipv4:udp"),
        on_link(
            "in front",
            L::DSA_TAG_BRCM_PREPEND,
            &[&broadcom, &frame],
            "brcm:eth:ipv4:udp",
            FLOW4,
        ),
        tag("DSA", L::DSA_TAG_DSA, &[&UNTAGGED, &[8, 0], &IP4], "eth:dsa:ipv4:udp"),
        Case {
            status: S::VLAN,
            ..tag("tagged", L::DSA_TAG_DSA, &[&TAGGED, &[8, 0], &IP4], "eth:dsa:vlan:ipv4:udp")
        },
        tag("EDSA", L::DSA_TAG_EDSA, &[&behind, &UNTAGGED, &[8, 0], &IP4], "eth:dsa:ipv4:udp"),
        eth("EDSA type", &[&behind, &TAGGED, &[8, 0], &IP4], "eth:dsa:vlan:ipv4:udp", FLOW4),
    ]
}

fn local_networks() -> Vec<Case> {
    let routed =
        [&[0x10, 0x40][..], &MACS[..6], &[0x82, 0, 0, 0, 0, 2], &[6, 0x30, 0, 1, 0, 2]].concat();
    let plain = [&[0x10, 0x40][..], &MACS].concat();
    let management = [&[0x10, 0][..], &MACS, &[0; 4]].concat();
    let fddi = [&[0x50][..], &MACS].concat();
    let firewire = [&[7; 16][..], &[0x86, 0xdd]].concat();
    vec![
        on_link("Token Ring", L::TOKEN_RING, &[&plain, &SNAP, &IP4], "tr:llc:ipv4:udp", FLOW4),
        on_link("source route", L::TOKEN_RING, &[&routed, &SNAP, &IP4], "tr:llc:ipv4:udp", FLOW4),
        on_link("ring management", L::TOKEN_RING, &[&management], "tr", LAYER2),
        on_link("FDDI", L::FDDI, &[&fddi, &SNAP, &IP4], "fddi:llc:ipv4:udp", FLOW4),
        on_link("station management", L::FDDI, &[&[0x41], &MACS, &[0; 4]], "fddi", LAYER2),
        on_link(
            "Fibre Channel",
            L::IP_OVER_FC,
            &[&[7; 16], &SNAP, &IP4],
            "ipfc:llc:ipv4:udp",
            FLOW4,
        ),
        on_link(
            "FireWire",
            L::APPLE_IP_OVER_IEEE1394,
            &[&firewire, &IP6],
            "ieee1394:ipv6:udp",
            FLOW6,
        ),
        on_link("SLIP", L::SLIP, &[&[0; 16], &IP4], "slip:ipv4:udp", FLOW4),
        on_link("Solaris", L::IPNET, &[&[1; 24], &IP6], "ipnet:ipv6:udp", FLOW6),
    ]
}

fn atm() -> Vec<Case> {
    let frame = inner_frame();
    let (lane, llc, raw) = ([0x81, 0, 0, 33], [2, 8, 0, 33], [0x85, 0, 0, 5]);
    let bridged = [&BRIDGED[..], &frame].concat();
    vec![
        on_link("SunATM, LLC", L::SUNATM, &[&llc, &SNAP, &IP4], "atm:llc:ipv4:udp", FLOW4),
        on_link("SunATM, bridge", L::SUNATM, &[&llc, &bridged], "atm:llc:eth:ipv4:udp", FLOW4),
        on_link("LANE", L::SUNATM, &[&lane, &[0, 9], &frame], "atm:lane:eth:ipv4:udp", FLOW4),
        on_link("signalling", L::SUNATM, &[&raw, &[9; 8]], "atm", LAYER2),
        on_link("bridge", L::ATM_RFC1483, &[&bridged], "llc:eth:ipv4:udp", FLOW4),
        on_link(
            "bridge, token ring",
            L::ATM_RFC1483,
            &[&BRIDGED[..7], &[9, 0, 0, 1, 2]],
            "llc",
            LAYER2,
        ),
    ]
}

fn erf_gfp_pktap() -> Vec<Case> {
    let frame = inner_frame();
    let record = |kind| [&[0; 8][..], &[kind, 4, 0, 90, 0, 0, 0, 60]].concat();
    let twice = [&[0x83, 0, 0, 0, 0, 0, 0, 1][..], &[3, 0, 0, 0, 0, 0, 0, 2]].concat();
    let gfp = |kind: u16| [&[0, 40, 1, 2][..], &kind.to_be_bytes(), &[3, 4]].concat();
    let tap =
        |kind: u8, link: u8| [&[108, 0, 0, 0, kind, 0, 0, 0, link, 0, 0, 0][..], &[0; 96]].concat();
    let erf = |name, kind, parts: &[&[u8]], chain, flow| {
        on_link(name, L::ERF, &[&record(kind), &parts.concat()], chain, flow)
    };
    vec![
        erf("Endace", 2, &[&[0, 0], &frame], "erf:eth:ipv4:udp", FLOW4),
        erf("extended", 0x82, &[&twice, &[0, 0], &frame], "erf:eth:ipv4:udp", FLOW4),
        erf("POS, PPP", 1, &[&[0xff, 3, 0, 0x21], &IP4], "erf:ppp:ipv4:udp", FLOW4),
        erf("POS, HDLC", 1, &[&[15, 0, 8, 0], &IP4], "erf:chdlc:ipv4:udp", FLOW4),
        erf("Endace, IPv6", 23, &[&IP6], "erf:ipv6:udp", FLOW6),
        erf("Endace, ATM", 3, &[&[0; 56]], "erf", Err(NoFlow::UnsupportedLink)),
        on_link("GFP, frame", L::GPF_F, &[&gfp(0x1001), &frame], "gfp:eth:ipv4:udp", FLOW4),
        on_link(
            "GFP, linear",
            L::GPF_T,
            &[&gfp(0x0110), &[1, 0, 0, 0], &IP4],
            "gfp:ipv4:udp",
            FLOW4,
        ),
        on_link("GFP, PPP", L::GPF_F, &[&gfp(2), &[0, 0x21], &IP4], "gfp:ppp:ipv4:udp", FLOW4),
        on_link(
            "GFP, MPLS",
            L::GPF_F,
            &[&gfp(13), &[0, 1, 1, 9], &IP4],
            "gfp:mpls:ipv4:udp",
            FLOW4,
        ),
        on_link("GFP, management", L::GPF_F, &[&gfp(0x8001), &[0; 4]], "gfp", LAYER2),
        on_link("packet tap", L::PKTAP, &[&tap(1, 1), &frame], "pktap:eth:ipv4:udp", FLOW4),
        on_link(
            "tap, null",
            L::PKTAP,
            &[&tap(1, 0), &[30, 0, 0, 0], &IP6],
            "pktap:null:ipv6:udp",
            FLOW6,
        ),
        on_link("tap, raw", L::PKTAP, &[&tap(1, 12), &IP4], "pktap:raw:ipv4:udp", FLOW4),
        on_link("tap, USB", L::PKTAP, &[&tap(1, 189), &IP4], "pktap", Err(NoFlow::UnsupportedLink)),
        on_link("EPON", L::EPON, &[&[0x55; 8], &frame], "epon:eth:ipv4:udp", FLOW4),
    ]
}

fn juniper() -> Vec<Case> {
    let frame = inner_frame();
    let (one, two) = ([0, 0, 1, 0], [0, 0, 0, 0, 0, 0, 1, 0]);
    let atm1 = |name, parts: &[&[u8]], chain| {
        on_link(name, L::JUNIPER_ATM1, &[&MAGIC, &one, &parts.concat()], chain, FLOW4)
    };
    let atm2 = |name, parts: &[&[u8]], chain| {
        on_link(name, L::JUNIPER_ATM2, &[&MAGIC, &two, &parts.concat()], chain, FLOW4)
    };
    let ip = |name, link, header: &[u8], flow, inner: &[u8], chain| {
        on_link(name, link, &[&MAGIC, header, inner], chain, flow)
    };
    vec![
        atm1("ATM1", &[&IP4], "juniper:ipv4:udp"),
        atm1("ATM1, LLC", &[&SNAP, &IP4], "juniper:llc:ipv4:udp"),
        atm1("ATM1, NLPID", &[&[3, 0xcc], &IP4], "juniper:ipv4:udp"),
        atm1("ATM1, OSI", &[&[0xfe, 0xfe, 3, 0xcc], &IP4], "juniper:ipv4:udp"),
        atm2("ATM2", &[&IP4], "juniper:ipv4:udp"),
        atm2("ATM2, PPP", &[&[0, 0x21], &IP4], "juniper:ppp:ipv4:udp"),
        atm2("ATM2, bridge", &[&BRIDGED, &frame], "juniper:llc:eth:ipv4:udp"),
        ip("gateway", L::JUNIPER_GGSN, &[0, 8, 2, 8, 0, 0, 0, 0], FLOW4, &IP4, "juniper:ipv4:udp"),
        ip("services", L::JUNIPER_SERVICES, &[1; 16], FLOW6, &IP6, "juniper:ipv6:udp"),
        ip("voice", L::JUNIPER_VP, &[1; 18], FLOW4, &IP4, "juniper:ipv4:udp"),
        ip("PPPoE", L::JUNIPER_PPPOE, &[], FLOW4, &frame, "juniper:eth:ipv4:udp"),
    ]
}

fn multilink() -> Vec<Case> {
    let ppp = |name, parts: &[&[u8]]| {
        on_link(name, L::JUNIPER_MLPPP, &[&MAGIC, &parts.concat()], "juniper:ppp:ipv4:udp", FLOW4)
    };
    let relay = [0, 9, 3, 0xcc];
    let chain = "juniper:fr:ipv4:udp";
    vec![
        ppp("multilink PPP", &[&[0xff, 3, 0, 0x21], &IP4]),
        ppp("multilink PPP, bundle", &[&[0, 9, 0, 0x21], &IP4]),
        on_link("multilink Frame Relay", L::JUNIPER_MLFR, &[&MAGIC, &relay, &IP4], chain, FLOW4),
    ]
}

#[test]
fn a_switch_tag_is_a_vlan_tag_if_it_says_so() {
    for (tag, number, id) in [(TAGGED, 1, 5), (UNTAGGED, 0, 0)] {
        let case = on_link("", L::DSA_TAG_DSA, &[&MACS, &tag, &[8, 0], &IP4], "", FLOW4);
        let (l, _) = decoded(&case, case.data.len(), Settings::default());
        assert_eq!((l.vlan_tags, l.vlan_id, l.l2), (number, id, 0));
        assert_eq!(l.vlan, if number == 1 { 14 } else { 0 });
    }
}

#[test]
fn the_switch_and_the_reference_leave_tags_alone() {
    let case = eth("EDSA", &[&[0xda, 0xda, 0, 0], &TAGGED, &[8, 0], &IP4], "", FLOW4);
    let off = Settings { encapsulations: crate::Encapsulations::MPLS, ..Settings::default() };
    let compat = Settings { compat: true, ..Settings::default() };
    for (settings, chain) in [(off, "eth:dsa"), (compat, "eth:UNK(0xdada)")] {
        let (l, outcome) = decoded(&case, case.data.len(), settings);
        assert_eq!((outcome, l.net, description(&l).as_str()), (Ok(()), Net::Layer2, chain));
    }
}
