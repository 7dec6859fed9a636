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
    steps: Vec<Step>,
}

/// One column.
#[derive(Debug)]
struct Step {
    /// Whether a cell may be empty.
    optional: bool,
    kind: Kind,
    /// The type of what is there.
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

impl Plan {
    /// How to write rows of this table; none if it has too many columns.
    pub(crate) fn new(schema: &Schema) -> Option<Self> {
        let step = |ty: &Type| {
            let (optional, ty) = match ty {
                Type::Option(inner) => (true, **inner),
                ty => (false, *ty),
            };
            Step { optional, kind: Kind::of(&ty), ty }
        };
        let steps: Vec<_> = schema.columns.iter().map(|column| step(&column.ty)).collect();
        (steps.len() < CELLS).then_some(Self { steps })
    }

    /// Writes a row with a tabulator behind each cell. `to` writes what is seldom; for all else it must agree
    /// with the defaults of [`Notation`].
    pub(crate) fn row<N: Notation>(&self, to: &N, out: &mut Buffer, record: &Record) {
        let mut cells = record.cells();
        let mut pen = out.pen();
        for step in &self.steps {
            if step.optional && cells.u8() == 0 {
                pen.tab();
                continue;
            }
            if !quick(&mut pen, step.kind, &mut cells) {
                let used = pen.end();
                out.pen_wrote(used);
                let mut ahead = cells;
                other(to, out, &step.ty, &mut ahead);
                cells = ahead;
                pen = out.pen();
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

/// Writes a cell. If that needs a call, it does nothing and says so.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the pen must not be in memory")]
fn quick(pen: &mut Pen<'_>, kind: Kind, cells: &mut Cells<'_>) -> bool {
    match kind {
        Kind::U8 => pen.unsigned(cells.u8().into()),
        Kind::U16 => pen.unsigned(cells.u16().into()),
        Kind::U32 => pen.unsigned(cells.u32().into()),
        Kind::U64 => pen.unsigned(cells.u64()),
        Kind::I32 => pen.signed(cells.i32().into()),
        Kind::H8 => pen.hex8(cells.u8()),
        Kind::H16 => pen.hex16(cells.u16()),
        Kind::H32 => pen.hex32(cells.u32()),
        Kind::H64 => pen.hex64(cells.u64()),
        Kind::Mac => pen.mac(cells.array()),
        kind => return variable(pen, kind, cells),
    }
    true
}

/// Cells that are not always written quickly.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the pen must not be in memory")]
fn variable(pen: &mut Pen<'_>, kind: Kind, cells: &mut Cells<'_>) -> bool {
    let mut ahead = *cells;
    let done = match kind {
        Kind::Nine => pen.nine_decimals(ahead.f64()),
        Kind::Time => {
            let seconds = ahead.u64();
            pen.time(seconds, ahead.u32())
        }
        Kind::Ip if ahead.u8() == 4 => {
            pen.ipv4(ahead.array());
            true
        }
        Kind::Bytes => pen.hex_list(ahead.text()),
        Kind::Many if ahead.length() == 0 => {
            pen.tab();
            true
        }
        _ => false,
    };
    if done {
        *cells = ahead;
    }
    done
}
