//! Frames of link types, and of encapsulations on layer 2.

use flowz_api::packet::LinkType;
use flowz_api::status::FlowStat;

use super::cases::{Case, FLOW4, FLOW6, IP4, IP6, LAYER2, eth, inner_frame, on_link};
use crate::NoFlow;

/// Logical link control and SNAP in front of IPv4.
pub(super) const SNAP: [u8; 8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
/// Three addresses of 802.11 and a sequence number.
const ADDRESSES: [u8; 20] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3, 0, 0];

pub(super) fn cases() -> Vec<Case> {
    [serial(), sll(), wireless(), headers_before_wireless(), labels(), layer2(), routers(), rare()]
        .into_iter()
        .flatten()
        .collect()
}

fn serial() -> Vec<Case> {
    use LinkType as L;
    let framed = [0xff, 3, 0, 0x21];
    vec![
        on_link("PPP", L::PPP, &[&[0, 0x21], &IP4], "ppp:ipv4:udp", FLOW4),
        on_link("PPP with framing", L::PPP_HDLC, &[&framed, &IP4], "ppp:ipv4:udp", FLOW4),
        on_link("PPP, one byte", L::PPP, &[&[0x21], &IP4], "ppp:ipv4:udp", FLOW4),
        on_link("PPP, IPv6", L::PPP, &[&[0, 0x57], &IP6], "ppp:ipv6:udp", FLOW6),
        on_link("PPP, MPLS", L::PPP, &[&[2, 0x81, 0, 1, 1, 9], &IP4], "ppp:mpls:ipv4:udp", FLOW4),
        on_link("PPP, LCP", L::PPP, &[&framed[..2], &[0xc0, 0x21, 1, 1, 0, 4]], "ppp:lcp", LAYER2),
        on_link("PPP, unknown", L::PPP, &[&[0xce, 0x20, 1, 1]], "ppp:UNK(0xce20)", LAYER2),
        on_link(
            "PPP with direction",
            L::PPP_WITH_DIR,
            &[&[1], &framed, &IP4],
            "ppp:ipv4:udp",
            FLOW4,
        ),
        on_link("PPP is HDLC", L::PPP, &[&[15, 0, 8, 0], &IP4], "ppp:chdlc:ipv4:udp", FLOW4),
        on_link("Cisco HDLC", L::C_HDLC, &[&[15, 0, 8, 0], &IP4], "chdlc:ipv4:udp", FLOW4),
        on_link(
            "Cisco SLARP",
            L::C_HDLC,
            &[&[0x8f, 0, 0x80, 0x35, 0, 0, 0, 2]],
            "chdlc:slarp",
            LAYER2,
        ),
        on_link("Frame Relay", L::FRELAY, &[&[0x18, 0x61, 8, 0], &IP4], "fr:ipv4:udp", FLOW4),
        on_link(
            "Frame Relay, IETF",
            L::FRELAY,
            &[&[0x18, 0x61, 3, 0xcc], &IP4],
            "fr:ipv4:udp",
            FLOW4,
        ),
        on_link(
            "PPPoE",
            L::PPP_ETHER,
            &[&[17, 0, 0, 1, 0, 34, 0, 33], &IP4],
            "pppoes:ppp:ipv4:udp",
            FLOW4,
        ),
    ]
}

fn sll() -> Vec<Case> {
    use LinkType as L;
    let v2 = [8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0];
    let v1 = [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0];
    // Length 8 and type 1, a group number; then the packet, length 36 and type 9.
    let log = [2, 0, 0, 1, 8, 0, 1, 0, 0, 0, 0, 0, 36, 0, 9, 0];
    vec![
        on_link("SLL", L::LINUX_SLL, &[&v1, &IP4], "sll:ipv4:udp", FLOW4),
        on_link("SLL2", L::LINUX_SLL2, &[&v2, &IP4], "sll2:ipv4:udp", FLOW4),
        on_link("nflog", L::NFLOG, &[&log, &IP4], "nflog:ipv4:udp", FLOW4),
        on_link("loopback", L::LOOP, &[&[0, 0, 0, 24], &IP6], "null:ipv6:udp", FLOW6),
        on_link("raw, other number", L::DLT_RAW, &[&IP6], "raw:ipv6:udp", FLOW6),
        on_link("IPv4 link that is IPv6", L::IPV4, &[&IP6], "", Err(NoFlow::IpHeaderCut)),
        on_link("IPv6 link that is IPv4", L::IPV6, &[&IP4], "", Err(NoFlow::IpHeaderCut)),
        on_link("IPv6 link", L::IPV6, &[&IP6], ":ipv6:udp", FLOW6),
        on_link("USB", LinkType(189), &[&IP4], "", Err(NoFlow::UnsupportedLink)),
        on_link("Bluetooth", LinkType(187), &[&IP4], "", Err(NoFlow::UnsupportedLink)),
        on_link("CAN", LinkType(227), &[&IP4], "", Err(NoFlow::UnsupportedLink)),
    ]
}

