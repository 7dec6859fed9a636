//! How tools write values.

use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::value::Value;

use crate::common::format::buffer::Buffer;
use crate::common::format::string;

/// A value in its shortest form, nothing for what is not there.
pub(super) fn plain(out: &mut Vec<u8>, value: &Value<'_>) {
    // Writing to a vector does not fail.
    let _ = match value {
        Value::Unsigned(v) | Value::Bits(v) => write!(out, "{v}"),
        Value::Signed(v) => write!(out, "{v}"),
        Value::Single(v) => write!(out, "{v}"),
        Value::Double(v) => write!(out, "{v}"),
        Value::Time(seconds, nanos) | Value::Duration(seconds, nanos) => {
            write!(out, "{seconds}.{nanos:09}")
        }
        Value::Ip4(v) => write!(out, "{}", Ipv4Addr::from(*v)),
        Value::Ip6(v) => write!(out, "{}", Ipv6Addr::from(*v)),
        Value::Char(v) => out.write_all(&[*v]),
        Value::Text(v) | Value::Label(v) | Value::Payload(v) => {
            let mut text = Buffer::with_capacity(v.len());
            string::lossy(&mut text, v);
            out.write_all(text.as_slice())
        }
        Value::Mac(_) | Value::Compound(_) | Value::List(_) | Value::Null => Ok(()),
    };
}

/// The same, `-1` for what is not there.
pub(super) fn or_minus_one(out: &mut Vec<u8>, value: &Value<'_>) {
    or(out, value, "-1");
}

fn or(out: &mut Vec<u8>, value: &Value<'_>, missing: &str) {
    match value {
        Value::Null => out.extend_from_slice(missing.as_bytes()),
        value => plain(out, value),
    }
}
