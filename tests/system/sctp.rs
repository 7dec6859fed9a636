//! `core.SCTP_ACTIVATE`: chunks of SCTP are packets of their own, and streams and verification tags tell
//! flows apart.

use crate::kit::{Outcome, Scratch, analyse, raw_ip_capture};

const UP: [u8; 2] = [1, 2];
const DOWN: [u8; 2] = [2, 1];
/// Tags that the ends chose for what they want to receive.
const TAG_UP: u32 = 11;
const TAG_DOWN: u32 = 22;

/// A DATA chunk for a stream (RFC 9260, section 3.3.1), padded.
fn data(stream: u8, text: &[u8]) -> Vec<u8> {
    let mut chunk = vec![0, 3, 0, 16 + text.len() as u8, 0, 0, 0, 1, 0, stream, 0, 0, 0, 0, 0, 0];
    chunk.extend(text);
    chunk.resize(chunk.len().next_multiple_of(4), 0);
    chunk
}

/// A control chunk of eight bytes.
fn control(kind: u8) -> Vec<u8> {
    vec![kind, 0, 0, 8, 0, 0, 0, 1]
}

/// Raw IPv4 from 10.0.0.`ends[0]` to 10.0.0.`ends[1]`; `fragment` is the header's second word.
fn ip(ends: [u8; 2], fragment: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 20 + payload.len() as u8];
    packet.extend(fragment);
    packet.extend([64, 132, 0, 0, 10, 0, 0, ends[0], 10, 0, 0, ends[1]]);
    packet.extend(payload);
    packet
}

/// Ports 5000 and 5001, tag, no checksum, chunks.
fn sctp(ends: [u8; 2], tag: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0x13, 0x88, 0x13, 0x89];
    if ends == DOWN {
        bytes.swap(1, 3);
    }
    bytes.extend(tag.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(chunks.concat());
    bytes
}

fn packet(ends: [u8; 2], tag: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    ip(ends, [0, 1, 0, 0], &sctp(ends, tag, chunks))
}

/// An association with two streams, of which the last packet repeats the one before.
fn association() -> Vec<Vec<u8>> {
    let last = packet(UP, TAG_DOWN, &[data(1, b"abcdef")]);
    vec![
        packet(UP, 0, &[control(1)]),
        packet(DOWN, TAG_UP, &[control(2)]),
        packet(UP, TAG_DOWN, &[control(10), data(0, b"abc"), data(1, b"defg")]),
        packet(DOWN, TAG_UP, &[control(3), control(4), data(1, b"hi")]),
        packet(DOWN, TAG_UP, &[data(0, b"klmno"), data(0, b"p")]),
        last.clone(),
        last,
    ]
}

/// A capture of raw IP, one packet a second, analysed with a value of the toggle.
fn run(packets: &[Vec<u8>], value: u8, more: &[&str]) -> Outcome {
    let dir = Scratch::new();
    dir.write("x.pcap", raw_ip_capture(packets));
    let (path, setting) =
        (dir.path("x.pcap").display().to_string(), format!("core.SCTP_ACTIVATE={value}"));
    let seen = analyse(&[&["-r", &path, "-o", &setting], more].concat());
    let ledger = seen.ledger();
    assert!(ledger.adds_up() && ledger.read == packets.len() as u64, "{ledger:?}");
    seen
}

/// Flow number, direction, packets and bytes of each flow.
fn flows(seen: &Outcome) -> Vec<String> {
    let table = seen.flow_table();
    let rows = table.select(["flowInd", "dir", "pktsSnt", "l7BytesSnt"]);
    let mut rows: Vec<_> = rows.into_iter().map(|row| row.join(" ")).collect();
    rows.sort();
    rows
}

/// Packet number, flow number, payload of each packet row.
fn rows(seen: &Outcome) -> Vec<String> {
    let table = seen.packet_table();
    let rows = table.select(["pktNo", "flowInd", "l7Len", "snapL7Len"]);
    rows.into_iter().map(|row| row.join(" ")).collect()
}

#[test]
fn off() {
    let seen = run(&association(), 0, &[]);
    assert_eq!(flows(&seen), ["1 A 4 104", "1 B 3 88"]);
    assert_eq!(seen.report("Number of SCTP parts"), None);
}