fn wireless() -> Vec<Case> {
    let wlan = |name, control: [u8; 4], extra: &[u8], chain, flow| {
        on_link(
            name,
            LinkType::IEEE802_11,
            &[&control, &ADDRESSES, extra, &SNAP, &IP4],
            chain,
            flow,
        )
    };
    let data = ":wlan:llc:ipv4:udp";
    let aggregate = [0x80, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0, 40];
    vec![
        wlan("802.11 data", [0x08, 1, 0, 0], &[], data, FLOW4),
        wlan("802.11 quality data", [0x88, 1, 0, 0], &[0, 0], data, FLOW4),
        wlan("802.11 throughput control", [0x88, 0x81, 0, 0], &[0; 6], data, FLOW4),
        wlan("802.11 four addresses", [0x88, 3, 0, 0], &[0; 8], data, FLOW4),
        wlan("802.11 aggregate", [0x88, 1, 0, 0], &aggregate, data, FLOW4),
        wlan("802.11 beacon", [0x80, 0, 0, 0], &[], ":wlan", Err(NoFlow::WlanManagement)),
        wlan("802.11 encrypted", [0x08, 0x41, 0, 0], &[], ":wlan", Err(NoFlow::WlanEncrypted)),
        wlan("802.11 null", [0x48, 1, 0, 0], &[], ":wlan", Err(NoFlow::WlanWithoutData)),
    ]
}

fn headers_before_wireless() -> Vec<Case> {
    use LinkType as L;
    let frame = [&[8, 1, 0, 0][..], &ADDRESSES, &SNAP, &IP4].concat();
    // Flags say that the header of 26 bytes is padded to 28.
    let padded = [&[0x88, 1, 0, 0][..], &ADDRESSES, &[0; 4], &SNAP, &IP4].concat();
    let radiotap = [0, 0, 9, 0, 2, 0, 0, 0, 0x20];
    let prism = [&[0, 0, 0, 0x44, 24, 0, 0, 0][..], &[0; 16]].concat();
    let avs = [&[0x80, 0x21, 0x10, 1, 0, 0, 0, 16][..], &[0; 8]].concat();
    let ppi = [0, 0, 8, 0, 105, 0, 0, 0];
    vec![
        on_link(
            "radiotap",
            L::IEEE802_11_RADIOTAP,
            &[&radiotap, &padded],
            "radiotap:wlan:llc:ipv4:udp",
            FLOW4,
        ),
        on_link("Prism", L::PRISM_HEADER, &[&prism, &frame], "prism:wlan:llc:ipv4:udp", FLOW4),
        on_link("AVS", L::IEEE802_11_AVS, &[&avs, &frame], "avs:wlan:llc:ipv4:udp", FLOW4),
        on_link("AVS as Prism", L::PRISM_HEADER, &[&avs, &frame], "avs:wlan:llc:ipv4:udp", FLOW4),
        on_link("PPI", L::PPI, &[&ppi, &frame], "ppi:wlan:llc:ipv4:udp", FLOW4),
    ]
}

fn labels() -> Vec<Case> {
    let inner = inner_frame();
    let mpls = |s: &'static str, parts: &[&[u8]], chain| Case {
        status: FlowStat::MPLS_UNICAST,
        ..eth(s, &[&[0x88, 0x47], &parts.concat()], chain, FLOW4)
    };
    vec![
        mpls("MPLS", &[&[0, 1, 1, 64], &IP4], "eth:mpls:ipv4:udp"),
        mpls("MPLS, two labels", &[&[0, 1, 0, 64, 0, 2, 1, 64], &IP4], "eth:mpls{2}:ipv4:udp"),
        mpls(
            "MPLS, control word",
            &[&[0, 1, 1, 64, 0, 0, 0, 0], &inner],
            "eth:mpls:pwethcw:eth:ipv4:udp",
        ),
    ]
}

fn layer2() -> Vec<Case> {
    let inner = inner_frame();
    let pppoe = [0x88, 0x64, 0x11, 0, 0, 1, 0, 34];
    vec![
        eth("PPPoE session", &[&pppoe, &[0, 0x21], &IP4], "eth:pppoes:ppp:ipv4:udp", FLOW4),
        eth("PPPoE, IPCP", &[&pppoe, &[0x80, 0x21, 1, 1]], "eth:pppoes:ppp:ipcp", LAYER2),
        eth(
            "ERSPAN type",
            &[&[0x88, 0xbe, 16, 0, 0, 0, 0, 0, 0, 0], &inner],
            "eth:erspan:eth:ipv4:udp",
            FLOW4,
        ),
        eth("backbone bridge", &[&[0x88, 0xe7, 0, 0, 0, 1], &inner], "eth:pbb:eth:ipv4:udp", FLOW4),
        eth(
            "TRILL",
            &[&[0x22, 0xf3, 0, 0x41, 0, 1, 0, 2, 0, 0, 0, 0], &inner],
            "eth:trill:eth:ipv4:udp",
            FLOW4,
        ),
        eth(
            "MACsec, open",
            &[&[0x88, 0xe5, 0, 0, 0, 0, 0, 1, 8, 0], &IP4],
            "eth:macsec:ipv4:udp",
            FLOW4,
        ),
        eth("MACsec, encrypted", &[&[0x88, 0xe5, 0x0c, 0, 0, 0, 0, 1], &IP4], "eth:macsec", LAYER2),
        eth(
            "service header",
            &[&[0x89, 0x4f, 0, 2, 2, 1, 0, 0, 1, 255], &IP4],
            "eth:nsh:ipv4:udp",
            FLOW4,
        ),
    ]
}

