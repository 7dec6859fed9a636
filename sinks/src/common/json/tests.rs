//! Values as JSON, with literal texts.

use flowz_api::cell::{
    Cell, Dir, Duration, Hex8, Hex64, IpText, Label, List, Mac, Payload, Seconds, Text, Time,
};
use flowz_api::column::{Schema, Type};
use flowz_api::record::Record;

use super::{JsonRow, Payloads, Style, Times};
use crate::common::format::buffer::Buffer;
use crate::test_support::{column, small_record, small_schema};

fn row(name: &str, ty: Type, record: &Record, style: Style) -> String {
    let schema = Schema { columns: vec![column(name, ty)] };
    let mut out = Buffer::with_capacity(0);
    JsonRow::new(&schema, style).write(&mut out, record);
    String::from_utf8(out.as_slice().to_vec()).unwrap()
}

fn with<C: Cell>(value: &C, style: Style) -> String {
    let mut record = Record::new();
    value.put(&mut record);
    let text = row("c", C::TYPE, &record, style);
    text.strip_prefix("{\"c\":").and_then(|text| text.strip_suffix('}')).unwrap_or(&text).to_owned()
}

fn shown<C: Cell>(value: &C) -> String {
    with(value, Style::default())
}

#[test]
fn numbers() {
    assert_eq!(shown(&u64::MAX), "18446744073709551615");
    assert_eq!(shown(&i64::MIN), "-9223372036854775808");
    assert_eq!(shown(&7_u8), "7");
    assert_eq!(shown(&-7_i8), "-7");
    assert_eq!(shown(&0.456_978_7_f32), "0.4569787");
    assert_eq!([0.0_f32, 5.0, -3.0].map(|v| shown(&v)), ["0", "5", "-3"]);
    assert_eq!(shown(&-0.0_f32), "-0.0");
    assert_eq!(shown(&16_777_216_f32).parse::<f32>().unwrap(), 16_777_216_f32);
    assert_eq!(shown(&0.1_f64), "0.1");
    assert_eq!(shown(&Seconds(4.376_571)), "4.376571");
}

#[test]
fn no_numbers() {
    assert_eq!([f32::NAN, f32::INFINITY].map(|v| shown(&v)), ["null", "\"inf\""]);
    assert_eq!([-f64::NAN, f64::NEG_INFINITY].map(|v| shown(&v)), ["null", "\"-inf\""]);
}

#[test]
fn bits_and_addresses_are_texts() {
    assert_eq!(shown(&Hex8(0xa)), "\"0x0a\"");
    assert_eq!(shown(&Hex64(1 << 58)), "\"0x0400000000000000\"");
    assert_eq!(shown(&Mac([1, 2, 3, 4, 5, 0xff])), "\"01:02:03:04:05:ff\"");
    assert_eq!(shown(&IpText::V4([1, 2, 3, 4])), "\"1.2.3.4\"");
    assert_eq!(shown(&IpText::V6([0; 16])), "\"::\"");
    assert_eq!(shown(&IpText::None), "null");
    assert_eq!(shown(&None::<u32>), "null");
}

#[test]
fn times() {
    let moment = Time { seconds: 1_335_958_313, nanos: 152_630_001 };
    let length = Duration { seconds: 7, nanos: 5 };
    let all = [Times::Seconds, Times::Quoted, Times::Dates, Times::Numbers]
        .map(|times| Style { times, ..Style::default() });
    assert_eq!(
        all.map(|style| with(&moment, style)),
        [
            "\"1335958313.152630001\"",
            "\"1335958313.152630001\"",
            "\"2012-05-02T11:31:53.152630001Z\"",
            "1335958313.152630001"
        ]
    );
    assert_eq!(
        all.map(|style| with(&length, style)),
        ["7.000000005", "\"7.000000005\"", "7.000000005", "7.000000005"]
    );
    let mut record = Record::new();
    moment.put(&mut record);
    let short = row("c", Type::MicroTime, &record, Style::default());
    assert_eq!(short, "{\"c\":\"1335958313.152630\"}");
    let short = row("c", Type::MicroTime, &record, all[2]);
    assert_eq!(short, "{\"c\":\"2012-05-02T11:31:53.152630Z\"}");
    let short = row("c", Type::MicroDuration, &record, Style::default());
    assert_eq!(short, "{\"c\":1335958313.152630}");
    let before = Time { seconds: (1 << 63) + 4, nanos: (1 << 31) + 1 };
    assert_eq!(shown(&before), "\"-4.000000001\"");
}

