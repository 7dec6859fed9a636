//! Cells that are made from lists of names.

use flowz_api::cell::{Cell, Quoted};
use flowz_api::column::Type;
use flowz_api::record::Record;

use super::state::{CountedMac, CountedName};

/// Names.
#[derive(Debug)]
pub(crate) struct Names<'a>(pub(crate) &'a [CountedName]);

impl Cell for Names<'_> {
    const TYPE: Type = Type::List(&Type::Str);

    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        for (name, _) in self.0 {
            Quoted(name).put(out);
        }
    }
}

/// Names and how often they were seen.
#[derive(Debug)]
pub(crate) struct NameCounts<'a>(pub(crate) &'a [CountedName]);

impl Cell for NameCounts<'_> {
    const TYPE: Type = Type::List(&Type::Compound(&[Type::Str, Type::U16]));

    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        for (name, count) in self.0 {
            (Quoted(name), *count).put(out);
        }
    }
}

/// Hardware addresses.
#[derive(Debug)]
pub(crate) struct Macs<'a>(pub(crate) &'a [CountedMac]);

impl Cell for Macs<'_> {
    const TYPE: Type = Type::List(&Type::Mac);

    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        for (mac, _) in self.0 {
            out.fixed(*mac);
        }
    }
}

/// Hardware addresses and how often they were seen.
#[derive(Debug)]
pub(crate) struct MacCounts<'a>(pub(crate) &'a [CountedMac]);

impl Cell for MacCounts<'_> {
    const TYPE: Type = Type::List(&Type::Compound(&[Type::Mac, Type::U32]));

    fn put(&self, out: &mut Record) {
        out.length(self.0.len());
        for (mac, count) in self.0 {
            out.fixed(*mac);
            count.put(out);
        }
    }
}
