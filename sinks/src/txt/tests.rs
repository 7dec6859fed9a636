//! Lines and files of the text sink.

use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::cell::{
    Cell, Dir, Duration, Hex8, Hex16, Hex32, Hex64, IpText, Label, List, Mac, Payload, Seconds,
    Text, Time,
};
use flowz_api::cell_writer::TextStyle;
use flowz_api::record::Record;
use flowz_api::sink::{Destination, NamedSink, Sink, SinkError, SinkSetup, Split};
use flowz_api::table::{TableId, TableKind};

use super::Txt;
use super::cell_format::{RowFormat, StandardFormat};
use super::custom_format::CustomFormat;
use super::table::row;
use super::toggles::TxtToggles;
use crate::common::format::buffer::Buffer;
use crate::common::format::cell_cache::CellCache;
use crate::test_support::{TempDir, names, one, run, small_record, table};

fn written<C: Cell>(format: &impl RowFormat, value: &C) -> Vec<u8> {
    let (schema, record) = one(value);
    let mut out = Buffer::with_capacity(0);
    row(format, &mut CellCache::default(), &mut out, &schema, &record);
    out.as_slice().to_vec()
}

/// A cell in the standard format, which must be the same where it is text from the beginning.
fn shown<C: Cell>(quotes: bool, value: &C) -> String {
    let shown = written(&StandardFormat { quotes, raw: false }, value);
    assert_eq!(as_text(value, TextStyle { quotes, raw: false }), shown);
    String::from_utf8(shown).unwrap()
}

/// A row of text with one cell.
fn as_text<C: Cell>(value: &C, style: TextStyle) -> Vec<u8> {
    let mut record = Record::new();
    record.set_style(Some(style));
    record.put(value);
    let Some([cells @ .., b'\t']) = record.text_row() else { panic!("no text") };
    [cells, b"\n"].concat()
}

/// A cell of the flow table with toggles set.
fn custom<C: Cell>(value: &C, change: impl FnOnce(&mut TxtToggles)) -> String {
    let mut toggles = TxtToggles::default();
    change(&mut toggles);
    String::from_utf8(written(&CustomFormat::new(&toggles, true, false), value)).unwrap()
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
    assert_eq!(flow(&Seconds(0.25)), "0.250000000\n");
    assert_eq!(flow(&Time { seconds: 4, nanos: 376_571_000 }), "4.376571000\n");
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
    assert_eq!(flow(&Text(b"a\tb\"\xff")), "\"a\\tb\\\".\"\n");
    assert_eq!(flow(&Text(b"")), "\"\"\n");
    assert_eq!(flow(&Label(b"eth:ipv4\n")), "eth:ipv4\\n\n");
    assert_eq!(flow(&Payload(b"\x01GET\r\n")), ".GET\\r\\n\n");
    assert_eq!(shown(false, &Text(b"a\tb")), "a\\tb\n");
    assert_eq!(shown(false, &Text(b"")), "\n");
}

#[test]
fn several_values() {
    assert_eq!(flow(&(Hex8(0), Hex32(0))), "0x00_0x00000000\n");
    assert_eq!(flow(&(1_u8, (2_u16, 3_u16), Label(b"x"))), "1_(2_3)_x\n");
    assert_eq!(flow(&List(&[1_u16, 2, 300])), "1;2;300\n");
    assert_eq!(flow(&List::<u16>(&[])), "\n");
    assert_eq!(flow(&List(&[(1_u8, 2_u8), (3, 4)])), "1_2;3_4\n");
    assert_eq!(flow(&List(&[Text(b"a"), Text(b"b;c")])), "\"a\";\"b;c\"\n");
    assert_eq!(flow(&Some(7_u16)), "7\n");
    assert_eq!(flow(&None::<u16>), "\n");
    assert_eq!(flow(&(None::<u16>, Some(1_u8))), "_1\n");
}

