//! Captures that are odd and whole: what is said of them, and the exit status.

use crate::kit::{Done, Scratch, Table, flowz, flowz_fed};

/// A UDP datagram of three bytes from 192.0.2.1 to 198.51.100.2 in Ethernet.
const FRAME: [u8; 45] = [
    0, 0, 0x5e, 0, 0x53, 0x0b, 0, 0, 0x5e, 0, 0x53, 0x0a, 8, 0, 0x45, 0, 0, 31, 0, 1, 0, 0, 64, 17,
    0x8e, 0x96, 192, 0, 2, 1, 198, 51, 100, 2, 0x9c, 0x45, 0x13, 0x89, 0, 11, 0x9f, 0x6f, b'a',
    b'b', b'c',
];

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A pcap file of microseconds with that frame at these seconds and fractions.
fn pcap(times: &[(u32, u32)], wire_len: u32) -> Vec<u8> {
    let mut file = words(&[0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 1]);
    for &(seconds, fraction) in times {
        file.extend(words(&[seconds, fraction, FRAME.len() as u32, wire_len]));
        file.extend(FRAME);
    }
    file
}

/// A pcapng block.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    body.resize(body.len().next_multiple_of(4), 0);
    let length = body.len() as u32 + 12;
    [words(&[kind, length]), body, words(&[length])].concat()
}

fn section() -> Vec<u8> {
    block(0x0a0d_0d0a, &words(&[0x1a2b_3c4d, 1, u32::MAX, u32::MAX]))
}

fn run(dir: &Scratch, capture: &[u8], more: &[&str]) -> Done {
    flowz_fed(dir, &[&["-r", "-", "-w", "x", "-s"], more].concat(), capture.to_vec())
}

fn flows(dir: &Scratch) -> Table {
    Table::parse(&dir.read("x_flows.txt"))
}

#[test]
fn nanoseconds_that_pass_for_microseconds() {
    let dir = Scratch::new();
    let times = [(1_700_000_000, 466_743_000), (1_700_000_000, 966_743_000), (1_700_000_001, 0)];
    let done = run(&dir, &pcap(&times, 45), &[]);
    assert_eq!(done.code, 0);
    done.says("flowz: warning: standard input: the magic number says microseconds", &[]);
    assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
    assert_eq!(flows(&dir).column("timeLast"), ["1700000001.000000000"]);
    assert_eq!(flows(&dir).column("duration"), ["0.533257000"]);
}

#[test]
fn more_captured_than_was_on_the_wire() {
    let dir = Scratch::new();
    let capture = pcap(&[(1_700_000_000, 0), (1_700_000_000, 10)], 20);
    let done = run(&dir, &capture, &[]).well();
    assert_eq!(done.stderr, "");
    assert_eq!(flows(&dir).column("l7BytesSnt"), ["6"]);
    run(&dir, &capture, &["--compat"]).well();
    assert_eq!(Table::parse(&dir.read("x_packets.txt")).column("pktLen"), ["20", "20"]);
}

#[test]
fn a_section_alone() {
    let dir = Scratch::new();
    let done = run(&dir, &section(), &[]).well();
    assert!(done.stdout.ends_with("Packets read: 0 = 0 in flows\n"), "{}", done.stdout);
    assert!(flows(&dir).rows.is_empty());
}

/// Before 1970, and before the first moment that there is.
#[test]
fn times_before_1970() {
    let dir = Scratch::new();
    let capture = |offset: i64| {
        let option = [&[14, 0, 8, 0][..], &offset.to_le_bytes(), &[0; 4]].concat();
        let interface = block(1, &[words(&[1, 0]), option].concat());
        let packet = |micros| block(6, &[words(&[0, 0, micros, 45, 45]), FRAME.to_vec()].concat());
        [section(), interface, packet(0), packet(1)].concat()
    };
    let times = |offset, more: &[&str]| {
        let done = run(&dir, &capture(offset), more).well();
        let (flows, packets) = (flows(&dir), Table::parse(&dir.read("x_packets.txt")));
        let stop = done.stdout.lines().find(|line| line.starts_with("Dump stop : ")).unwrap();
        let cells = [flows.column("timeFirst"), flows.column("timeLast"), packets.column("time")];
        (cells.concat().join(" "), stop[12..].to_owned())
    };
    let (cells, stop) = times(-5, &[]);
    assert_eq!(cells, "-5.000000000 -4.999999000 -5.000000000 -4.999999000");
    assert_eq!(stop, "-4.999999000 sec (Wed 31 Dec 1969 23:59:55 GMT)");
    let (cells, stop) = times(i64::MIN, &["-o", "core.TSTAMP_PREC=0"]);
    assert!(cells.starts_with("-9223372036.854775 "), "{cells}");
    assert!(stop.starts_with("-9223372036.854775 sec"), "{stop}");
}

#[test]
fn compressions_that_are_not_read() {
    let dir = Scratch::new();
    dir.write("x.pcap.xz", [0xfd, b'7', b'z', b'X', b'Z', 0]);
    let done = flowz(&dir, &["-r", "x.pcap.xz", "-w", "x"]);
    done.fails_with(&["x.pcap.xz is compressed with xz", "xz -dc FILE | flowz -r -"]);
}
