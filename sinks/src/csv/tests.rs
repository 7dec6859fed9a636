//! Rows and files of the CSV sink.

use flowz_api::cell::{Cell, Dir, Hex16, IpText, Label, List, Mac, Payload, Seconds, Text, Time};
use flowz_api::sink::{SinkError, Split};

use super::Csv;
use super::cell_format::CsvFormat;
use crate::common::format::buffer::Buffer;
use crate::common::format::cell_format::write_cell;
use crate::test_support::{TempDir, names, one, run};

fn shown<C: Cell>(value: &C) -> String {
    let (_, record) = one(value);
    let mut out = Buffer::with_capacity(0);
    write_cell(&CsvFormat::default(), &mut out, &C::TYPE, &mut record.cells(), b',');
    let text = String::from_utf8(out.as_slice().to_vec()).unwrap();
    text.strip_suffix(',').unwrap().to_owned()
}

#[test]
fn values() {
    assert_eq!(shown(&Dir(b'A')), "A");
    assert_eq!(shown(&7_u64), "7");
    assert_eq!(shown(&-7_i32), "-7");
    assert_eq!(shown(&Hex16(0x800)), "0x0800");
    assert_eq!(shown(&0.456_978_7_f32), "0.4569787");
    assert_eq!(shown(&16_777_216_f32), "16777216");
    assert_eq!(shown(&0.1_f64), "0.1");
    assert_eq!(shown(&f64::INFINITY), "inf");
    assert_eq!(shown(&Seconds(4.376_571)), "4.376571000");
    assert_eq!(shown(&Time { seconds: 1, nanos: 2 }), "1.000000002");
    assert_eq!(shown(&Mac([1, 2, 3, 4, 5, 0xff])), "01:02:03:04:05:ff");
    assert_eq!(shown(&IpText::V4([1, 2, 3, 4])), "1.2.3.4");
}

#[test]
fn nothing() {
    assert_eq!(shown(&None::<u32>), "");
    assert_eq!(shown(&IpText::None), "");
    assert_eq!(shown(&f32::NAN), "");
    assert_eq!(shown(&-f64::NAN), "");
    assert_eq!(shown(&Seconds(f64::NAN)), "");
    assert_eq!(shown(&List::<u8>(&[])), "");
    assert_eq!(shown(&Text(b"")), "");
}

#[test]
fn texts_and_joined_values() {
    assert_eq!(shown(&Text(b"a\n\"\xc3\xa9\xff")), "a\\n\"é\u{fffd}");
    assert_eq!(shown(&Label(b"eth:ipv4")), "eth:ipv4");
    assert_eq!(shown(&Payload(b"\x01\\")), r"\u0001\\");
    assert_eq!(shown(&List(&[(1_u8, 2_u8), (3, 4)])), "1_2;3_4");
    assert_eq!(shown(&(1_u8, (2_u8, 3_u8))), "1_(2_3)");
}

#[test]
fn texts_among_others_are_told_apart() {
    assert_eq!(shown(&Text(b"a;b_(c)\\")), r"a;b_(c)\\");
    assert_eq!(shown(&List(&[Label(b"a;b_c"), Label(b";"), Label(b"\\")])), r"a\;b_c;\;;\\");
    assert_eq!(shown(&List(&[Text(b"a"), Text(b""), Text(b"\xff;;")])), "a;;\u{fffd}\\;\\;");
    assert_eq!(shown(&(Payload(b"a_;(b"), 1_u8)), r"a\_\;\(b_1");
    assert_eq!(shown(&List(&[(Label(b"_"), Some(Label(b";")))])), r"\__\;");
    assert_eq!(shown(&(1_u8, List(&[Text(b"a_b"), Text(b"c")]))), r"1_a\_b;c");
}

#[test]
fn nothing_steers_a_terminal() {
    const ALL: [u8; 256] = {
        let mut all = [0; 256];
        let mut n = 0;
        while n < 256 {
            all[n] = n as u8;
            n += 1;
        }
        all
    };
    assert_eq!(shown(&Payload(b"\0\x1b[31m\t\x7f")), r"\u0000\u001B[31m\t\u007F");
    assert_eq!(
        shown(&Text("\u{9b}31m\u{202e}x\u{2066}\u{a0}".as_bytes())),
        "\\u009B31m\\u202Ex\\u2066\u{a0}"
    );
    assert!(shown(&List(&[Payload(&ALL)])).chars().all(|c| !c.is_control()));
}