/// With nothing set, both formats write the same.
#[test]
fn formats_agree() {
    fn same<C: Cell>(value: &C) {
        assert_eq!(custom(value, |_| ()), flow(value));
    }
    same(&(1_u8, 2_u16, 3_u32, 4_u64, -5_i8));
    same(&(-6_i16, -7_i32, -8_i64, 0.5_f32, 0.5_f64));
    same(&(Hex8(0xab), Hex16(0xabcd), Hex32(0xab), Hex64(0xcd), Dir(b'A')));
    same(&(Time { seconds: 4, nanos: 5 }, Duration { seconds: 6, nanos: 7 }, Seconds(0.25)));
    same(&(Mac([1, 2, 3, 0xff, 5, 6]), Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST, IpText::None));
    same(&(IpText::V4([1, 2, 3, 4]), IpText::V6([0xfe; 16])));
    same(&(Text(b"a\xff\n"), Label(b"b\xff\t"), Payload(b"c\xff\"\n")));
}

#[test]
fn formats_of_ipv4() {
    let show = |format| {
        let address = (Ipv4Addr::new(10, 34, 0, 1), IpText::V4([224, 0, 0, 10]));
        custom(&address, |t| t.ip4 = format)
    };
    assert_eq!(show(0), "10.34.0.1_224.0.0.10\n");
    assert_eq!(show(1), "010.034.000.001_224.000.000.010\n");
    assert_eq!(show(2), "0x0a220001_0xe000000a\n");
    assert_eq!(show(3), "170000385_3758096394\n");
    let capitals = |t: &mut TxtToggles| (t.ip4, t.capitals) = (2, true);
    assert_eq!(custom(&Ipv4Addr::new(10, 34, 0, 1), capitals), "0x0A220001\n");
}

#[test]
fn formats_of_ipv6() {
    let address: Ipv6Addr = "2001:0:4137:9e76:fb:32b7:bb3e:964".parse().unwrap();
    let show = |format, capitals| {
        let both = (address, IpText::V6(address.octets()));
        let text = custom(&both, |t| (t.ip6, t.capitals) = (format, capitals));
        let (one, other) = text.trim_end().split_at(text.len() / 2 - 1);
        assert_eq!(format!("_{one}"), other, "alone and as one of both kinds");
        one.to_owned()
    };
    assert_eq!(show(0, false), "2001:0:4137:9e76:fb:32b7:bb3e:964");
    assert_eq!(show(0, true), show(0, false));
    assert_eq!(show(1, false), "2001:0000:4137:9e76:00fb:32b7:bb3e:0964");
    assert_eq!(show(1, true), "2001:0000:4137:9E76:00FB:32B7:BB3E:0964");
    assert_eq!(show(2, false), "0x2001000041379e7600fb32b7bb3e0964");
    assert_eq!(show(2, true), "0x2001000041379E7600FB32B7BB3E0964");
    assert_eq!(show(3, false), "0x2001000041379e76_0x00fb32b7bb3e0964");
    assert_eq!(show(3, true), "0x2001000041379E76_0x00FB32B7BB3E0964");
}

#[test]
fn formats_of_hardware_addresses() {
    let mac = Mac([0x68, 0x17, 0x29, 0xa6, 0x25, 0x8e]);
    let show = |format, capitals| custom(&mac, |t| (t.mac, t.capitals) = (format, capitals));
    assert_eq!(show(0, false), "68:17:29:a6:25:8e\n");
    assert_eq!(show(0, true), "68:17:29:A6:25:8E\n");
    assert_eq!(show(1, false), "0x0000681729a6258e\n");
    assert_eq!(show(1, true), "0x0000681729A6258E\n");
    assert_eq!(show(2, false), "114448692290958\n");
    let separated = |by: &str| custom(&mac, |t| t.mac_separator = by.to_owned());
    assert_eq!(separated("-"), "68-17-29-a6-25-8e\n");
    assert_eq!(separated(""), "681729a6258e\n");
    let capitals = custom(&mac, |t| (t.mac_separator, t.capitals) = ("af".to_owned(), true));
    assert_eq!(capitals, "68af17af29afA6af25af8E\n");
}

