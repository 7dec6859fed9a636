//! Tables of the server, made from those of the run.

use flowz_api::column::Column;
use flowz_api::table::Table;

use super::form::{Form, nullable, of};
use crate::common::database::existing::missing;
use crate::common::database::names::{Rules, quoted};

/// Names: any length that a file may have, with an end that the server adds.
const RULES: Rules = Rules { longest: 127, folds: false, lowers: false };

/// The table of runs, and the column that leads to it.
pub(super) const RUNS: &str = "flowz_runs";
pub(super) const RUN: &str = "run";

/// Inserts that a table remembers, so that one that comes again is known.
const REMEMBERED: u32 = 1000;

/// A column of the server.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: String,
    /// Its type.
    pub(super) ty: String,
    /// How its values are sent.
    pub(super) form: Form,
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
    /// Columns of the server, behind that of the run's number.
    pub(super) fields: Vec<Field>,
    /// The columns by which rows are sorted.
    order: Vec<String>,
}

/// The tables of a run that are wanted, by their numbers.
pub(super) fn plans(
    tables: &[Table],
    is_wanted: impl Fn(&Table) -> bool,
    prefix: &str,
) -> Vec<Option<TablePlan>> {
    let names: Vec<String> = tables.iter().map(|table| format!("{prefix}{}", table.name)).collect();
    let names = RULES.unique(names.iter().map(String::as_str), &[RUNS]);
    let plan =
        |(table, name): (&Table, String)| is_wanted(table).then(|| TablePlan::new(table, name));
    tables.iter().zip(names).map(plan).collect()
}

impl TablePlan {
    fn new(table: &Table, name: String) -> Self {
        let columns = table.schema.columns.clone();
        let names = RULES.unique(columns.iter().map(|column| &*column.name), &[RUN]);
        let field = |(column, name): (&Column, String)| {
            let (ty, form) = of(&column.name, &column.ty);
            let unit =
                if column.unit.is_empty() { String::new() } else { format!(" [{}]", column.unit) };
            let doc = format!("{}{unit} ({})", column.doc.trim_end_matches('.'), column.plugin);
            Field { name, ty, form, doc }
        };
        let fields: Vec<_> = columns.iter().zip(names).map(field).collect();
        // Questions are about times first; the flow's rows of one run are together.
        let time = fields.iter().find(|field| field.form == Form::Time);
        let flow = columns.iter().position(|column| column.name == "flowInd");
        let flow = flow.and_then(|at| fields.get(at)).filter(|field| field.form == Form::Whole(8));
        let order = time.into_iter().chain(flow).map(|field| field.name.clone());
        let order = order.chain([RUN.to_owned()]).collect();
        Self { name, doc: table.doc, columns, fields, order }
    }

    /// The statement that makes it.
    pub(super) fn create(&self) -> String {
        let run = format!("`{RUN}` UUID COMMENT 'The run, as in {RUNS}'");
        let fields = self.fields.iter().map(declared);
        let all: Vec<_> = std::iter::once(run).chain(fields).collect();
        let order: Vec<_> = self.order.iter().map(|name| quoted(name, '`')).collect();
        format!(
            "CREATE TABLE IF NOT EXISTS {} ({}) ENGINE = MergeTree ORDER BY ({}) SETTINGS non_replicated_deduplication_window = {REMEMBERED} COMMENT {}",
            quoted(&self.name, '`'),
            all.join(", "),
            order.join(", "),
            literal(self.doc)
        )
    }

    /// Finds out what is missing in a table that is there: yields the statement that adds it, if anything is. Columns that are there and may be
    /// null get their values so; those that are added may be, for the sake of older rows.
    pub(super) fn adapt(&mut self, found: &[(String, String)]) -> Result<Option<String>, String> {
        let wanted: Vec<_> = std::iter::once((RUN, "UUID"))
            .chain(self.fields.iter().map(|field| (&*field.name, &*field.ty)))
            .collect();
        let known: Vec<_> = found.iter().map(|(name, ty)| (&**name, &**ty)).collect();
        let places = missing(&self.name, &wanted, &known, is_same)?;
        if places.contains(&0) {
            return Err(format!(
                "the table {}, which is there already, has no column {RUN}",
                self.name
            ));
        }
        let mut added = Vec::new();
        for (place, field) in (1..).zip(&mut self.fields) {
            let is_missing = places.contains(&place);
            let other = found.iter().find(|(name, _)| *name == field.name);
            if is_missing || other.is_some_and(|(_, ty)| plain(ty) != plain(&field.ty)) {
                (field.ty, field.form) = nullable(field.ty.clone(), field.form.clone());
            }
            if is_missing {
                added.push(format!("ADD COLUMN {}", declared(field)));
            }
        }
        let table = quoted(&self.name, '`');
        Ok((!added.is_empty()).then(|| format!("ALTER TABLE {table} {}", added.join(", "))))
    }

