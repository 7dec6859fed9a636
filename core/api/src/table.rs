//! Tables: what they are called, what is in them, and how a plugin has tables of its own.

use std::any::type_name;

use crate::column::{Column, Schema};
use crate::row::{Row, Shown};
use crate::settings::Run;

/// Number of a table in a run, in the order of [`SinkSetup::tables`](crate::sink::SinkSetup::tables).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableId(pub u16);

impl TableId {
    /// The flow table, which every run has.
    pub const FLOWS: Self = Self(0);
}

/// What a table is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableKind {
    /// One record per flow.
    Flows,
    /// One record per packet.
    Packets,
    /// Records of one plugin: transactions, calls, messages.
    Plugin,
    /// The same, made because a sink asks for it: others do not get it.
    Requested,
}

/// A table of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// `flows`, `packets`, or as its plugin calls it: files are named after it.
    pub name: &'static str,
    /// What it is about.
    pub kind: TableKind,
    /// One sentence.
    pub doc: &'static str,
    /// Its columns.
    pub schema: Schema,
}

/// A row of a plugin's own table; `derive(Row)` makes it one where the struct says `#[row(table = "dns")]`.
pub trait TableRow {
    /// Name of the table: small letters, digits and underscores.
    const TABLE: &'static str;
    /// What a record is, one sentence: the struct's doc comment.
    const DOC: &'static str;
}

/// A plugin's own table as its settings make it.
#[derive(Clone, Debug)]
pub struct OwnTable {
    /// Its name.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Its columns; the first one is the flow's number.
    pub columns: Vec<Column>,
    /// Which of the row's fields are shown.
    pub shown: Shown,
    /// The type of its rows: another type that names the same table has other values.
    pub row: &'static str,
    /// It goes to the sinks that ask for it, and to no others.
    pub on_request: bool,
}

/// Where a plugin declares its tables.
#[derive(Debug)]
pub struct TableList<'a, T> {
    toggles: &'a T,
    run: &'a Run,
    plugin: &'static str,
    tables: Vec<OwnTable>,
}

impl<'a, T> TableList<'a, T> {
    pub(crate) fn new(toggles: &'a T, run: &'a Run, plugin: &'static str) -> Self {
        Self { toggles, run, plugin, tables: Vec::new() }
    }

    /// Settings of the plugin.
    pub fn toggles(&self) -> &'a T {
        self.toggles
    }

    /// Adds the table with these rows.
    pub fn add<R: Row<Toggles = T> + TableRow>(&mut self) {
        self.push::<R>(false);
    }

    /// Adds the table with these rows if a sink of the run asks for it; the plugin's description names it
    /// ([`Info::on_request`](crate::plugin::Info::on_request)). [`Run::requests`] tells hooks whether it is there.
    pub fn add_on_request<R: Row<Toggles = T> + TableRow>(&mut self) {
        if self.run.requests(R::TABLE) {
            self.push::<R>(true);
        }
    }

    fn push<R: Row<Toggles = T> + TableRow>(&mut self, on_request: bool) {
        let (mut columns, shown) = R::columns(self.toggles, self.run, self.plugin);
        columns.insert(0, flow_number());
        self.tables.push(OwnTable {
            name: R::TABLE,
            doc: R::DOC,
            columns,
            shown,
            row: type_name::<R>(),
            on_request,
        });
    }

    pub(crate) fn into_tables(self) -> Vec<OwnTable> {
        self.tables
    }
}

/// The column that leads from a record to its flow.
fn flow_number() -> Column {
    Column {
        name: "flowInd".to_owned(),
        ty: crate::column::Type::U64,
        doc: "Number of the flow that the record belongs to.",
        unit: "",
        plugin: "core",
        counter: false,
    }
}