#[test]
fn capital_digits() {
    let numbers = (Hex8(0xab), Hex16(0xcd0e), Hex32(0xf), Hex64(0xabcd));
    let expected = "0xAB_0xCD0E_0x0000000F_0x000000000000ABCD\n";
    assert_eq!(custom(&numbers, |t| t.capitals = true), expected);
    let words = (Label(b"abc"), Text(b"abc"));
    assert_eq!(custom(&words, |t| t.capitals = true), "abc_\"abc\"\n");
}

#[test]
fn moments_but_not_durations() {
    let both = (Time { seconds: 951_782_400, nanos: 5 }, Duration { seconds: 6, nanos: 7 });
    let expected = "2000-02-29T00:00:00.000000005+0000_6.000000007\n";
    assert_eq!(custom(&both, |t| t.dates = true), expected);
    let more = Time { seconds: 0, nanos: 1_234_567_890 };
    let expected = "1970-01-01T00:00:00.1234567890+0000\n";
    assert_eq!(custom(&more, |t| t.dates = true), expected);
}

#[test]
fn no_address_and_no_utf8() {
    assert_eq!(custom(&IpText::None, |t| t.no_address = "n/a".to_owned()), "n/a\n");
    let texts = (Text(b"a\xc3\n"), Label(b"b\xff"));
    let mut toggles = TxtToggles::default();
    assert_eq!(written(&CustomFormat::new(&toggles, true, false), &texts), b"\"a.\\n\"_b.\n");
    toggles.only_utf8 = false;
    assert!(!toggles.is_plain());
    assert_eq!(written(&CustomFormat::new(&toggles, true, false), &texts), b"\"a\xc3\\n\"_b\xff\n");
}

#[test]
fn files() {
    let dir = TempDir::new("txt-files");
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
    let dir = TempDir::new("txt-empty");
    run(&mut Txt::default(), &dir.destination(None), 0, false).unwrap();
    assert_eq!(names(&dir), ["p_flows.txt", "p_headers.txt"]);
    assert_eq!(dir.read("p_flows.txt"), "%dir\tflowInd\thdrDesc\thost\n");
}

#[test]
fn split_by_flows_leaves_an_empty_last_file() {
    let dir = TempDir::new("txt-split-flows");
    run(&mut Txt::default(), &dir.destination(Some((Split::Flows(2), 3))), 4, false).unwrap();
    let files = ["p_flows.txt3", "p_flows.txt4", "p_flows.txt5", "p_headers.txt"];
    assert_eq!(names(&dir), files);
    let lines = |name| dir.read(name).lines().count();
    assert_eq!(files[..3].iter().copied().map(lines).collect::<Vec<_>>(), [3, 2, 0]);
    assert!(dir.read("p_flows.txt4").starts_with("A\t3\t"));
}

#[test]
fn split_by_bytes_counts_the_header() {
    let dir = TempDir::new("txt-split-bytes");
    // The header has 26 bytes, a row 29.
    run(&mut Txt::default(), &dir.destination(Some((Split::Bytes(55), 0))), 4, false).unwrap();
    let lines = |name| dir.read(name).lines().count();
    assert_eq!(["p_flows.txt0", "p_flows.txt1", "p_flows.txt2"].map(lines), [2, 2, 1]);
}

#[test]
fn large_tables_are_written_block_by_block() {
    let dir = TempDir::new("txt-large");
    run(&mut Txt::default(), &dir.destination(None), 100_000, false).unwrap();
    let text = dir.read("p_flows.txt");
    assert!(text.len() > 3 << 20);
    assert_eq!(text.lines().count(), 100_001);
    assert!(text.lines().skip(1).zip(1..).all(|(line, n)| line.starts_with(&format!("A\t{n}\t"))));
}

