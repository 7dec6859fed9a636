//! Lines and files of the text sink.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::cell::{
    Cell, Content, Dir, Hex8, Hex16, Hex32, Hex64, IpText, List, Mac, Nine, Quoted, Stamp, Word,
};
use flowz_api::sink::{Destination, NamedSink, Sink, SinkError, SinkSetup, Split};

use super::Txt;
use super::notation::TextNotation;
use super::table::row;
use super::toggles::TxtToggles;
use crate::testing::{Scratch, names, one, run, small_record, small_schema};
use crate::text::buffer::Buffer;

fn shown<C: Cell>(quotes: bool, value: &C) -> String {
    let (schema, record) = one(value);
    let mut out = Buffer::with_capacity(0);
    row(TextNotation { quotes }, &mut out, &schema, &record);
    String::from_utf8(out.as_slice().to_vec()).unwrap()
}

fn flow<C: Cell>(value: &C) -> String {
    shown(true, value)
}

#[test]
fn numbers() {
    assert_eq!(flow(&Dir(b'B')), "B\n");
    assert_eq!(flow(&255_u8), "255\n");
    assert_eq!(flow(&65_535_u16), "65535\n");
    assert_eq!(flow(&u32::MAX), "4294967295\n");
    assert_eq!(flow(&u64::MAX), "18446744073709551615\n");
    assert_eq!(flow(&-128_i8), "-128\n");
    assert_eq!(flow(&-300_i16), "-300\n");
    assert_eq!(flow(&i32::MIN), "-2147483648\n");
    assert_eq!(flow(&-5_i64), "-5\n");
    assert_eq!(flow(&Hex8(1)), "0x01\n");
    assert_eq!(flow(&Hex16(0x0800)), "0x0800\n");
    assert_eq!(flow(&Hex32(0xab)), "0x000000ab\n");
    assert_eq!(flow(&Hex64(0x4000)), "0x0000000000004000\n");
    assert_eq!(flow(&25.590_81_f32), "25.59081\n");
    assert_eq!(flow(&0.5_f64), "0.500000\n");
    assert_eq!(flow(&Nine(0.25)), "0.250000000\n");
    assert_eq!(flow(&Stamp { seconds: 4, nanos: 376_571_000 }), "4.376571000\n");
}

#[test]
fn addresses() {
    assert_eq!(flow(&Mac([0, 0x21, 0x28, 5, 0x29, 0xba])), "00:21:28:05:29:ba\n");
    assert_eq!(flow(&Ipv4Addr::new(10, 64, 11, 49)), "10.64.11.49\n");
    assert_eq!(flow(&Ipv6Addr::LOCALHOST), "::1\n");
    assert_eq!(flow(&IpText::V4([192, 168, 177, 160])), "192.168.177.160\n");
    assert_eq!(flow(&IpText::V6(Ipv6Addr::UNSPECIFIED.octets())), "::\n");
    assert_eq!(flow(&IpText::None), "-\n");
}

#[test]
fn texts() {
    assert_eq!(flow(&Quoted(b"a\tb\"\xff")), "\"a\\tb\\\".\"\n");
    assert_eq!(flow(&Quoted(b"")), "\"\"\n");
    assert_eq!(flow(&Word(b"eth:ipv4\n")), "eth:ipv4\\n\n");
    assert_eq!(flow(&Content(b"\x01GET\r\n")), ".GET\\r\\n\n");
    assert_eq!(shown(false, &Quoted(b"a\tb")), "a\\tb\n");
    assert_eq!(shown(false, &Quoted(b"")), "\n");
}

#[test]
fn several_values() {
    assert_eq!(flow(&(Hex8(0), Hex32(0))), "0x00_0x00000000\n");
    assert_eq!(flow(&(1_u8, (2_u16, 3_u16), Word(b"x"))), "1_(2_3)_x\n");
    assert_eq!(flow(&List(&[1_u16, 2, 300])), "1;2;300\n");
    assert_eq!(flow(&List::<u16>(&[])), "\n");
    assert_eq!(flow(&List(&[(1_u8, 2_u8), (3, 4)])), "1_2;3_4\n");
    assert_eq!(flow(&List(&[Quoted(b"a"), Quoted(b"b;c")])), "\"a\";\"b;c\"\n");
    assert_eq!(flow(&Some(7_u16)), "7\n");
    assert_eq!(flow(&None::<u16>), "\n");
    assert_eq!(flow(&(None::<u16>, Some(1_u8))), "_1\n");
}

