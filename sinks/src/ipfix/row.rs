//! The values of a row, held so that elements can be made of them in any order.

use flowz_api::column::{Schema, Type};
use flowz_api::record::{Cells, Record};

use crate::common::format::buffer::Buffer;
use crate::common::typed::text::utf8;
use crate::txt;

/// One value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Held {
    Nothing,
    /// A whole number, one with a sign in two's complement.
    Number(u64),
    Single(f32),
    Double(f64),
    /// Seconds and nanoseconds, of a moment or a length of time.
    Time(u64, u32),
    Mac([u8; 6]),
    Ip4([u8; 4]),
    Ip6([u8; 16]),
    /// Where a text begins and ends in [`Row::texts`].
    Text(usize, usize),
}

/// A row.
#[derive(Debug)]
pub(super) struct Row {
    /// A value for each column; of a list its cell in txt.
    held: Vec<Held>,
    /// The first item of each list.
    first: Vec<Held>,
    texts: Buffer,
}

impl Default for Row {
    fn default() -> Self {
        Self { held: Vec::new(), first: Vec::new(), texts: Buffer::with_capacity(1024) }
    }
}

impl Row {
    /// Takes in a record.
    pub(super) fn read(&mut self, schema: &Schema, record: &Record) {
        self.held.clear();
        self.first.clear();
        self.texts.clear();
        let mut cells = record.cells();
        for column in &schema.columns {
            let (held, first) = self.column(column.ty, &mut cells);
            self.held.push(held);
            self.first.push(first);
        }
    }

    /// The value of a column.
    pub(super) fn held(&self, column: usize) -> Held {
        self.held.get(column).copied().unwrap_or(Held::Nothing)
    }

    /// The value of a column, of a list its first item.
    pub(super) fn first(&self, column: usize) -> Held {
        self.first.get(column).copied().unwrap_or(Held::Nothing)
    }

    /// A text.
    pub(super) fn text(&self, begin: usize, end: usize) -> &[u8] {
        self.texts.as_slice().get(begin..end).unwrap_or_default()
    }

    fn column(&mut self, ty: Type, cells: &mut Cells<'_>) -> (Held, Held) {
        match ty {
            Type::Option(_) if cells.u8() == 0 => (Held::Nothing, Held::Nothing),
            Type::Option(of) => self.column(*of, cells),
            Type::List(item) => {
                let first = self.first_item(*item, *cells);
                (self.cell(ty, cells), first)
            }
            Type::Compound(_) => (self.cell(ty, cells), Held::Nothing),
            ty => {
                let held = self.leaf(ty, cells);
                (held, held)
            }
        }
    }

    fn first_item(&mut self, item: Type, mut cells: Cells<'_>) -> Held {
        match item {
            _ if cells.length() == 0 => Held::Nothing,
            Type::Option(_) | Type::List(_) | Type::Compound(_) => Held::Nothing,
            leaf => self.leaf(leaf, &mut cells),
        }
    }

    /// A cell of txt.
    fn cell(&mut self, ty: Type, cells: &mut Cells<'_>) -> Held {
        let begin = self.texts.len();
        txt::cell(&mut self.texts, &ty, cells);
        Held::Text(begin, self.texts.len())
    }

    fn keep(&mut self, text: &[u8]) -> Held {
        let begin = self.texts.len();
        self.texts.extend(text);
        Held::Text(begin, self.texts.len())
    }

    fn leaf(&mut self, ty: Type, cells: &mut Cells<'_>) -> Held {
        match ty {
            Type::U8 | Type::H8 => Held::Number(cells.u8().into()),
            Type::U16 | Type::H16 => Held::Number(cells.u16().into()),
            Type::U32 | Type::H32 => Held::Number(cells.u32().into()),
            Type::U64 | Type::H64 => Held::Number(cells.u64()),
            Type::I8 => Held::Number(i64::from(cells.i8()).cast_unsigned()),
            Type::I16 => Held::Number(i64::from(cells.i16()).cast_unsigned()),
            Type::I32 => Held::Number(i64::from(cells.i32()).cast_unsigned()),
            Type::I64 => Held::Number(cells.i64().cast_unsigned()),
            Type::F32 => Held::Single(cells.f32()),
            Type::F64 | Type::Seconds => Held::Double(cells.f64()),
            Type::Time | Type::MicroTime | Type::Duration | Type::MicroDuration => {
                Held::Time(cells.u64(), cells.u32())
            }
            Type::Mac => Held::Mac(cells.array()),
            Type::Ip4 => Held::Ip4(cells.array()),
            Type::Ip6 => Held::Ip6(cells.array()),
            Type::Ip => match cells.u8() {
                4 => Held::Ip4(cells.array()),
                6 => Held::Ip6(cells.array()),
                _ => Held::Nothing,
            },
            Type::Char => self.keep(utf8(&[cells.u8()]).as_bytes()),
            Type::Text | Type::Label => self.keep(utf8(cells.text()).as_bytes()),
            Type::Payload => self.keep(cells.text()),
            // They are no leaves.
            Type::List(_) | Type::Compound(_) | Type::Option(_) => Held::Nothing,
        }
    }
}