#[test]
fn nothing_stays_of_a_run_that_never_ends() {
    let dir = TempDir::new("txt-dropped");
    let tables = [table("flows", TableKind::Flows)];
    let destination = dir.destination(None);
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    let mut sink = Txt::default();
    sink.start(&setup).unwrap();
    sink.all_started(&setup).unwrap();
    sink.record(TableId::FLOWS, &tables[0], &small_record(1)).unwrap();
    drop(sink);
    assert!(names(&dir).is_empty(), "{:?}", names(&dir));
}

#[test]
fn a_full_disk_keeps_the_other_file() {
    let dir = TempDir::new("txt-full");
    std::os::unix::fs::symlink("/dev/full", dir.path("p_flows.txt")).unwrap();
    let error = run(&mut Txt::default(), &dir.destination(None), 3, true).unwrap_err();
    assert!(matches!(error, SinkError::Io { action: "write", .. }), "{error}");
    assert!(error.to_string().contains("p_flows.txt"), "{error}");
    assert_eq!(dir.read("p_packets.txt").lines().count(), 4);
}

#[test]
fn a_full_disk_shows_when_a_block_is_full() {
    let dir = TempDir::new("txt-full-early");
    std::os::unix::fs::symlink("/dev/full", dir.path("p_flows.txt")).unwrap();
    let tables = [table("flows", TableKind::Flows)];
    let destination = dir.destination(None);
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    let mut sink = Txt::default();
    sink.start(&setup).unwrap();
    sink.all_started(&setup).unwrap();
    let mut fails = |n| sink.record(TableId::FLOWS, &tables[0], &small_record(n)).is_err();
    let failed = (1..100_000).find(|n| fails(*n));
    assert!(failed.is_some_and(|n| n > 1000));
    assert!(sink.finish().is_err());
}

#[test]
fn a_missing_directory_leaves_nothing_to_finish() {
    let dir = TempDir::new("txt-missing");
    let prefix = dir.path("no/p");
    let destination = Destination { prefix, ..Destination::default() };
    let mut sink = Txt::default();
    let error = run(&mut sink, &destination, 1, false).unwrap_err();
    assert!(matches!(error, SinkError::Io { action: "create", .. }), "{error}");
    sink.finish().unwrap();
    assert!(fs::read_dir(dir.path("no")).is_err());
}

/// Four flows with some toggles set, the flow file in pieces of two flows; the names of all files.
fn with(name: &str, change: impl FnOnce(&mut TxtToggles)) -> (TempDir, Vec<String>) {
    let dir = TempDir::new(name);
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
    let begin = |dir: &TempDir| files.map(|name| dir.read(name).starts_with('%'));
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
fn header_lines_count_in_each_file() {
    let dir = TempDir::new("txt-hdr-bytes");
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
        (t.flows_suffix, t.header_suffix) = (".tsv".into(), ".columns".into());
    });
    assert_eq!(names, ["p.columns", "p.tsv0", "p.tsv1", "p.tsv2", "p_packets.txt"]);
}

#[test]
fn separators_and_signs() {
    let (dir, _) = with("txt-signs", |t| {
        (t.header_sign, t.separator) = ("#".into(), ",".to_owned());
    });
    let row = "A,1,eth:ipv4;x\\ty,\"a, \\\"b\\\"\"\n";
    assert!(dir.read("p_flows.txt0").starts_with(&format!("#dir,flowInd,hdrDesc,host\n{row}")));
    let row = row.replace(",\"a", ",a").replace("\"\"\n", "\"\n");
    assert!(dir.read("p_packets.txt").starts_with(&format!("#dir,flowInd,hdrDesc,host\n{row}")));
    let (dir, _) = with("txt-longer", |t| {
        (t.header_sign, t.separator) = ("".into(), " | ".to_owned());
    });
    let row = "A | 1 | eth:ipv4;x\\ty | \"a, \\\"b\\\"\"\n";
    assert!(
        dir.read("p_flows.txt0").starts_with(&format!("dir | flowInd | hdrDesc | host\n{row}"))
    );
}

