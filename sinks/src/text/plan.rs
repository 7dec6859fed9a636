//! Rows of a table whose cells are mostly new in each row: what to do with each column is worked out once, and
//! most cells are written by a [`Pen`], one behind the other without a call.

use flowz_api::column::{Schema, Type};
use flowz_api::record::{Cells, Record};

use super::buffer::Buffer;
use super::pen::{CELLS, Pen};
use super::walk::{self, Notation};

/// What is behind each cell.
const TAB: u8 = b'\t';

/// The columns of one table.
#[derive(Debug)]
pub(crate) struct Plan {
    runs: Vec<Run>,
}

/// Neighbouring columns of the same type.
#[derive(Debug)]
struct Run {
    /// Whether a cell may be empty.
    optional: bool,
    kind: Kind,
    columns: usize,
    /// The type of each, with what says that it may be empty.
    ty: Type,
}

/// How a cell is written.
#[derive(Clone, Copy, Debug)]
enum Kind {
    U8,
    U16,
    U32,
    U64,
    I32,
    H8,
    H16,
    H32,
    H64,
    Nine,
    Time,
    Mac,
    Ip,
    /// Bytes in hexadecimal.
    Bytes,
    /// Begins with a length; often nothing.
    Many,
    /// By a call.
    Other,
}

impl Kind {
    fn of(ty: &Type) -> Self {
        match ty {
            Type::U8 => Self::U8,
            Type::U16 => Self::U16,
            Type::U32 => Self::U32,
            Type::U64 => Self::U64,
            Type::I32 => Self::I32,
            Type::H8 => Self::H8,
            Type::H16 => Self::H16,
            Type::H32 => Self::H32,
            Type::H64 => Self::H64,
            Type::Nine => Self::Nine,
            Type::Stamp | Type::Duration => Self::Time,
            Type::Mac => Self::Mac,
            Type::Ip => Self::Ip,
            Type::List(Type::H8) => Self::Bytes,
            Type::List(_) | Type::Class | Type::Content => Self::Many,
            _ => Self::Other,
        }
    }
}

impl Run {
    fn of(ty: Type) -> Self {
        let (optional, of) = match ty {
            Type::Option(inner) => (true, *inner),
            ty => (false, ty),
        };
        Self { optional, kind: Kind::of(&of), columns: 1, ty }
    }
}

impl Plan {
    /// How to write rows of this table; none if it has too many columns.
    pub(crate) fn new(schema: &Schema) -> Option<Self> {
        let mut runs: Vec<Run> = Vec::new();
        for column in &schema.columns {
            match runs.last_mut() {
                Some(run) if run.ty == column.ty => run.columns += 1,
                _ => runs.push(Run::of(column.ty)),
            }
        }
        (schema.columns.len() < CELLS).then_some(Self { runs })
    }

    /// Writes a row with a tabulator behind each cell. `to` writes what is seldom; for all else it must agree
    /// with the defaults of [`Notation`].
    pub(crate) fn row<N: Notation>(&self, to: &N, out: &mut Buffer, record: &Record) {
        let mut cells = record.cells();
        let mut pen = out.pen();
        for run in &self.runs {
            let mut left = quick(&mut pen, run, run.columns, &mut cells);
            while left > 0 {
                let used = pen.end();
                out.pen_wrote(used);
                let mut ahead = cells;
                other(to, out, &run.ty, &mut ahead);
                cells = ahead;
                pen = out.pen();
                left = quick(&mut pen, run, left - 1, &mut cells);
            }
        }
        let used = pen.end();
        out.pen_wrote(used);
        debug_assert!(cells.is_empty(), "record longer than its schema");
    }
}

/// Writes a cell of any type.
#[inline(never)]
fn other<N: Notation>(to: &N, out: &mut Buffer, ty: &Type, cells: &mut Cells<'_>) {
    walk::cell(to, out, ty, cells, TAB);
}

