//! A plugin's part of a record, as `derive(Row)` makes it from a plain struct.

use crate::cell_writer::CellWriter;
use crate::column::{Column, Type};
use crate::record::Record;
use crate::settings::Run;

/// Most columns of a row that settings can hide.
const MOST: usize = u128::BITS as usize;

/// Which columns of a row are shown; bit n is field n. Fields behind the first 128 are always shown: `derive(Row)` refuses a setting that hides one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Shown(pub u128);

impl Shown {
    /// Whether field `n` is shown.
    #[inline]
    pub const fn has(self, n: u32) -> bool {
        n >= u128::BITS || self.0 >> n & 1 == 1
    }
}

/// One field of a row struct: a column and whether the toggles show it.
#[derive(Clone, Debug)]
pub struct Field {
    /// Column name.
    pub name: String,
    /// Type of the values.
    pub ty: Type,
    /// The field's doc comment.
    pub doc: &'static str,
    /// Unit, may be empty.
    pub unit: &'static str,
    /// Whether the toggles in force show it.
    pub shown: bool,
    /// Whether values of records of a flow that follow each other add up.
    pub counter: bool,
}

/// A struct whose fields are columns.
pub trait Row {
    /// The toggles that decide which columns are shown.
    type Toggles;

    /// All fields, in order. Which ones are shown, the run's own settings may decide, too.
    fn fields(toggles: &Self::Toggles, run: &Run) -> Vec<Field>;

    /// Appends the shown columns.
    fn write(&self, shown: Shown, out: &mut impl CellWriter);

    /// Appends the shown columns to a record, as values or as text.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a call would put the row and the end of the record into memory"
    )]
    fn put(&self, shown: Shown, out: &mut Record)
    where
        Self: Sized,
    {
        out.put_row(self, shown);
    }

    /// The columns that these toggles show, and the mask for [`Row::write`].
    fn columns(toggles: &Self::Toggles, run: &Run, plugin: &'static str) -> (Vec<Column>, Shown) {
        let mut shown = Shown(0);
        let mut columns = Vec::new();
        let fields = Self::fields(toggles, run);
        for (n, f) in fields.into_iter().enumerate() {
            // What is derived is refused at compile time.
            assert!(n < MOST || f.shown, "{plugin}: column {n} of a row can be hidden");
            if f.shown {
                shown.0 |= if n < MOST { 1 << n } else { 0 };
                let Field { name, ty, doc, unit, counter, .. } = f;
                let ty = if run.core.tstamp_prec { ty } else { ty.in_microseconds() };
                columns.push(Column { name, ty, doc, unit, plugin, counter });
            }
        }
        (columns, shown)
    }
}

/// A row without columns, for plugins that have none in one of the tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRow<T>(std::marker::PhantomData<T>);

impl<T> Row for NoRow<T> {
    type Toggles = T;

    fn fields(_: &T, _: &Run) -> Vec<Field> {
        Vec::new()
    }

    fn write(&self, _: Shown, _: &mut impl CellWriter) {}
}