#[test]
fn extended_headers() {
    let begin = |dir: &TempDir, name| dir.read(name).lines().take(3).collect::<Vec<_>>().join("|");
    let (dir, _) = with("txt-extended", |t| t.extended_header = true);
    assert_eq!(begin(&dir, "p_flows.txt0"), "% 2                   |% 4|% C\tU64\tSC:R\tS");
    assert!(dir.read("p_flows.txt1").starts_with("A\t3\t"));
    assert!(dir.read("p_packets.txt").starts_with("%dir\t"));
    let (dir, _) = with("txt-extended-each", |t| {
        (t.extended_header, t.header_in_pieces, t.types) = (true, true, 0);
    });
    assert_eq!(begin(&dir, "p_flows.txt1"), "% 2                   |% 4|% 24\t10\t31:R\t23");
    assert_eq!(begin(&dir, "p_flows.txt2"), "% 0                   |% 4|% 24\t10\t31:R\t23");
    assert!(dir.read("p_headers.txt").contains("\n1\t24\tdir\t"));
}

#[test]
fn compressed() {
    let (dir, names) = with("txt-gzip", |t| t.gzip = true);
    let expected =
        ["p_flows.txt0.gz", "p_flows.txt1.gz", "p_flows.txt2.gz", "p_headers.txt", "p_packets.txt"];
    assert_eq!(names, expected);
    let packed = fs::read(dir.path("p_flows.txt0.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
    let (plain, _) = with("txt-no-gzip", |_| ());
    assert_eq!(text, plain.read("p_flows.txt0"));
}

#[test]
fn settings_that_contradict_each_other() {
    let refused = |change: fn(&mut TxtToggles)| {
        let dir = TempDir::new("txt-refused");
        let mut toggles = TxtToggles::default();
        change(&mut toggles);
        let error = run(&mut Txt::new(&toggles), &dir.destination(None), 1, false).unwrap_err();
        assert!(names(&dir).is_empty());
        error.to_string()
    };
    assert!(refused(|t| t.separator.clear()).contains("SEP_CHR is empty"));
    assert!(refused(|t| t.separator.push('\n')).contains("SEP_CHR holds a line end"));
    assert!(refused(|t| t.mac_separator.push('\r')).contains("MAC_SEP holds"));
    assert!(refused(|t| t.no_address.push('\n')).contains("B2T_NON_IP_STR holds"));
    let rows = |t: &mut TxtToggles| (t.gzip, t.extended_header) = (true, true);
    assert!(refused(rows).contains("TFS_EXTENDED_HEADER"));
    let same = |t: &mut TxtToggles| (t.gzip, t.header_suffix) = (true, "_flows.txt.gz".into());
    assert!(refused(same).contains("have the same name"));
}

#[test]
fn two_files_cannot_have_one_name() {
    for (flows, headers) in [("x", "x"), ("_packets.txt", "y"), ("x", "_packets.txt")] {
        let dir = TempDir::new("txt-same");
        let (flows_suffix, header_suffix) = (flows.into(), headers.into());
        let mut sink = Txt::new(&TxtToggles { flows_suffix, header_suffix, ..Default::default() });
        let error = run(&mut sink, &dir.destination(None), 1, false).unwrap_err().to_string();
        assert!(error.contains("have the same name") && error.contains("txtSink.TFS_"), "{error}");
        assert!(names(&dir).is_empty());
    }
}

#[test]
fn tables_whose_header_files_are_those_of_others() {
    let told = |names: [&'static str; 2]| {
        let tables = names.map(|name| table(name, TableKind::Plugin));
        Txt::new(&TxtToggles::default()).check(&tables).err().map(|error| error.to_string())
    };
    assert_eq!(told(["calls", "messages"]), None);
    let sentence = told(["calls", "calls_headers"]).unwrap();
    let words = "the table calls_headers and the header file of the table calls have the same name";
    assert_eq!(sentence, words);
}
