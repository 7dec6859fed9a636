//! Tables of the server, made from those of the run.

use std::fmt::Write;

use flowz_api::column::{Column, Type};
use flowz_api::sink::SinkError;
use flowz_api::table::Table;

use super::encode::{Form, form, of_list};
use crate::common::database::json::Shape;
use crate::common::database::names::{Rules, quoted};

/// Most columns of a table (PostgreSQL, appendix K).
const MOST_COLUMNS: usize = 1600;

/// Names of at most 63 bytes (NAMEDATALEN) in small letters, so that nobody needs to quote them.
const RULES: Rules = Rules { longest: 63, folds: false, lowers: true };

/// The table of runs, and the column that leads to it.
pub(super) const RUNS: &str = "flowz_runs";
pub(super) const RUN: &str = "run";

/// A column of the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: String,
    /// Its type, as the server calls it.
    pub(super) ty: String,
    /// What it means.
    pub(super) doc: String,
}

/// A table of the server.
#[derive(Clone, Debug)]
pub(super) struct TablePlan {
    /// Its name.
    pub(super) name: String,
    /// What a record is.
    pub(super) doc: &'static str,
    /// Columns of the run.
    pub(super) columns: Vec<Column>,
    /// How their values are sent, and what is inside of them.
    pub(super) forms: Vec<(Form, Shape)>,
    /// Columns of the server: the run, those of the table, and behind each moment its nanoseconds.
    pub(super) fields: Vec<Field>,
}

/// The tables of a run that are wanted, by their numbers.
pub(super) fn plans(
    tables: &[Table],
    is_wanted: impl Fn(&Table) -> bool,
    prefix: &str,
) -> Result<Vec<Option<TablePlan>>, SinkError> {
    let names: Vec<String> = tables.iter().map(|table| format!("{prefix}{}", table.name)).collect();
    let names = RULES.unique(names.iter().map(String::as_str), &[RUNS]);
    let plan = |(table, name): (&Table, String)| {
        is_wanted(table).then(|| TablePlan::new(table, name)).transpose()
    };
    tables.iter().zip(names).map(plan).collect()
}

impl TablePlan {
    fn new(table: &Table, name: String) -> Result<Self, SinkError> {
        let columns = table.schema.columns.clone();
        let forms: Vec<_> = columns
            .iter()
            .map(|column| (form(&column.ty), Shape::of(&column.name, &column.ty)))
            .collect();
        let mut fields = vec![Field {
            name: RUN.to_owned(),
            ty: "bigint".to_owned(),
            doc: "The run, as in flowz_runs".to_owned(),
        }];
        for (column, (form, _)) in columns.iter().zip(&forms) {
            let unit =
                if column.unit.is_empty() { String::new() } else { format!(" [{}]", column.unit) };
            let meaning = column.doc.trim_end_matches('.');
            let doc = format!("{}: {meaning}{unit} ({})", column.name, column.plugin);
            fields.push(Field { name: column.name.clone(), ty: declared(*form, &column.ty), doc });
            if *form == Form::Time {
                fields.push(Field {
                    name: format!("{}_ns", column.name),
                    ty: "smallint".to_owned(),
                    doc: format!(
                        "Nanoseconds of {} behind its microseconds, 0 to 999",
                        column.name
                    ),
                });
            }
        }
        if fields.len() > MOST_COLUMNS {
            return Err(SinkError::Settings(format!(
                "the table {} needs {} columns, and PostgreSQL takes {MOST_COLUMNS} at most: choose some with --fields or fewer plugins",
                table.name,
                fields.len()
            )));
        }
        let names = RULES.unique(fields.iter().map(|field| &*field.name), &[]);
        for (field, name) in fields.iter_mut().zip(names) {
            field.name = name;
        }
        Ok(Self { name, doc: table.doc, columns, forms, fields })
    }

    /// The name with its schema.
    pub(super) fn qualified(&self, schema: &str) -> String {
        qualified(schema, &self.name)
    }

    /// The statement that makes it.
    pub(super) fn create(&self, schema: &str) -> String {
        let field = |field: &Field| format!("{} {}", quoted(&field.name, '"'), field.ty);
        let fields: Vec<_> = self.fields.iter().map(field).collect();
        format!("CREATE TABLE {} ({});", self.qualified(schema), fields.join(", "))
    }

    /// The statement that adds columns.
    pub(super) fn extend(&self, schema: &str, places: &[usize]) -> String {
        let missing = places.iter().filter_map(|place| self.fields.get(*place));
        let add =
            missing.map(|field| format!("ADD COLUMN {} {}", quoted(&field.name, '"'), field.ty));
        let add: Vec<_> = add.collect();
        format!("ALTER TABLE {} {};", self.qualified(schema), add.join(", "))
    }

    /// Statements that say what is in it, and in these columns.
    pub(super) fn comment(&self, schema: &str, places: &[usize]) -> String {
        let table = self.qualified(schema);
        let mut out = format!("COMMENT ON TABLE {table} IS {};", quoted(self.doc, '\''));
        for field in places.iter().filter_map(|place| self.fields.get(*place)) {
            let (name, doc) = (quoted(&field.name, '"'), quoted(&field.doc, '\''));
            // Writing to a string cannot fail.
            let _ = write!(out, "COMMENT ON COLUMN {table}.{name} IS {doc};");
        }
        out
    }

    /// The statement that takes rows.
    pub(super) fn copy(&self, schema: &str) -> String {
        let fields: Vec<_> = self.fields.iter().map(|field| quoted(&field.name, '"')).collect();
        format!("COPY {} ({}) FROM STDIN BINARY", self.qualified(schema), fields.join(", "))
    }
}

/// A table with its schema.
pub(super) fn qualified(schema: &str, table: &str) -> String {
    format!("{}.{}", quoted(schema, '"'), quoted(table, '"'))
}

/// The type of a column, as the server's `format_type` calls it.
fn declared(form: Form, ty: &Type) -> String {
    let name = match form {
        Form::Int2 => "smallint",
        Form::Int4 => "integer",
        Form::Int8 => "bigint",
        Form::Numeric => "numeric(20,0)",
        Form::Real => "real",
        Form::Double => "double precision",
        Form::Text => "text",
        Form::Bytes => "bytea",
        Form::Inet => "inet",
        Form::Mac => "macaddr",
        Form::Time => "timestamp with time zone",
        Form::Json => "jsonb",
        Form::Array => {
            return of_list(ty).map_or("jsonb".to_owned(), |item| declared(item, ty) + "[]");
        }
    };
    name.to_owned()
}
