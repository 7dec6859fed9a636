//! Single values. Each has a comma behind it.

use flowz_api::column::Type;
use flowz_api::record::Cells;

use super::{base64, string};
use crate::common::format::buffer::Buffer;
use crate::common::format::{address, datetime, float, integer, string as texts};

/// How values are written that JSON has no type for, and what is around them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Style {
    /// A blank behind each comma and colon.
    pub(crate) has_spaces: bool,
    /// A column that is a list without items is left out of its row.
    pub(crate) leaves_out_empty: bool,
    /// Compounds are objects, whose keys are the names of their parts; else arrays.
    pub(crate) has_part_names: bool,
    /// Moments and lengths of time.
    pub(crate) times: Times,
    /// Bytes of packets.
    pub(crate) payloads: Payloads,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            has_spaces: false,
            leaves_out_empty: false,
            has_part_names: true,
            times: Times::default(),
            payloads: Payloads::default(),
        }
    }
}

/// How moments and lengths of time are written; all have nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Times {
    /// Moments as texts with seconds since 1970 (most readers have no number that is exact enough), lengths as numbers of seconds.
    #[default]
    Seconds,
    /// Both as texts with seconds, as the reference does.
    Quoted,
    /// Moments as date and time (RFC 3339, UTC), lengths as numbers of seconds.
    Dates,
    /// Both as numbers of seconds.
    Numbers,
}

/// How payload is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Payloads {
    /// In base64 (RFC 4648, section 4).
    #[default]
    Base64,
    /// Two hexadecimal digits a byte.
    Hex,
    /// The printable text of txt, in which other bytes are dots.
    Text,
}

/// Appends a value that is neither list nor compound, and a comma.
#[inline]
pub(super) fn leaf(out: &mut Buffer, ty: Type, cells: &mut Cells<'_>, style: Style) {
    match ty {
        Type::U8 => return integer::unsigned_then(out, cells.u8().into(), b','),
        Type::U16 => return integer::unsigned_then(out, cells.u16().into(), b','),
        Type::U32 => return integer::unsigned_then(out, cells.u32().into(), b','),
        Type::U64 => return integer::unsigned_then(out, cells.u64(), b','),
        Type::F32 => single(out, cells.f32()),
        Type::F64 | Type::Seconds => double(out, cells.f64()),
        Type::H8 => in_quotes(out, |out, end| integer::hex8(out, cells.u8(), end)),
        Type::H16 => in_quotes(out, |out, end| integer::hex16(out, cells.u16(), end)),
        Type::H32 => in_quotes(out, |out, end| integer::hex32(out, cells.u32(), end)),
        Type::H64 => in_quotes(out, |out, end| integer::hex64(out, cells.u64(), end)),
        Type::I8 => integer::signed(out, cells.i8().into()),
        Type::I16 => integer::signed(out, cells.i16().into()),
        Type::I32 => integer::signed(out, cells.i32().into()),
        Type::I64 => integer::signed(out, cells.i64()),
        _ => other(out, ty, cells, style),
    }
    out.push(b',');
}

/// A text that needs no escapes; `write` gets the quotation mark at its end.
#[inline]
fn in_quotes(out: &mut Buffer, write: impl FnOnce(&mut Buffer, u8)) {
    out.push(b'"');
    write(out, b'"');
}

fn other(out: &mut Buffer, ty: Type, cells: &mut Cells<'_>, style: Style) {
    match ty {
        Type::Char => string::quoted(out, &[cells.u8()]),
        Type::Text | Type::Label => string::quoted(out, cells.text()),
        Type::Payload => payload(out, cells.text(), style.payloads),
        Type::Time | Type::MicroTime => {
            let (seconds, nanos) = (cells.u64(), cells.u32());
            moment(out, seconds, nanos, matches!(ty, Type::MicroTime), style.times);
        }
        Type::Duration | Type::MicroDuration => {
            let (seconds, nanos) = (cells.u64(), cells.u32());
            let is_short = matches!(ty, Type::MicroDuration);
            length(out, seconds, nanos, is_short, style.times == Times::Quoted);
        }
        Type::Mac => in_quotes(out, |out, end| {
            address::mac(out, cells.array());
            out.push(end);
        }),
        Type::Ip4 => ip4(out, cells),
        Type::Ip6 => ip6(out, cells),
        Type::Ip => match cells.u8() {
            4 => ip4(out, cells),
            6 => ip6(out, cells),
            _ => out.extend(b"null"),
        },
        // All others were dealt with before.
        _ => debug_assert!(false, "{ty} is written by nobody"),
    }
}

fn ip4(out: &mut Buffer, cells: &mut Cells<'_>) {
    in_quotes(out, |out, end| {
        address::ipv4(out, cells.array());
        out.push(end);
    });
}

fn ip6(out: &mut Buffer, cells: &mut Cells<'_>) {
    in_quotes(out, |out, end| {
        address::ipv6(out, cells.array());
        out.push(end);
    });
}

/// A moment, with six digits behind the point if it is short, else with nine.
fn moment(out: &mut Buffer, seconds: u64, nanos: u32, is_short: bool, times: Times) {
    if times != Times::Dates {
        return length(out, seconds, nanos, is_short, times != Times::Numbers);
    }
    in_quotes(out, |out, end| {
        if is_short {
            datetime::utc_micros(out, seconds, nanos);
        } else {
            datetime::utc(out, seconds, nanos);
        }
        // RFC 3339: `Z`, not `+0000`.
        out.shorten(b"+0000".len());
        out.put([b'Z', end], 2);
    });
}

fn length(out: &mut Buffer, seconds: u64, nanos: u32, is_short: bool, is_quoted: bool) {
    let write = |out: &mut Buffer| {
        if is_short {
            integer::micro_stamp(out, seconds, nanos);
        } else {
            integer::stamp(out, seconds, nanos);
        }
    };
    if is_quoted {
        out.push(b'"');
        write(out);
        out.push(b'"');
    } else {
        write(out);
    }
}

fn payload(out: &mut Buffer, bytes: &[u8], how: Payloads) {
    match how {
        Payloads::Base64 => base64::quoted(out, bytes),
        Payloads::Hex => in_quotes(out, |out, end| {
            for byte in bytes {
                out.put(integer::hex_pair(*byte), 2);
            }
            out.push(end);
        }),
        Payloads::Text => {
            let mut text = Buffer::with_capacity(2 * bytes.len());
            texts::payload(&mut text, bytes);
            string::quoted(out, text.as_slice());
        }
    }
}

/// As few digits as are needed to read the same number back; no number is null, and infinite ones, for which JSON has no number, are texts.
#[inline]
fn single(out: &mut Buffer, v: f32) {
    if v.fract() == 0.0 && v.abs() < 1e7 && v.to_bits() != (-0.0_f32).to_bits() {
        return float::seven_significant(out, v);
    }
    if v.is_finite() {
        out.extend(zmij::Buffer::new().format_finite(v).as_bytes());
    } else {
        no_number(out, v.into());
    }
}

/// The same in double precision.
#[inline]
fn double(out: &mut Buffer, v: f64) {
    if v.is_finite() {
        out.extend(zmij::Buffer::new().format_finite(v).as_bytes());
    } else {
        no_number(out, v);
    }
}

#[cold]
fn no_number(out: &mut Buffer, v: f64) {
    out.extend(match v {
        f64::INFINITY => b"\"inf\"",
        f64::NEG_INFINITY => b"\"-inf\"",
        _ => b"null",
    });
}
