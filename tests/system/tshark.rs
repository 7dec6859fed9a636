//! Five-tuples as tshark sees them: also for captures that the reference cannot read (Linux cooked
//! version 2, a second link type in a pcapng file). Skipped, with a word, where tshark is missing.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::kit::{Scratch, analyse, data, workspace};

/// Source, destination, ports; ports are empty for protocols without.
type Tuple = [String; 4];

const FIELDS: [&str; 9] = [
    "frame.number",
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "tcp.srcport",
    "tcp.dstport",
    "udp.srcport",
    "udp.dstport",
];

/// The first of two texts that says something.
fn either<'a>(a: &'a str, b: &'a str) -> &'a str {
    if a.is_empty() { b } else { a }
}

/// What tshark finds in the IP packets of a capture, by frame number; none if it is not installed. Of
/// nested headers the last one counts, as in our packet table.
fn seen_by_tshark(capture: &str) -> Option<BTreeMap<u64, Tuple>> {
    let mut tshark = Command::new("tshark");
    tshark.args(["-n", "-r", capture, "-T", "fields", "-E", "occurrence=l", "-o"]);
    tshark.arg("ip.defragment:FALSE").args(["-o", "ipv6.defragment:FALSE"]);
    for field in FIELDS {
        tshark.args(["-e", field]);
    }
    let Ok(output) = tshark.output() else {
        println!("skipped: tshark is not installed");
        return None;
    };
    assert!(output.status.success(), "{capture}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let tuple = |f: &[&str]| {
        let values = [(f[1], f[3]), (f[2], f[4]), (f[5], f[7]), (f[6], f[8])];
        values.map(|(a, b)| either(a, b).to_owned())
    };
    let rows = rows.map(|f| (f[0].parse().unwrap(), tuple(&f)));
    Some(rows.filter(|(_, tuple)| !tuple[0].is_empty()).collect())
}

/// The same from our packet table. Ports of protocols that tshark has under other names are left out.
fn seen_by_flowz(capture: &str) -> BTreeMap<u64, Tuple> {
    let table = analyse(&["-r", capture, "--plugins", "basicFlow"]).packet_table();
    let rows = table.select(["pktNo", "srcIP", "dstIP", "srcPort", "dstPort", "l4Proto"]);
    let tuple = |[_, src, dst, src_port, dst_port, proto]: [&str; 6]| {
        let ports = ["6", "17"].contains(&proto);
        let port = |port: &str| if ports { port.to_owned() } else { String::new() };
        [src.to_owned(), dst.to_owned(), port(src_port), port(dst_port)]
    };
    let rows = rows.into_iter().filter(|row| !row[1].is_empty());
    rows.map(|row| (row[0].parse().unwrap(), tuple(row))).collect()
}

#[track_caller]
fn same(capture: &str) {
    if let Some(expected) = seen_by_tshark(capture) {
        assert!(!expected.is_empty(), "{capture}: tshark sees no IP packet");
        assert_eq!(seen_by_flowz(capture), expected, "{capture}");
    }
}

#[test]
fn our_captures() {
    for name in ["web.pcap", "many.pcap", "zerowin.pcap", "loss.pcap"] {
        same(&data(name));
    }
}

#[test]
fn two_link_types_in_one_file() {
    same(&data("broken/two-links.pcapng"));
}

#[test]
fn cooked_version_2() {
    let capture = workspace().join("../shared/captures/zeek-linux-dlt-sll2.pcap");
    if !Path::new(&capture).exists() {
        println!("skipped: no ../shared here");
        return;
    }
    same(capture.to_str().unwrap());
}

/// An IPv4 packet of 32 bytes, UDP 1234 to 5300.
const PACKET: &str = "4500002000070000401100000a0000010a00000204d214b4000c000061626364";
/// Addresses of an Ethernet header, and what stands in front of the packet in one, and in LLC.
const MACS: &str = "020000000001020000000002";
const ETHERNET: &str = "0200000000010200000000020800";
const SNAP: &str = "aaaa030000000800";

