//! Rows as JSON objects (RFC 8259), a member for each column.
//!
//! Numbers are numbers, nothing is `null`, as are numbers that JSON does not have (not a number, infinity). Bit fields are texts as wide as in txt
//! (`"0x0800"`), moments and lengths of time texts of seconds and nanoseconds (`"1.000000002"`), addresses texts, payload a text of hexadecimal
//! digits, compounds and lists arrays.

use std::ops::Range;

use flowz_api::column::{Schema, Type};
use flowz_api::record::{Cells, Record};

use super::text::utf8;
use crate::common::format::buffer::Buffer;
use crate::common::format::{address, integer};

/// Writes the rows of a table.
#[derive(Debug)]
pub(crate) struct JsonRows {
    /// What stands in front of each value: `{"dir":`, `,"flowInd":` and so on.
    names: Vec<Vec<u8>>,
}

impl JsonRows {
    /// For the rows of a table with these columns.
    pub(crate) fn new(schema: &Schema) -> Self {
        let name = |(place, column): (usize, &flowz_api::column::Column)| {
            let mut name = Buffer::with_capacity(column.name.len() + 4);
            name.push(if place == 0 { b'{' } else { b',' });
            text(&mut name, column.name.as_bytes());
            name.push(b':');
            name.as_slice().to_vec()
        };
        Self { names: schema.columns.iter().enumerate().map(name).collect() }
    }

    /// Appends a row; says of each column, by its place, where its value stands.
    pub(crate) fn write(
        &self,
        out: &mut Buffer,
        schema: &Schema,
        record: &Record,
        mut stands: impl FnMut(usize, Range<usize>),
    ) {
        let mut cells = record.cells();
        if self.names.is_empty() {
            out.push(b'{');
        }
        for (place, (name, column)) in self.names.iter().zip(&schema.columns).enumerate() {
            out.extend(name);
            let start = out.len();
            value(out, &column.ty, &mut cells);
            stands(place, start..out.len());
        }
        out.push(b'}');
    }
}

/// Appends the next value.
fn value(out: &mut Buffer, ty: &Type, cells: &mut Cells<'_>) {
    match ty {
        Type::Option(_) if cells.u8() == 0 => out.extend(b"null"),
        Type::Option(of) => value(out, of, cells),
        Type::U8 => integer::unsigned(out, cells.u8().into()),
        Type::U16 => integer::unsigned(out, cells.u16().into()),
        Type::U32 => integer::unsigned(out, cells.u32().into()),
        Type::U64 => integer::unsigned(out, cells.u64()),
        Type::I8 => integer::signed(out, cells.i8().into()),
        Type::I16 => integer::signed(out, cells.i16().into()),
        Type::I32 => integer::signed(out, cells.i32().into()),
        Type::I64 => integer::signed(out, cells.i64()),
        Type::F32 => float(out, cells.f32()),
        Type::F64 | Type::Seconds => float(out, cells.f64()),
        Type::Text | Type::Label => text(out, cells.text()),
        Type::Char => text(out, &[cells.u8()]),
        Type::Compound(parts) => compound(out, parts, cells),
        Type::List(item) => list(out, item, cells),
        _ => quoted(out, ty, cells),
    }
}

/// Values that are numbers or bytes and become texts without anything to be escaped.
fn quoted(out: &mut Buffer, ty: &Type, cells: &mut Cells<'_>) {
    const END: u8 = b'"';
    out.push(b'"');
    match ty {
        Type::H8 => return integer::hex8(out, cells.u8(), END),
        Type::H16 => return integer::hex16(out, cells.u16(), END),
        Type::H32 => return integer::hex32(out, cells.u32(), END),
        Type::H64 => return integer::hex64(out, cells.u64(), END),
        Type::Time | Type::Duration | Type::MicroTime | Type::MicroDuration => {
            let seconds = cells.u64();
            integer::stamp(out, seconds, cells.u32());
        }
        Type::Mac => address::mac(out, cells.array()),
        Type::Ip4 => address::ipv4(out, cells.array()),
        Type::Ip6 => address::ipv6(out, cells.array()),
        Type::Ip => match cells.u8() {
            4 => address::ipv4(out, cells.array()),
            6 => address::ipv6(out, cells.array()),
            _ => {
                out.shorten(1);
                return out.extend(b"null");
            }
        },
        Type::Payload => {
            for byte in cells.text() {
                out.put(integer::hex_pair(*byte), 2);
            }
        }
        // All others were dealt with before.
        _ => {}
    }
    out.push(END);
}

/// A number with as many digits as are needed to read the same one back.
fn float<F: zmij::Float>(out: &mut Buffer, v: F) {
    let mut digits = zmij::Buffer::new();
    match digits.format(v) {
        "NaN" | "inf" | "-inf" => out.extend(b"null"),
        number => out.extend(number.as_bytes()),
    }
}

fn list(out: &mut Buffer, item: &Type, cells: &mut Cells<'_>) {
    let length = cells.length();
    out.push(b'[');
    for place in 0..length {
        // A wrong length must not keep us busy for minutes.
        if cells.is_empty() {
            debug_assert!(false, "list shorter than its length");
            break;
        }
        if place > 0 {
            out.push(b',');
        }
        value(out, item, cells);
    }
    out.push(b']');
}

