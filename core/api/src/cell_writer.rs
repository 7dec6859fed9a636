//! What cells are written to: a record of values, or a row of text.
//!
//! A type of cell says at one place how it is stored ([`Cell::put`]) and how it is shown ([`Show::show`]); which of
//! both happens is decided once a row. So a row that only the text sink gets is text from the beginning, and nobody walks
//! along a schema to find out again what was known when its columns were put.

use flowz_format::buffer::Buffer;
use flowz_format::{integer, string};

use crate::cell::Cell;

/// What cells are written to.
pub trait CellWriter: Sized {
    /// A value of fixed size: its bytes in a record, and how it is shown.
    fn value<const N: usize>(&mut self, value: [u8; N], cell: &impl Show);

    /// The same in an optional cell.
    fn some_value<const N: usize>(&mut self, value: [u8; N], cell: &impl Show);

    /// A text of any length.
    fn text(&mut self, bytes: &[u8], cell: &impl Show);

    /// An optional cell without a value.
    fn none(&mut self);

    /// In front of the value of an optional cell.
    fn some(&mut self);

    /// So many cells.
    fn list<C: Cell>(&mut self, count: usize, items: impl Iterator<Item = C>);

    /// The parts of a compound.
    fn compound(&mut self, parts: &impl Parts);

    /// A part of a compound.
    fn part(&mut self, part: &impl Cell);
}

/// How a cell that is one value is shown as text.
pub trait Show {
    /// Appends it, and what comes behind.
    fn show(&self, text: &mut TextCell<'_>);
}

/// Values that are one cell together (`a_b`).
pub trait Parts {
    /// Writes each, by [`CellWriter::part`].
    fn put_parts(&self, out: &mut impl CellWriter);
}

/// How rows of text show what not all files show in the same way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TextStyle {
    /// Texts from the wire are in quotes.
    pub quotes: bool,
    /// Texts keep what steers a terminal and is not ASCII.
    pub raw: bool,
}

/// One cell of a row of text; to be written with what separates it from the next one.
#[derive(Debug)]
pub struct TextCell<'a> {
    /// Where it is appended.
    pub out: &'a mut Buffer,
    /// What comes behind it.
    pub end: u8,
    /// How.
    pub style: TextStyle,
}

impl TextCell<'_> {
    /// A cell that is written by a call.
    #[inline]
    pub fn rare(&mut self, write: impl FnOnce(&mut Buffer)) {
        let end = self.end;
        self.out.lend(|out| {
            write(out);
            out.push(end);
        });
    }

    /// Text from the wire.
    #[inline]
    pub(crate) fn text(&mut self, text: &[u8]) {
        let style = self.style;
        self.rare(|out| quoted(out, text, style));
    }

    /// A word of a known vocabulary.
    #[inline]
    pub(crate) fn label(&mut self, word: &[u8]) {
        let raw = self.style.raw;
        self.rare(|out| clean(out, word, raw));
    }

    /// Payload bytes.
    #[inline]
    pub(crate) fn payload(&mut self, bytes: &[u8]) {
        self.rare(|out| string::payload(out, bytes));
    }

    /// Bytes, each in hexadecimal.
    #[inline]
    pub(crate) fn hex_list(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return self.out.push(self.end);
        }
        self.rare(|out| integer::hex_list(out, bytes));
    }
}

/// A text, in quotes if the style has them.
#[inline(never)]
fn quoted(out: &mut Buffer, text: &[u8], style: TextStyle) {
    if style.quotes {
        out.push(b'"');
        clean(out, text, style.raw);
        out.push(b'"');
    } else {
        clean(out, text, style.raw);
    }
}

/// A text with escapes for what would end a field or steer a terminal; `raw` leaves what steers and is not ASCII.
#[inline(never)]
fn clean(out: &mut Buffer, text: &[u8], raw: bool) {
    if raw {
        string::sanitised(out, text);
    } else {
        string::harmless(out, text);
    }
}

/// Writes cells as text; `END` comes behind each.
#[derive(Debug)]
pub(crate) struct TextCells<'a, const END: u8> {
    out: &'a mut Buffer,
    style: TextStyle,
}

/// Behind a cell of a row, an item of a list, a part of a compound.
const CELL: u8 = b'\t';
const ITEM: u8 = b';';
const PART: u8 = b'_';
/// Behind a compound that is part of another one, and in front of it.
const CLOSED: u8 = b')';
const OPEN: u8 = b'(';

/// Cells of a row.
pub(crate) type TextRow<'a> = TextCells<'a, CELL>;

impl<'a, const END: u8> TextCells<'a, END> {
    /// Appends to a buffer.
    #[inline]
    pub(crate) fn new(out: &'a mut Buffer, style: TextStyle) -> Self {
        Self { out, style }
    }

    /// The same place with another separator.
    #[inline]
    fn inside<const OTHER: u8>(&mut self) -> TextCells<'_, OTHER> {
        TextCells { out: self.out, style: self.style }
    }
}

impl<const END: u8> CellWriter for TextCells<'_, END> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the text into memory")]
    fn value<const N: usize>(&mut self, _: [u8; N], cell: &impl Show) {
        cell.show(&mut TextCell { out: self.out, end: END, style: self.style });
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the text into memory")]
    fn some_value<const N: usize>(&mut self, _: [u8; N], cell: &impl Show) {
        cell.show(&mut TextCell { out: self.out, end: END, style: self.style });
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the text into memory")]
    fn text(&mut self, _: &[u8], cell: &impl Show) {
        cell.show(&mut TextCell { out: self.out, end: END, style: self.style });
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would put the end of the text into memory")]
    fn none(&mut self) {
        self.out.push(END);
    }

    #[inline]
    fn some(&mut self) {}

    #[inline]
    fn list<C: Cell>(&mut self, count: usize, items: impl Iterator<Item = C>) {
        if count == 0 {
            return self.out.push(END);
        }
        let style = self.style;
        self.out.lend(|out| {
            let mut inside = TextCells::<ITEM>::new(out, style);
            for item in items.take(count) {
                item.put(&mut inside);
            }
            out.replace_last(END);
        });
    }

    #[inline]
    fn compound(&mut self, parts: &impl Parts) {
        if END == PART {
            self.out.push(OPEN);
            parts.put_parts(&mut self.inside::<PART>());
            self.out.replace_last(CLOSED);
            self.out.push(END);
        } else {
            parts.put_parts(&mut self.inside::<PART>());
            self.out.replace_last(END);
        }
    }

    #[inline]
    fn part(&mut self, part: &impl Cell) {
        part.put(self);
    }
}
