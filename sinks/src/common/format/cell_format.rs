//! Goes along a record with its types and writes each value. Where text formats differ they say so
//! by a [`CellFormat`]; joining is the same for all: `_` in compounds, `;` in lists, brackets around a
//! compound in a compound, nothing for an empty option or list.
//!
//! A separator is written together with the value in front of it: that is one step less for each cell.

use flowz_api::column::Type;
use flowz_api::record::Cells;

use super::buffer::Buffer;
use super::{address, integer};

/// What the values of a cell are joined in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) enum Inside {
    /// Nothing: one value.
    #[default]
    Cell,
    /// Lists only.
    List,
    /// A compound, perhaps in a list or with lists in it.
    Compound,
}

/// How a format writes what others write differently. Where most agree there is a default.
pub(crate) trait CellFormat {
    /// Values of a list or compound follow. Yields what the list or compound itself is in.
    #[inline]
    fn enter(&self, _inside: Inside) -> Inside {
        Inside::Cell
    }
    /// They are written: back to what the list or compound is in.
    #[inline]
    fn leave(&self, _outside: Inside) {}
    /// `0x`, two digits and a separator.
    #[inline]
    fn hex8(&self, out: &mut Buffer, v: u8, end: u8) {
        integer::hex8(out, v, end);
    }
    /// `0x`, four digits and a separator.
    #[inline]
    fn hex16(&self, out: &mut Buffer, v: u16, end: u8) {
        integer::hex16(out, v, end);
    }
    /// `0x`, eight digits and a separator.
    #[inline]
    fn hex32(&self, out: &mut Buffer, v: u32, end: u8) {
        integer::hex32(out, v, end);
    }
    /// `0x`, sixteen digits and a separator.
    #[inline]
    fn hex64(&self, out: &mut Buffer, v: u64, end: u8) {
        integer::hex64(out, v, end);
    }
    /// A moment.
    #[inline]
    fn time(&self, out: &mut Buffer, seconds: u64, nanos: u32) {
        integer::stamp(out, seconds, nanos);
    }
    /// A moment in microseconds.
    #[inline]
    fn micro_time(&self, out: &mut Buffer, seconds: u64, nanos: u32) {
        integer::micro_stamp(out, seconds, nanos);
    }
    /// A hardware address.
    #[inline]
    fn mac(&self, out: &mut Buffer, address: [u8; 6]) {
        address::mac(out, address);
    }
    /// An IPv4 address.
    #[inline]
    fn ip4(&self, out: &mut Buffer, address: [u8; 4]) {
        address::ipv4(out, address);
    }
    /// An IPv6 address.
    #[inline]
    fn ip6(&self, out: &mut Buffer, address: [u8; 16]) {
        address::ipv6(out, address);
    }
    /// A single-precision number.
    fn single(&self, out: &mut Buffer, v: f32);
    /// A double-precision number.
    fn double(&self, out: &mut Buffer, v: f64);
    /// A double-precision number with nine digits behind the point.
    fn nine(&self, out: &mut Buffer, v: f64);
    /// The address of a flow that has none.
    fn no_address(&self, out: &mut Buffer);
    /// Text from the wire.
    fn text(&self, out: &mut Buffer, text: &[u8]);
    /// A word of a known vocabulary.
    fn word(&self, out: &mut Buffer, word: &[u8]);
    /// Payload bytes.
    fn payload(&self, out: &mut Buffer, bytes: &[u8]);
}

/// Writes the next value and `end` behind it. The frequent types are here, the others in [`rare`].
#[inline]
pub(crate) fn write_cell<N: CellFormat>(
    to: &N,
    out: &mut Buffer,
    ty: &Type,
    cells: &mut Cells<'_>,
    end: u8,
) {
    write_cell_inline(to, out, ty, cells, end);
}