#[test]
fn texts() {
    assert_eq!(shown(&Text(b"GET / HTTP/1.1")), "\"GET / HTTP/1.1\"");
    assert_eq!(shown(&Text(b"\"\\/\x08\x0c\n\r\t")), r#""\"\\/\b\f\n\r\t""#);
    assert_eq!(shown(&Text(b"\0\x1f\x0b\x7f")), r#""\u0000\u001f\u000b\u007f""#);
    assert_eq!(shown(&Text(b"\xe2\x82x\xff")), r#""\\xe2\\x82x\\xff""#);
    let text = "Zürich €𝄞\u{85}\u{202e}\u{2029}".as_bytes();
    assert_eq!(shown(&Label(text)), "\"Zürich €𝄞\\u0085\\u202e\\u2029\"");
    assert_eq!(shown(&Dir(b'"')), r#""\"""#);
    assert_eq!(shown(&Dir(0)), r#""\u0000""#);
    assert_eq!(shown(&Text(b"")), "\"\"");
}

#[test]
fn payloads() {
    // RFC 4648, section 10.
    for (bytes, text) in [
        (&b""[..], "\"\""),
        (b"f", "\"Zg==\""),
        (b"fo", "\"Zm8=\""),
        (b"foo", "\"Zm9v\""),
        (b"foob", "\"Zm9vYg==\""),
        (b"\xff\xfe\xfb", "\"//77\""),
    ] {
        assert_eq!(shown(&Payload(bytes)), text);
    }
    let payloads = |payloads| Style { payloads, ..Style::default() };
    assert_eq!(with(&Payload(b"a\xff\n\""), payloads(Payloads::Hex)), "\"61ff0a22\"");
    assert_eq!(with(&Payload(b"a\xff\n\""), payloads(Payloads::Text)), r#""a.\\n\"""#);
}

#[test]
fn lists_and_compounds() {
    assert_eq!(shown(&List(&[1_u16, 2])), "[1,2]");
    assert_eq!(shown(&List::<u16>(&[])), "[]");
    assert_eq!(shown(&List(&[None, Some(Label(b"x"))])), "[null,\"x\"]");
    let value = List::<(u8, (Hex8, List<'_, u8>))>(&[
        (1, (Hex8(2), List(&[]))),
        (3, (Hex8(4), List(&[5]))),
    ]);
    let expected = r#"[{"f1":1,"f2":{"f1":"0x02","f2":[]}},{"f1":3,"f2":{"f1":"0x04","f2":[5]}}]"#;
    assert_eq!(shown(&value), expected);
    let arrays = Style { has_part_names: false, ..Style::default() };
    assert_eq!(with(&value, arrays), r#"[[1,["0x02",[]]],[3,["0x04",[5]]]]"#);
    let mut record = Record::new();
    (1_u8, 2_u8).put(&mut record);
    let ty = <(u8, u8)>::TYPE;
    assert_eq!(
        row("numA_numB", ty, &record, Style::default()),
        r#"{"numA_numB":{"numA":1,"numB":2}}"#
    );
}

/// A row of several columns.
fn several(style: Style, items: &'static [u8]) -> String {
    let columns = vec![
        column("a", <List<'_, u8>>::TYPE),
        column("b\"", Type::U8),
        column("d_e", <(u8, List<'_, u8>)>::TYPE),
        column("f", <Option<List<'_, u8>>>::TYPE),
    ];
    let mut record = Record::new();
    List(items).put(&mut record);
    5_u8.put(&mut record);
    (6_u8, List(items)).put(&mut record);
    Some(List(items)).put(&mut record);
    let mut out = Buffer::with_capacity(0);
    JsonRow::new(&Schema { columns }, style).write(&mut out, &record);
    String::from_utf8(out.as_slice().to_vec()).unwrap()
}

#[test]
fn spaces_and_what_is_left_out() {
    let plain = Style::default();
    assert_eq!(several(plain, &[7, 8]), r#"{"a":[7,8],"b\"":5,"d_e":{"d":6,"e":[7,8]},"f":[7,8]}"#);
    let shorter = Style { leaves_out_empty: true, ..plain };
    assert_eq!(several(shorter, &[]), r#"{"b\"":5,"d_e":{"d":6,"e":[]}}"#);
    assert_eq!(several(shorter, &[7]), r#"{"a":[7],"b\"":5,"d_e":{"d":6,"e":[7]},"f":[7]}"#);
    let wide = Style { has_spaces: true, ..plain };
    assert_eq!(
        several(wide, &[7, 8]),
        r#"{"a": [7, 8], "b\"": 5, "d_e": {"d": 6, "e": [7, 8]}, "f": [7, 8]}"#
    );
    assert_eq!(several(wide, &[]), r#"{"a": [], "b\"": 5, "d_e": {"d": 6, "e": []}, "f": []}"#);
    let empty = JsonRow::new(&Schema::default(), plain);
    let mut out = Buffer::with_capacity(0);
    empty.write(&mut out, &Record::new());
    assert_eq!(out.as_slice(), b"{}");
}

/// Also in front of other bytes, with blanks, and where a column is left out.
#[test]
fn a_row_says_where_its_values_stand() {
    for has_spaces in [false, true] {
        let (schema, mut stood) = (small_schema(), Vec::new());
        let row = JsonRow::new(&schema, Style { has_spaces, ..Style::default() });
        let mut out = Buffer::with_capacity(0);
        out.push(b'#');
        row.write_noting(&mut out, &small_record(7), |place, range| stood.push((place, range)));
        let text = std::str::from_utf8(out.as_slice()).unwrap();
        let values: Vec<_> =
            stood.into_iter().map(|(place, range)| (place, &text[range])).collect();
        let list = if has_spaces { r#"["eth:ipv4", "x\ty"]"# } else { r#"["eth:ipv4","x\ty"]"# };
        let expected = [(0, r#""A""#), (1, "7"), (2, list), (3, r#""a, \"b\"""#)];
        assert_eq!(values, expected);
    }
    let list = List::<u8>(&[]);
    let mut record = Record::new();
    list.put(&mut record);
    let schema = Schema { columns: vec![column("c", <List<'_, u8>>::TYPE)] };
    let row = JsonRow::new(&schema, Style { leaves_out_empty: true, ..Style::default() });
    let mut out = Buffer::with_capacity(0);
    row.write_noting(&mut out, &record, |_, _| panic!("it is left out"));
    assert_eq!(out.as_slice(), b"{}");
}

#[test]
fn no_columns() {
    let mut out = Buffer::with_capacity(0);
    JsonRow::new(&Schema::default(), Style::default()).write(&mut out, &Record::new());
    assert_eq!(out.as_slice(), b"{}");
}
