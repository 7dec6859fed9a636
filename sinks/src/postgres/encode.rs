//! Rows in the binary form of COPY (PostgreSQL, COPY, "Binary Format").

use flowz_api::column::Type;
use flowz_api::record::Record;
use flowz_api::value::Value;

use super::schema::TablePlan;
use crate::common::database::moment;
use crate::common::typed::text::{utf8, utf8_without_nul};

/// In front of all rows: signature, flags, length of the extension.
pub(super) const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Behind all rows.
pub(super) const TRAILER: &[u8] = &[0xff, 0xff];

/// Microseconds from 1970 to 2000, where PostgreSQL begins to count.
const TO_2000: i128 = 946_684_800_000_000;

/// How values of a column are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// 16 bits with sign, and so on.
    Int2,
    /// See [`Form::Int2`].
    Int4,
    /// See [`Form::Int2`]; bit fields of 64 bits have their bits.
    Int8,
    /// Up to twenty digits.
    Numeric,
    /// Single precision.
    Real,
    /// Double precision.
    Double,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// An IPv4 or IPv6 address.
    Inet,
    /// A hardware address.
    Mac,
    /// A moment in microseconds, and behind it its nanoseconds as a column of their own.
    Time,
    /// JSON text.
    Json,
    /// Values of one of the forms above, but for the last two.
    Array,
}

/// How values of a type are sent.
pub(super) fn form(ty: &Type) -> Form {
    match ty {
        Type::U8 | Type::I8 | Type::H8 | Type::I16 => Form::Int2,
        Type::U16 | Type::H16 | Type::I32 => Form::Int4,
        Type::U32 | Type::H32 | Type::I64 | Type::H64 | Type::Duration | Type::MicroDuration => {
            Form::Int8
        }
        Type::U64 => Form::Numeric,
        Type::F32 => Form::Real,
        Type::F64 | Type::Seconds => Form::Double,
        Type::Char | Type::Text | Type::Label => Form::Text,
        Type::Payload => Form::Bytes,
        Type::Ip4 | Type::Ip6 | Type::Ip => Form::Inet,
        Type::Mac => Form::Mac,
        Type::Time | Type::MicroTime => Form::Time,
        Type::Option(of) => form(of),
        Type::Compound(_) => Form::Json,
        Type::List(_) => of_list(ty).map_or(Form::Json, |_| Form::Array),
    }
}

/// The form of a list's values, if the server has arrays of it: those of arrays must be of one length, and moments have two parts.
pub(super) fn of_list(ty: &Type) -> Option<Form> {
    match ty {
        Type::List(item) => {
            Some(form(item)).filter(|form| !matches!(form, Form::Json | Form::Array | Form::Time))
        }
        Type::Option(of) => of_list(of),
        _ => None,
    }
}

/// The number of a type (pg_type.dat).
fn oid(form: Form) -> u32 {
    match form {
        Form::Int2 => 21,
        Form::Int4 => 23,
        Form::Int8 => 20,
        Form::Numeric => 1700,
        Form::Real => 700,
        Form::Double => 701,
        Form::Bytes => 17,
        Form::Inet => 869,
        Form::Mac => 829,
        Form::Text | Form::Time | Form::Json | Form::Array => 25,
    }
}

/// Memory that is used again for each row.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    json: String,
}

/// Appends a row of a run.
pub(super) fn row(
    out: &mut Vec<u8>,
    plan: &TablePlan,
    run: i64,
    record: &Record,
    scratch: &mut Scratch,
) {
    out.extend((plan.fields.len() as u16).to_be_bytes());
    sized(out, &run.to_be_bytes());
    for (value, ((form, shape), column)) in
        record.values(&plan.columns).zip(plan.forms.iter().zip(&plan.columns))
    {
        match (form, value) {
            (Form::Time, Value::Null) => out.extend([0xff; 8]),
            (_, Value::Null) => out.extend([0xff; 4]),
            (Form::Time, Value::Time(seconds, nanos)) => {
                let (micros, rest) = micros(seconds, nanos);
                sized(out, &micros.to_be_bytes());
                sized(out, &rest.to_be_bytes());
            }
            (Form::Json, value) => {
                scratch.json.clear();
                shape.write(&mut scratch.json, value);
                out.extend((scratch.json.len() as u32 + 1).to_be_bytes());
                // The version of the form.
                out.push(1);
                out.extend(scratch.json.as_bytes());
            }
            (Form::Array, Value::List(values)) => {
                let item = of_list(&column.ty).unwrap_or(Form::Text);
                with_length(out, |out| array(out, item, values));
            }
            (form, value) => simple(out, *form, &value),
        }
    }
}

