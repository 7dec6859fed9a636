//! Types of ClickHouse, and values in its format RowBinary.

use flowz_api::column::Type;
use flowz_api::value::Value;

use crate::common::database::json::{Shape, written};
use crate::common::database::moment;
use crate::common::database::names::quoted;
use crate::common::format::buffer::Buffer;
use crate::common::typed::parts::names;
use crate::common::typed::text::utf8;

/// How values of a type are sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// A whole number of so many bytes.
    Whole(usize),
    /// Single precision.
    Single,
    /// Double precision.
    Double,
    /// A moment.
    Time,
    /// A length of time.
    Length,
    /// A text, a word, an address that is text, or payload.
    Text,
    /// An IPv4 address.
    Ip4,
    /// An IPv6 address; IPv4 addresses are those of RFC 4291, section 2.5.5.2.
    Ip6,
    /// JSON text.
    Json(Shape),
    /// A value or nothing.
    Nullable(Box<Self>),
    /// Values of one form.
    Array(Box<Self>),
    /// Values that belong together.
    Tuple(Vec<Self>),
}

/// Type and form of a column. Neither lists nor compounds can be null: where they may be, they are JSON text.
pub(super) fn of(column: &str, ty: &Type) -> (String, Form) {
    let plain = |name: &str, form| (name.to_owned(), form);
    match ty {
        Type::U8 | Type::H8 => plain("UInt8", Form::Whole(1)),
        Type::U16 | Type::H16 => plain("UInt16", Form::Whole(2)),
        Type::U32 | Type::H32 => plain("UInt32", Form::Whole(4)),
        Type::U64 | Type::H64 => plain("UInt64", Form::Whole(8)),
        Type::I8 => plain("Int8", Form::Whole(1)),
        Type::I16 => plain("Int16", Form::Whole(2)),
        Type::I32 => plain("Int32", Form::Whole(4)),
        Type::I64 => plain("Int64", Form::Whole(8)),
        Type::F32 => plain("Float32", Form::Single),
        Type::F64 | Type::Seconds => plain("Float64", Form::Double),
        Type::Time | Type::MicroTime => plain("DateTime64(9, 'UTC')", Form::Time),
        Type::Duration | Type::MicroDuration => plain("Int64", Form::Length),
        Type::Char | Type::Label => plain("LowCardinality(String)", Form::Text),
        Type::Text | Type::Payload | Type::Mac => plain("String", Form::Text),
        Type::Ip4 => plain("IPv4", Form::Ip4),
        Type::Ip6 => plain("IPv6", Form::Ip6),
        Type::Ip => plain("Nullable(IPv6)", Form::Nullable(Box::new(Form::Ip6))),
        Type::Option(item) => match of(column, item) {
            (_, Form::Array(_) | Form::Tuple(_)) => {
                let json = Form::Json(Shape::of(column, item));
                plain("Nullable(String)", Form::Nullable(Box::new(json)))
            }
            (ty, form) => nullable(ty, form),
        },
        Type::List(item) => {
            let (ty, form) = of(column, item);
            (format!("Array({ty})"), Form::Array(Box::new(form)))
        }
        Type::Compound(parts) => {
            let names = names(column, parts.len());
            let (types, forms): (Vec<_>, Vec<_>) = parts.iter().map(|part| of("", part)).unzip();
            let named =
                names.iter().zip(types).map(|(name, ty)| format!("{} {ty}", quoted(name, '`')));
            (format!("Tuple({})", named.collect::<Vec<_>>().join(", ")), Form::Tuple(forms))
        }
    }
}

/// The same, or nothing. Types that cannot be null stay as they are.
pub(super) fn nullable(ty: String, form: Form) -> (String, Form) {
    match form {
        Form::Nullable(_) | Form::Array(_) | Form::Tuple(_) => (ty, form),
        form => {
            let inner = ty.strip_prefix("LowCardinality(").and_then(|ty| ty.strip_suffix(')'));
            let ty = match inner {
                Some(inner) => format!("LowCardinality(Nullable({inner}))"),
                None => format!("Nullable({ty})"),
            };
            (ty, Form::Nullable(Box::new(form)))
        }
    }
}

/// Appends a value.
pub(super) fn write(out: &mut Vec<u8>, form: &Form, value: Value<'_>, shown: &mut Buffer) {
    match (form, value) {
        (Form::Nullable(_), Value::Null) => out.push(1),
        (Form::Nullable(form), value) => {
            out.push(0);
            write(out, form, value, shown);
        }
        (Form::Array(item), Value::List(values)) => {
            number(out, values.clone().count());
            for value in values {
                write(out, item, value, shown);
            }
        }
        (Form::Tuple(parts), Value::Compound(values)) => {
            for (part, value) in parts.iter().zip(values) {
                write(out, part, value, shown);
            }
        }
        (Form::Json(shape), value) => {
            let mut json = String::new();
            shape.write(&mut json, value);
            text(out, json.as_bytes());
        }
        (form, value) => simple(out, form, &value, shown),
    }
}

