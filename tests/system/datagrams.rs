//! Packets that no capture at hand holds: fragments of authenticated datagrams, jumbograms, link types
//! that are not supported.

use crate::kit::{Scratch, Table, flowz};

/// A classic pcap file, one packet a second.
fn pcap(link: u32, packets: &[Vec<u8>]) -> Vec<u8> {
    let words = |words: &[u32]| words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<_>>();
    let mut file = words(&[0xa1b2_c3d4, 0x0004_0002, 0, 0, 0x0010_0000, link]);
    for (second, packet) in packets.iter().enumerate() {
        let len = packet.len() as u32;
        file.extend(words(&[1_700_000_000 + second as u32, 0, len, len]));
        file.extend(packet);
    }
    file
}

/// Bare IPv4 or IPv6.
const RAW: u32 = 101;

fn flows(packets: &[Vec<u8>], options: &[&str]) -> Table {
    let dir = Scratch::new();
    dir.write("in.pcap", pcap(RAW, packets));
    flowz(&dir, &[&["-r", "in.pcap", "-w", "x", "-q"], options].concat()).well();
    Table::parse(&dir.read("x_flows.txt"))
}

/// Part of an IPv4 datagram of protocol 51: its first word of fragment fields, and what it carries.
fn authenticated(fragment: u16, body: &[u8]) -> Vec<u8> {
    let [hi, lo] = (20 + body.len() as u16).to_be_bytes();
    let [f, g] = fragment.to_be_bytes();
    let header = [0x45, 0, hi, lo, 0, 9, f, g, 64, 51, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    [&header[..], body].concat()
}

/// The first fragment shows what is behind the authentication header, later ones do not.
#[test]
fn fragments_of_an_authenticated_datagram_are_one_flow() {
    let header = [17, 4, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    let first = [&header[..], &[0x13, 0x88, 0, 53, 0, 24, 0, 0]].concat();
    let packets = [authenticated(0x2000, &first), authenticated(4, &[7; 16])];
    let right = flows(&packets, &[]);
    assert_eq!(right.column("l4Proto"), ["17"]);
    assert_eq!((right.column("srcPort"), right.column("pktsSnt")), (vec!["5000"], vec!["2"]));
    let reference = flows(&packets, &["--compat"]);
    assert_eq!(reference.column("l4Proto"), ["51"]);
}

/// UDP has no length in a jumbogram: that is not an error there, and is one elsewhere.
#[test]
fn udp_without_length_in_a_jumbogram() {
    const LENGTH_ERROR: u64 = 0x2000;
    let wrong = |payload: usize, options: &[&str]| {
        let len = (16 + payload as u32).to_be_bytes();
        let mut packet = vec![0x60, 0, 0, 0, 0, 0, 0, 64];
        packet.extend([0xfd; 32]);
        packet.extend([&[17, 0, 0xc2, 4][..], &len, &[0x13, 0x88, 0, 53, 0, 0, 1, 1]].concat());
        packet.resize(packet.len() + payload, 0);
        let flags = flows(&[packet], options).numbers("ipFlags");
        flags[0] & LENGTH_ERROR != 0
    };
    assert!(!wrong(70_000, &[]));
    assert!(wrong(1_000, &[]), "a jumbo option, but too small for it");
    assert!(wrong(70_000, &["--compat"]));
}

/// Packets of unknown link types are counted, and the report names the type.
#[test]
fn link_types_that_are_not_supported_are_named() {
    let dir = Scratch::new();
    let sensor = ["Link type IEEE 802.15.4", ", LINKTYPE 195) is not supported: 2 packets"];
    let inside = ["What is inside of link type ", ", LINKTYPE 192) is not supported: 1 packet"];
    let usb = [0, 0, 8, 0, 189, 0, 0, 0, 1, 2, 3, 4].to_vec();
    for (link, packets, words) in [(195, vec![vec![1; 20]; 2], sensor), (192, vec![usb], inside)] {
        dir.write("in.pcap", pcap(link, &packets));
        let done = flowz(&dir, &["-r", "in.pcap", "-w", "x"]).well();
        let line = done.stdout.lines().find(|line| line.contains("is not supported")).unwrap();
        assert!(words.iter().all(|part| line.contains(part)), "{line}");
        let ledger = done.stdout.lines().last().unwrap();
        let bucket = format!("0 in flows + {} unsupported link type", packets.len());
        assert!(ledger.ends_with(&bucket), "{ledger}");
    }
}