/// An array of one dimension, the first index of which is 1.
fn array<'a>(out: &mut Vec<u8>, item: Form, values: impl Iterator<Item = Value<'a>> + Clone) {
    let (mut count, mut has_null) = (0_u32, 0_u32);
    for value in values.clone() {
        count += 1;
        has_null |= u32::from(matches!(value, Value::Null));
    }
    for number in [u32::from(count > 0), has_null, oid(item)] {
        out.extend(number.to_be_bytes());
    }
    if count > 0 {
        out.extend(count.to_be_bytes());
        out.extend(1_u32.to_be_bytes());
    }
    for value in values {
        simple(out, item, &value);
    }
}

/// A value that consists of no others, with its length in front.
fn simple(out: &mut Vec<u8>, form: Form, value: &Value<'_>) {
    match *value {
        Value::Unsigned(n) if form == Form::Numeric => with_length(out, |out| numeric(out, n)),
        Value::Unsigned(n) | Value::Bits(n) => whole(out, form, n.cast_signed()),
        Value::Signed(n) => whole(out, form, n),
        Value::Duration(seconds, nanos) => whole(out, form, moment::length(seconds, nanos)),
        Value::Single(n) => sized(out, &n.to_be_bytes()),
        Value::Double(n) => sized(out, &n.to_be_bytes()),
        Value::Char(0) => sized(out, b"\\x00"),
        Value::Char(byte) => sized(out, utf8(&[byte]).as_bytes()),
        Value::Text(text) | Value::Label(text) => sized(out, utf8_without_nul(text).as_bytes()),
        Value::Payload(bytes) => sized(out, bytes),
        Value::Mac(address) => sized(out, &address),
        // Family, bits of the prefix, no network, bytes.
        Value::Ip4([a, b, c, d]) => sized(out, &[2, 32, 0, 4, a, b, c, d]),
        Value::Ip6(address) => with_length(out, |out| {
            out.extend([3, 128, 0, 16]);
            out.extend(address);
        }),
        Value::Null | Value::Time(..) | Value::Compound(_) | Value::List(_) => {
            out.extend([0xff; 4]);
        }
    }
}

/// A whole number as wide as its form.
fn whole(out: &mut Vec<u8>, form: Form, n: i64) {
    match form {
        Form::Int2 => sized(out, &(n as i16).to_be_bytes()),
        Form::Int4 => sized(out, &(n as i32).to_be_bytes()),
        _ => sized(out, &n.to_be_bytes()),
    }
}

/// A number without sign: digits to the base 10,000, the power of the first one, sign, digits behind the point.
fn numeric(out: &mut Vec<u8>, mut n: u64) {
    let (mut digits, mut count) = ([0_u16; 5], 0);
    while n > 0 {
        digits[4 - count] = (n % 10_000) as u16;
        n /= 10_000;
        count += 1;
    }
    let weight = (count as u16).saturating_sub(1);
    let shown = digits[5 - count..].iter().rposition(|digit| *digit != 0).map_or(0, |at| at + 1);
    for number in [shown as u16, weight, 0, 0] {
        out.extend(number.to_be_bytes());
    }
    for digit in &digits[5 - count..5 - count + shown] {
        out.extend(digit.to_be_bytes());
    }
}

/// Microseconds since 2000 and the nanoseconds behind them. What is beyond PostgreSQL's last year (294276) is its `infinity`.
fn micros(seconds: u64, nanos: u32) -> (i64, i16) {
    // timestamp.h, END_TIMESTAMP.
    const END: i128 = 9_223_371_331_200_000_000;
    let nanos = moment::since_1970(seconds, nanos);
    let micros = nanos.div_euclid(1000) - TO_2000;
    let shown = if micros < END { micros as i64 } else { i64::MAX };
    (shown, nanos.rem_euclid(1000) as i16)
}

/// Bytes with their length in front.
fn sized(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend(bytes);
}

/// What `write` appends with its length in front.
fn with_length(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0; 4]);
    write(out);
    let length = (out.len() - start - 4) as u32;
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length.to_be_bytes());
    }
}