#[test]
fn files() {
    let dir = Scratch::new("txt-files");
    run(&mut Txt::default(), &dir.destination(None), 2, true).unwrap();
    assert_eq!(names(&dir), ["p_flows.txt", "p_headers.txt", "p_packets.txt"]);
    let header = "%dir\tflowInd\thdrDesc\thost\n";
    let row = |n, quote| format!("A\t{n}\teth:ipv4;x\\ty\t{quote}a, \\\"b\\\"{quote}\n");
    let flows = format!("{header}{}{}", row(1, "\""), row(2, "\""));
    assert_eq!(dir.read("p_flows.txt"), flows);
    assert_eq!(dir.read("p_packets.txt"), format!("{header}{}{}", row(1, ""), row(2, "")));
    let headers = dir.read("p_headers.txt");
    assert!(headers.starts_with("# Date: today\n#\n# Plugins loaded:\n# Col No.\t"), "{headers}");
}

#[test]
fn no_packet_table_and_no_flows() {
    let dir = Scratch::new("txt-empty");
    run(&mut Txt::default(), &dir.destination(None), 0, false).unwrap();
    assert_eq!(names(&dir), ["p_flows.txt", "p_headers.txt"]);
    assert_eq!(dir.read("p_flows.txt"), "%dir\tflowInd\thdrDesc\thost\n");
}

#[test]
fn split_by_flows_leaves_an_empty_last_piece() {
    let dir = Scratch::new("txt-split-flows");
    run(&mut Txt::default(), &dir.destination(Some((Split::Flows(2), 3))), 4, false).unwrap();
    let pieces = ["p_flows.txt3", "p_flows.txt4", "p_flows.txt5", "p_headers.txt"];
    assert_eq!(names(&dir), pieces);
    let lines = |name| dir.read(name).lines().count();
    assert_eq!(pieces[..3].iter().copied().map(lines).collect::<Vec<_>>(), [3, 2, 0]);
    assert!(dir.read("p_flows.txt4").starts_with("A\t3\t"));
}

#[test]
fn split_by_bytes_counts_the_header() {
    let dir = Scratch::new("txt-split-bytes");
    // The header has 26 bytes, a row 29.
    run(&mut Txt::default(), &dir.destination(Some((Split::Bytes(55), 0))), 4, false).unwrap();
    let lines = |name| dir.read(name).lines().count();
    assert_eq!(["p_flows.txt0", "p_flows.txt1", "p_flows.txt2"].map(lines), [2, 2, 1]);
}

#[test]
fn large_tables_are_written_block_by_block() {
    let dir = Scratch::new("txt-large");
    run(&mut Txt::default(), &dir.destination(None), 100_000, false).unwrap();
    let text = dir.read("p_flows.txt");
    assert!(text.len() > 3 << 20);
    assert_eq!(text.lines().count(), 100_001);
    assert!(text.lines().skip(1).zip(1..).all(|(line, n)| line.starts_with(&format!("A\t{n}\t"))));
}

#[test]
fn nothing_stays_of_a_run_that_never_ends() {
    let dir = Scratch::new("txt-dropped");
    let schema = small_schema();
    let destination = dir.destination(None);
    let setup =
        SinkSetup { flows: &schema, packets: None, destination: &destination, preamble: &[] };
    let mut sink = Txt::default();
    sink.start(&setup).unwrap();
    sink.flow(&schema, &small_record(1)).unwrap();
    drop(sink);
    assert_eq!(names(&dir), ["p_headers.txt"]);
}

#[test]
fn a_full_disk_keeps_the_other_file() {
    let dir = Scratch::new("txt-full");
    std::os::unix::fs::symlink("/dev/full", dir.path("p_flows.txt")).unwrap();
    let error = run(&mut Txt::default(), &dir.destination(None), 3, true).unwrap_err();
    assert!(matches!(error, SinkError::Io { action: "write", .. }), "{error}");
    assert!(error.to_string().contains("p_flows.txt"), "{error}");
    assert_eq!(dir.read("p_packets.txt").lines().count(), 4);
}

#[test]
fn a_full_disk_shows_when_a_block_is_full() {
    let dir = Scratch::new("txt-full-early");
    std::os::unix::fs::symlink("/dev/full", dir.path("p_flows.txt")).unwrap();
    let schema = small_schema();
    let destination = dir.destination(None);
    let setup =
        SinkSetup { flows: &schema, packets: None, destination: &destination, preamble: &[] };
    let mut sink = Txt::default();
    sink.start(&setup).unwrap();
    let failed = (1..100_000).find(|n| sink.flow(&schema, &small_record(*n)).is_err());
    assert!(failed.is_some_and(|n| n > 1000));
    assert!(sink.finish().is_err());
}

