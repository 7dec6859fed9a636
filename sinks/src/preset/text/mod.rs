//! How tools write values.

pub(super) mod c;
pub(super) mod java;
pub(super) mod number;
pub(super) mod tstat;

use std::io::Write;
use std::net::Ipv6Addr;

use flowz_api::value::Value;

use crate::common::format::buffer::Buffer;
use crate::common::format::string;

/// A value in its shortest form, nothing for what is not there.
pub(super) fn plain(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Unsigned(v) | Value::Bits(v) => number::whole(out, *v),
        Value::Signed(v) => number::whole(out, *v),
        // Writing to a vector does not fail.
        Value::Single(v) => drop(write!(out, "{v}")),
        Value::Double(v) => number::shortest(out, *v),
        Value::Time(seconds, nanos) | Value::Duration(seconds, nanos) => {
            number::whole(out, *seconds);
            out.push(b'.');
            number::with_zeros(out, *nanos, 9);
        }
        Value::Ip4(v) => ipv4(out, *v),
        Value::Ip6(v) => drop(write!(out, "{}", Ipv6Addr::from(*v))),
        Value::Char(v) => out.push(*v),
        Value::Text(v) | Value::Label(v) | Value::Payload(v) => text(out, v),
        Value::Mac(_) | Value::Compound(_) | Value::List(_) | Value::Null => {}
    }
}

fn ipv4(out: &mut Vec<u8>, address: [u8; 4]) {
    for (n, byte) in address.into_iter().enumerate() {
        if n > 0 {
            out.push(b'.');
        }
        number::whole(out, byte);
    }
}

fn text(out: &mut Vec<u8>, text: &[u8]) {
    if text.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        out.extend_from_slice(text);
    } else {
        let mut shown = Buffer::with_capacity(text.len());
        string::lossy(&mut shown, text);
        out.extend_from_slice(shown.as_slice());
    }
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
        Value::Double(v) => return number::shortest_with_point(out, v),
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
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let address = if let Value::Mac(address) = value { *address } else { [0; 6] };
    for (n, byte) in address.iter().take(count).enumerate() {
        if n > 0 {
            out.push(b':');
        }
        out.extend([byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]));
    }
}

fn or(out: &mut Vec<u8>, value: &Value<'_>, missing: &str) {
    match value {
        Value::Null => out.extend_from_slice(missing.as_bytes()),
        value => plain(out, value),
    }
}