/// A value that consists of no others.
fn simple(out: &mut Vec<u8>, form: &Form, value: &Value<'_>, shown: &mut Buffer) {
    match *value {
        Value::Unsigned(n) | Value::Bits(n) => whole(out, form, n),
        Value::Signed(n) => whole(out, form, n.cast_unsigned()),
        Value::Single(n) => out.extend(n.to_le_bytes()),
        Value::Double(n) => out.extend(n.to_le_bytes()),
        Value::Time(seconds, nanos) => {
            out.extend(moment::bounded(moment::since_1970(seconds, nanos)).to_le_bytes());
        }
        Value::Duration(seconds, nanos) => out.extend(moment::length(seconds, nanos).to_le_bytes()),
        Value::Mac(_) => text(out, written(shown, value).as_bytes()),
        Value::Ip4(address) if *form == Form::Ip6 => {
            out.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
            out.extend(address);
        }
        // A number in the server's order.
        Value::Ip4([a, b, c, d]) => out.extend([d, c, b, a]),
        Value::Ip6(address) => out.extend(address),
        Value::Char(byte) => text(out, utf8(&[byte]).as_bytes()),
        Value::Text(bytes) | Value::Label(bytes) => text(out, utf8(bytes).as_bytes()),
        Value::Payload(bytes) => text(out, bytes),
        // Only where the form is nullable.
        Value::Null | Value::Compound(_) | Value::List(_) => {}
    }
}

fn whole(out: &mut Vec<u8>, form: &Form, n: u64) {
    let width = if let Form::Whole(width) = form { *width } else { 8 };
    out.extend(n.to_le_bytes().into_iter().take(width));
}

/// Bytes with their number in front.
pub(super) fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len());
    out.extend(bytes);
}

/// A number of any size, seven bits a byte, the lowest first (LEB128).
fn number(out: &mut Vec<u8>, mut n: usize) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::{Cell, Dir, Hex64, IpText, Label, List, Mac, Payload, Text, Time};
    use flowz_api::column::Type;

    use super::{of, write};
    use crate::common::format::buffer::Buffer;
    use crate::test_support::one;

    fn sent<C: Cell>(value: &C) -> Vec<u8> {
        let (schema, record) = one(value);
        let mut out = Vec::new();
        let value = record.values(&schema.columns).next().unwrap();
        write(&mut out, &of("c", &C::TYPE).1, value, &mut Buffer::with_capacity(64));
        out
    }

    #[test]
    fn numbers() {
        assert_eq!(sent(&0x102_u16), [2, 1]);
        assert_eq!(sent(&-2_i32), [0xfe, 255, 255, 255]);
        assert_eq!(sent(&Hex64(1)), [1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(sent(&1.0_f32), [0, 0, 0x80, 0x3f]);
        assert_eq!(sent(&Some(7_u8)), [0, 7]);
        assert_eq!(sent(&None::<u8>), [1]);
        assert_eq!(sent(&Time { seconds: 1, nanos: 1 }), 1_000_000_001_u64.to_le_bytes());
        assert_eq!(sent(&Time { seconds: 253_402_300_799, nanos: 0 }), i64::MAX.to_le_bytes());
    }

    #[test]
    fn texts_and_addresses() {
        assert_eq!(sent(&Text(b"a\0\xff")), *b"\x06a\0\\xff");
        assert_eq!(sent(&Payload(b"\xff")), *b"\x01\xff");
        assert_eq!(sent(&Payload(&[7; 300]))[..2], [0xac, 2]);
        assert_eq!(sent(&Dir(b'A')), *b"\x01A");
        assert_eq!(sent(&Mac([1; 6])), *b"\x1101:01:01:01:01:01");
        assert_eq!(sent(&std::net::Ipv4Addr::new(10, 0, 0, 1)), [1, 0, 0, 10]);
        let mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1];
        assert_eq!(sent(&IpText::V4([10, 0, 0, 1])), mapped);
        assert_eq!(sent(&IpText::None), [1]);
    }

    #[test]
    fn lists_and_compounds() {
        assert_eq!(sent(&List(&[(1_u8, Label(b"x")), (2, Label(b""))])), *b"\x02\x01\x01x\x02\x00");
        assert_eq!(sent(&List(&[Some(1_u8), None])), [2, 0, 1, 1]);
        assert_eq!(sent(&Some((1_u8, 2_u8))), *b"\x00\x0f{\"f1\":1,\"f2\":2}");
    }

    #[test]
    fn types() {
        const PAIR: Type = Type::Compound(&[Type::U8, Type::Option(&Type::Label)]);
        let ty = |column: &str, ty: Type| of(column, &ty).0;
        assert_eq!(ty("a_b", PAIR), "Tuple(`a` UInt8, `b` LowCardinality(Nullable(String)))");
        assert_eq!(
            ty("c", Type::List(&PAIR)),
            "Array(Tuple(`f1` UInt8, `f2` LowCardinality(Nullable(String))))"
        );
        assert_eq!(ty("c", Type::Option(&PAIR)), "Nullable(String)");
        assert_eq!(ty("c", Type::Option(&Type::Time)), "Nullable(DateTime64(9, 'UTC'))");
        assert_eq!(ty("c", Type::Option(&Type::Ip)), "Nullable(IPv6)");
    }
}