#[test]
fn each_stream_is_a_flow() {
    let seen = run(&association(), 1, &[]);
    // Control chunks belong to stream 0, whose flow is the association's.
    assert_eq!(flows(&seen), ["1 A 3 19", "1 B 4 30", "2 A 3 16", "2 B 1 2"]);
    let expected = [
        "1 1 8 8",
        "2 1 8 8",
        "3 1 8 8",
        "3 1 3 3",
        "3 2 4 4",
        "4 1 16 16",
        "4 2 2 2",
        "5 1 5 5",
        "5 1 1 1",
        "6 2 6 6",
        "7 2 6 6",
    ];
    assert_eq!(rows(&seen), expected);
    let content = seen.packet_table();
    assert_eq!(content.column("l7Content")[4], "defg");
    assert_eq!(seen.report("Number of SCTP parts"), Some("11"));
    assert!(seen.report("Number of SCTP packets").unwrap().starts_with("7 "));
    // The ledger counts packets: all of one are in the direction of its first part.
    assert!(seen.report("Number of A packets").unwrap().starts_with("4 "));
}

/// Parts of one packet share identification and time; that says nothing about the sender.
#[test]
fn parts_are_no_duplicates() {
    let seen = run(&association(), 1, &[]);
    let flows = seen.flow_table();
    let rows = flows.select(["flowInd", "dir", "flowStat", "ipFlags"]);
    for [flow, dir, status, flags] in rows {
        let status = u64::from_str_radix(&status[2..], 16).unwrap();
        let flags = u16::from_str_radix(&flags[2..], 16).unwrap();
        assert_eq!(flags & 0x4000, 0, "{flow} {dir}");
        // The one identification of all these packets is a duplicate.
        assert_eq!(status >> 44 & 1 == 1, [flow, dir] != ["2", "B"], "{flow} {dir}");
    }
    let two = [packet(UP, 1, &[data(1, b"a"), data(1, b"b")])];
    let status = run(&two, 1, &[]).flow_table().column("flowStat")[0].to_owned();
    assert_eq!(u64::from_str_radix(&status[2..], 16).unwrap() >> 44 & 1, 0);
}

#[test]
fn tags_tell_flows_apart() {
    // The INIT has tag 0, then each direction has its own.
    let seen = run(&association(), 2, &[]);
    assert_eq!(flows(&seen), ["1 A 1 8", "2 A 5 32", "3 A 5 27"]);
    assert_eq!(rows(&seen).len(), 11, "chunks are packets of their own");
    let seen = run(&association(), 3, &[]);
    assert_eq!(flows(&seen), ["1 A 1 8", "2 A 4 30", "3 A 2 11", "4 A 3 16", "5 A 1 2"]);
}

#[test]
fn the_reference_numbers_and_counts_otherwise() {
    // All that follows the common header is the payload of control chunks, and flows against the first
    // one take the number of the latest.
    let seen = run(&association(), 1, &["--compat"]);
    assert_eq!(flows(&seen), ["1 A 3 16", "1 A 3 59", "1 B 1 2", "1 B 4 50"]);
}

#[test]
fn fragments_are_not_divided() {
    let whole = sctp(UP, TAG_DOWN, &[data(1, b"abcdefgh"), data(2, b"ijkl")]);
    let (first, later) = whole.split_at(32);
    let packets = [ip(UP, [0, 9, 0x20, 0], first), ip(UP, [0, 9, 0, 4], later)];
    for value in 1..=3 {
        let seen = run(&packets, value, &[]);
        assert_eq!(flows(&seen), ["1 A 2 44"], "the second fragment finds the first one's flow");
        let status = seen.flow_table().column("flowStat")[0].to_owned();
        let status = u64::from_str_radix(&status[2..], 16).unwrap();
        // Fragmented, and nothing amiss: no bits 37 to 39.
        assert_eq!(status >> 36 & 0xf, 1, "{status:#x}");
    }
}

#[test]
fn lengths_that_lie() {
    let packets = [
        packet(UP, 1, &[vec![9, 0, 0, 0], data(1, b"abc")]),
        packet(UP, 1, &[vec![0, 3, 0xff, 0xff, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, b'x']]),
        packet(UP, 1, &[]),
    ];
    let seen = run(&packets, 1, &[]);
    // The last packet has its ports and nothing else (RFC 9260 section 3.1).
    assert_eq!(rows(&seen), ["1 1 24 24", "2 2 1 1", "3 1 0 0"]);
    let table = seen.packet_table();
    let stopped = |s: &&str| u64::from_str_radix(&s[2..], 16).unwrap() >> 43 & 1 == 1;
    // The third belongs to the flow of the first and shows the flow's bits.
    assert!(table.column("flowStat").iter().all(stopped));
}