/// Writes the last `left` cells of a run, up to one that needs a call. Yields how many are left.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the pen must not be in memory")]
fn quick(pen: &mut Pen<'_>, run: &Run, left: usize, cells: &mut Cells<'_>) -> usize {
    let whether = run.optional;
    match run.kind {
        Kind::U8 => fixed(pen, whether, left, cells, |pen, [v]| pen.unsigned(v.into())),
        Kind::U16 => {
            fixed(pen, whether, left, cells, |pen, v| pen.unsigned16(u16::from_le_bytes(v)))
        }
        Kind::U32 => {
            fixed(pen, whether, left, cells, |pen, v| pen.unsigned(u32::from_le_bytes(v).into()))
        }
        Kind::U64 => fixed(pen, whether, left, cells, |pen, v| pen.unsigned(u64::from_le_bytes(v))),
        Kind::I32 => {
            fixed(pen, whether, left, cells, |pen, v| pen.signed(i32::from_le_bytes(v).into()))
        }
        Kind::H8 => fixed(pen, whether, left, cells, |pen, [v]| pen.hex8(v)),
        Kind::H16 => fixed(pen, whether, left, cells, |pen, v| pen.hex16(u16::from_le_bytes(v))),
        Kind::H32 => fixed(pen, whether, left, cells, |pen, v| pen.hex32(u32::from_le_bytes(v))),
        Kind::H64 => fixed(pen, whether, left, cells, |pen, v| pen.hex64(u64::from_le_bytes(v))),
        Kind::Mac => fixed(pen, whether, left, cells, Pen::mac),
        Kind::Nine => any(pen, whether, left, cells, |pen, cells| pen.nine_decimals(cells.f64())),
        Kind::Time => any(pen, whether, left, cells, time),
        Kind::Ip => any(pen, whether, left, cells, ip),
        Kind::Bytes => any(pen, whether, left, cells, |pen, cells| pen.hex_list(cells.text())),
        Kind::Many => any(pen, whether, left, cells, nothing),
        Kind::Other => any(pen, whether, left, cells, |_, _| false),
    }
}

/// Cells with `N` bytes each, and one in front that says whether there are such, or without that.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the pen must not be in memory")]
fn fixed<'p, const N: usize>(
    pen: &mut Pen<'p>,
    optional: bool,
    mut left: usize,
    cells: &mut Cells<'_>,
    write: impl Fn(&mut Pen<'p>, [u8; N]),
) -> usize {
    if !optional {
        while left > 0 {
            write(pen, cells.array());
            left -= 1;
        }
        return 0;
    }
    while left > 0
        && let [is_there, value @ ..] = cells.rest()
        && let Some(value) = value.first_chunk()
    {
        if *is_there == 0 {
            cells.array::<1>();
            pen.tab();
        } else {
            cells.take(1 + N);
            write(pen, *value);
        }
        left -= 1;
    }
    left
}

/// Cells of which `write` says whether it has written them; if not, it did nothing.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the pen must not be in memory")]
fn any<'p>(
    pen: &mut Pen<'p>,
    optional: bool,
    mut left: usize,
    cells: &mut Cells<'_>,
    write: impl Fn(&mut Pen<'p>, &mut Cells<'_>) -> bool,
) -> usize {
    while left > 0 {
        let mut ahead = *cells;
        if optional && ahead.u8() == 0 {
            pen.tab();
        } else if !write(pen, &mut ahead) {
            break;
        }
        *cells = ahead;
        left -= 1;
    }
    left
}

#[inline]
fn time(pen: &mut Pen<'_>, cells: &mut Cells<'_>) -> bool {
    let seconds = cells.u64();
    pen.time(seconds, cells.u32())
}

/// An address of IPv4.
#[inline]
fn ip(pen: &mut Pen<'_>, cells: &mut Cells<'_>) -> bool {
    let is_easy = cells.u8() == 4;
    if is_easy {
        pen.ipv4(cells.array());
    }
    is_easy
}

/// A text or list without anything in it.
#[inline]
fn nothing(pen: &mut Pen<'_>, cells: &mut Cells<'_>) -> bool {
    let is_easy = cells.length() == 0;
    if is_easy {
        pen.tab();
    }
    is_easy
}
