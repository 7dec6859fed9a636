//! The values of one column, one behind the other in memory: numbers as wide as they are, texts as UTF-8 with their ends, lists
//! with the ends of their items.
//!
//! Many rows are taken at once, column by column, so that the loop over a column's values has nothing to decide.

use flowz_api::cell::Time;
use flowz_api::column::Type;
use flowz_api::record::Cells;

use super::words::Word;
use crate::common::typed::text;

/// Values of a column.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    U64(Vec<u64>),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    /// Nanoseconds since 1970.
    Moment(Vec<i64>),
    /// Nanoseconds.
    Length(Vec<i64>),
    /// Characters, hardware addresses and addresses, which are texts for whoever reads them.
    Word(Vec<Word>),
    /// The same, where there may be none ([`Word::None`]).
    MaybeWord(Vec<Word>),
    /// Texts in UTF-8.
    Text(Bytes),
    /// Bytes.
    Binary(Bytes),
    /// Values that may be missing: whether each is there, and a placeholder where it is not.
    Optional(Vec<bool>, Box<Column>),
    /// Several columns of one value each.
    Struct(Vec<Column>),
    /// Where the items of each list end, and all items.
    List(Vec<u32>, Box<Column>),
}

/// Byte strings: where each ends, and all bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bytes {
    pub(crate) ends: Vec<u32>,
    pub(crate) all: Vec<u8>,
}

impl Bytes {
    fn push(&mut self, bytes: &[u8]) {
        self.all.extend_from_slice(bytes);
        self.ends.push(self.all.len() as u32);
    }

    /// The string with this number.
    pub(crate) fn get(&self, n: usize) -> &[u8] {
        let begin = n.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[begin as usize..self.ends[n] as usize]
    }

    /// Memory that is used.
    fn size(&self) -> usize {
        self.all.len() + 4 * self.ends.len()
    }
}

/// Does the same with the vector of any column of simple values.
macro_rules! simple {
    ($column:expr, $values:ident => $then:expr, $($rest:tt)*) => {
        match $column {
            Column::U8($values) => $then,
            Column::U16($values) => $then,
            Column::U32($values) => $then,
            Column::U64($values) => $then,
            Column::I8($values) => $then,
            Column::I16($values) => $then,
            Column::I32($values) => $then,
            Column::I64($values) | Column::Moment($values) | Column::Length($values) => $then,
            Column::F32($values) => $then,
            Column::F64($values) => $then,
            $($rest)*
        }
    };
}

/// Reads a value of fixed size of each row; the rows' cursors move behind it.
fn fixed<T, const N: usize>(
    values: &mut Vec<T>,
    block: &[u8],
    cursors: &mut [usize],
    value: impl Fn([u8; N]) -> T,
) {
    values.extend(cursors.iter_mut().map(|at| {
        let bytes = block.get(*at..).and_then(|rest| rest.first_chunk::<N>());
        *at += N;
        // Nothing behind the end, as in `Cells`.
        value(bytes.copied().unwrap_or([0; N]))
    }));
}

/// Nanoseconds from the two numbers of a moment; those of which 64 bits cannot tell are the first or last that can be told.
fn moment(bytes: [u8; 12]) -> i64 {
    let (seconds, nanos) = halves(bytes);
    match Time::back_from_1970(seconds, nanos) {
        Some((seconds, nanos)) => {
            nanoseconds(seconds.cast_signed().saturating_neg(), -i64::from(nanos))
        }
        None => nanoseconds(i64::try_from(seconds).unwrap_or(i64::MAX), nanos.into()),
    }
}

/// Nanoseconds from the two numbers of a length of time, which may be negative.
fn length(bytes: [u8; 12]) -> i64 {
    let (seconds, nanos) = halves(bytes);
    nanoseconds(seconds.cast_signed(), nanos.into())
}

fn halves(bytes: [u8; 12]) -> (u64, u32) {
    let mut cells = Cells::of(&bytes);
    (cells.u64(), cells.u32())
}

fn nanoseconds(seconds: i64, nanos: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}

impl Column {
    /// No values of a type.
    pub(crate) fn new(ty: Type) -> Self {
        match ty {
            Type::U8 | Type::H8 => Self::U8(Vec::new()),
            Type::U16 | Type::H16 => Self::U16(Vec::new()),
            Type::U32 | Type::H32 => Self::U32(Vec::new()),
            Type::U64 | Type::H64 => Self::U64(Vec::new()),
            Type::I8 => Self::I8(Vec::new()),
            Type::I16 => Self::I16(Vec::new()),
            Type::I32 => Self::I32(Vec::new()),
            Type::I64 => Self::I64(Vec::new()),
            Type::F32 => Self::F32(Vec::new()),
            Type::F64 | Type::Seconds => Self::F64(Vec::new()),
            Type::Time | Type::MicroTime => Self::Moment(Vec::new()),
            Type::Duration | Type::MicroDuration => Self::Length(Vec::new()),
            Type::Char | Type::Mac | Type::Ip4 | Type::Ip6 => Self::Word(Vec::new()),
            Type::Ip | Type::Option(Type::Ip) => Self::MaybeWord(Vec::new()),
            Type::Text | Type::Label => Self::Text(Bytes::default()),
            Type::Payload => Self::Binary(Bytes::default()),
            Type::Compound(parts) => Self::Struct(parts.iter().copied().map(Self::new).collect()),
            Type::List(item) => Self::List(Vec::new(), Box::new(Self::new(*item))),
            Type::Option(of) => Self::Optional(Vec::new(), Box::new(Self::new(*of))),
        }
    }