fn routers() -> Vec<Case> {
    use LinkType as L;
    let plain = [0x4d, 0x47, 0x43, 1];
    let extended = [0x4d, 0x47, 0x43, 0x81, 0, 3, 1, 1, 9];
    let bare = [0x4d, 0x47, 0x43, 3, 0, 0, 0, 2];
    let frame = inner_frame();
    let framed = [0xff, 3, 0, 0x21];
    let lapd = [0, 1, 3, 8, 1, 5];
    vec![
        on_link("Juniper", L::JUNIPER_ETHER, &[&extended, &frame], "juniper:eth:ipv4:udp", FLOW4),
        on_link("Juniper, bare IP", L::JUNIPER_PPP, &[&bare, &IP4], "juniper:ipv4:udp", FLOW4),
        on_link(
            "Juniper, PPP",
            L::JUNIPER_PPP,
            &[&plain, &framed, &IP4],
            "juniper:ppp:ipv4:udp",
            FLOW4,
        ),
        on_link(
            "Juniper, HDLC",
            L::JUNIPER_CHDLC,
            &[&plain, &[15, 0, 8, 0], &IP4],
            "juniper:chdlc:ipv4:udp",
            FLOW4,
        ),
        on_link("LAPD", L::LAPD, &[&lapd], "lapd", LAYER2),
    ]
}

fn rare() -> Vec<Case> {
    use LinkType as L;
    let inner = inner_frame();
    let isl = [&[1, 0, 0x0c, 0, 0][..], &[7; 21]].concat();
    let infiniband = [&[0; 40][..], &[8, 0, 0, 0]].concat();
    let symantec = [&[0, 0, 0, 0, 0, 0, 8, 0][..], &[0; 36]].concat();
    vec![
        on_link("inter-switch link", L::ETHERNET, &[&isl, &inner], "isl:eth:ipv4:udp", FLOW4),
        on_link("mPacket", L::ETHERNET_MPACKET, &[&[0x55; 8], &inner], "fpp:eth:ipv4:udp", FLOW4),
        on_link("InfiniBand", L::IPOIB, &[&infiniband, &IP4], "ipoib:ipv4:udp", FLOW4),
        on_link("Symantec", L::SYMANTEC_FIREWALL, &[&symantec, &IP4], "symantec:ipv4:udp", FLOW4),
        on_link(
            "netANALYZER",
            L::NETANALYZER,
            &[&[0; 4], &inner],
            "netanalyzer:eth:ipv4:udp",
            FLOW4,
        ),
        on_link("ATM", L::ATM_RFC1483, &[&SNAP, &IP4], "llc:ipv4:udp", FLOW4),
        on_link("MPLS link", L::MPLS, &[&[0, 1, 1, 64], &IP4], "mpls:ipv4:udp", FLOW4),
        on_link("pf log", L::PFLOG, &[&[61, 2], &[0; 62], &IP4], ":ipv4:udp", FLOW4),
        on_link("encapsulating interface", L::ENC, &[&[0; 12], &IP4], ":ipv4:udp", FLOW4),
    ]
}

/// Found by the fuzz target `decode`, 2026-11-21: the flags of a radiotap header that says it has no bytes were
/// taken from the frame behind it, as far as that was captured.
#[test]
fn a_radiotap_header_without_room() {
    use crate::{Settings, decode};
    use flowz_api::layers::Layers;
    use flowz_api::packet::{Packet, Timestamp};

    let frame = [&[0x08, 0, 0, 0][..], &ADDRESSES, &SNAP, &IP4].concat();
    let decoded = |header: &[u8]| {
        let data = [header, &frame].concat();
        let (wire_len, link) = (data.len() as u32, LinkType::IEEE802_11_RADIOTAP);
        let packet = Packet { ts: Timestamp(0), wire_len, link, interface: 0, data: &data };
        decode(&packet, Settings::default(), &mut Layers::default())
    };
    assert_eq!(decoded(&[0, 0, 7, 0, 2, 0, 0, 0]), Err(NoFlow::LinkHeaderCut));
    assert_eq!(decoded(&[0, 0, 0, 0, 2, 0, 0, 0]), Err(NoFlow::LinkHeaderCut));
    // The bit for the flags is set, but the header ends in front of them: no padding.
    assert_eq!(decoded(&[0, 0, 8, 0, 2, 0, 0, 0]), Ok(()));
}