/// Link types that are seldom seen, with what stands in front of the packet. (This tshark knows no
/// switch tags, SLIP and Solaris loopback.)
fn rare() -> Vec<(u16, String)> {
    let (zeros, ethernet, snap, macs) = (|n: usize| "00".repeat(n), ETHERNET, SNAP, MACS);
    vec![
        (6, format!("1040{macs}{snap}")),
        (6, format!("1040020000000001820000000002063000010002{snap}")),
        (10, format!("50{macs}{snap}")),
        (100, snap.to_owned()),
        (100, format!("aaaa030080c200070000{ethernet}")),
        (122, format!("10{}{snap}", zeros(15))),
        (123, format!("02080021{snap}")),
        (123, format!("810000210009{ethernet}")),
        (130, "4d474301ff030021".to_owned()),
        (131, "4d474301000903cc".to_owned()),
        (135, format!("4d474301{}", zeros(8))),
        (136, format!("4d474301{}", zeros(16))),
        (137, format!("4d47430100000100{snap}")),
        (138, format!("{}0800", zeros(16))),
        (167, format!("4d474301{ethernet}")),
        (171, "00280102000203040021".to_owned()),
        (171, "002801020110030401000000".to_owned()),
        (183, format!("4d474301{}", zeros(18))),
        (197, format!("{}0204005a0000003c0000{ethernet}", zeros(8))),
        (197, format!("{}0104005a0000003cff030021", zeros(8))),
        (258, format!("6c0000000100000001000000{}{ethernet}", zeros(96))),
        // Authentication header; CAPWAP with a frame, and with swapped frame control of 802.11.
        (
            1,
            format!(
                "{ethernet}4500004c0009000040330000c0000201c00002020404000000000100{}",
                zeros(16)
            ),
        ),
        (1, format!("{ethernet}{}{ethernet}", udp(14 + 32, "0010020000000000"))),
        (1, format!("{ethernet}{}0108{macs}{}{snap}", udp(32 + 32, "0010030000000000"), zeros(10))),
    ]
}

/// IPv4, UDP to the CAPWAP port, a header of eight bytes; `len` bytes follow that.
fn udp(len: usize, header: &str) -> String {
    let (ip, udp) = (36 + len, 16 + len);
    format!("4500{ip:04x}0009000040110000c0000201c00002029c40147f{udp:04x}0000{header}")
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap());
    digits.map(|two| u8::from_str_radix(two, 16).unwrap()).collect()
}

/// A pcapng file in which each packet is on an interface of its own.
fn pcapng(packets: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let block = |kind: u32, body: Vec<u8>| {
        let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
        let len = (12 + body.len() + padding.len()) as u32;
        [&kind.to_le_bytes()[..], &len.to_le_bytes(), &body, &padding, &len.to_le_bytes()].concat()
    };
    let words = |words: &[u32]| words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<_>>();
    let mut file = block(0x0a0d_0d0a, words(&[0x1a2b_3c4d, 1, u32::MAX, u32::MAX]));
    for (link, _) in packets {
        file.extend(block(1, words(&[u32::from(*link), 0])));
    }
    for (interface, (_, data)) in packets.iter().enumerate() {
        let len = data.len() as u32;
        let head = words(&[interface as u32, 0, interface as u32, len, len]);
        file.extend(block(6, [head, data.clone()].concat()));
    }
    file
}

#[test]
fn rare_link_types() {
    let dir = Scratch::new();
    let packets: Vec<_> =
        rare().into_iter().map(|(link, head)| (link, bytes(&(head + PACKET)))).collect();
    dir.write("in.pcapng", pcapng(&packets));
    let capture = dir.path("in.pcapng");
    let capture = capture.to_str().unwrap();
    let flowz = seen_by_flowz(capture);
    let ports = flowz.values().filter(|tuple| tuple[2] == "1234").count();
    assert_eq!(ports, packets.len(), "{flowz:?}");
    same(capture);
}
