//! Five-tuples as tshark sees them: also for captures that the reference cannot read (Linux cooked
//! version 2, a second link type in a pcapng file). Skipped, with a word, where tshark is missing.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::kit::{analyse, data, workspace};

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
