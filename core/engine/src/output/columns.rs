//! Tables with some of their columns only, in the order in which a user names them: which these are, and records
//! with their values. What nobody asks for is not turned into text.

use flowz_api::column::Column;
use flowz_api::record::Record;
use flowz_api::table::{Table, TableKind};
use flowz_registry::names;

use super::locator::{Locator, Span};

/// A name that is no column of the run's tables, or that cannot be meant.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FieldError {
    /// No table has such a column.
    #[error("there is no column '{name}'{}; flowz --columns lists all", names::alternatives(near))]
    Unknown {
        /// What was given.
        name: String,
        /// Names that look like it.
        near: Vec<String>,
    },
    /// A column is named twice.
    #[error("the column '{0}' is named twice")]
    Twice(String),
    /// A column that only tables have which are written as they are, or not at all.
    #[error("the column '{name}' is in the table of {table} only{why}")]
    Elsewhere {
        /// What was given.
        name: String,
        /// Where it is.
        table: &'static str,
        /// Why that is of no use.
        why: &'static str,
    },
    /// A table would have no column.
    #[error(
        "none of the columns is in the table of {0}, which would be empty: name one of it too, say flowInd"
    )]
    Nothing(&'static str),
}

/// Whether a user means this column: its name, or that of its plugin and its name.
fn is_meant(name: &str, column: &Column) -> bool {
    let with_plugin = || name.strip_prefix(column.plugin)?.strip_prefix('.');
    name == column.name || with_plugin() == Some(&column.name)
}

/// The place of a column in a table, by its name, with its plugin's in front or without.
pub(super) fn place(name: &str, table: &Table) -> Option<usize> {
    table.schema.columns.iter().position(|column| is_meant(name, column))
}

/// Names of a table's columns that look like one that is none of them.
pub(super) fn near(name: &str, tables: &[Table]) -> Vec<String> {
    let bare = name.rsplit('.').next().unwrap_or(name);
    let columns = tables.iter().flat_map(|table| &table.schema.columns);
    names::near(columns.map(|column| column.name.as_str()), bare)
}

/// Whether columns can be chosen in a table. Those of plugins are written as they are.
fn is_open(table: &Table) -> bool {
    !matches!(table.kind, TableKind::Plugin | TableKind::Requested)
}

/// Tables with the columns that are named, and how records become records of theirs: nothing where a table stays as
/// it is. `all` are the tables of a run that writes every table.
pub(super) fn choose(
    fields: &[String],
    all: &[Table],
    tables: &mut [Table],
) -> Result<Vec<Option<Projection>>, FieldError> {
    for name in fields {
        check(name, all, tables)?;
    }
    tables.iter_mut().map(|table| of_table(fields, table)).collect()
}

/// A name must be that of a column which is written.
fn check(name: &str, all: &[Table], tables: &[Table]) -> Result<(), FieldError> {
    let has = |table: &&Table| place(name, table).is_some();
    if tables.iter().filter(|table| is_open(table)).any(|table| has(&table)) {
        return Ok(());
    }
    let Some(table) = all.iter().find(has) else {
        return Err(FieldError::Unknown { name: name.to_owned(), near: near(name, all) });
    };
    let why = if is_open(table) { ", which -s writes" } else { ", which is written as it is" };
    Err(FieldError::Elsewhere { name: name.to_owned(), table: table.name, why })
}

fn of_table(fields: &[String], table: &mut Table) -> Result<Option<Projection>, FieldError> {
    if !is_open(table) {
        return Ok(None);
    }
    let mut places: Vec<usize> = Vec::new();
    for name in fields {
        let Some(place) = place(name, table) else { continue };
        if places.contains(&place) {
            return Err(FieldError::Twice(name.clone()));
        }
        places.push(place);
    }
    if places.is_empty() {
        return Err(FieldError::Nothing(table.name));
    }
    let columns = &table.schema.columns;
    let projection = Projection::new(columns, &places);
    table.schema.columns = places.iter().map(|place| columns[*place].clone()).collect();
    Ok(Some(projection))
}

/// Makes records with the chosen columns of those with all.
#[derive(Debug)]
pub(super) struct Projection {
    locator: Locator,
    spans: Vec<Span>,
    /// Which of the spans comes next.
    order: Vec<usize>,
    record: Record,
}

