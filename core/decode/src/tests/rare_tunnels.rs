//! Encapsulations that are seldom seen and that the reference does not know.

use flowz_api::status::FlowStat as S;

use super::cases::{
    Case, FLOW4, FLOW6, IP4, IP6, LAYER2, MACS, decoded, eth, in_ip4, in_udp, inner_frame, ip6,
};
use super::description;
use crate::{Encapsulations, Settings};

pub(super) fn cases() -> Vec<Case> {
    [switches(), access_points(), in_udp_port(), segment_routing()].into_iter().flatten().collect()
}

fn switches() -> Vec<Case> {
    let frame = inner_frame();
    let ip = [&[8, 0][..], &IP4].concat();
    let tag = |name, tag: &[u8], chain| eth(name, &[tag, &ip], chain, FLOW4);
    let tai = [0xd2, 0x8b, 0, 1, 0, 0x10, 1, 2, 3, 4, 5, 6, 7, 8];
    let utc = [0xd2, 0x8b, 0, 1, 1, 0x21, 1, 2, 3, 4, 5, 6];
    vec![
        eth("FabricPath", &[&[0x89, 3, 4, 0x20], &frame], "eth:cfp:eth:ipv4:udp", FLOW4),
        tag("Cisco metadata", &[0x89, 9, 1, 1, 0, 1, 0, 99], "eth:cmd:ipv4:udp"),
        tag("VN-Tag", &[0x89, 0x26, 0x80, 1, 0x10, 2], "eth:vntag:ipv4:udp"),
        // IEEE 802.1BR, section 7.5.
        tag("E-Tag", &[0x89, 0x3f, 0, 0, 0, 1, 0, 0], "eth:etag:ipv4:udp"),
        tag("Arista, 64 bits", &tai, "eth:arista:ipv4:udp"),
        tag("Arista, 48 bits", &utc, "eth:arista:ipv4:udp"),
        eth("Arista, other", &[&[0xd2, 0x8b, 0, 2, 0, 0x10, 1, 2]], "eth:arista", LAYER2),
        Case {
            status: S::VLAN,
            ..tag("VLAN of another type", &[0x93, 0, 0x20, 7], "eth:vlan:ipv4:udp")
        },
    ]
}

fn access_points() -> Vec<Case> {
    let snap = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
    let wlan = [&[8, 1, 0, 0][..], &MACS, &[0; 8], &snap, &IP4].concat();
    let gre = |name, kind: [u8; 2], frame: &[u8]| {
        let chain = "eth:ipv4:gre:wlan:llc:ipv4:udp";
        in_ip4(name, 47, &[&[0, 0], &kind, frame], chain, FLOW4, S::GRE)
    };
    let swapped = [&[1, 8][..], &wlan[2..]].concat();
    vec![
        gre("802.11 in GRE", [0x82, 0], &wlan),
        gre("802.11 in GRE, last tunnel", [0x83, 0x70], &wlan),
        gre("802.11 in GRE, swapped", [0x82, 0x10], &swapped),
        in_ip4(
            "Cisco metadata in GRE",
            47,
            &[&[0, 0, 0x89, 9, 8, 0, 1, 1, 0, 1, 0, 99], &IP4],
            "eth:ipv4:gre:cmd:ipv4:udp",
            FLOW4,
            S::GRE,
        ),
    ]
}

fn in_udp_port() -> Vec<Case> {
    let udp = |name, port, parts: &[&[u8]], chain, flow| {
        in_udp(name, (53, port), parts, chain, flow, S::empty())
    };
    let frame = inner_frame();
    let (plain, extended) = ([0x80, 1, 2, 3, 0, 0, 0, 1], [0x0c, 0, 0, 3, 0, 0, 1, 0]);
    let lisp = "eth:ipv4:udp:lisp:ipv4:udp";
    vec![
        udp("LISP", 4341, &[&plain, &IP4], lisp, FLOW4),
        udp("LISP, IPv6", 4341, &[&plain, &IP6], "eth:ipv4:udp:lisp:ipv6:udp", FLOW6),
        udp("LISP, frame", 4341, &[&extended, &frame], "eth:ipv4:udp:lisp:eth:ipv4:udp", FLOW4),
        Case {
            status: S::GRE,
            ..udp("GRE", 4754, &[&[0, 0, 8, 0], &IP4], "eth:ipv4:udp:gre:ipv4:udp", FLOW4)
        },
        Case {
            status: S::MPLS_UNICAST,
            ..udp("MPLS", 6635, &[&[0, 1, 1, 64], &IP4], "eth:ipv4:udp:mpls:ipv4:udp", FLOW4)
        },
    ]
}

/// Ethernet as the last header of IPv6 (RFC 8986, section 10.1).
fn segment_routing() -> Vec<Case> {
    let frame = inner_frame();
    let routing = [143, 2, 4, 0, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9];
    let six = |name, next, parts: &[&[u8]], chain| {
        eth(name, &[&[0x86, 0xdd], &ip6(next, parts.concat().len()), &parts.concat()], chain, FLOW4)
    };
    vec![
        six("Ethernet in IPv6", 143, &[&frame], "eth:ipv6:eth:ipv4:udp"),
        six("SRv6", 43, &[&routing, &frame], "eth:ipv6:ipv6.routing:eth:ipv4:udp"),
    ]
}

/// Switched off, each is a protocol like any other; the reference knows none.
#[test]
fn they_can_be_left_alone() {
    let off = Settings { encapsulations: Encapsulations::MACSEC, ..Settings::default() };
    let compat = Settings { compat: true, ..Settings::default() };
    for (case, settings) in cases().iter().flat_map(|c| [off, compat].map(|s| (c, s))) {
        if case.name == "Arista, other" {
            continue;
        }
        let (l, outcome) = decoded(case, case.data.len(), settings);
        assert_eq!(outcome, Ok(()), "{}", case.name);
        assert_ne!((l.src_port, l.dst_port), (1234, 53), "{}: {}", case.name, description(&l));
    }
}

#[test]
fn source_ports_tell_of_none_of_them() {
    for port in [4341, 4754, 6635] {
        let case = in_udp("", (port, 50000), &[&[0, 0, 8, 0], &IP4], "", FLOW4, S::empty());
        let (l, _) = decoded(&case, case.data.len(), Settings::default());
        assert_eq!(description(&l), "eth:ipv4:udp");
    }
}

/// A GRE header in UDP is payload of the outer packet, if that forms the flow.
#[test]
fn gre_that_cannot_be_unpacked_is_payload_of_udp() {
    let case = in_udp("", (53, 4754), &[&[0, 0, 0x30, 0x30, 1, 2]], "", FLOW4, S::empty());
    let (l, _) = decoded(&case, case.data.len(), Settings::default());
    assert_eq!((l.src_port, l.dst_port, l.l7_len, l.l4_header_len), (53, 4754, 6, 8));
}

#[test]
fn a_tag_of_the_older_type_tells_its_number() {
    let case = switches().pop().expect("the last one is the VLAN tag");
    let (l, _) = decoded(&case, case.data.len(), Settings::default());
    assert_eq!((l.vlan_tags, l.vlan_id, l.vlan), (1, 7, 14));
}
