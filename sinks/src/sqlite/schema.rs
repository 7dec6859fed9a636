//! Tables of the database, made from those of the run.

use flowz_api::column::{Column, Type};
use flowz_api::sink::SinkError;
use flowz_api::table::Table;

use crate::common::database::json::Shape;
use crate::common::database::names::{Rules, quoted};

/// Most columns of a table (SQLITE_MAX_COLUMN, as the library is compiled).
const MOST_COLUMNS: usize = 2000;

/// Names: small and large letters are the same; they may have any length.
const RULES: Rules = Rules { longest: usize::MAX, folds: true, lowers: false };

/// Tables that describe the others.
const OWN: [&str; 3] = ["flowz_runs", "flowz_tables", "flowz_columns"];

/// Statements that make the tables which describe the others.
pub(super) const DESCRIPTIONS: &str = "
    CREATE TABLE flowz_runs (program TEXT, command TEXT, settings TEXT, sensor TEXT);
    CREATE TABLE flowz_tables (table_name TEXT PRIMARY KEY, doc TEXT);
    CREATE TABLE flowz_columns (table_name TEXT, place INTEGER, column_name TEXT, name TEXT, type TEXT, unit TEXT, plugin TEXT,
        doc TEXT, PRIMARY KEY (table_name, place));";

/// A table.
#[derive(Debug)]
pub(super) struct TablePlan {
    /// Its name.
    pub(super) name: String,
    /// What a record is.
    pub(super) doc: &'static str,
    /// Its columns.
    pub(super) columns: Vec<Column>,
    /// Their names in the database.
    pub(super) names: Vec<String>,
    /// What is inside of their values.
    pub(super) shapes: Vec<Shape>,
}

/// The tables of a run that are wanted, by their numbers.
pub(super) fn plans(
    tables: &[Table],
    is_wanted: impl Fn(&Table) -> bool,
    prefix: &str,
) -> Result<Vec<Option<TablePlan>>, SinkError> {
    let names: Vec<String> = tables.iter().map(|table| format!("{prefix}{}", table.name)).collect();
    let names = RULES.unique(names.iter().map(String::as_str), &OWN);
    let plan = |(table, name): (&Table, String)| {
        is_wanted(table).then(|| TablePlan::new(table, name)).transpose()
    };
    tables.iter().zip(names).map(plan).collect()
}

impl TablePlan {
    fn new(table: &Table, name: String) -> Result<Self, SinkError> {
        let columns = table.schema.columns.clone();
        if columns.len() > MOST_COLUMNS {
            return Err(SinkError::Settings(format!(
                "the table {} has {} columns, and SQLite takes {MOST_COLUMNS} at most: choose some with --fields or fewer plugins",
                table.name,
                columns.len()
            )));
        }
        if name.to_ascii_lowercase().starts_with("sqlite_") {
            return Err(SinkError::Settings(format!(
                "SQLite keeps names such as {name} for itself: set SQLITE_TABLE_PREFIX to something else"
            )));
        }
        let names = RULES.unique(columns.iter().map(|column| &*column.name), &[]);
        let shapes = columns.iter().map(|column| Shape::of(&column.name, &column.ty)).collect();
        Ok(Self { name, doc: table.doc, columns, names, shapes })
    }

    /// The statement that makes it.
    pub(super) fn create(&self) -> String {
        let column = |(name, column): (&String, &Column)| {
            format!("{} {}", quoted(name, '"'), declared(&column.ty))
        };
        let columns: Vec<_> = self.names.iter().zip(&self.columns).map(column).collect();
        format!("CREATE TABLE {} ({})", quoted(&self.name, '"'), columns.join(", "))
    }

    /// The statement that adds a row.
    pub(super) fn insert(&self) -> String {
        let places = vec!["?"; self.columns.len()].join(", ");
        format!("INSERT INTO {} VALUES ({places})", quoted(&self.name, '"'))
    }

    /// The statement that makes an index over the flow's number, if there is one.
    pub(super) fn index(&self) -> Option<String> {
        let at = self.columns.iter().position(|column| column.name == "flowInd")?;
        let (index, table) = (format!("{}_flow", self.name), quoted(&self.name, '"'));
        Some(format!(
            "CREATE INDEX {} ON {table} ({})",
            quoted(&index, '"'),
            quoted(&self.names[at], '"')
        ))
    }
}

/// The type of a column.
fn declared(ty: &Type) -> &'static str {
    match ty {
        Type::F32 | Type::F64 | Type::Seconds => "REAL",
        Type::Payload => "BLOB",
        Type::Option(of) => declared(of),
        Type::Char
        | Type::Time
        | Type::MicroTime
        | Type::Mac
        | Type::Ip4
        | Type::Ip6
        | Type::Ip
        | Type::Text
        | Type::Label
        | Type::Compound(_)
        | Type::List(_) => "TEXT",
        // Whole numbers, bits, lengths of time.
        _ => "INTEGER",
    }
}
