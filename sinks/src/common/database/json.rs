//! Values that consist of others as JSON text: lists as arrays, compounds as objects.
//!
//! Numbers are numbers of any size, moments and lengths of time whole nanoseconds, payload is hexadecimal. What JSON has no number for, is
//! `"nan"`, `"inf"` or `"-inf"`.

use std::fmt::Write;

use flowz_api::column::Type;
use flowz_api::value::Value;

use super::moment;
use crate::common::format::address;
use crate::common::format::buffer::Buffer;
use crate::common::typed::parts::names;
use crate::common::typed::text::{utf8, utf8_without_nul};

/// The names inside of a column's values.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Shape {
    /// Of a compound: a key for each part, with its colon.
    keys: Vec<String>,
    /// Of a compound: its parts. Of a list: what it consists of.
    parts: Vec<Self>,
}

impl Shape {
    /// Of a column.
    pub(crate) fn of(column: &str, ty: &Type) -> Self {
        match ty {
            Type::Compound(parts) => {
                let key = |name: String| {
                    let mut key = String::new();
                    string(&mut key, &name);
                    key + ":"
                };
                let keys = names(column, parts.len()).into_iter().map(key).collect();
                Self { keys, parts: parts.iter().map(|part| Self::of("", part)).collect() }
            }
            Type::List(item) => Self { keys: Vec::new(), parts: vec![Self::of(column, item)] },
            Type::Option(item) => Self::of(column, item),
            _ => Self::default(),
        }
    }

    /// Appends a value.
    pub(crate) fn write(&self, out: &mut String, value: Value<'_>) {
        match value {
            Value::List(values) => {
                out.push('[');
                let item = self.parts.first();
                for (n, value) in values.enumerate() {
                    separate(out, n);
                    item.unwrap_or(&Self::default()).write(out, value);
                }
                out.push(']');
            }
            Value::Compound(values) => {
                out.push('{');
                for (n, ((key, part), value)) in
                    self.keys.iter().zip(&self.parts).zip(values).enumerate()
                {
                    separate(out, n);
                    out.push_str(key);
                    part.write(out, value);
                }
                out.push('}');
            }
            single => simple(out, &single),
        }
    }
}

fn separate(out: &mut String, place: usize) {
    if place > 0 {
        out.push(',');
    }
}

/// A value that consists of no others.
fn simple(out: &mut String, value: &Value<'_>) {
    // Writing to a string cannot fail.
    let _ = match *value {
        Value::Unsigned(n) | Value::Bits(n) => write!(out, "{n}"),
        Value::Signed(n) => write!(out, "{n}"),
        Value::Single(n) if n.is_finite() => write!(out, "{n:?}"),
        Value::Double(n) if n.is_finite() => write!(out, "{n:?}"),
        Value::Single(n) => write!(out, "\"{}\"", f64::from(n).to_string().to_lowercase()),
        Value::Double(n) => write!(out, "\"{}\"", n.to_string().to_lowercase()),
        Value::Time(seconds, nanos) => write!(out, "{}", moment::since_1970(seconds, nanos)),
        Value::Duration(seconds, nanos) => write!(out, "{}", moment::length(seconds, nanos)),
        Value::Char(byte) => return string(out, &utf8(&[byte])),
        Value::Text(text) | Value::Label(text) => return string(out, &utf8_without_nul(text)),
        Value::Mac(_) | Value::Ip4(_) | Value::Ip6(_) => {
            let mut shown = Buffer::with_capacity(64);
            return string(out, written(&mut shown, value));
        }
        Value::Payload(bytes) => {
            out.push('"');
            for byte in bytes {
                let _ = write!(out, "{byte:02x}");
            }
            out.push('"');
            Ok(())
        }
        _ => write!(out, "null"),
    };
}

/// An address as txt writes it.
pub(crate) fn written<'a>(shown: &'a mut Buffer, address: &Value<'_>) -> &'a str {
    shown.clear();
    match *address {
        Value::Mac(address) => address::mac(shown, address),
        Value::Ip4(address) => address::ipv4(shown, address),
        Value::Ip6(address) => address::ipv6(shown, address),
        _ => {}
    }
    str::from_utf8(shown.as_slice()).unwrap_or_default()
}

/// A text in quotation marks (RFC 8259, section 7).
fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::{Cell, Dir, Hex8, IpText, Label, List, Mac, Payload, Text, Time};

    use super::Shape;
    use crate::test_support::one;

    fn shown<C: Cell>(column: &str, value: &C) -> String {
        let (schema, record) = one(value);
        let mut out = String::new();
        let value = record.values(&schema.columns).next().unwrap();
        Shape::of(column, &C::TYPE).write(&mut out, value);
        out
    }

    #[test]
    fn lists_and_compounds() {
        assert_eq!(shown("a_b", &(1_u8, Hex8(255))), r#"{"a":1,"b":255}"#);
        let value = [(Label(b"x"), List(&[1_u16, 2])), (Label(b"y"), List(&[]))];
        assert_eq!(shown("c", &List(&value)), r#"[{"f1":"x","f2":[1,2]},{"f1":"y","f2":[]}]"#);
        assert_eq!(shown("c", &List(&[Some(-1_i8), None])), "[-1,null]");
        assert_eq!(shown("c", &List(&[u64::MAX])), "[18446744073709551615]");
        assert_eq!(shown("c", &List::<u8>(&[])), "[]");
    }

    #[test]
    fn texts_and_addresses() {
        let texts = List(&[Text(b"a\"\\\n\0\xff"), Text(b"")]);
        assert_eq!(shown("c", &texts), r#"["a\"\\\u000a\\x00\\xff",""]"#);
        let all = (Mac([1; 6]), IpText::V4([10, 0, 0, 1]), IpText::None, Dir(b'A'));
        assert_eq!(
            shown("c", &all),
            r#"{"f1":"01:01:01:01:01:01","f2":"10.0.0.1","f3":null,"f4":"A"}"#
        );
        assert_eq!(shown("c", &List(&[Payload(b"\0a")])), r#"["0061"]"#);
    }

    #[test]
    fn numbers() {
        assert_eq!(shown("c", &List(&[0.5_f32, f32::NAN])), r#"[0.5,"nan"]"#);
        assert_eq!(shown("c", &List(&[1e300, f64::NEG_INFINITY])), r#"[1e300,"-inf"]"#);
        assert_eq!(shown("c", &List(&[Time { seconds: 1, nanos: 2 }])), "[1000000002]");
    }
}
