//! The values of one flow or one packet on their way from plugins to sinks.
//!
//! A record is one reused byte buffer: fixed-size values in little-endian order, texts and lists with
//! a 32-bit length in front. Rows append to it, sinks read it along the [`Schema`]; nobody parses a
//! formatted string back. Being plain bytes it can be handed to another thread as it is.
//!
//! Where only the text sink gets a table, its records are rows of text from the beginning: each cell with a tabulator
//! behind it. Who puts rows need not know; parts of records are joined in the same way.
//!
//! The memory behind the last value is always initialised, and growing takes the memory by value: so in a row
//! of values the end stays in a register, and a value of fixed size costs a comparison and a move.
//!
//! [`Schema`]: crate::column::Schema

use std::mem;

use flowz_format::buffer::Buffer;

use crate::cell::Cell;
use crate::cell_writer::{CellWriter, Parts, Show, TextRow, TextStyle};
use crate::column::Column;
use crate::row::{Row, Shown};
use crate::value::Values;

/// Values in column order.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// All memory; what is behind `end` does not count.
    bytes: Vec<u8>,
    /// Of 32 bits, so that adding to it needs no look at an overflow.
    end: u32,
    /// If it is a row of text, how that is written.
    style: Option<TextStyle>,
}

impl Record {
    /// An empty record.
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), end: 0, style: None }
    }

    /// Whether it is a row of text from now on, and how that is written; for an empty record, or in front of a part of
    /// another one.
    #[inline]
    pub fn set_style(&mut self, style: Option<TextStyle>) {
        self.style = style;
    }

    /// If it is a row of text, the cells, with a tabulator behind each.
    #[inline]
    pub fn text_row(&self) -> Option<&[u8]> {
        self.style.map(|_| self.bytes())
    }

    /// Appends a cell, as a value or as text.
    #[inline]
    pub fn put(&mut self, cell: &impl Cell) {
        match self.style {
            None => cell.put(self),
            Some(style) => self.write_text(style, |row| cell.put(row)),
        }
    }

    /// Appends the columns of a row that are shown, as values or as text.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a call would put the row and the end of the record into memory"
    )]
    pub fn put_row(&mut self, row: &impl Row, shown: Shown) {
        match self.style {
            None => {
                // A record of its own, whose end the compiler sees nobody else change.
                let mut record = mem::take(self);
                row.write(shown, &mut record);
                *self = record;
            }
            Some(style) => self.write_text(style, |out| row.write(shown, out)),
        }
    }

    /// Appends text.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a call would put the row and the end of the record into memory"
    )]
    fn write_text(&mut self, style: TextStyle, write: impl FnOnce(&mut TextRow<'_>)) {
        let mut out = Buffer::resume(mem::take(&mut self.bytes), self.end);
        write(&mut TextRow::new(&mut out, style));
        (self.bytes, self.end) = out.into_parts();
    }

    /// Forgets all values and keeps the memory.
    pub fn clear(&mut self) {
        self.end = 0;
    }

    /// Appends bytes of a value.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        let start = self.end as usize;
        match self.bytes.get_mut(start..start + bytes.len()) {
            Some(place) => place.copy_from_slice(bytes),
            None => self.bytes = grown(mem::take(&mut self.bytes), start, bytes),
        }
        self.end += bytes.len() as u32;
    }

    /// Appends a value of fixed size.
    #[inline]
    pub fn fixed<const N: usize>(&mut self, value: [u8; N]) {
        let start = self.end as usize;
        match self.bytes.get_mut(start..start + N) {
            Some(place) => place.copy_from_slice(&value),
            None => self.bytes = grown_by(mem::take(&mut self.bytes), start, value),
        }
        self.end += N as u32;
    }

    /// Appends a byte and a value of fixed size behind it.
    #[inline]
    pub fn tagged<const N: usize>(&mut self, tag: u8, value: [u8; N]) {
        let start = self.end as usize;
        match self.bytes.get_mut(start..start + 1 + N) {
            Some([first, rest @ ..]) => {
                *first = tag;
                rest.copy_from_slice(&value);
            }
            _ => {
                let bytes = grown_by(mem::take(&mut self.bytes), start, [tag]);
                self.bytes = grown_by(bytes, start + 1, value);
            }
        }
        self.end += 1 + N as u32;
    }

    /// Appends the length of a text or list.
    #[inline]
    pub fn length(&mut self, n: usize) {
        self.fixed(u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
    }

    /// Sets bits of a value of eight bytes that begins at a place; nothing if there is none.
    pub fn set_bits(&mut self, at: usize, bits: u64) {
        let end = self.end as usize;
        let value = self.bytes.get_mut(..end).and_then(|all| all.get_mut(at..at + 8));
        for (byte, more) in value.into_iter().flatten().zip(bits.to_le_bytes()) {
            *byte |= more;
        }
    }

    /// All values, to be changed in their places.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.end as usize).unwrap_or_default()
    }

    /// All values, as they were appended.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.end as usize).unwrap_or_default()
    }

    /// The values with their types, along the table's columns.
    pub fn values<'a>(&'a self, columns: &'a [Column]) -> Values<'a> {
        Values::new(columns, self.cells())
    }

    /// A reader at the first value.
    pub fn cells(&self) -> Cells<'_> {
        Cells { rest: self.bytes() }
    }
}

impl CellWriter for Record {
    #[inline]
    fn value<const N: usize>(&mut self, value: [u8; N], _: &impl Show) {
        self.fixed(value);
    }