fn compound(out: &mut Buffer, parts: &[Type], cells: &mut Cells<'_>) {
    out.push(b'[');
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        value(out, part, cells);
    }
    out.push(b']');
}

/// A text between quotation marks.
fn text(out: &mut Buffer, text: &[u8]) {
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte) && !matches!(byte, b'"' | b'\\');
    out.push(b'"');
    if text.iter().all(is_plain) {
        out.extend(text);
    } else {
        for byte in utf8(text).bytes() {
            escaped(out, byte);
        }
    }
    out.push(b'"');
}

/// A byte of a text (RFC 8259, section 7).
fn escaped(out: &mut Buffer, byte: u8) {
    match byte {
        b'"' | b'\\' => out.put([b'\\', byte], 2),
        b'\n' => out.extend(b"\\n"),
        b'\r' => out.extend(b"\\r"),
        b'\t' => out.extend(b"\\t"),
        0..0x20 => {
            out.extend(b"\\u00");
            out.put(integer::hex_pair(byte), 2);
        }
        _ => out.push(byte),
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::{
        Cell, Dir, Hex8, Hex16, Hex32, Hex64, IpText, Label, List, Mac, Payload, Seconds, Text,
        Time,
    };
    use flowz_api::column::Schema;
    use flowz_api::record::Record;

    use super::JsonRows;
    use crate::common::format::buffer::Buffer;
    use crate::test_support::{one, small_record, small_schema};

    fn shown<C: Cell>(value: &C) -> String {
        let (schema, record) = one(value);
        let mut out = Buffer::with_capacity(0);
        JsonRows::new(&schema).write(&mut out, &schema, &record, |_, _| {});
        let text = String::from_utf8(out.as_slice().to_vec()).unwrap();
        text.strip_prefix(r#"{"c":"#).unwrap().strip_suffix('}').unwrap().to_owned()
    }

    #[test]
    fn numbers() {
        assert_eq!(shown(&u64::MAX), "18446744073709551615");
        assert_eq!(shown(&-7_i32), "-7");
        assert_eq!(shown(&0.1_f32), "0.1");
        assert_eq!(shown(&1e-9_f64), "1e-9");
        assert_eq!(shown(&Seconds(4.5)), "4.5");
        assert_eq!(shown(&None::<u32>), "null");
        assert_eq!(shown(&Some(3_u32)), "3");
        assert_eq!(shown(&f64::NAN), "null");
        assert_eq!(shown(&-f32::NAN), "null");
        assert_eq!(shown(&f32::NEG_INFINITY), "null");
    }

    #[test]
    fn what_becomes_text() {
        assert_eq!(shown(&Dir(b'A')), r#""A""#);
        assert_eq!(shown(&Hex8(1)), r#""0x01""#);
        assert_eq!(shown(&Hex16(0x800)), r#""0x0800""#);
        assert_eq!(shown(&Hex32(1)), r#""0x00000001""#);
        assert_eq!(shown(&Hex64(1)), r#""0x0000000000000001""#);
        assert_eq!(shown(&Time { seconds: 1, nanos: 2 }), r#""1.000000002""#);
        assert_eq!(shown(&Mac([1, 2, 3, 4, 5, 255])), r#""01:02:03:04:05:ff""#);
        assert_eq!(shown(&IpText::V4([10, 0, 0, 1])), r#""10.0.0.1""#);
        assert_eq!(shown(&IpText::None), "null");
        assert_eq!(shown(&Payload(b"\x00a\xff")), r#""0061ff""#);
    }

    #[test]
    fn texts() {
        assert_eq!(shown(&Label(b"eth:ipv4")), r#""eth:ipv4""#);
        assert_eq!(
            shown(&Text("a\"\\\n\r\t\0\u{7f}ü\u{2028}".as_bytes())),
            "\"a\\\"\\\\\\n\\r\\t\\u0000\u{7f}ü\u{2028}\""
        );
        assert_eq!(shown(&Text(b"\xff")), r#""\\xff""#);
    }

    #[test]
    fn several_values() {
        assert_eq!(shown(&List::<u8>(&[])), "[]");
        assert_eq!(shown(&(1_u8, (2_u8, 3_u8))), "[1,[2,3]]");
        assert_eq!(shown(&List(&[(1_u16, List(&[Text(b"a")]))])), r#"[[1,["a"]]]"#);
    }

    #[test]
    fn a_row_says_where_its_values_stand() {
        let (schema, mut stood) = (small_schema(), Vec::new());
        let mut out = Buffer::with_capacity(0);
        out.push(b'#');
        JsonRows::new(&schema)
            .write(&mut out, &schema, &small_record(7), |place, range| stood.push((place, range)));
        let text = std::str::from_utf8(out.as_slice()).unwrap();
        let expected =
            r#"#{"dir":"A","flowInd":7,"hdrDesc":["eth:ipv4","x\ty"],"host":"a, \"b\""}"#;
        assert_eq!(text, expected);
        assert_eq!(&text[stood[1].1.clone()], "7");
        assert_eq!(stood.len(), 4);
    }

    #[test]
    fn no_columns() {
        let (schema, mut out) = (Schema::default(), Buffer::with_capacity(0));
        JsonRows::new(&schema).write(&mut out, &schema, &Record::new(), |_, _| {});
        assert_eq!(out.as_slice(), b"{}");
    }
}