impl Projection {
    /// With the columns at these places, in this order.
    fn new(columns: &[Column], places: &[usize]) -> Self {
        let mut sorted = places.to_vec();
        sorted.sort_unstable();
        let rank = |place| sorted.iter().position(|other| other == place).unwrap_or(0);
        let order = places.iter().map(rank).collect();
        let locator = Locator::new(columns, &sorted);
        Self { locator, spans: Vec::new(), order, record: Record::new() }
    }

    /// The record with the chosen columns.
    pub(super) fn of(&mut self, record: &Record) -> &Record {
        self.locator.find(record, &mut self.spans);
        self.record.clear();
        for n in &self.order {
            let span = self.spans.get(*n).and_then(|(start, end)| record.bytes().get(*start..*end));
            self.record.raw(span.unwrap_or_default());
        }
        &self.record
    }
}

#[cfg(test)]
mod tests {
    use super::{FieldError, choose};
    use flowz_api::cell::{Cell, Text};
    use flowz_api::column::{Column, Schema, Type};
    use flowz_api::record::Record;
    use flowz_api::table::{Table, TableKind};

    fn table(name: &'static str, kind: TableKind, columns: &[(&str, Type)]) -> Table {
        let column = |(name, ty): &(&str, Type)| Column {
            name: (*name).to_owned(),
            ty: *ty,
            doc: "",
            unit: "",
            plugin: if *name == "dir" { "core" } else { "basicFlow" },
            counter: false,
        };
        let schema = Schema { columns: columns.iter().map(column).collect() };
        Table { name, kind, doc: "", schema }
    }

    fn tables() -> Vec<Table> {
        vec![
            table(
                "flows",
                TableKind::Flows,
                &[("dir", Type::Char), ("srcIP", Type::Text), ("dstIP", Type::U8)],
            ),
            table("packets", TableKind::Packets, &[("pktNo", Type::U64), ("srcIP", Type::Text)]),
            table("dns", TableKind::Plugin, &[("qname", Type::Text)]),
        ]
    }

    fn fields(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn refused(names: &[&str], written: usize) -> String {
        let (all, mut some) = (tables(), tables());
        some.truncate(written);
        choose(&fields(names), &all, &mut some).unwrap_err().to_string()
    }

    #[test]
    fn columns_in_the_order_of_their_names() {
        let mut some = tables();
        let mut views =
            choose(&fields(&["dstIP", "core.dir", "basicFlow.srcIP"]), &tables(), &mut some)
                .unwrap();
        let names = |table: &Table| {
            table.schema.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(",")
        };
        assert_eq!(
            some.iter().map(names).collect::<Vec<_>>(),
            ["dstIP,dir,srcIP", "srcIP", "qname"]
        );
        let mut record = Record::new();
        record.raw(b"A");
        Text(b"xyz").put(&mut record);
        record.raw(&[9]);
        let flows = views[0].as_mut().unwrap();
        for _ in 0..2 {
            assert_eq!(flows.of(&record).bytes(), b"\x09A\x03\0\0\0xyz");
        }
        assert!(views[2].is_none());
    }

    #[test]
    fn names_that_cannot_be_meant() {
        assert_eq!(
            refused(&["srcIp"], 3),
            "there is no column 'srcIp'; did you mean 'srcIP'?; flowz --columns lists all"
        );
        assert_eq!(
            refused(&["dir", "srcIP", "basicFlow.srcIP"], 1),
            "the column 'basicFlow.srcIP' is named twice"
        );
        assert!(refused(&["dir", "pktNo"], 1).ends_with("table of packets only, which -s writes"));
        assert!(
            refused(&["dir", "qname"], 3).ends_with("table of dns only, which is written as it is")
        );
        assert!(refused(&["dir"], 2).starts_with("none of the columns is in the table of packets"));
        let error = choose(&fields(&["core.srcIP"]), &tables(), &mut tables()).unwrap_err();
        assert_eq!(
            error,
            FieldError::Unknown { name: "core.srcIP".to_owned(), near: vec!["srcIP".to_owned()] }
        );
    }
}
