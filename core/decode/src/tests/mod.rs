//! Decoding of literal frames.

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_api::status::FlowStat;

use crate::{NoFlow, Settings, decode};

mod cases;
mod fast;
mod ipv4_disabled;
mod link_types;
mod nesting;
mod properties;
mod pseudowires;
mod rare_links;
mod rare_tunnels;
mod settings;
mod transport;
mod tunnel_offsets;
mod tunnels;
mod udp_ports;
mod without_ip;

fn packet(data: &[u8]) -> Packet<'_> {
    let wire_len = data.len() as u32;
    Packet { ts: Timestamp(0), wire_len, link: LinkType::ETHERNET, interface: 0, data }
}

fn layers(data: &[u8]) -> (Layers, Result<(), NoFlow>) {
    let mut layers = Layers::default();
    let outcome = decode(&packet(data), Settings::default(), &mut layers);
    (layers, outcome)
}

fn description(layers: &Layers) -> String {
    let mut text = String::new();
    layers.chain.describe(&mut text);
    text
}

/// An Ethernet frame with a type and what follows it.
fn frame(rest: &[&[u8]]) -> Vec<u8> {
    let mut out = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    for part in rest {
        out.extend_from_slice(part);
    }
    out
}

const UDP4: [u8; 28] = [
    0x45, 0, 0, 32, 0, 7, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, // IPv4, 32 bytes
    0x04, 0xd2, 0, 53, 0, 12, 0, 0, // UDP 1234 -> 53
];

#[test]
fn vlan_and_udp() {
    let data = frame(&[&[0x88, 0xa8, 0x20, 13, 0x81, 0, 0, 10, 8, 0], &UDP4, b"abcd"]);
    let (l, outcome) = layers(&data);
    assert_eq!(outcome, Ok(()));
    assert_eq!(description(&l), "eth:vlan{2}:ipv4:udp");
    assert_eq!((l.vlan_tags, l.vlan_id, l.vlan), (2, 10, 14));
    assert_eq!((l.net, l.src_port, l.dst_port, l.l4_proto), (Net::V4, 1234, 53, 17));
    assert_eq!(
        (l.l3_len, l.snap_l3_len, l.snap_l4_len, l.snap_l7_len, l.l7_len),
        (32, 32, 12, 4, 4)
    );
    assert_eq!(l.payload(&data), b"abcd");
    assert!(l.status.contains(FlowStat::VLAN | FlowStat::IPV4 | FlowStat::IPV4_FLOW));
}

#[test]
fn padding_of_short_frames() {
    let data = frame(&[&[8, 0], &UDP4, b"abcd", &[0; 14]]);
    let (l, _) = layers(&data);
    assert_eq!((l.padding, l.snap_l3_len, l.snap_l7_len), (14, 32, 4));
    let arp = frame(&[&[8, 6], &[0; 46]]);
    let (l, _) = layers(&arp);
    assert_eq!((l.padding, l.l7_len), (18, 46));
    assert!(l.status.contains(FlowStat::ARP | FlowStat::LAYER2));
}

#[test]
fn a_tcp_header_that_was_cut_is_marked() {
    let mut ip = UDP4;
    (ip[3], ip[9]) = (60, 6);
    let tcp = [0x04, 0xd2, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0xa0, 0x02, 0, 0, 0, 0, 0, 0];
    let mut data = frame(&[&[8, 0], &ip[..20], &tcp, &[1; 20]]);
    let (whole, _) = layers(&data);
    assert!(!whole.status.contains(FlowStat::SHORT_L4_HEADER));
    data.truncate(data.len() - 1);
    let mut cut = packet(&data);
    cut.wire_len = 74;
    let mut l = Layers::default();
    assert_eq!(decode(&cut, Settings::default(), &mut l), Ok(()));
    assert!(l.status.contains(FlowStat::SHORT_L4_HEADER));
    assert_eq!((l.src_port, l.dst_port, l.snap_l7_len, l.l7_len), (1234, 80, 0, 0));
}

#[test]
fn later_fragment_has_no_ports() {
    let mut udp = UDP4;
    udp[6..8].copy_from_slice(&[0x20, 0x06]);
    let (l, _) = layers(&frame(&[&[8, 0], &udp, b"abcd"]));
    assert_eq!((l.fragment_offset, l.more_fragments, l.src_port, l.l7_len), (48, true, 0, 12));
    assert!(l.status.contains(FlowStat::STOPPED));
}

#[test]
fn llc_and_unknown() {
    let stp = frame(&[&[0, 38, 0x42, 0x42, 3], &[0; 43]]);
    let (l, _) = layers(&stp);
    assert_eq!((description(&l).as_str(), l.ethertype, l.padding), ("eth:llc:stp", 0x4242, 8));
    let (l, _) = layers(&frame(&[&[0x30, 0x30], &[0; 46]]));
    assert_eq!(description(&l), "eth:UNK(0x3030)");
    assert!(l.status.contains(FlowStat::STOPPED | FlowStat::LAYER2));
}

#[test]
fn ipv6_extensions() {
    let mut ip = vec![0x60, 0, 0, 0, 0, 32, 0, 64];
    ip.extend([0; 32]);
    ip.extend([44, 0, 1, 4, 0, 0, 0, 0]); // hop-by-hop, then a fragment header
    ip.extend([17, 0, 0, 1, 0, 0, 0, 9]); // first fragment, more follow, id 9
    ip.extend([0x04, 0xd2, 0, 53, 0, 16, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let (l, _) = layers(&frame(&[&[0x86, 0xdd], &ip]));
    assert_eq!(description(&l), "eth:ipv6:ipv6.hopopts:ipv6.fraghdr:udp");
    assert_eq!((l.l3_header_len, l.ip_id, l.more_fragments, l.l7_len), (56, 9, true, 8));
    assert_eq!((l.hop_options.at, l.hop_options.len, l.src_port), (54, 8, 1234));
}

#[test]
fn headers_that_lie() {
    let mut short = UDP4;
    short[0] = 0x44;
    assert_eq!(layers(&frame(&[&[8, 0], &short])).1, Err(NoFlow::IpHeaderTooShort));
    let mut long = UDP4;
    long[2..4].copy_from_slice(&[0xff, 0xff]);
    let (l, _) = layers(&frame(&[&[8, 0], &long]));
    assert_eq!((l.l3_len, l.snap_l3_len), (28, 28));
    let mut sixth = UDP4;
    sixth[0] = 0x65;
    let (l, _) = layers(&frame(&[&[8, 0], &sixth]));
    assert_eq!(description(&l), "eth:ipvx");
}

#[test]
fn every_cut_decodes() {
    let data = frame(&[&[0x88, 0xa8, 0x20, 13, 0x81, 0, 0, 10, 8, 0], &UDP4, b"abcd"]);
    for end in 0..data.len() {
        let mut cut = packet(&data[..end]);
        cut.wire_len = data.len() as u32;
        let mut l = Layers::default();
        let outcome = decode(&cut, Settings::default(), &mut l);
        assert_eq!(outcome.is_ok(), end >= 42, "cut at {end}");
    }
}
