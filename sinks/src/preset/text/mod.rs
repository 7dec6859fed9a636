//! How tools write values.

pub(super) mod c;
pub(super) mod java;
pub(super) mod tstat;

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

/// The same, `0` for what is not there.
pub(super) fn or_zero(out: &mut Vec<u8>, value: &Value<'_>) {
    or(out, value, "0");
}

/// A number as Python shows a `float`: always with a point or an exponent, `0.0` for what is not there.
pub(super) fn float_or_zero(out: &mut Vec<u8>, value: &Value<'_>) {
    // Writing to a vector does not fail.
    let _ = match *value {
        Value::Double(v) if v != 0.0 && !(1e-4..1e16).contains(&v.abs()) => {
            let text = format!("{v:e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let (sign, size) = exponent.strip_prefix('-').map_or(('+', exponent), |n| ('-', n));
            write!(out, "{digits}e{sign}{size:0>2}")
        }
        Value::Double(v) => write!(out, "{v:?}"),
        _ => out.write_all(b"0.0"),
    };
}

/// Values of one type as Python shows a list, in quotes for CSV; `-1` for what is not there.
pub(super) fn quoted_list(out: &mut Vec<u8>, value: &Value<'_>) {
    out.extend_from_slice(b"\"[");
    if let Value::List(values) = value {
        for (n, value) in values.clone().enumerate() {
            out.extend_from_slice(if n > 0 { b", " } else { b"" });
            or_minus_one(out, &value);
        }
    }
    out.extend_from_slice(b"]\"");
}

/// A hardware address, zeros for none.
pub(super) fn mac(out: &mut Vec<u8>, value: &Value<'_>) {
    octets(out, value, 6);
}

/// The first three bytes of a hardware address: who made the device.
pub(super) fn oui(out: &mut Vec<u8>, value: &Value<'_>) {
    octets(out, value, 3);
}

fn octets(out: &mut Vec<u8>, value: &Value<'_>, count: usize) {
    let address = if let Value::Mac(address) = value { *address } else { [0; 6] };
    for (n, byte) in address.iter().take(count).enumerate() {
        let between = if n > 0 { ":" } else { "" };
        // Writing to a vector does not fail.
        let _ = write!(out, "{between}{byte:02x}");
    }
}

fn or(out: &mut Vec<u8>, value: &Value<'_>, missing: &str) {
    match value {
        Value::Null => out.extend_from_slice(missing.as_bytes()),
        value => plain(out, value),
    }
}
