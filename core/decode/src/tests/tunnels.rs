//! Packets inside IP packets.

use flowz_api::layers::Net;
use flowz_api::status::FlowStat as S;

use super::cases::{
    Case, FLOW4, FLOW6, Found, IP4, IP6, LAYER2, MACS, eth, in_ip4, in_udp, inner_frame, ip6,
};

pub(super) fn ip() -> Vec<Case> {
    let six = |name, proto, inner: &[u8], chain, flow| {
        eth(name, &[&[0x86, 0xdd], &ip6(proto, inner.len()), inner], chain, flow)
    };
    let register = [0x21, 0, 0, 0, 0, 0, 0, 0];
    let pim = "eth:ipv4:pim:ipv4:udp";
    vec![
        in_ip4("4 in 4", 4, &[&IP4], "eth:ipv4:ipv4:udp", FLOW4, S::IP_IN_IP),
        in_ip4("6 in 4", 41, &[&IP6], "eth:ipv4:ipv6:udp", FLOW6, S::IP_IN_IP),
        six("4 in 6", 4, &IP4, "eth:ipv6:ipv4:udp", FLOW4),
        six("6 in 6", 41, &IP6, "eth:ipv6:ipv6:udp", FLOW6),
        in_ip4("PIM register", 103, &[&register, &IP4], pim, FLOW4, S::empty()),
    ]
}

pub(super) fn layer2_in_ip() -> Vec<Case> {
    let frame = inner_frame();
    let outer = Ok((Net::V4, 97, 0, 0));
    let other = [&[0x40, 0][..], &frame].concat();
    let frame = [&[0x30, 0][..], &frame].concat();
    let inner = "eth:ipv4:etherip:eth:ipv4:udp";
    let session = [0, 0, 0, 7, 1, 2, 3, 4, 0xff, 3, 0, 0x21];
    let ppp = "eth:ipv4:l2tp:ppp:ipv4:udp";
    let wire = "eth:ipv4:l2tp:eth:vlan:ipv4:udp";
    let tagged = [&[0, 0, 0, 7][..], &[9; 12], &MACS, &[0x81, 0, 0, 5, 8, 0], &IP4].concat();
    let message = [&[0, 0, 0, 7][..], &[0x5a; 40]].concat();
    let unknown = Ok((Net::V4, 115, 0, 0));
    vec![
        in_ip4("pseudowire, VLAN", 115, &[&tagged], wire, FLOW4, S::L2TP),
        in_ip4("L2TPv3, unknown", 115, &[&message], "eth:ipv4:l2tp", unknown, S::STOPPED),
        in_ip4("EtherIP", 97, &[&frame], inner, FLOW4, S::ETHERIP),
        in_ip4("EtherIP, other version", 97, &[&other], "eth:ipv4:etherip", outer, S::STOPPED),
        in_ip4("L2TPv3 with cookie", 115, &[&session, &IP4], ppp, FLOW4, S::L2TP.union(S::PPP)),
    ]
}

/// GRE in IPv4.
fn in_gre(name: &'static str, parts: &[&[u8]], chain: &'static str, flow: Found) -> Case {
    in_ip4(name, 47, parts, chain, flow, S::GRE)
}

pub(super) fn gre() -> Vec<Case> {
    let all_words = [0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2];
    let routed = [0x40, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 4, 10, 0, 0, 9, 0, 0, 0, 0];
    let wccp = [0, 0, 0x88, 0x3e, 0, 0, 0, 0];
    let mpls = [0, 0, 0x88, 0x47, 0, 1, 1, 9];
    let unknown = Ok((Net::V4, 47, 0, 0));
    let ipv4 = "eth:ipv4:gre:ipv4:udp";
    vec![
        in_gre("GRE", &[&[0, 0, 8, 0], &IP4], ipv4, FLOW4),
        in_gre("GRE, IPv6", &[&[0, 0, 0x86, 0xdd], &IP6], "eth:ipv4:gre:ipv6:udp", FLOW6),
        in_gre("GRE, all words", &[&all_words, &IP4], ipv4, FLOW4),
        in_gre("GRE, source route", &[&routed, &IP4], ipv4, FLOW4),
        in_gre("WCCP", &[&wccp, &IP4], "eth:ipv4:gre:wccp:ipv4:udp", FLOW4),
        in_gre("GRE, MPLS", &[&mpls, &IP4], "eth:ipv4:gre:mpls:ipv4:udp", FLOW4),
        in_gre("GRE, unknown", &[&[0, 0, 0x30, 0x30, 1]], "eth:ipv4:gre:UNK(0x3030)", unknown),
    ]
}

