//! Cells that are made from a list of questions, records or texts.

use flowz_api::cell::{Cell, Quoted, Word};
use flowz_api::column::Type;
use flowz_api::record::Record;

/// One value of each item.
#[derive(Debug)]
pub(crate) struct Values<'a, T, C>(pub(crate) &'a [T], pub(crate) fn(&T) -> C);

impl<T, C: Cell + 'static> Cell for Values<'_, T, C> {
    const TYPE: Type = Type::List(&C::TYPE);

    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        for item in self.0 {
            (self.1)(item).put(out);
        }
    }
}

/// A text of each item.
#[derive(Debug)]
pub(crate) struct Texts<'a, T>(pub(crate) &'a [T], pub(crate) fn(&T) -> &[u8]);

impl<T> Cell for Texts<'_, T> {
    const TYPE: Type = Type::List(&Type::Str);

    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        for item in self.0 {
            Quoted((self.1)(item)).put(out);
        }
    }
}

/// A word for a number of each item.
#[derive(Debug)]
pub(crate) struct Words<'a, T>(pub(crate) &'a [T], pub(crate) fn(&T) -> u16);

impl<T> Cell for Words<'_, T> {
    const TYPE: Type = Type::List(&Type::Class);

    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        for item in self.0 {
            Word(super::words::kind((self.1)(item)).as_bytes()).put(out);
        }
    }
}
