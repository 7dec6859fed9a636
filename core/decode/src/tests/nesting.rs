//! Limits and switches.

use flowz_api::layers::Net;
use flowz_api::status::FlowStat;

use super::cases::{FLOW4, FLOW6, IP4, IP6, decoded, eth, in_ip4, in_udp, ip4, ip6};
use super::description;
use crate::{Encapsulations, NoFlow, Settings};

/// IPv4 headers inside each other.
fn nested(depth: usize) -> Vec<u8> {
    let mut packet = IP4.to_vec();
    for _ in 0..depth {
        packet = [ip4(4, packet.len()), packet].concat();
    }
    packet
}

#[test]
fn tunnels_are_unpacked_up_to_a_limit_and_no_more() {
    for (depth, inner) in [(64, true), (65, false), (300, false)] {
        let case = eth("deep", &[&[8, 0], &nested(depth)], "", FLOW4);
        let (l, outcome) = decoded(&case, case.data.len(), Settings::default());
        assert_eq!(outcome, Ok(()));
        assert_eq!((l.l4_proto, l.src_port), if inner { (17, 1234) } else { (4, 0) }, "{depth}");
        assert_eq!(l.status.contains(FlowStat::STOPPED), !inner, "{depth}");
    }
}

#[test]
fn frames_nested_too_deep_form_no_flow() {
    let tag = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xe7, 0, 0, 0, 1];
    let case = eth("deep", &[&[0x88, 0xe7, 0, 0, 0, 1], &tag.repeat(100), &[0; 20]], "", FLOW4);
    let (_, outcome) = decoded(&case, case.data.len(), Settings::default());
    assert_eq!(outcome, Err(NoFlow::NestedTooDeep));
}

#[test]
fn a_switch_that_is_off_leaves_the_outer_packet() {
    let case = in_ip4("GRE", 47, &[&[0, 0, 8, 0], &IP4], "", FLOW4, FlowStat::empty());
    let encapsulations = Encapsulations::all() - Encapsulations::GRE;
    let settings = Settings { encapsulations, ..Settings::default() };
    let (l, outcome) = decoded(&case, case.data.len(), settings);
    assert_eq!((outcome, description(&l).as_str()), (Ok(()), "eth:ipv4:gre"));
    assert_eq!((l.l4_proto, l.src_port, l.l3), (47, 0, 14));
    assert!(l.status.contains(FlowStat::GRE) && !l.status.contains(FlowStat::STOPPED));
}

#[test]
fn the_outer_key_keeps_the_whole_chain() {
    let case = in_ip4("4 in 4", 4, &[&IP4], "", FLOW4, FlowStat::empty());
    let settings = Settings { outer_key: true, ..Settings::default() };
    let (l, _) = decoded(&case, case.data.len(), settings);
    assert_eq!(description(&l), "eth:ipv4:ipv4:udp");
    assert_eq!((l.net, l.l4_proto, l.l3), (Net::V4, 4, 14));
    assert!(!l.status.contains(FlowStat::STOPPED));
}

#[test]
fn an_inner_packet_that_was_cut_leaves_the_outer_one() {
    let case = in_ip4("4 in 4", 4, &[&IP4], "", FLOW4, FlowStat::empty());
    let (l, outcome) = decoded(&case, 14 + 20 + 10, Settings::default());
    assert_eq!((outcome, l.l4_proto, l.l3), (Ok(()), 4, 14));
    assert!(l.status.contains(FlowStat::STOPPED | FlowStat::IPV4_FLOW));
}

#[test]
fn extension_headers_in_any_number_and_order() {
    let mut body = [0, 0, 0, 0, 0, 0, 0, 0].repeat(3);
    body.extend([60, 0, 0, 0, 0, 0, 0, 0, 135, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0]);
    body.extend(&IP6[40..]);
    let case = eth("extensions", &[&[0x86, 0xdd], &ip6(0, body.len()), &body], "", FLOW6);
    let (l, _) = decoded(&case, case.data.len(), Settings::default());
    assert!(description(&l).ends_with(":ipv6.hopopts:ipv6.dstopts:ipv6.mobility:udp"));
    assert_eq!((l.chain.depth(), l.src_port, l.l3_header_len), (9, 1234, 40 + 48));
}

/// What the reference leaves alone, one switch at the decoder leaves alone, too.
#[test]
fn compat_sees_what_the_reference_sees() {
    let compat = Settings { compat: true, ..Settings::default() };
    let none = FlowStat::empty();
    let gpe = [12, 0, 0, 1, 0, 0, 1, 0];
    let inner = [&[0, 0, 8, 0][..], &IP4].concat();
    let twice = [&[0, 0, 8, 0][..], &ip4(47, inner.len()), &inner].concat();
    let third = [&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1][..], &[0; 40]].concat();
    let wire = [0, 0, 0, 7];
    let frame = super::cases::inner_frame();
    let service = [&[0x89, 0x4f, 0, 2, 2, 1, 0, 0, 1, 255][..], &IP4].concat();
    let cases = [
        (in_udp("", (4789, 4790), &[&gpe, &IP4], "", FLOW4, none), "eth:ipv4:udp"),
        (in_udp("", (40000, 51820), &[&[1, 0, 0, 0]], "", FLOW4, none), "eth:ipv4:udp"),
        (in_ip4("", 47, &[&twice], "", FLOW4, none), "eth:ipv4:gre:ipv4:gre:ipv4"),
        (in_ip4("", 47, &[&third], "", FLOW4, none), "eth:ipv4:gre:UNK(0x22eb)"),
        (in_ip4("", 115, &[&wire, &frame], "", FLOW4, none), "eth:ipv4:l2tp"),
        (eth("", &[&service], "", FLOW4), "eth:UNK(0x894f)"),
    ];
    for (case, chain) in cases {
        let (l, outcome) = decoded(&case, case.data.len(), compat);
        assert_eq!((outcome, description(&l).as_str()), (Ok(()), chain));
    }
}

#[test]
fn inner_tags_take_the_place_of_outer_ones() {
    let frame = |tag: &[u8]| [&[2; 12][..], tag, &[8, 0], &IP4].concat();
    for (inner, id, at) in [(frame(&[]), 5, 14), (frame(&[0x81, 0, 0, 9]), 9, 14 + 4 + 20 + 4 + 14)]
    {
        let gre = [&[0, 0, 0x65, 0x58][..], &inner].concat();
        let outer = ip4(47, gre.len());
        let case = eth("tags", &[&[0x81, 0, 0, 5, 8, 0], &outer, &gre], "", FLOW4);
        let (l, _) = decoded(&case, case.data.len(), Settings::default());
        assert_eq!((l.vlan_tags, l.vlan_id, l.vlan), (1, id, at));
    }
}
