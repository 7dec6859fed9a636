//! Goes along a record with its types and writes each value. Where text formats differ they say so
//! by a [`Notation`]; joining is the same for all: `_` in compounds, `;` in lists, brackets around a
//! compound in a compound, nothing for an empty option or list.

use flowz_api::column::Type;
use flowz_api::record::Cells;

use super::buffer::Buffer;
use super::{address, float, integer};

/// How a format writes what others write differently.
pub(crate) trait Notation {
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

/// Writes the next value. The frequent types are here, the others in [`rare`].
#[inline]
pub(crate) fn cell<N: Notation>(notation: &N, out: &mut Buffer, ty: &Type, cells: &mut Cells<'_>) {
    match ty {
        Type::Char => out.push(cells.u8()),
        Type::U8 => integer::unsigned(out, cells.u8().into()),
        Type::U16 => integer::unsigned(out, cells.u16().into()),
        Type::U32 => integer::unsigned(out, cells.u32().into()),
        Type::U64 => integer::unsigned(out, cells.u64()),
        Type::I8 => integer::signed(out, cells.i8().into()),
        Type::I16 => integer::signed(out, cells.i16().into()),
        Type::I32 => integer::signed(out, cells.i32().into()),
        Type::I64 => integer::signed(out, cells.i64()),
        Type::H8 => integer::hex8(out, cells.u8()),
        Type::H16 => integer::hex16(out, cells.u16()),
        Type::H32 => integer::hex32(out, cells.u32()),
        Type::H64 => integer::hex64(out, cells.u64()),
        Type::F32 => notation.single(out, cells.f32()),
        Type::F64 => notation.double(out, cells.f64()),
        Type::Nine => notation.nine(out, cells.f64()),
        Type::Stamp => {
            let seconds = cells.u64();
            integer::stamp(out, seconds, cells.u32());
        }
        _ => rare(notation, out, ty, cells),
    }
}

fn rare<N: Notation>(notation: &N, out: &mut Buffer, ty: &Type, cells: &mut Cells<'_>) {
    match ty {
        Type::Mac => address::mac(out, cells.array()),
        Type::Ip4 => address::ipv4(out, cells.array()),
        Type::Ip6 => address::ipv6(out, cells.array()),
        Type::Ip => match cells.u8() {
            4 => address::ipv4(out, cells.array()),
            6 => address::ipv6(out, cells.array()),
            _ => notation.no_address(out),
        },
        Type::Str => notation.text(out, cells.text()),
        Type::Class => notation.word(out, cells.text()),
        Type::Content => notation.payload(out, cells.text()),
        Type::Compound(parts) => compound(notation, out, parts, cells),
        Type::List(item) => list(notation, out, item, cells),
        Type::Option(value) if cells.u8() != 0 => cell(notation, out, value, cells),
        // Empty options; the numbers were dealt with in `cell`.
        _ => {}
    }
}

fn compound<N: Notation>(notation: &N, out: &mut Buffer, parts: &[Type], cells: &mut Cells<'_>) {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push(b'_');
        }
        if matches!(part, Type::Compound(_)) {
            out.push(b'(');
            cell(notation, out, part, cells);
            out.push(b')');
        } else {
            cell(notation, out, part, cells);
        }
    }
}

fn list<N: Notation>(notation: &N, out: &mut Buffer, item: &Type, cells: &mut Cells<'_>) {
    for i in 0..cells.length() {
        // A wrong length must not keep us busy for minutes.
        if cells.is_empty() {
            debug_assert!(false, "list shorter than its length");
            return;
        }
        if i > 0 {
            out.push(b';');
        }
        cell(notation, out, item, cells);
    }
}