    /// The statement in front of rows.
    pub(super) fn insert(&self) -> String {
        let names = std::iter::once(RUN).chain(self.fields.iter().map(|field| &*field.name));
        let names: Vec<_> = names.map(|name| quoted(name, '`')).collect();
        format!("INSERT INTO {} ({}) FORMAT RowBinary", quoted(&self.name, '`'), names.join(", "))
    }
}

/// A column in a statement.
fn declared(field: &Field) -> String {
    format!("{} {} COMMENT {}", quoted(&field.name, '`'), field.ty, literal(&field.doc))
}

/// A text in a statement.
pub(super) fn literal(text: &str) -> String {
    quoted(&text.replace('\\', "\\\\"), '\'')
}

/// A type without what can be written in several ways.
fn plain(ty: &str) -> String {
    ty.chars().filter(|c| !c.is_whitespace() && *c != '`').collect()
}

/// Whether values of a type can go into a column: it is the same, or may be null besides.
fn is_same(wanted: &str, found: &str) -> bool {
    let (wanted, found) = (plain(wanted), plain(found));
    let or_null = match wanted.strip_prefix("LowCardinality(").and_then(|ty| ty.strip_suffix(')')) {
        Some(inner) => format!("LowCardinality(Nullable({inner}))"),
        None => format!("Nullable({wanted})"),
    };
    found == wanted || found == or_null
}

#[cfg(test)]
mod tests {
    use flowz_api::column::{Schema, Type};
    use flowz_api::table::{Table, TableKind};

    use super::{Form, plans};
    use crate::test_support::{column, table};

    fn flows() -> Table {
        let mut table = table("flows", TableKind::Flows);
        table.doc = "It's a flow";
        table.schema = Schema {
            columns: vec![
                column("flowInd", Type::U64),
                column("timeFirst", Type::Time),
                column("run", Type::Label),
                column("vlans", Type::List(&Type::U16)),
            ],
        };
        table.schema.columns[1].unit = "s";
        table
    }

    #[test]
    fn statements() {
        let plans = plans(&[flows()], |_| true, "a_");
        let plan = plans[0].as_ref().unwrap();
        assert_eq!(
            plan.create(),
            "CREATE TABLE IF NOT EXISTS `a_flows` (`run` UUID COMMENT 'The run, as in flowz_runs', `flowInd` UInt64 COMMENT ' (test)', \
             `timeFirst` DateTime64(9, 'UTC') COMMENT ' [s] (test)', `run_2` LowCardinality(String) COMMENT ' (test)', \
             `vlans` Array(UInt16) COMMENT ' (test)') ENGINE = MergeTree ORDER BY (`timeFirst`, `flowInd`, `run`) \
             SETTINGS non_replicated_deduplication_window = 1000 COMMENT 'It''s a flow'"
        );
        assert_eq!(
            plan.insert(),
            "INSERT INTO `a_flows` (`run`, `flowInd`, `timeFirst`, `run_2`, `vlans`) FORMAT RowBinary"
        );
    }

    fn adapted(found: &[(&str, &str)]) -> (Result<Option<String>, String>, Vec<Form>) {
        let found: Vec<_> =
            found.iter().map(|(name, ty)| ((*name).to_owned(), (*ty).to_owned())).collect();
        let mut plan = plans(&[flows()], |_| true, "")[0].clone().unwrap();
        let outcome = plan.adapt(&found);
        (outcome, plan.fields.into_iter().map(|field| field.form).collect())
    }

    #[test]
    fn tables_of_older_runs() {
        let all = [
            ("run", "UUID"),
            ("flowInd", "UInt64"),
            ("timeFirst", "DateTime64(9,'UTC')"),
            ("run_2", "LowCardinality(Nullable(String))"),
            ("vlans", "Array(UInt16)"),
        ];
        let (outcome, forms) = adapted(&all);
        assert_eq!(outcome, Ok(None));
        assert_eq!(forms[2], Form::Nullable(Box::new(Form::Text)));
        let (outcome, forms) = adapted(&all[..2]);
        let statement = outcome.unwrap().unwrap();
        assert!(
            statement.starts_with(
                "ALTER TABLE `flows` ADD COLUMN `timeFirst` Nullable(DateTime64(9, 'UTC'))"
            ),
            "{statement}"
        );
        assert!(statement.contains("ADD COLUMN `vlans` Array(UInt16)"), "{statement}");
        assert_eq!(forms[1], Form::Nullable(Box::new(Form::Time)));
        let told = adapted(&[("run", "UUID"), ("flowInd", "String")]).0.unwrap_err();
        assert!(told.contains("column flowInd") && told.contains("String"), "{told}");
        let told = adapted(&all[1..]).0.unwrap_err();
        assert!(told.contains("no column run"), "{told}");
    }
}
