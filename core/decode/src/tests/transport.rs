//! Layer 4 and what stands between IP and it: DCCP, authentication headers, jumbograms.

use flowz_api::layers::{Layers, Net};
use flowz_api::status::FlowStat as S;

use super::cases::{Case, FLOW4, FLOW6, Found, IP4, IP6, decoded, eth, in_ip4, ip4, ip6};
use super::description;
use crate::Settings;

/// An authentication header: the next protocol, 24 bytes in all, index, number and check value.
const AH: [u8; 24] = [0, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7];

fn ah(next: u8) -> [u8; 24] {
    let mut header = AH;
    header[0] = next;
    header
}

pub(super) fn cases() -> Vec<Case> {
    [dccp(), authenticated()].into_iter().flatten().collect()
}

fn dccp() -> Vec<Case> {
    let flow: Found = Ok((Net::V4, 33, 1234, 53));
    let none = S::empty();
    // A request: type 0, X bit, 20 bytes with the service code. Data without X bit, 12 bytes.
    let request = [4, 0xd2, 0, 53, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 7];
    let data = [4, 0xd2, 0, 53, 3, 0, 0, 0, 4, 0, 0, 1];
    vec![
        in_ip4("DCCP request", 33, &[&request, b"abcd"], "eth:ipv4:dccp", flow, none),
        in_ip4("DCCP data", 33, &[&data, b"abcd"], "eth:ipv4:dccp", flow, none),
    ]
}

fn authenticated() -> Vec<Case> {
    let udp = &IP4[20..];
    let deep = Ok((Net::V4, 6, 0, 0));
    let case =
        |name, parts: &[&[u8]], chain, flow| in_ip4(name, 51, parts, chain, flow, S::IPSEC_AH);
    let six = |name, inner: &[u8], chain| Case {
        status: S::IPSEC_AH,
        ..eth(name, &[&[0x86, 0xdd], &ip6(51, 24 + inner.len()), &ah(17), inner], chain, FLOW6)
    };
    vec![
        case("AH", &[&ah(17), udp], "eth:ipv4:ah:udp", FLOW4),
        case("AH, tunnel", &[&ah(4), &IP4], "eth:ipv4:ah:ipv4:udp", FLOW4),
        case("AH, IPv6 tunnel", &[&ah(41), &IP6], "eth:ipv4:ah:ipv6:udp", FLOW6),
        case("AH twice", &[&ah(51), &ah(17), udp], "eth:ipv4:ah:ah:udp", FLOW4),
        case("AH, TCP cut short", &[&ah(6), &[0, 80]], "eth:ipv4:ah:tcp", deep),
        six("AH behind IPv6", &IP6[40..], "eth:ipv6:ah:udp"),
    ]
}

fn layers(case: &Case, settings: Settings) -> Layers {
    let (l, outcome) = decoded(case, case.data.len(), settings);
    assert_eq!(outcome, Ok(()), "{}", case.name);
    l
}

#[test]
fn dccp_headers_have_their_own_length() {
    let header = |offset: u8, kind: u8| [4, 0xd2, 0, 53, offset, 0, 0, 0, kind, 0, 0, 1];
    // Data offset, type with X bit, length of the header, payload of the 40 bytes.
    for (offset, kind, len, payload) in
        [(5, 1, 20, 20), (3, 0, 12, 28), (1, 0, 12, 28), (0, 1, 16, 24)]
    {
        let case = in_ip4("", 33, &[&header(offset, kind), &[0; 28]], "", FLOW4, S::empty());
        let l = layers(&case, Settings::default());
        assert_eq!((l.l4_header_len, l.l7_len, l.snap_l7_len), (len, payload, payload));
        assert_eq!((l.src_port, l.dst_port), (1234, 53));
    }
    let short = in_ip4("", 33, &[&header(3, 0)[..11]], "", FLOW4, S::empty());
    let l = layers(&short, Settings::default());
    assert_eq!((l.src_port, l.l7_len, l.status.contains(S::SHORT_L4_HEADER)), (1234, 0, true));
}

