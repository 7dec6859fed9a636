//! How presets write rows.

use flowz_api::cell::{Cell, IpText};
use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::value::Value;

use super::layout::{Column, Group, Layout, Set};
use super::text::tstat::{general, histogram, moment_or_zero, or_dash, six_digits};
use super::text::{float_or_zero, mac, or_minus_one, or_zero, oui, plain};
use crate::test_support::column;

static LAYOUT: Layout = Layout {
    table: "t",
    suffix: "_t.csv",
    header: Some(("#", "\n")),
    separator: ", ",
    end: ",\n",
    columns: &[
        Column { name: "bytes", from: "b", write: or_minus_one },
        Column::same("a", plain),
        Column::same("x", plain),
        Column { name: "either", from: "b,x", write: or_minus_one },
    ],
    ..Layout::PLAIN
};

fn table() -> (Schema, Record) {
    let mut record = Record::new();
    let mut columns = Vec::new();
    let mut add = |name: &str, ty, put: &dyn Fn(&mut Record)| {
        columns.push(column(name, ty));
        put(&mut record);
    };
    add("flowInd", u64::TYPE, &|out| 7_u64.put(out));
    add("a", IpText::TYPE, &|out| IpText::V4([10, 0, 0, 1]).put(out));
    add("b", Option::<u32>::TYPE, &|out| None::<u32>.put(out));
    add("x", f64::TYPE, &|out| 0.1_f64.put(out));
    (Schema { columns }, record)
}

#[test]
fn other_names_another_order_other_text() {
    let (schema, record) = table();
    let mut cells = LAYOUT.cells(&schema).unwrap();
    let mut out = Vec::new();
    LAYOUT.write_header(&mut out, &cells);
    LAYOUT.write_row(&mut out, &mut cells, &schema, &record);
    assert_eq!(String::from_utf8(out).unwrap(), "#bytes, a, x, either\n-1, 10.0.0.1, 0.1, 0.1,\n");
}

/// What stands in front of bins of a histogram, which has the tool's own lines.
#[test]
fn histograms_have_their_files_and_first_lines_in_front() {
    let label = |text: &'static str| Value::Label(text.as_bytes());
    let (mut out, number) = (Vec::new(), Value::Unsigned);
    let values = [
        &number(3),
        &label("tcp_mss_a"),
        &label("TCP declared client MSS [byte]"),
        &number(0),
        &number(4),
        &number(1600),
    ];
    histogram(&mut out, &values);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "==> 003/tcp_mss_a <==\n#TCP declared client MSS [byte]\n#RANGE: min=0 bin_size=4 max=1600\n"
    );
}

static GROUPED: Layout = Layout {
    columns: &[Column::same("x", plain)],
    group: Some(Group { columns: &["a", "b"], write: |out, values| plain(out, values[0]) }),
    ..Layout::PLAIN
};

static MISSING: Layout =
    Layout { group: Some(Group { columns: &["none"], write: |_, _| {} }), ..Layout::PLAIN };

#[test]
fn rows_with_something_in_common() {
    let (schema, record) = table();
    let title =
        |layout: &'static Layout| layout.title(&layout.cells(&schema).unwrap(), &schema, &record);
    assert_eq!((title(&GROUPED), title(&LAYOUT)), (b"10.0.0.1".to_vec(), Vec::new()));
    assert!(MISSING.cells(&schema).is_err());
}