#[test]
fn a_missing_directory_leaves_nothing_to_finish() {
    let dir = Scratch::new("txt-missing");
    let prefix = dir.path("no/p");
    let destination = Destination { prefix, stdout: false, split: None };
    let mut sink = Txt::default();
    let error = run(&mut sink, &destination, 1, false).unwrap_err();
    assert!(matches!(error, SinkError::Io { action: "create", .. }), "{error}");
    sink.finish().unwrap();
    assert!(fs::read_dir(dir.path("no")).is_err());
}

/// Four flows with some toggles set, the flow file in pieces of two flows; the names of all files.
fn with(name: &str, change: impl FnOnce(&mut TxtToggles)) -> (Scratch, Vec<String>) {
    let dir = Scratch::new(name);
    let mut toggles = TxtToggles::default();
    change(&mut toggles);
    let destination = dir.destination(Some((Split::Flows(2), 0)));
    run(&mut Txt::new(&toggles), &destination, 4, true).unwrap();
    let names = names(&dir);
    (dir, names)
}

#[test]
fn header_lines() {
    let files = ["p_flows.txt0", "p_flows.txt1", "p_flows.txt2", "p_headers.txt", "p_packets.txt"];
    let begin = |dir: &Scratch| files.map(|name| dir.read(name).starts_with('%'));
    let (dir, names) = with("txt-hdr", |_| ());
    assert_eq!(names, files);
    assert_eq!(begin(&dir), [true, false, false, false, true]);
    let (dir, _) = with("txt-hdr-none", |t| t.header = false);
    assert_eq!(begin(&dir), [false, false, false, false, true]);
    assert_eq!(dir.read("p_flows.txt0").lines().count(), 2);
    let (dir, _) = with("txt-hdr-all", |t| t.header_in_pieces = true);
    assert_eq!(begin(&dir), [true, true, true, false, true]);
    assert_eq!(dir.read("p_flows.txt2"), "%dir\tflowInd\thdrDesc\thost\n");
    let (dir, _) = with("txt-hdr-both", |t| (t.header, t.header_in_pieces) = (false, true));
    assert_eq!(begin(&dir), [false, false, false, false, true]);
}

#[test]
fn header_lines_count_in_each_piece() {
    let dir = Scratch::new("txt-hdr-bytes");
    let mut sink = Txt::new(&TxtToggles { header_in_pieces: true, ..TxtToggles::default() });
    // The header has 26 bytes, a row 29.
    run(&mut sink, &dir.destination(Some((Split::Bytes(55), 0))), 2, false).unwrap();
    let lines = |name| dir.read(name).lines().count();
    assert_eq!(["p_flows.txt0", "p_flows.txt1", "p_flows.txt2"].map(lines), [2, 2, 1]);
}

#[test]
fn files_and_their_names() {
    let (_dir, names) = with("txt-no-split", |t| t.split = false);
    assert_eq!(names, ["p_flows.txt", "p_headers.txt", "p_packets.txt"]);
    let (_dir, names) = with("txt-no-headers", |t| (t.split, t.header_file) = (false, false));
    assert_eq!(names, ["p_flows.txt", "p_packets.txt"]);
    let (_dir, names) = with("txt-suffixes", |t| {
        (t.flows_suffix, t.header_suffix) = (".tsv".to_owned(), ".columns".to_owned());
    });
    assert_eq!(names, ["p.columns", "p.tsv0", "p.tsv1", "p.tsv2", "p_packets.txt"]);
}

#[test]
fn two_files_cannot_have_one_name() {
    for (flows, headers) in [("x", "x"), ("_packets.txt", "y"), ("x", "_packets.txt")] {
        let dir = Scratch::new("txt-same");
        let (flows_suffix, header_suffix) = (flows.to_owned(), headers.to_owned());
        let mut sink = Txt::new(&TxtToggles { flows_suffix, header_suffix, ..Default::default() });
        let error = run(&mut sink, &dir.destination(None), 1, false).unwrap_err().to_string();
        assert!(error.contains("have the same name") && error.contains("txtSink.TFS_"), "{error}");
        assert!(names(&dir).is_empty());
    }
}