/// First fragments may be cut behind eight bytes (RFC 791, section 3.2), SCTP packets be a header only (RFC 9260,
/// section 3.1): the ports are there. The reference leaves them, and so do we without all four bytes.
#[test]
fn ports_of_short_headers() {
    for (proto, length, expected) in [(6, 8, 40_001), (132, 8, 40_001), (6, 4, 40_001), (6, 3, 0)] {
        let bytes = [0x9c, 0x41, 0, 80, 0, 0, 0, 1];
        let case = in_ip4("", proto, &[&bytes[..length]], "", FLOW4, S::empty());
        for compat in [false, true] {
            let l = layers(&case, Settings { compat, ..Settings::default() });
            let expected = if compat { 0 } else { expected };
            assert_eq!((l.src_port, l.l7_len), (expected, 0), "{proto}, {length} bytes, {compat}");
            assert!(l.status.contains(S::SHORT_L4_HEADER));
        }
    }
}

/// Behind IPv6 too, wherever the capture ends.
#[test]
fn ports_of_short_headers_behind_ipv6() {
    let case = eth("", &[&[0x86, 0xdd], &ip6(17, 12), &IP6[40..]], "", FLOW6);
    let ports = |captured: usize, compat| {
        let (l, _) = decoded(&case, 14 + 40 + captured, Settings { compat, ..Settings::default() });
        (l.src_port, l.l4_proto)
    };
    let whole = ports(8, false);
    assert_eq!([4, 7].map(|captured| ports(captured, false)), [whole; 2]);
    assert_eq!([ports(3, false), ports(4, true)], [(0, 17); 2]);
}

#[test]
fn the_reference_takes_no_ports_behind_dccp_and_ah() {
    let compat = Settings { compat: true, ..Settings::default() };
    for case in cases().iter().filter(|c| c.flow != FLOW6) {
        let l = layers(case, compat);
        assert_eq!((l.src_port, l.l4_header_len), (0, 8), "{}", case.name);
        assert!(matches!(l.l4_proto, 33 | 51), "{}", case.name);
    }
}

#[test]
fn lengths_behind_an_authentication_header() {
    let case = in_ip4("", 51, &[&ah(17), &IP4[20..]], "", FLOW4, S::empty());
    let l = layers(&case, Settings::default());
    assert_eq!((l.l3_header_len, l.l4, l.l4_len(), l.l7_len), (20, 14 + 20 + 24, 12, 4));
    assert_eq!((l.l4_proto, l.datagram_proto), (17, 51));
    // What was not captured is not looked for.
    let (cut, _) = decoded(&case, 14 + 20 + 10, Settings::default());
    assert_eq!((cut.l4_proto, cut.src_port, cut.status.contains(S::STOPPED)), (51, 0, true));
}

/// IPv6 with hop-by-hop options of 8 bytes, then UDP of that length.
fn jumbo(payload_len: u16, option: [u8; 6], next: &[u8], udp: usize) -> Case {
    let mut header = ip6(0, 0);
    header[4..6].copy_from_slice(&payload_len.to_be_bytes());
    let hop = [&[if next.is_empty() { 17 } else { 44 }, 0][..], &option].concat();
    let rest = vec![0; udp - 8];
    eth("", &[&[0x86, 0xdd], &header, &hop, next, &[4, 0xd2, 0, 53, 0, 0, 0, 0], &rest], "", FLOW6)
}

/// The jumbo option with a payload length.
fn option(len: u32) -> [u8; 6] {
    let [a, b, c, d] = len.to_be_bytes();
    [0xc2, 4, a, b, c, d]
}

#[test]
fn jumbograms() {
    const UDP: usize = 70_000;
    let case = jumbo(0, option(8 + UDP as u32), &[], UDP);
    let l = layers(&case, Settings::default());
    assert_eq!(description(&l), "eth:ipv6:ipv6.hopopts:udp");
    assert_eq!((l.l3_len, l.snap_l3_len, l.l4_len()), (70_048, 70_048, 70_000));
    assert_eq!((l.snap_l7_len, l.l7_len, l.src_port), (69_992, 69_992, 1234));
    assert!(!l.status.contains(S::LENGTH_MISMATCH));
    // Half of it captured: the option tells the whole length.
    let (cut, _) = decoded(&case, 30_000, Settings::default());
    assert_eq!((cut.l3_len, cut.snap_l3_len), (70_048, 30_000 - 14));
    assert!(cut.status.contains(S::SNAPPED_L3) && !cut.status.contains(S::LENGTH_MISMATCH));
    // The reference knows no jumbograms, and has lengths of 16 bits: 70,048 modulo 65,536.
    let l = layers(&case, Settings { compat: true, ..Settings::default() });
    assert_eq!((l.l3_len, l.status.contains(S::LENGTH_MISMATCH)), (4512, true));
}

