//! Frames without IP: where they end, what they show inside of packets and on links, and how much of
//! it the reference sees.

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::LinkType;
use flowz_api::status::FlowStat as S;

use super::cases::{Case, FLOW4, LAYER2, MACS, decoded, eth, in_ip4, in_udp, inner_frame, on_link};
use super::description;
use crate::{NoFlow, Settings};

const COMPAT: bool = true;

fn layers(case: &Case, compat: bool) -> (Result<(), NoFlow>, Layers, String) {
    let settings = Settings { compat, ..Settings::default() };
    let (l, outcome) = decoded(case, case.data.len(), settings);
    (outcome, l, description(&l))
}

/// PPPoE tells the length of its PPP packet (RFC 2516, section 4); 0x8057 is IPV6CP (RFC 5072).
#[test]
fn padding_behind_a_session() {
    for (protocol, length, padding, chain, reference) in [
        ([0xc0, 0x21], 10, 30, "eth:pppoes:ppp:lcp", "eth:pppoes:ppp:lcp"),
        ([0x80, 0x57], 16, 24, "eth:pppoes:ppp:ipv6cp", "eth:pppoes:ppp:UNK(0x5780)"),
    ] {
        let header = [0x88, 0x64, 0x11, 0, 0, 1, 0, length];
        let case = eth("", &[&header, &protocol, &[0; 38]], chain, LAYER2);
        let (_, l, found) = layers(&case, !COMPAT);
        assert_eq!((found.as_str(), l.padding, l.l7_len), (chain, padding, 38));
        let (_, l, found) = layers(&case, COMPAT);
        assert_eq!((found.as_str(), l.padding, l.l7_len), (reference, 46, 46));
    }
}

/// The length of IEEE 802.3 tells where LLC ends, also behind SNAP.
#[test]
fn padding_behind_llc() {
    let snap = [0xaa, 0xaa, 3, 0, 0, 0x0c, 1, 0x0b];
    for (length, padding) in [(50, 0), (40, 10)] {
        let case = eth("", &[&[0, length], &snap, &[0; 42]], "", LAYER2);
        for compat in [false, COMPAT] {
            let (_, l, found) = layers(&case, compat);
            assert_eq!((found.as_str(), l.padding), ("eth:llc:stp", padding));
        }
    }
}

#[test]
fn a_frame_in_a_tunnel_has_no_length_of_layer_3() {
    let arp = [&MACS[..], &[8, 6, 0, 1, 8, 0, 6, 4], &[0; 22]].concat();
    let vxlan = [8, 0, 0, 0, 0, 0, 1, 0];
    let case = in_udp("", (40000, 4789), &[&vxlan, &arp], "", LAYER2, S::VXLAN);
    let (_, l, found) = layers(&case, !COMPAT);
    assert_eq!((l.net, l.ethertype, l.l3_len, l.l7_len), (Net::Layer2, 0x0806, 0, 28));
    let (_, l, named) = layers(&case, COMPAT);
    assert_eq!((l.net, l.ethertype, l.l3_len, l.dst_port), (Net::V4, 0x0800, 78, 4789));
    assert!(l.status.contains(S::STOPPED | S::VXLAN) && !l.status.contains(S::ARP));
    assert_eq!(found, named);
}

/// A PPP link has no ethertype, and the protocol may take one byte (RFC 1661, section 6.5).
#[test]
fn ppp_links() {
    let lcp = on_link("", LinkType::PPP, &[&[0xff, 3, 0xc0, 0x21, 9, 1, 0, 4]], "", LAYER2);
    let (outcome, l, found) = layers(&lcp, !COMPAT);
    assert_eq!((outcome, l.ethertype, found.as_str()), (Ok(()), 0, "ppp:lcp"));
    assert_eq!(layers(&lcp, COMPAT).0, Err(NoFlow::PppWithoutIp));
    let ipv6 = on_link("", LinkType::PPP, &[&[0x57], &super::cases::IP6], "", LAYER2);
    let (outcome, l, found) = layers(&ipv6, !COMPAT);
    assert_eq!((outcome, l.net, found.as_str()), (Ok(()), Net::V6, "ppp:ipv6:udp"));
    let (outcome, _, found) = layers(&ipv6, COMPAT);
    assert_eq!((outcome, found.as_str()), (Err(NoFlow::PppWithoutIp), "ppp:UNK(0x5760)"));
}

/// Type I has no header (draft-foschiano-erspan-03, section 4.1); the reference skips eight bytes.
#[test]
fn mirrored_frames_of_the_first_type() {
    let case = in_ip4("", 47, &[&[0, 0, 0x88, 0xbe], &inner_frame()], "", FLOW4, S::ERSPAN);
    assert_eq!(layers(&case, !COMPAT).2, "eth:ipv4:gre:erspan:eth:ipv4:udp");
    let (_, l, found) = layers(&case, COMPAT);
    assert!(found.starts_with("eth:ipv4:gre:erspan:eth:"), "{found}");
    assert_eq!((l.net, l.l4_proto, l.l4_header_len), (Net::V4, 47, 12));
}

#[test]
fn access_points_that_encrypt() {
    let record = [23, 0xfe, 0xff, 0, 1, 0, 0, 0, 0, 0, 1, 0, 2, 9, 9];
    let case = in_udp("", (40000, 5246), &[&[1, 0, 0, 0], &record], "", FLOW4, S::DTLS);
    assert_eq!(layers(&case, !COMPAT).2, "eth:ipv4:udp:capwap:dtls1.0");
    let (_, l, found) = layers(&case, COMPAT);
    assert_eq!(found, "eth:ipv4:udp:capwap:dtls");
    assert!(l.status.contains(S::DTLS | S::STOPPED));
}

/// Session 5245488 of L2TPv3 is data (RFC 3931, section 4.1.1), of which nothing can be told.
#[test]
fn unknown_sessions() {
    let case = in_ip4("", 115, &[&[0, 0x50, 0x0a, 0x30], &[0x5a; 40]], "", FLOW4, S::L2TP);
    for compat in [false, COMPAT] {
        let (_, l, found) = layers(&case, compat);
        assert_eq!((found.as_str(), l.l4_proto), ("eth:ipv4:l2tp", 115));
        assert_eq!(l.status.contains(S::STOPPED), !compat);
    }
}