pub(super) fn layer2_in_gre() -> Vec<Case> {
    let frame = inner_frame();
    let pptp = [0x30, 0x81, 0x88, 0x0b, 0, 34, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0x21];
    let compressed = [0x30, 1, 0x88, 0x0b, 0, 34, 0, 1, 0, 0, 0, 1, 0, 0xfd, 1, 2];
    let mirror = [0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0, 0, 0, 0, 0, 0];
    let third = [&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20][..], &[0; 10], &[1], &[0; 8]].concat();
    let nvgre = [0x20, 0, 0x65, 0x58, 0, 0, 1, 0];
    let unknown = Ok((Net::V4, 47, 0, 0));
    let erspan = "eth:ipv4:gre:erspan:eth:ipv4:udp";
    vec![
        in_gre("PPTP", &[&pptp, &IP4], "eth:ipv4:gre:ppp:ipv4:udp", FLOW4),
        in_gre("PPTP compressed", &[&compressed], "eth:ipv4:gre:ppp:comp_data", unknown),
        in_gre("NVGRE", &[&nvgre, &frame], "eth:ipv4:gre:eth:ipv4:udp", FLOW4),
        in_gre("ERSPAN I", &[&[0, 0, 0x88, 0xbe], &frame], erspan, FLOW4),
        in_gre("ERSPAN II", &[&mirror, &frame], erspan, FLOW4),
        in_gre("ERSPAN III", &[&third, &frame], erspan, FLOW4),
    ]
}

/// UDP from a client's port.
fn udp(
    name: &'static str,
    port: u16,
    parts: &[&[u8]],
    chain: &'static str,
    flow: Found,
    status: S,
) -> Case {
    in_udp(name, (40000, port), parts, chain, flow, status)
}

/// Nothing but the outer packet.
const fn outer(port: u16) -> (Net, u8, u16, u16) {
    (Net::V4, 17, 40000, port)
}

pub(super) fn vxlan() -> Vec<Case> {
    let frame = inner_frame();
    let arp = [&MACS[..], &[8, 6], &[0; 28]].concat();
    let plain = [8, 0, 0, 0, 0, 0, 1, 0];
    let vxlan =
        |name, port, parts: &[&[u8]], chain, flow| udp(name, port, parts, chain, flow, S::VXLAN);
    let (to_udp, to_arp) = ("eth:ipv4:udp:vxlan:eth:ipv4:udp", "eth:ipv4:udp:vxlan:eth:arp");
    let gpe = "eth:ipv4:udp:vxlan_gpe:ipv4:udp";
    let service = "eth:ipv4:udp:vxlan_gpe:nsh:ipv4:udp";
    let nsh = [12, 0, 0, 4, 0, 0, 1, 0, 0, 2, 2, 1, 0, 0, 1, 255];
    vec![
        vxlan("VXLAN", 4789, &[&plain, &frame], to_udp, FLOW4),
        vxlan("VXLAN, ARP", 8472, &[&plain, &arp], to_arp, LAYER2),
        vxlan("VXLAN-GPE", 4790, &[&[12, 0, 0, 1, 0, 0, 1, 0], &IP4], gpe, FLOW4),
        vxlan("VXLAN-GPE, service header", 4790, &[&nsh, &IP4], service, FLOW4),
    ]
}

pub(super) fn geneve() -> Vec<Case> {
    let frame = inner_frame();
    let geneve =
        |name, parts: &[&[u8]], chain, flow| udp(name, 6081, parts, chain, flow, S::GENEVE);
    let options = [1, 0, 0x65, 0x58, 0, 0, 1, 0, 0, 0, 0, 0];
    let ipv6 = [0, 0, 0x86, 0xdd, 0, 0, 1, 0];
    vec![
        geneve("GENEVE", &[&options, &frame], "eth:ipv4:udp:geneve:eth:ipv4:udp", FLOW4),
        geneve("GENEVE, IPv6", &[&ipv6, &IP6], "eth:ipv4:udp:geneve:ipv6:udp", FLOW6),
    ]
}

pub(super) fn gtp() -> Vec<Case> {
    let gtp = |name, port, parts: &[&[u8]]| {
        udp(name, port, parts, "eth:ipv4:udp:gtp:ipv4:udp", FLOW4, S::GTP)
    };
    let extended = [0x34, 255, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0xc0, 1, 0, 0, 0x85, 1, 0, 0, 0];
    let signalling = [0x48, 1, 0, 4];
    vec![
        gtp("GTPv1", 2152, &[&[0x30, 255, 0, 32, 0, 0, 0, 1], &IP4]),
        gtp("GTPv1, two extension headers", 2152, &[&extended, &IP4]),
        gtp("GTPv0", 3386, &[&[0x1e, 255], &[0; 18], &IP4]),
        udp(
            "GTP signalling",
            2123,
            &[&signalling],
            "eth:ipv4:udp:gtp",
            Ok(outer(2123)),
            S::STOPPED,
        ),
    ]
}