    /// Takes the next value of each row of a block; the rows' cursors move behind it.
    pub(crate) fn fill(&mut self, ty: Type, block: &[u8], cursors: &mut [usize]) {
        match (&mut *self, ty) {
            (Self::U8(values), _) => fixed(values, block, cursors, u8::from_le_bytes),
            (Self::U16(values), _) => fixed(values, block, cursors, u16::from_le_bytes),
            (Self::U32(values), _) => fixed(values, block, cursors, u32::from_le_bytes),
            (Self::U64(values), _) => fixed(values, block, cursors, u64::from_le_bytes),
            (Self::I8(values), _) => fixed(values, block, cursors, i8::from_le_bytes),
            (Self::I16(values), _) => fixed(values, block, cursors, i16::from_le_bytes),
            (Self::I32(values), _) => fixed(values, block, cursors, i32::from_le_bytes),
            (Self::I64(values), _) => fixed(values, block, cursors, i64::from_le_bytes),
            (Self::F32(values), _) => fixed(values, block, cursors, f32::from_le_bytes),
            (Self::F64(values), _) => fixed(values, block, cursors, f64::from_le_bytes),
            (Self::Moment(values), _) => fixed(values, block, cursors, moment),
            (Self::Length(values), _) => fixed(values, block, cursors, length),
            (Self::Word(words), Type::Char) => {
                fixed(words, block, cursors, |[char]| Word::Char(char));
            }
            (Self::Struct(columns), Type::Compound(parts)) => {
                for (column, part) in columns.iter_mut().zip(parts) {
                    column.fill(*part, block, cursors);
                }
            }
            (column, ty) => {
                for at in cursors {
                    let mut cells = Cells::of(block.get(*at..).unwrap_or_default());
                    let before = cells.rest().len();
                    column.push(ty, &mut cells);
                    *at += before - cells.rest().len();
                }
            }
        }
    }

    /// Takes one value.
    fn push(&mut self, ty: Type, cells: &mut Cells<'_>) {
        match self {
            Self::U8(values) => values.push(cells.u8()),
            Self::U16(values) => values.push(cells.u16()),
            Self::U32(values) => values.push(cells.u32()),
            Self::U64(values) => values.push(cells.u64()),
            Self::I8(values) => values.push(cells.i8()),
            Self::I16(values) => values.push(cells.i16()),
            Self::I32(values) => values.push(cells.i32()),
            Self::I64(values) => values.push(cells.i64()),
            Self::F32(values) => values.push(cells.f32()),
            Self::F64(values) => values.push(cells.f64()),
            Self::Moment(values) => values.push(moment(cells.array())),
            Self::Length(values) => values.push(length(cells.array())),
            Self::Word(words) | Self::MaybeWord(words) => words.push(Word::read(ty, cells)),
            Self::Text(texts) => texts.push(text::utf8(cells.text()).as_bytes()),
            Self::Binary(strings) => strings.push(cells.text()),
            Self::Optional(there, of) => {
                let is_there = cells.u8() != 0;
                there.push(is_there);
                let Type::Option(inner) = ty else { return };
                if is_there {
                    of.push(*inner, cells);
                } else {
                    of.push_nothing();
                }
            }
            Self::Struct(columns) => {
                let Type::Compound(parts) = ty else { return };
                for (column, part) in columns.iter_mut().zip(parts) {
                    column.push(*part, cells);
                }
            }
            Self::List(ends, items) => {
                let Type::List(item) = ty else { return };
                // A list has an item for each count, or its record ends.
                for _ in 0..cells.length() {
                    if cells.is_empty() {
                        break;
                    }
                    items.push(*item, cells);
                }
                ends.push(items.len() as u32);
            }
        }
    }

    /// A placeholder for a value that is not there.
    fn push_nothing(&mut self) {
        simple!(self, values => values.push(Default::default()),
            Self::Word(words) | Self::MaybeWord(words) => words.push(Word::None),
            Self::Text(strings) | Self::Binary(strings) => strings.push(b""),
            Self::Optional(there, of) => {
                there.push(false);
                of.push_nothing();
            }
            Self::Struct(columns) => columns.iter_mut().for_each(Self::push_nothing),
            Self::List(ends, items) => ends.push(items.len() as u32),
        );
    }

    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        simple!(self, values => values.len(),
            Self::Word(words) | Self::MaybeWord(words) => words.len(),
            Self::Text(strings) | Self::Binary(strings) => strings.ends.len(),
            Self::Optional(there, _) => there.len(),
            Self::Struct(columns) => columns.first().map_or(0, Self::len),
            Self::List(ends, _) => ends.len(),
        )
    }

    /// Memory that its values use.
    pub(crate) fn size(&self) -> usize {
        simple!(self, values => size_of_val(&values[..]),
            Self::Word(words) | Self::MaybeWord(words) => size_of_val(&words[..]),
            Self::Text(strings) | Self::Binary(strings) => strings.size(),
            Self::Optional(there, of) => there.len() + of.size(),
            Self::Struct(columns) => columns.iter().map(Self::size).sum(),
            Self::List(ends, items) => 4 * ends.len() + items.size(),
        )
    }

    /// Forgets all values and keeps the memory.
    pub(crate) fn clear(&mut self) {
        simple!(self, values => values.clear(),
            Self::Word(words) | Self::MaybeWord(words) => words.clear(),
            Self::Text(strings) | Self::Binary(strings) => {
                strings.ends.clear();
                strings.all.clear();
            }
            Self::Optional(there, of) => {
                there.clear();
                of.clear();
            }
            Self::Struct(columns) => columns.iter_mut().for_each(Self::clear),
            Self::List(ends, items) => {
                ends.clear();
                items.clear();
            }
        );
    }
}
