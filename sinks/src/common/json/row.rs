//! Rows of a table: its columns as members of an object.

use std::ops::Range;

use flowz_api::column::{Schema, Type};
use flowz_api::record::{Cells, Record};

use super::string;
use super::value::{Style, leaf};
use crate::common::format::buffer::Buffer;
use crate::common::typed::parts;

/// The columns of a table.
#[derive(Debug)]
pub(crate) struct JsonRow {
    columns: Vec<Member>,
    style: Style,
}

/// A value with its key.
#[derive(Debug)]
struct Member {
    /// `"name":`, or nothing where values have no names.
    key: Box<[u8]>,
    shape: Shape,
}

/// What a value consists of.
#[derive(Debug)]
struct Shape {
    /// It may be nothing.
    is_optional: bool,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Leaf(Type),
    List(Box<Shape>),
    Compound(Vec<Member>),
}

impl Shape {
    /// The shape of a column's values; `name` is that of the column, or nothing inside of a compound.
    fn new(name: &str, ty: Type, style: Style) -> Self {
        let kind = match ty {
            Type::Option(value) => {
                return Self { is_optional: true, ..Self::new(name, *value, style) };
            }
            Type::List(item) => Kind::List(Box::new(Self::new(name, *item, style))),
            Type::Compound(types) => {
                let names = parts::names(name, types.len());
                let part = |(name, ty): (String, &Type)| Member {
                    key: if style.has_part_names { key(&name, style) } else { Box::default() },
                    shape: Self::new("", *ty, style),
                };
                Kind::Compound(names.into_iter().zip(types).map(part).collect())
            }
            leaf => Kind::Leaf(leaf),
        };
        Self { is_optional: false, kind }
    }
}

/// `"name":`, perhaps with a blank.
fn key(name: &str, style: Style) -> Box<[u8]> {
    let mut out = Buffer::with_capacity(name.len() + 4);
    string::quoted(&mut out, name.as_bytes());
    out.extend(if style.has_spaces { b": " } else { b":" });
    out.as_slice().into()
}

impl JsonRow {
    /// How to write rows of this table.
    pub(crate) fn new(schema: &Schema, style: Style) -> Self {
        let member = |column: &flowz_api::column::Column| Member {
            key: key(&column.name, style),
            shape: Shape::new(&column.name, column.ty, style),
        };
        Self { columns: schema.columns.iter().map(member).collect(), style }
    }

    /// Appends an object, without a line end.
    pub(crate) fn write(&self, out: &mut Buffer, record: &Record) {
        self.write_noting(out, record, |_, _| {});
    }

    /// The same; says of each column that is written, by its place, where its value stands.
    #[inline]
    pub(crate) fn write_noting(
        &self,
        out: &mut Buffer,
        record: &Record,
        mut stands: impl FnMut(usize, Range<usize>),
    ) {
        let (mut cells, start) = (record.cells(), out.len());
        out.push(b'{');
        let behind = 1 + usize::from(self.style.has_spaces);
        for (place, column) in self.columns.iter().enumerate() {
            if self.style.leaves_out_empty && is_empty_list(&column.shape, cells) {
                skip_empty(&column.shape, &mut cells);
                continue;
            }
            out.extend(&column.key);
            let value = out.len();
            self.value(out, &column.shape, &mut cells);
            stands(place, value..out.len() - behind);
        }
        self.close(out, start + 1, b'}');
        debug_assert!(cells.is_empty(), "record longer than its schema");
    }

    /// Appends a value and a comma.
    #[inline]
    fn value(&self, out: &mut Buffer, shape: &Shape, cells: &mut Cells<'_>) {
        if shape.is_optional && cells.u8() == 0 {
            out.put(*b"null,", 5);
        } else {
            match &shape.kind {
                Kind::Leaf(ty) => leaf(out, *ty, cells, self.style),
                Kind::List(item) => self.list(out, item, cells),
                Kind::Compound(parts) => self.compound(out, parts, cells),
            }
        }
        if self.style.has_spaces {
            out.push(b' ');
        }
    }

    fn list(&self, out: &mut Buffer, item: &Shape, cells: &mut Cells<'_>) {
        out.push(b'[');
        let start = out.len();
        for _ in 0..cells.length() {
            // A wrong length must not keep us busy for minutes.
            if cells.is_empty() {
                debug_assert!(false, "list shorter than its length");
                break;
            }
            self.value(out, item, cells);
        }
        self.close(out, start, b']');
        out.push(b',');
    }

    fn compound(&self, out: &mut Buffer, parts: &[Member], cells: &mut Cells<'_>) {
        let [open, end] = if self.style.has_part_names { *b"{}" } else { *b"[]" };
        out.push(open);
        let start = out.len();
        for part in parts {
            out.extend(&part.key);
            self.value(out, &part.shape, cells);
        }
        self.close(out, start, end);
        out.push(b',');
    }

    /// `end` takes the place of the comma behind the last value, if there is any behind `start`.
    fn close(&self, out: &mut Buffer, start: usize, end: u8) {
        if out.len() == start {
            return out.push(end);
        }
        out.shorten(usize::from(self.style.has_spaces));
        out.replace_last(end);
    }
}

/// Passes over a list without items.
fn skip_empty(shape: &Shape, cells: &mut Cells<'_>) {
    if shape.is_optional {
        cells.u8();
    }
    cells.length();
}

/// Whether the next value is a list without items.
fn is_empty_list(shape: &Shape, mut cells: Cells<'_>) -> bool {
    matches!(shape.kind, Kind::List(_))
        && (!shape.is_optional || cells.u8() != 0)
        && cells.length() == 0
}
