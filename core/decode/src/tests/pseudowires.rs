//! Ethernet pseudowires over MPLS, with and without a control word (RFC 4448, section 4.6), and SNAP of
//! Cisco's access points.

use flowz_api::status::FlowStat as S;

use super::cases::{Case, FLOW4, Found, IP4, LAYER2, decoded, eth};
use super::description;
use crate::Settings;

/// An MPLS label, the last of its stack, behind the ethertype.
const LABEL: [u8; 6] = [0x88, 0x47, 0, 6, 0x41, 0x40];
/// Two addresses; the first of them begins as a control word does.
const MACS: [u8; 12] = [0, 0, 0x5e, 0, 0x53, 2, 0, 0, 0x5e, 0, 0x53, 1];

const WIRE: &str = "eth:mpls:eth:ipv4:udp";
const WORD: &str = "eth:mpls:pwethcw:eth:ipv4:udp";

pub(super) fn cases() -> Vec<Case> {
    let wire = |name, parts: &[&[u8]], chain, flow| Case {
        status: S::MPLS_UNICAST,
        ..eth(name, &[&LABEL, &parts.concat()], chain, flow)
    };
    let ip = |head: &[u8]| [head, &[8, 0], &IP4].concat();
    let first = |byte: u8| [&[byte][..], &MACS[1..]].concat();
    let arp = [&MACS[..], &[8, 6, 0, 1, 8, 0, 6, 4], &[1; 22]].concat();
    let lldp = [&MACS[..], &[0x88, 0xcc, 2, 7, 4, 1]].concat();
    let tree = [&MACS[..], &[0, 7, 0x42, 0x42, 3], &[0; 4]].concat();
    let channel = [0x10, 0, 0, 0x21];
    let word = [0, 0, 0, 9];
    vec![
        wire("no control word", &[&ip(&MACS)], WIRE, FLOW4),
        wire("control word", &[&word, &ip(&MACS)], WORD, FLOW4),
        wire("address like IPv4", &[&ip(&first(0x44))], WIRE, FLOW4),
        wire("address like IPv6", &[&ip(&first(0x68))], WIRE, FLOW4),
        wire("address like nothing", &[&ip(&first(0x3c))], WIRE, FLOW4),
        wire("ARP, no word", &[&arp], "eth:mpls:eth:arp", LAYER2),
        wire("ARP, word", &[&word, &arp], "eth:mpls:pwethcw:eth:arp", LAYER2),
        wire("LLDP, no word", &[&lldp], "eth:mpls:eth:lldp", LAYER2),
        wire("LLDP, word", &[&word, &lldp], "eth:mpls:pwethcw:eth:lldp", LAYER2),
        wire("LLC, no word", &[&tree], "eth:mpls:eth:llc:stp", LAYER2),
        wire("associated channel", &[&channel, &IP4], "eth:mpls", LAYER2),
        aironet("Aironet", [0, 0], "eth:llc:wlccp", LAYER2),
        aironet("Aironet, other", [8, 0], "eth:llc:UNK(0x0800)", LAYER2),
    ]
}

/// SNAP with the organisation code 00:40:96: its numbers are no ethertypes (IEEE 802, section 9.5).
fn aironet(name: &'static str, number: [u8; 2], chain: &'static str, flow: Found) -> Case {
    let snap = [&[0xaa, 0xaa, 3, 0, 0x40, 0x96][..], &number].concat();
    eth(name, &[&[0, 40], &snap, &IP4], chain, flow)
}

#[test]
fn the_reference_always_sees_a_control_word() {
    let compat = Settings { compat: true, ..Settings::default() };
    let same = ["control word", "ARP, word", "LLDP, word", "associated channel", "Aironet"];
    for case in cases() {
        let (l, _) = decoded(&case, case.data.len(), compat);
        assert_eq!(description(&l) == case.chain, same.contains(&case.name), "{}", case.name);
    }
}

#[test]
fn control_words_can_be_ruled_out() {
    let settings = Settings { control_word: false, ..Settings::default() };
    for (name, chain) in [("no control word", WIRE), ("control word", "eth:mpls")] {
        let case = cases().into_iter().find(|case| case.name == name).unwrap();
        let (l, _) = decoded(&case, case.data.len(), settings);
        assert!(description(&l).starts_with(chain), "{name}: {}", description(&l));
        assert!(!description(&l).contains("pwethcw"), "{name}");
    }
}

#[test]
fn padding_behind_aironet_is_told_by_the_length() {
    let mut case = aironet("", [0, 0], "", LAYER2);
    case.data.extend([0; 6]);
    for compat in [false, true] {
        let settings = Settings { compat, ..Settings::default() };
        let (l, _) = decoded(&case, case.data.len(), settings);
        assert_eq!((l.ethertype, l.padding), (0, 6));
    }
}
