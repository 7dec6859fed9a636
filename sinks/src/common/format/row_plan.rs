//! Rows of a table whose cells are mostly new in each row: what to do with each column is worked out once, and
//! most cells are written by a [`RowCursor`], one behind the other without a call.

use flowz_api::column::{Schema, Type};
use flowz_api::record::{Cells, Record};

use super::buffer::Buffer;
use super::cell_format::{CellFormat, write_cell};
use super::row_cursor::{CELLS, RowCursor};

/// What is behind each cell.
const TAB: u8 = b'\t';

/// The columns of one table.
#[derive(Debug)]
pub(crate) struct RowPlan {
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
    Seconds,
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
    fn from_type(ty: &Type) -> Self {
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
            Type::Seconds => Self::Seconds,
            Type::Time | Type::Duration => Self::Time,
            Type::Mac => Self::Mac,
            Type::Ip => Self::Ip,
            Type::List(Type::H8) => Self::Bytes,
            Type::List(_) | Type::Label | Type::Payload => Self::Many,
            _ => Self::Other,
        }
    }
}

impl Run {
    fn from_type(ty: Type) -> Self {
        let (optional, inner) = match ty {
            Type::Option(value) => (true, *value),
            ty => (false, ty),
        };
        Self { optional, kind: Kind::from_type(&inner), columns: 1, ty }
    }
}

impl RowPlan {
    /// How to write rows of this table; none if it has too many columns.
    pub(crate) fn new(schema: &Schema) -> Option<Self> {
        let mut runs: Vec<Run> = Vec::new();
        for column in &schema.columns {
            match runs.last_mut() {
                Some(run) if run.ty == column.ty => run.columns += 1,
                _ => runs.push(Run::from_type(column.ty)),
            }
        }
        (schema.columns.len() < CELLS).then_some(Self { runs })
    }

    /// Writes a row with a tabulator behind each cell. `to` writes what is seldom; for all else it must agree
    /// with the defaults of [`CellFormat`].
    pub(crate) fn row<N: CellFormat>(&self, to: &N, out: &mut Buffer, record: &Record) {
        let mut cells = record.cells();
        let mut cursor = out.cursor();
        for run in &self.runs {
            let mut left = write_fast(&mut cursor, run, run.columns, &mut cells);
            while left > 0 {
                let used = cursor.end();
                out.advance(used);
                let mut ahead = cells;
                write_general(to, out, &run.ty, &mut ahead);
                cells = ahead;
                cursor = out.cursor();
                left = write_fast(&mut cursor, run, left - 1, &mut cells);
            }
        }
        let used = cursor.end();
        out.advance(used);
        debug_assert!(cells.is_empty(), "record longer than its schema");
    }
}

/// Writes a cell of any type.
#[inline(never)]
fn write_general<N: CellFormat>(to: &N, out: &mut Buffer, ty: &Type, cells: &mut Cells<'_>) {
    write_cell(to, out, ty, cells, TAB);
}

/// Writes the last `left` cells of a run, up to one that needs a call. Yields how many are left.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the cursor must not be in memory")]
fn write_fast(cursor: &mut RowCursor<'_>, run: &Run, left: usize, cells: &mut Cells<'_>) -> usize {
    let optional = run.optional;
    match run.kind {
        Kind::U8 => fixed(cursor, optional, left, cells, |cursor, [v]| cursor.unsigned(v.into())),
        Kind::U16 => fixed(cursor, optional, left, cells, |cursor, v| {
            cursor.unsigned16(u16::from_le_bytes(v));
        }),
        Kind::U32 => fixed(cursor, optional, left, cells, |cursor, v| {
            cursor.unsigned(u32::from_le_bytes(v).into());
        }),
        Kind::U64 => {
            fixed(cursor, optional, left, cells, |cursor, v| cursor.unsigned(u64::from_le_bytes(v)))
        }
        Kind::I32 => fixed(cursor, optional, left, cells, |cursor, v| {
            cursor.signed(i32::from_le_bytes(v).into());
        }),
        Kind::H8 => fixed(cursor, optional, left, cells, |cursor, [v]| cursor.hex8(v)),
        Kind::H16 => {
            fixed(cursor, optional, left, cells, |cursor, v| cursor.hex16(u16::from_le_bytes(v)))
        }
        Kind::H32 => {
            fixed(cursor, optional, left, cells, |cursor, v| cursor.hex32(u32::from_le_bytes(v)))
        }
        Kind::H64 => {
            fixed(cursor, optional, left, cells, |cursor, v| cursor.hex64(u64::from_le_bytes(v)))
        }
        Kind::Mac => fixed(cursor, optional, left, cells, RowCursor::mac),
        Kind::Seconds => variable(cursor, optional, left, cells, |cursor, cells| {
            cursor.nine_decimals(cells.f64())
        }),
        Kind::Time => variable(cursor, optional, left, cells, time),
        Kind::Ip => variable(cursor, optional, left, cells, ip),
        Kind::Bytes => {
            variable(cursor, optional, left, cells, |cursor, cells| cursor.hex_list(cells.text()))
        }
        Kind::Many => variable(cursor, optional, left, cells, nothing),
        Kind::Other => variable(cursor, optional, left, cells, |_, _| false),
    }
}

/// Cells with `N` bytes each, and one in front that says whether there are such, or without that.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the cursor must not be in memory")]
fn fixed<'p, const N: usize>(
    cursor: &mut RowCursor<'p>,
    optional: bool,
    mut left: usize,
    cells: &mut Cells<'_>,
    write: impl Fn(&mut RowCursor<'p>, [u8; N]),
) -> usize {
    if !optional {
        while left > 0 {
            write(cursor, cells.array());
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
            cursor.tab();
        } else {
            cells.take(1 + N);
            write(cursor, *value);
        }
        left -= 1;
    }
    left
}

/// Cells of which `write` says whether it has written them; if not, it did nothing.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the cursor must not be in memory")]
fn variable<'p>(
    cursor: &mut RowCursor<'p>,
    optional: bool,
    mut left: usize,
    cells: &mut Cells<'_>,
    write: impl Fn(&mut RowCursor<'p>, &mut Cells<'_>) -> bool,
) -> usize {
    while left > 0 {
        let mut ahead = *cells;
        if optional && ahead.u8() == 0 {
            cursor.tab();
        } else if !write(cursor, &mut ahead) {
            break;
        }
        *cells = ahead;
        left -= 1;
    }
    left
}

#[inline]
fn time(cursor: &mut RowCursor<'_>, cells: &mut Cells<'_>) -> bool {
    let seconds = cells.u64();
    cursor.time(seconds, cells.u32())
}

/// An address of IPv4.
#[inline]
fn ip(cursor: &mut RowCursor<'_>, cells: &mut Cells<'_>) -> bool {
    let is_easy = cells.u8() == 4;
    if is_easy {
        cursor.ipv4(cells.array());
    }
    is_easy
}

/// A text or list without anything in it.
#[inline]
fn nothing(cursor: &mut RowCursor<'_>, cells: &mut Cells<'_>) -> bool {
    let is_easy = cells.length() == 0;
    if is_easy {
        cursor.tab();
    }
    is_easy
}