/// The 16 bits of the total length (RFC 791, section 3.1) are 0 in packets that the network card cuts later.
#[test]
fn a_total_length_of_nothing() {
    let mut header = ip4(6, 0);
    header[2..4].copy_from_slice(&[0, 0]);
    let tcp = [4, 0xd2, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 1, 0, 0, 0, 0, 0];
    let payload = vec![7; 80_000];
    let case = eth("", &[&[8, 0], &header, &tcp, &payload], "", FLOW4);
    let l = layers(&case, Settings::default());
    assert_eq!((l.l3_len, l.l4_len(), l.l7_len, l.snap_l7_len), (80_040, 80_020, 80_000, 80_000));
    let l = layers(&case, Settings { compat: true, ..Settings::default() });
    assert_eq!((l.l3_len, l.l4_len(), l.l7_len), (14_504, 14_484, 14_464));
}

#[test]
fn jumbo_options_where_they_must_not_be() {
    let fragment = [17, 0, 0, 0, 0, 0, 0, 9];
    let jumbogram = option(8 + 70_000);
    let pad = [1, 4, 0, 0, 0, 0];
    let cases = [
        ("payload length, too", jumbo(100, jumbogram, &[], 92), true),
        ("too small", jumbo(0, option(0xffff), &[], 100), true),
        ("in front of a fragment", jumbo(0, option(70_016), &fragment, 70_000), true),
        ("no length at all", jumbo(0, pad, &[], 100), true),
        ("plain options", jumbo(108, pad, &[], 100), false),
    ];
    for (name, case, wrong) in cases {
        let l = layers(&case, Settings::default());
        assert_eq!(l.status.contains(S::LENGTH_MISMATCH), wrong, "{name}");
        assert_eq!(l.src_port, 1234, "{name}");
    }
}

#[test]
fn fragments_of_authenticated_datagrams_have_one_protocol() {
    let mut packet = [&ip4(51, 36)[..], &ah(17), &IP4[20..]].concat();
    let first = eth("", &[&[8, 0], &packet], "", FLOW4);
    packet[6..8].copy_from_slice(&[0, 3]);
    let later = eth("", &[&[8, 0], &packet], "", FLOW4);
    let (first, later) = (layers(&first, Settings::default()), layers(&later, Settings::default()));
    assert_eq!((first.l4_proto, later.l4_proto), (17, 51));
    assert_eq!(first.datagram_proto, later.datagram_proto);
}

/// What has no name has no header that could be told from its payload.
#[test]
fn unknown_protocols_over_ipv6_are_payload() {
    let bytes = [7; 20];
    let case = eth("", &[&[0x86, 0xdd], &ip6(12, bytes.len()), &bytes], "", FLOW4);
    for compat in [false, true] {
        let (l, _) = decoded(&case, case.data.len(), Settings { compat, ..Settings::default() });
        assert_eq!((l.l4_proto, l.l7_len, l.snap_l7_len), (12, 20, 20));
    }
}

/// UDP over IPv4 whose header says a length, then twelve bytes.
fn udp_of(len: u8) -> Case {
    let udp = [4, 0xd2, 0, 53, 0, len, 0, 0];
    eth("", &[&[8, 0], &ip4(17, 20), &udp, b"pay+surplus!"], "", FLOW4)
}

/// Behind the length of UDP lies the surplus area (RFC 9868, section 6).
#[test]
fn a_surplus_area_is_no_payload() {
    let lengths = |len, compat| {
        let l = layers(&udp_of(len), Settings { compat, ..Settings::default() });
        [l.l7_len as i32, l.snap_l7_len as i32, l.snap_l4_len as i32, l.padding]
    };
    assert_eq!(lengths(20, false), [12, 12, 20, 0]);
    assert_eq!(lengths(11, false), [3, 3, 20, 9]);
    assert_eq!(lengths(8, false), [0, 0, 20, 12]);
    assert_eq!(lengths(11, true), [12, 12, 20, 0], "the reference does not look at the length");
    // Lengths that cannot be tell nothing.
    for len in [0, 7, 21, 255] {
        assert_eq!(lengths(len, false), [12, 12, 20, 0], "{len}");
    }
}
