//! Settings that change what a header means: IP of another version, LAPD, unknown protocols, IP in IP
//! that is not to be unpacked.

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_api::status::FlowStat as S;

use super::cases::{Case, FLOW4, IP4, IP6, LAYER2, decoded, eth, in_ip4, ip4, ip6, on_link};
use super::description;
use crate::{Encapsulations, NoFlow, Settings, TunnelKeys};

const COMPAT: Settings = Settings {
    encapsulations: Encapsulations::all(),
    max_nesting: 64,
    tunnel_keys: TunnelKeys::empty(),
    outer_key: false,
    interpret_ipvx: false,
    control_word: true,
    lapd: true,
    describes: true,
    ipv4: true,
    ipv6: true,
    compat: true,
};

fn layers(case: &Case, settings: Settings) -> (Layers, String) {
    let (l, outcome) = decoded(case, case.data.len(), settings);
    assert_eq!(outcome, Ok(()), "{}", case.name);
    (l, description(&l))
}

#[test]
fn the_ethertype_or_the_version_counts() {
    let mut seven = IP4;
    seven[0] = 0x75;
    let mut two = IP6;
    two[0] = 0x20;
    let four = eth("IPv4", &[&[8, 0], &seven], "", FLOW4);
    let six = eth("IPv6", &[&[0x86, 0xdd], &two], "", FLOW4);
    for (case, net, seen) in [(four, Net::V4, S::IPV4), (six, Net::V6, S::IPV6)] {
        let (l, chain) = layers(&case, Settings::default());
        assert_eq!((l.net, chain.as_str(), l.src_port), (Net::Layer2, "eth:ipvx", 0));
        assert!(l.status.contains(S::IPVX) && !l.status.intersects(seen));
        let interpret = Settings { interpret_ipvx: true, ..Settings::default() };
        let (l, chain) = layers(&case, interpret);
        assert_eq!((l.net, chain.as_str(), l.src_port), (net, "eth:ipvx:udp", 1234));
        assert!(l.status.contains(S::IPVX | seen));
    }
    let interpret = Settings { interpret_ipvx: true, ..Settings::default() };
    let mut short = IP4;
    short[0] = 0x71;
    let case = eth("short", &[&[8, 0], &short], "", FLOW4);
    let (l, outcome) = decoded(&case, case.data.len(), interpret);
    assert_eq!(outcome, Err(NoFlow::IpHeaderTooShort));
    assert!(l.status.contains(S::IPVX | S::SHORT_IPV4_HEADER));
}

#[test]
fn lapd_can_be_refused() {
    for link in [LinkType::LAPD, LinkType::LINUX_LAPD] {
        let case = on_link("LAPD", link, &[&[1; 20]], "", LAYER2);
        let off = Settings { lapd: false, ..Settings::default() };
        assert_eq!(layers(&case, Settings::default()).1, "lapd");
        assert_eq!(decoded(&case, 20, off).1, Err(NoFlow::UnsupportedLink));
    }
}

#[test]
fn unknown_protocols_stop_the_dissection() {
    let case = eth("unknown", &[&[0x30, 0x30, 1, 2, 3]], "", LAYER2);
    let silent = Settings { describes: false, ..Settings::default() };
    for (settings, stops) in
        [(silent, true), (COMPAT, true), (Settings { describes: false, ..COMPAT }, false)]
    {
        assert_eq!(layers(&case, settings).0.status.contains(S::STOPPED), stops);
    }
}

/// The reference names what it does not unpack.
#[test]
fn closed_ip_in_ip() {
    let six =
        |proto, inner: &[u8]| eth("", &[&[0x86, 0xdd], &ip6(proto, inner.len()), inner], "", FLOW4);
    let four = |proto, inner: &[u8]| in_ip4("", proto, &[inner], "", FLOW4, S::empty());
    let deep = [&ip6(41, 52)[..], &IP6].concat();
    let encapsulations = Encapsulations::all() - Encapsulations::IPIP;
    let cases = [
        (
            four(41, &IP6),
            "eth:ipv4:ipv6",
            "eth:ipv4:ipv6:udp",
            44,
            S::IP_IN_IP | S::STOPPED | S::IPV6,
        ),
        (
            four(4, &[&ip4(4, 32)[..], &IP4].concat()),
            "eth:ipv4:ipip",
            "eth:ipv4:ipv4:ipv4",
            44,
            S::IP_IN_IP,
        ),
        (six(41, &deep), "eth:ipv6:ipv6", "eth:ipv6:ipv6:ipv6", 92, S::IP_IN_IP | S::IPV6),
        (six(4, &IP4), "eth:ipv6:ipip", "eth:ipv6:ipv4:udp", 32, S::empty()),
    ];
    let marks = S::IP_IN_IP | S::STOPPED;
    for (case, chain, named, payload, status) in cases {
        let (l, found) = layers(&case, Settings { encapsulations, ..Settings::default() });
        assert_eq!((found.as_str(), l.src_port), (chain, 0));
        assert!(!l.status.intersects(marks));
        let (l, found) = layers(&case, Settings { encapsulations, ..COMPAT });
        assert_eq!((found.as_str(), l.l7_len, l.src_port), (named, payload, 0));
        assert_eq!(l.status & marks, status & marks, "{named}");
    }
}

/// Packets of a version that is switched off: IPv6 forms no flow, IPv4 one of layer 2; a tunnel belongs
/// to the outer packet then.
#[test]
fn versions_switched_off() {
    let ipv6 = [&[0x60, 0, 0, 0, 0, 8, 17, 64][..], &[1; 32], &[0, 7, 0, 8, 0, 8, 0, 0]].concat();
    let length = (20 + ipv6.len()) as u8;
    let outer = [0x45, 0, 0, length, 0, 1, 0, 0, 64, 41, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    let tunnel = [&outer[..], &ipv6].concat();
    let decoded = |data: &[u8], settings: Settings| {
        let packet = Packet {
            ts: Timestamp(0),
            wire_len: data.len() as u32,
            link: LinkType::RAW,
            interface: 0,
            data,
        };
        let mut l = Layers::default();
        (crate::decode(&packet, settings, &mut l), l.net, l.status.contains(S::STOPPED))
    };
    let no_ipv6 = Settings { ipv6: false, ..Settings::default() };
    let no_ipv4 = Settings { ipv4: false, ..Settings::default() };
    let off = Err(NoFlow::SwitchedOff);
    assert_eq!(decoded(&ipv6, Settings::default()), (Ok(()), Net::V6, false));
    assert_eq!(decoded(&ipv6, no_ipv6).0, off);
    assert_eq!(decoded(&ipv6, no_ipv4), (Ok(()), Net::V6, false));
    assert_eq!(decoded(&tunnel, Settings::default()), (Ok(()), Net::V6, false));
    assert_eq!(decoded(&tunnel, no_ipv6), (Ok(()), Net::V4, true));
    assert_eq!(decoded(&tunnel, no_ipv4), (Ok(()), Net::Layer2, false));
}