#[test]
fn cells_of_tstat() {
    let written = |write: fn(&mut Vec<u8>, &Value<'_>), value: Value<'_>| {
        let mut out = Vec::new();
        write(&mut out, &value);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(written(or_dash, Value::Text(b"a b\tc")), "a_b_c");
    assert_eq!(written(or_dash, Value::Text(b"")), "-");
    assert_eq!(written(moment_or_zero, Value::Null), "0.0");
    assert_eq!(written(moment_or_zero, Value::Time(1, 500_000_000)), "1500.000000");
}

static NUMBERED: Layout = Layout {
    header: Some(("#", "\n")),
    separator: " ",
    numbered: true,
    columns: &[Column::same("a", plain), Column::unknown("u", or_dash)],
    sets: &[
        Set { bit: 2, marker: "nowhere", columns: &[Column::same("nowhere", plain)] },
        Set { bit: 4, marker: "x", columns: &[Column::same("x", six_digits)] },
    ],
    only: Some(("flowInd", 7)),
    ..Layout::PLAIN
};

#[test]
fn numbers_in_the_header_sets_and_rows_that_are_chosen() {
    let (schema, record) = table();
    let mut cells = NUMBERED.cells(&schema).unwrap();
    let mut out = Vec::new();
    NUMBERED.write_header(&mut out, &cells);
    NUMBERED.write_row(&mut out, &mut cells, &schema, &record);
    assert_eq!(String::from_utf8(out).unwrap(), "#5#a:1 u:2 x:3\n10.0.0.1 - 0.100000\n");
    let mut other = Record::new();
    8_u64.put(&mut other);
    IpText::V4([10, 0, 0, 1]).put(&mut other);
    None::<u32>.put(&mut other);
    0.1_f64.put(&mut other);
    let mut none = Vec::new();
    NUMBERED.write_row(&mut none, &mut cells, &schema, &other);
    assert_eq!(none, b"");
}

#[test]
fn numbers_as_c_writes_them() {
    let texts =
        [20.0011, 2143.87, 131_757.2, 0.000_625, 0.0, 64.0, 1e6, 0.000_012_5, -0.5].map(|number| {
            let mut out = Vec::new();
            general(&mut out, &Value::Double(number));
            String::from_utf8(out).unwrap()
        });
    assert_eq!(
        texts,
        ["20.0011", "2143.87", "131757", "0.000625", "0", "64", "1e+06", "1.25e-05", "-0.5"]
    );
}

#[test]
fn moments_are_milliseconds() {
    let mut out = Vec::new();
    six_digits(&mut out, &Value::Time(1_552_590_236, 580_045_000));
    assert_eq!(out, b"1552590236580.044922");
}

#[test]
fn a_column_that_is_not_there() {
    let (mut schema, _) = table();
    schema.columns.retain(|column| column.name != "x");
    let told = LAYOUT.cells(&schema).err().unwrap().to_string();
    let sentence =
        "'t.csv' needs the column 'x' of the table 't', which settings or --fields have taken away";
    assert_eq!(told, sentence);
}

#[test]
fn numbers_as_python_shows_them() {
    let written = |value| {
        let mut out = Vec::new();
        float_or_zero(&mut out, &value);
        String::from_utf8(out).unwrap()
    };
    let floats = [95.0, 0.1, 1e16, 1.5e16, 1e15, 1e-4, 1e-5, 2.5e-7, 0.0, 1e100].map(Value::Double);
    let texts = floats.map(written);
    let expected = [
        "95.0",
        "0.1",
        "1e+16",
        "1.5e+16",
        "1000000000000000.0",
        "0.0001",
        "1e-05",
        "2.5e-07",
        "0.0",
        "1e+100",
    ];
    assert_eq!(texts, expected);
    assert_eq!(written(Value::Null), "0.0");
}

#[test]
fn addresses_of_hardware() {
    let written = |write: fn(&mut Vec<u8>, &Value<'_>), value: Value<'_>| {
        let mut out = Vec::new();
        write(&mut out, &value);
        String::from_utf8(out).unwrap()
    };
    let address = Value::Mac([0, 0x1f, 0x33, 0xd9, 0x81, 0x60]);
    assert_eq!(written(mac, address.clone()), "00:1f:33:d9:81:60");
    assert_eq!(written(oui, address), "00:1f:33");
    assert_eq!(written(mac, Value::Null), "00:00:00:00:00:00");
    assert_eq!(written(or_zero, Value::Null), "0");
}