    #[inline]
    fn some_value<const N: usize>(&mut self, value: [u8; N], _: &impl Show) {
        self.tagged(1, value);
    }

    #[inline]
    fn text(&mut self, bytes: &[u8], _: &impl Show) {
        self.length(bytes.len());
        if !bytes.is_empty() {
            self.raw(bytes);
        }
    }

    #[inline]
    fn none(&mut self) {
        self.fixed([0]);
    }

    #[inline]
    fn some(&mut self) {
        self.fixed([1]);
    }

    #[inline]
    fn list<C: Cell>(&mut self, count: usize, items: impl Iterator<Item = C>) {
        self.length(count);
        for item in items.take(count) {
            item.put(self);
        }
    }

    #[inline]
    fn compound(&mut self, parts: &impl Parts) {
        parts.put_parts(self);
    }

    #[inline]
    fn part(&mut self, part: &impl Cell) {
        part.put(self);
    }
}

/// Makes room and appends a value at `end`.
#[cold]
#[inline(never)]
fn grown_by<const N: usize>(bytes: Vec<u8>, end: usize, value: [u8; N]) -> Vec<u8> {
    grown(bytes, end, &value)
}

/// Makes room and appends `more` at `end`.
#[cold]
#[inline(never)]
fn grown(mut bytes: Vec<u8>, end: usize, more: &[u8]) -> Vec<u8> {
    const MOST: usize = u32::MAX as usize;
    // Most rows fit in, so that they grow once.
    const FIRST: usize = 512;
    assert!(more.len() <= MOST - end, "a record of more than 4 GiB");
    bytes.truncate(end);
    bytes.reserve(more.len().max(if end == 0 { FIRST } else { 0 }));
    bytes.extend_from_slice(more);
    bytes.resize(bytes.capacity().min(MOST), 0);
    bytes
}

/// Reads the values of a record one after the other. Reading past the end yields zeros and empty
/// texts: a record that does not fit its schema is a fault of the engine, never a reason to die.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    rest: &'a [u8],
}

impl<'a> Cells<'a> {
    /// A reader of values that were copied out of a record ([`Record::bytes`]).
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next `N` bytes.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        match self.rest.split_first_chunk::<N>() {
            Some((head, rest)) => {
                self.rest = rest;
                *head
            }
            None => {
                debug_assert!(false, "record shorter than its schema");
                [0; N]
            }
        }
    }

    /// The next length.
    #[inline]
    pub fn length(&mut self) -> usize {
        self.u32() as usize
    }

    /// The next `n` bytes.
    #[inline]
    pub fn take(&mut self, n: usize) -> &'a [u8] {
        let (head, rest) = self.rest.split_at_checked(n).unwrap_or((&[], &[]));
        self.rest = rest;
        head
    }

    /// The next text.
    #[inline]
    pub fn text(&mut self) -> &'a [u8] {
        let n = self.length();
        self.take(n)
    }

    /// All that was not read yet, as it was appended. Values are self-delimiting: bytes that begin with the
    /// encoding of some values hold these values.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether all values were read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// One reading method per number type.
macro_rules! read {
    ($($(#[$doc:meta])* $name:ident -> $num:ty;)*) => {
        impl Cells<'_> {$(
            $(#[$doc])*
            #[inline]
            pub fn $name(&mut self) -> $num {
                <$num>::from_le_bytes(self.array())
            }
        )*}
    };
}

read! {
    /// The next eight-bit number.
    u8 -> u8;
    /// The next 16-bit number.
    u16 -> u16;
    /// The next 32-bit number.
    u32 -> u32;
    /// The next 64-bit number.
    u64 -> u64;
    /// The next signed eight-bit number.
    i8 -> i8;
    /// The next signed 16-bit number.
    i16 -> i16;
    /// The next signed 32-bit number.
    i32 -> i32;
    /// The next signed 64-bit number.
    i64 -> i64;
    /// The next single-precision number.
    f32 -> f32;
    /// The next double-precision number.
    f64 -> f64;
}

#[cfg(test)]
mod tests {
    use super::{Cells, Record};

    #[test]
    fn grows_and_keeps_what_is_in_it() {
        let mut record = Record::new();
        assert!(record.bytes().is_empty());
        let mut expected = Vec::new();
        for n in 0..100_u8 {
            record.fixed([n, 1]);
            record.tagged(2, [n; 4]);
            record.raw(&vec![n; usize::from(n)]);
            record.length(7);
            expected.extend([n, 1, 2, n, n, n, n]);
            expected.extend(vec![n; usize::from(n)]);
            expected.extend([7, 0, 0, 0]);
            assert_eq!(record.bytes(), expected);
        }
        assert_eq!(record.clone().bytes(), expected);
    }

    #[test]
    fn cleared_it_keeps_nothing_but_memory() {
        let mut record = Record::new();
        record.raw(&[9; 1000]);
        record.clear();
        assert!(record.cells().is_empty());
        record.tagged(1, [2]);
        record.fixed([]);
        assert_eq!(record.bytes(), [1, 2]);
        let mut cells = Cells::of(record.bytes());
        assert_eq!(cells.u16(), 0x0201);
        assert!(cells.is_empty());
    }

    #[test]
    fn grows_by_a_value_with_a_byte_in_front() {
        for before in 0..20 {
            let mut record = Record::new();
            record.raw(&[0; 16][..before.min(16)]);
            record.tagged(5, [6; 16]);
            assert_eq!(record.bytes()[before.min(16)..], [&[5][..], &[6; 16]].concat());
        }
    }
}