pub(super) fn ipv6_in_udp() -> Vec<Case> {
    let teredo = |name, port, parts: &[&[u8]]| {
        udp(name, port, parts, "eth:ipv4:udp:teredo:ipv6:udp", FLOW6, S::TEREDO)
    };
    let authentication = [0, 1, 1, 1, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let origin = [0, 0, 1, 2, 1, 2, 3, 4];
    let ayiya = [&[0x44, 0x52, 0x11, 41, 0, 0, 0, 0][..], &[0; 36]].concat();
    let nothing = [&[0x60, 0, 0, 0, 0, 8, 59, 64][..], &IP6[8..40], &[9; 8]].concat();
    let bubble = Ok((Net::V6, 59, 0, 0));
    vec![
        teredo("Teredo", 3544, &[&IP6]),
        teredo("Teredo, indications", 50000, &[&authentication, &origin, &IP6]),
        udp("bubble", 3544, &[&nothing], "eth:ipv4:udp:teredo:ipv6", bubble, S::TEREDO),
        udp("AYIYA", 5072, &[&ayiya, &IP6], "eth:ipv4:udp:ayiya:ipv6:udp", FLOW6, S::AYIYA),
    ]
}

pub(super) fn access_points() -> Vec<Case> {
    let frame = inner_frame();
    let wlan = [&[8, 1, 0, 0][..], &MACS, &[0; 8], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &IP4].concat();
    let point =
        |name, port, parts: &[&[u8]], chain| udp(name, port, parts, chain, FLOW4, S::CAPWAP);
    let swapped = [&[1, 8][..], &wlan[2..]].concat();
    let (wired, native) = ([0, 0x10, 2, 0, 0, 0, 0, 0], [0, 0x10, 3, 0, 0, 0, 0, 0]);
    let to_wlan = "eth:ipv4:udp:capwap.data:wlan:llc:ipv4:udp";
    let control = "eth:ipv4:udp:capwap";
    let closed = [1, 0, 0, 0, 22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 9];
    let tls = "eth:ipv4:udp:capwap.data:dtls1.2";
    vec![
        point("CAPWAP", 5247, &[&wired, &frame], "eth:ipv4:udp:capwap.data:eth:ipv4:udp"),
        point("CAPWAP, 802.11", 5247, &[&native, &wlan], to_wlan),
        point("CAPWAP, swapped", 5247, &[&native, &swapped], to_wlan),
        point("LWAPP", 12222, &[&[0; 6], &wlan], "eth:ipv4:udp:lwapp:wlan:llc:ipv4:udp"),
        udp("CAPWAP, encrypted", 5247, &[&closed], tls, Ok(outer(5247)), S::DTLS),
        udp("CAPWAP control", 5246, &[&wired], control, Ok(outer(5246)), S::STOPPED),
    ]
}

pub(super) fn l2tp() -> Vec<Case> {
    let l2tp = |name, parts: &[&[u8]], chain| udp(name, 1701, parts, chain, FLOW4, S::L2TP);
    let second = [0x40, 2, 0, 44, 0, 1, 0, 2, 0xff, 3, 0, 0x21];
    let third = [0, 3, 0, 0, 0, 0, 0, 1, 15, 0, 8, 0];
    let (ethernet, bare) = (&third[..8], "eth:ipv4:udp:l2tp:ipv4:udp");
    let control = [0xc8, 2, 0, 12];
    vec![
        l2tp("L2TP", &[&second, &IP4], "eth:ipv4:udp:l2tp:ppp:ipv4:udp"),
        l2tp("L2TPv3", &[&third, &IP4], "eth:ipv4:udp:l2tp:chdlc:ipv4:udp"),
        l2tp("pseudowire", &[ethernet, &inner_frame()], "eth:ipv4:udp:l2tp:eth:ipv4:udp"),
        l2tp("pseudowire of IP", &[ethernet, &[9; 4], &IP4], bare),
        udp("L2TP control", 1701, &[&control], "eth:ipv4:udp:l2tp", Ok(outer(1701)), S::STOPPED),
        udp(
            "WireGuard",
            51820,
            &[&[4, 0, 0, 0, 1]],
            "eth:ipv4:udp:wg",
            Ok(outer(51820)),
            S::empty(),
        ),
    ]
}