#[test]
fn formulas_only_if_they_are_not_feared() {
    let written = |value: &dyn Fits, safe: bool| {
        let mut out = Buffer::with_capacity(0);
        value.write(&CsvFormat::new(safe), &mut out);
        String::from_utf8(out.as_slice().to_vec()).unwrap()
    };
    for (text, safe) in [
        (&b"=1+1"[..], "'=1+1,"),
        (b"+1", "'+1,"),
        (b"-1", "'-1,"),
        (b"@SUM(A1)", "'@SUM(A1),"),
        (b"\t=", "'\\t=,"),
        (b"\r", "'\\r,"),
        (b"1=", "1=,"),
        (b"", ","),
    ] {
        assert_eq!(written(&Payload(text), true), safe);
        assert_eq!(written(&List(&[Text(text)]), true), safe);
        assert!(!written(&Label(text), false).starts_with('\''));
    }
    assert_eq!(written(&-7_i32, true), "-7,", "numbers stay numbers");
    assert_eq!(written(&List(&[Label(b"a"), Label(b"=b")]), true), "a;=b,");
}

#[test]
fn a_cell_behind_a_list_is_a_cell_of_its_own() {
    let format = CsvFormat::default();
    let mut out = Buffer::with_capacity(0);
    for value in [&List(&[(Label(b"a_"), 1_u8)]) as &dyn Fits, &Label(b"b_;")] {
        value.write(&format, &mut out);
    }
    assert_eq!(out.as_slice(), b"a\\__1,b_;,");
}

/// A value that a format writes.
trait Fits {
    fn write(&self, format: &CsvFormat, out: &mut Buffer);
}

impl<C: Cell> Fits for C {
    fn write(&self, format: &CsvFormat, out: &mut Buffer) {
        let (_, record) = one(self);
        write_cell(format, out, &C::TYPE, &mut record.cells(), b',');
    }
}

const HEADER: &str = "dir,flowInd,hdrDesc,host\r\n";

fn row(n: u64) -> String {
    format!("A,{n},eth:ipv4;x\\ty,\"a, \"\"b\"\"\"\r\n")
}

#[test]
fn files() {
    let dir = TempDir::new("csv-files");
    run(&mut Csv::default(), &dir.destination(None), 2, true).unwrap();
    assert_eq!(names(&dir), ["p_flows.csv", "p_packets.csv"]);
    let expected = format!("{HEADER}{}{}", row(1), row(2));
    assert_eq!(dir.read("p_flows.csv"), expected);
    assert_eq!(dir.read("p_packets.csv"), expected);
}

#[test]
fn each_file_has_the_names() {
    let dir = TempDir::new("csv-split");
    run(&mut Csv::default(), &dir.destination(Some((Split::Flows(2), 0))), 4, false).unwrap();
    assert_eq!(names(&dir), ["p_flows.csv0", "p_flows.csv1", "p_flows.csv2"]);
    assert_eq!(dir.read("p_flows.csv0"), format!("{HEADER}{}{}", row(1), row(2)));
    assert_eq!(dir.read("p_flows.csv1"), format!("{HEADER}{}{}", row(3), row(4)));
    assert_eq!(dir.read("p_flows.csv2"), HEADER);
}

#[test]
fn split_by_bytes() {
    let dir = TempDir::new("csv-split-bytes");
    let limit = (HEADER.len() + row(1).len()) as u64;
    run(&mut Csv::default(), &dir.destination(Some((Split::Bytes(limit), 1))), 2, false).unwrap();
    assert_eq!(dir.read("p_flows.csv1"), format!("{HEADER}{}", row(1)));
    assert_eq!(dir.read("p_flows.csv2"), format!("{HEADER}{}", row(2)));
    assert_eq!(dir.read("p_flows.csv3"), HEADER);
}

#[test]
fn large_tables() {
    let dir = TempDir::new("csv-large");
    run(&mut Csv::default(), &dir.destination(None), 100_000, false).unwrap();
    let text = dir.read("p_flows.csv");
    assert_eq!(text.lines().count(), 100_001);
    assert!(text.ends_with(&row(100_000)));
}

#[test]
fn a_full_disk() {
    let dir = TempDir::new("csv-full");
    std::os::unix::fs::symlink("/dev/full", dir.path("p_flows.csv")).unwrap();
    let error = run(&mut Csv::default(), &dir.destination(None), 3, true).unwrap_err();
    assert!(matches!(error, SinkError::Io { action: "write", .. }), "{error}");
    assert_eq!(dir.read("p_packets.csv").lines().count(), 4);
}
