//! Literal frames and what is to be found in them; all of them are also cut at every byte.

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_api::status::FlowStat;

use super::{
    description, link_types, pseudowires, rare_links, rare_tunnels, transport, tunnels, udp_ports,
};
use crate::{NoFlow, Settings, decode};

/// IPv4, UDP 1234 to 53, four bytes of payload.
pub(super) const IP4: [u8; 32] = [
    0x45, 0, 0, 32, 0, 7, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 4, 0xd2, 0, 53, 0, 12, 0,
    0, b'a', b'b', b'c', b'd',
];

/// IPv6, UDP 1234 to 53, four bytes of payload, between two addresses of Teredo clients.
pub(super) const IP6: [u8; 52] = [
    0x60, 0, 0, 0, 0, 12, 17, 64, 0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 0xd2, 0, 53, 0, 12, 0, 0, b'a', b'b', b'c', b'd',
];

/// Two addresses of an Ethernet header.
pub(super) const MACS: [u8; 12] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];

/// Layer, protocol and ports of a flow, or why there is none.
pub(super) type Found = Result<(Net, u8, u16, u16), NoFlow>;

/// A frame and what is in it.
pub(super) struct Case {
    /// What is tested.
    pub(super) name: &'static str,
    /// Link type.
    pub(super) link: LinkType,
    /// The frame.
    pub(super) data: Vec<u8>,
    /// Its description.
    pub(super) chain: &'static str,
    /// Layer, protocol and ports of the flow, or why there is none.
    pub(super) flow: Found,
    /// Status bits that must be there.
    pub(super) status: FlowStat,
}

/// The inner packet of most cases forms the flow.
pub(super) const FLOW4: Found = Ok((Net::V4, 17, 1234, 53));
pub(super) const FLOW6: Found = Ok((Net::V6, 17, 1234, 53));
/// A layer-2 flow.
pub(super) const LAYER2: Found = Ok((Net::Layer2, 0, 0, 0));

/// A case of any link type.
pub(super) fn on_link(
    name: &'static str,
    link: LinkType,
    parts: &[&[u8]],
    chain: &'static str,
    flow: Found,
) -> Case {
    Case { name, link, data: parts.concat(), chain, flow, status: FlowStat::empty() }
}

/// An Ethernet frame; the parts begin with the ethertype.
pub(super) fn eth(name: &'static str, parts: &[&[u8]], chain: &'static str, flow: Found) -> Case {
    on_link(name, LinkType::ETHERNET, &[&MACS, &parts.concat()], chain, flow)
}

/// An IPv4 header for a payload of this protocol and length.
pub(super) fn ip4(proto: u8, len: usize) -> Vec<u8> {
    let [hi, lo] = (20 + len as u16).to_be_bytes();
    vec![0x45, 0, hi, lo, 0, 9, 0, 0, 64, proto, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]
}

/// An IPv6 header for a payload of this protocol and length.
pub(super) fn ip6(proto: u8, len: usize) -> Vec<u8> {
    let [hi, lo] = (len as u16).to_be_bytes();
    let mut header = vec![0x60, 0, 0, 0, hi, lo, proto, 64];
    header.extend([0xfd; 32]);
    header
}

/// Ethernet, IPv4 of this protocol, and what is in it.
pub(super) fn in_ip4(
    name: &'static str,
    proto: u8,
    parts: &[&[u8]],
    chain: &'static str,
    flow: Found,
    status: FlowStat,
) -> Case {
    let payload = parts.concat();
    let header = ip4(proto, payload.len());
    Case { status, ..eth(name, &[&[8, 0], &header, &payload], chain, flow) }
}

/// Ethernet, IPv4, UDP between these ports, and what is in it.
pub(super) fn in_udp(
    name: &'static str,
    ports: (u16, u16),
    parts: &[&[u8]],
    chain: &'static str,
    flow: Found,
    status: FlowStat,
) -> Case {
    let payload = parts.concat();
    let len = (8 + payload.len() as u16).to_be_bytes();
    let udp = [ports.0.to_be_bytes(), ports.1.to_be_bytes(), len, [0, 0]].concat();
    in_ip4(name, 17, &[&udp, &payload], chain, flow, status)
}

/// A frame inside another packet.
pub(super) fn inner_frame() -> Vec<u8> {
    [&MACS[..], &[8, 0], &IP4].concat()
}

/// All of them.
pub(super) fn all() -> Vec<Case> {
    use tunnels as t;
    let in_ip = [t::ip(), t::layer2_in_ip(), t::gre(), t::layer2_in_gre()];
    let in_udp = [t::vxlan(), t::geneve(), t::gtp(), t::ipv6_in_udp(), t::access_points()];
    let tunnels = in_ip.into_iter().chain(in_udp).flatten().chain(t::l2tp());
    link_types::cases()
        .into_iter()
        .chain(tunnels)
        .chain(transport::cases())
        .chain(rare_links::cases())
        .chain(udp_ports::cases())
        .chain(rare_tunnels::cases())
        .chain(pseudowires::cases())
        .collect()
}

pub(super) fn decoded(case: &Case, end: usize, settings: Settings) -> (Layers, Result<(), NoFlow>) {
    let packet = Packet {
        ts: Timestamp(0),
        wire_len: case.data.len() as u32,
        link: case.link,
        interface: 0,
        data: &case.data[..end],
    };
    let mut layers = Layers::default();
    let outcome = decode(&packet, settings, &mut layers);
    (layers, outcome)
}

#[test]
fn literal_frames() {
    for case in all() {
        let (l, outcome) = decoded(&case, case.data.len(), Settings::default());
        assert_eq!(description(&l), case.chain, "{}", case.name);
        let flow = outcome.map(|()| (l.net, l.l4_proto, l.src_port, l.dst_port));
        assert_eq!(flow, case.flow, "{}", case.name);
        assert!(l.status.contains(case.status), "{}: {:?}", case.name, l.status);
        if flow == FLOW4 || flow == FLOW6 {
            assert_eq!(l.payload(&case.data), b"abcd", "{}", case.name);
            assert!(!l.status.contains(FlowStat::STOPPED), "{}", case.name);
        }
    }
}

/// What was cut away cannot be seen: a cut packet shows a beginning of the whole one's headers.
#[test]
fn a_cut_never_adds_a_header() {
    let compat = Settings { compat: true, ..Settings::default() };
    let all_settings = [Settings::default(), compat, Settings { ipv4: false, ..compat }];
    for (case, settings) in all().iter().flat_map(|c| all_settings.map(|settings| (c, settings))) {
        let (whole, _) = decoded(case, case.data.len(), settings);
        for end in 0..case.data.len() {
            let (cut, _) = decoded(case, end, settings);
            let (cut, whole) = (cut.chain.tokens(), whole.chain.tokens());
            assert!(whole.starts_with(cut), "{} cut at {end}: {cut:?}", case.name);
        }
    }
}

/// With any one byte changed, decoding ends, too.
#[test]
fn changed_bytes_decode() {
    for mut case in all() {
        for at in 0..case.data.len() {
            for bits in [0xff, 0x80, 0x0f, 0x01] {
                case.data[at] ^= bits;
                let (l, _) = decoded(&case, case.data.len(), Settings::default());
                assert!(l.payload(&case.data).len() <= case.data.len());
                case.data[at] ^= bits;
            }
        }
    }
}
