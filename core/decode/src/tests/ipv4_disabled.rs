//! IPv4 that forms no flows: what layer 2 carries, and how far the reference looks into it.

use flowz_api::layers::{Layers, Net};
use flowz_api::status::FlowStat as S;

use super::cases::{Case, IP4, LAYER2, decoded, eth, in_udp, inner_frame, ip4, ip6};
use super::description;
use crate::Settings;

fn found(case: &Case, compat: bool) -> (Layers, String) {
    let settings = Settings { ipv4: false, compat, ..Settings::default() };
    let (l, outcome) = decoded(case, case.data.len(), settings);
    assert_eq!(outcome, Ok(()), "{}", case.name);
    (l, description(&l))
}

#[test]
fn tunnels_over_udp() {
    let udp = |ports, inner: &[u8]| in_udp("UDP", ports, &[inner], "", LAYER2, S::empty());
    let vxlan = [&[8, 0, 0, 0, 0, 0, 1, 0][..], &inner_frame()].concat();
    let (none, entered) = (S::empty(), S::STOPPED | S::VXLAN);
    for (case, chain, status) in [
        (udp((1024, 5000), &[1; 40]), "eth:ipv4", none),
        (udp((5000, 53), &[1; 40]), "eth:ipv4", none),
        (udp((1025, 5000), &[1; 40]), "eth:ipv4:udp", none),
        (udp((5000, 4789), &vxlan), "eth:ipv4:udp:vxlan:eth:ipv4:udp", entered),
    ] {
        let (l, seen) = found(&case, true);
        let flow = (l.net, l.l4_proto, l.src_port, l.status & entered);
        assert_eq!((seen.as_str(), flow), (chain, (Net::Layer2, 0, 0, status)));
        let (right, seen) = found(&case, false);
        assert_eq!((seen.as_str(), right.status & entered), ("eth:ipv4", none), "{chain}");
        assert_eq!((right.l7, right.l7_len), (l.l7, l.l7_len), "all of IPv4 is payload");
    }
}

#[test]
fn later_fragments() {
    let mut header = ip4(17, 40);
    header[7] = 9;
    let case = eth("later fragment", &[&[8, 0], &header, &[1; 40]], "", LAYER2);
    for compat in [false, true] {
        let (l, chain) = found(&case, compat);
        assert_eq!((chain.as_str(), l.status.contains(S::STOPPED)), ("eth:ipv4", compat));
    }
}

#[test]
fn in_ipv6() {
    let case = eth("IPv4 in IPv6", &[&[0x86, 0xdd], &ip6(4, 32), &IP4], "", LAYER2);
    for (compat, chain) in [(false, "eth:ipv6:ipv4"), (true, "eth:ipv6:ipv4:udp")] {
        let (l, seen) = found(&case, compat);
        assert_eq!((seen.as_str(), l.net, l.l4_proto, l.l7_len), (chain, Net::V6, 4, 32));
        assert_eq!(l.status.intersects(S::STOPPED | S::IPV4), !compat);
    }
}

#[test]
fn padding() {
    let case = eth("padded", &[&[8, 0], &IP4, &[0; 14]], "", LAYER2);
    assert_eq!([false, true].map(|compat| found(&case, compat).0.padding), [14, 0]);
    let mut unknown = eth("no length", &[&[8, 0], &IP4, &[0; 14]], "", LAYER2);
    unknown.data[17] = 0;
    assert_eq!([false, true].map(|compat| found(&unknown, compat).0.padding), [0, 0]);
}