/// The same for the flow table, where a call for each cell is 7 % of a row.
#[inline(always)]
#[allow(clippy::inline_always, reason = "one caller, on the way of all cells of the flow table")]
pub(crate) fn write_cell_inline<N: CellFormat>(
    to: &N,
    out: &mut Buffer,
    ty: &Type,
    cells: &mut Cells<'_>,
    end: u8,
) {
    let ty = match ty {
        Type::Option(_) if cells.u8() == 0 => return out.push(end),
        Type::Option(value) => value,
        ty => ty,
    };
    match ty {
        Type::U8 => return integer::unsigned_then(out, cells.u8().into(), end),
        Type::U16 => return integer::unsigned_then(out, cells.u16().into(), end),
        Type::U32 => return integer::unsigned_then(out, cells.u32().into(), end),
        Type::U64 => return integer::unsigned_then(out, cells.u64(), end),
        Type::H8 => return to.hex8(out, cells.u8(), end),
        Type::H16 => return to.hex16(out, cells.u16(), end),
        Type::H32 => return to.hex32(out, cells.u32(), end),
        Type::H64 => return to.hex64(out, cells.u64(), end),
        Type::F32 => {
            let v = cells.f32();
            if v.to_bits() == 0 {
                return out.put([b'0', end], 2);
            }
            to.single(out, v);
        }
        _ => {
            rare(to, out, ty, cells, end);
            return;
        }
    }
    out.push(end);
}

#[inline(never)]
fn rare<N: CellFormat>(to: &N, out: &mut Buffer, ty: &Type, cells: &mut Cells<'_>, end: u8) {
    match ty {
        Type::Compound(parts) => return compound(to, out, parts, cells, end),
        Type::List(item) => return list(to, out, item, cells, end),
        Type::Time => {
            let seconds = cells.u64();
            to.time(out, seconds, cells.u32());
        }
        Type::Duration => {
            let seconds = cells.u64();
            integer::stamp(out, seconds, cells.u32());
        }
        Type::MicroTime => {
            let seconds = cells.u64();
            to.micro_time(out, seconds, cells.u32());
        }
        Type::MicroDuration => {
            let seconds = cells.u64();
            integer::micro_stamp(out, seconds, cells.u32());
        }
        Type::Mac => to.mac(out, cells.array()),
        Type::Ip4 => to.ip4(out, cells.array()),
        Type::Ip6 => to.ip6(out, cells.array()),
        Type::Ip => match cells.u8() {
            4 => to.ip4(out, cells.array()),
            6 => to.ip6(out, cells.array()),
            _ => to.no_address(out),
        },
        Type::Text => to.text(out, cells.text()),
        Type::Label => to.word(out, cells.text()),
        Type::Payload => to.payload(out, cells.text()),
        _ => number(to, out, ty, cells),
    }
    out.push(end);
}

fn number<N: CellFormat>(to: &N, out: &mut Buffer, ty: &Type, cells: &mut Cells<'_>) {
    match ty {
        Type::Char => out.push(cells.u8()),
        Type::I8 => integer::signed(out, cells.i8().into()),
        Type::I16 => integer::signed(out, cells.i16().into()),
        Type::I32 => integer::signed(out, cells.i32().into()),
        Type::I64 => integer::signed(out, cells.i64()),
        Type::F64 => to.double(out, cells.f64()),
        Type::Seconds => to.nine(out, cells.f64()),
        // All others were dealt with before.
        _ => {}
    }
}

fn compound<N: CellFormat>(
    to: &N,
    out: &mut Buffer,
    parts: &[Type],
    cells: &mut Cells<'_>,
    end: u8,
) {
    let outside = to.enter(Inside::Compound);
    for part in parts {
        if matches!(part, Type::Compound(_)) {
            out.push(b'(');
            write_cell(to, out, part, cells, b')');
            out.push(b'_');
        } else {
            write_cell(to, out, part, cells, b'_');
        }
    }
    to.leave(outside);
    close(out, parts.is_empty(), end);
}

fn list<N: CellFormat>(to: &N, out: &mut Buffer, item: &Type, cells: &mut Cells<'_>, end: u8) {
    let length = cells.length();
    let outside = to.enter(Inside::List);
    for _ in 0..length {
        // A wrong length must not keep us busy for minutes.
        if cells.is_empty() {
            debug_assert!(false, "list shorter than its length");
            to.leave(outside);
            return out.push(end);
        }
        write_cell(to, out, item, cells, b';');
    }
    to.leave(outside);
    close(out, length == 0, end);
}

/// `end` takes the place of the separator behind the last value.
fn close(out: &mut Buffer, empty: bool, end: u8) {
    if empty {
        out.push(end);
    } else {
        out.replace_last(end);
    }
}
