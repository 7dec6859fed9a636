//! What is done in the database before the first row.

use ::postgres::{Client, Error, Transaction};
use flowz_api::sink::SinkError;

use super::connect::in_words;
use super::schema::{RUNS, TablePlan, qualified};
use crate::common::database::existing::{Existing, missing};
use crate::common::database::names::quoted;
use crate::common::database::refused;
use crate::common::database::run::RunFacts;

/// The number of the lock that lets one run at a time make tables: "flowz" in ASCII.
const LOCK: i64 = 0x66_6c_6f_77_7a;

/// Where the tables are, and what is done with those that are there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The schema.
    pub(super) schema: &'a str,
    /// Tables that are there.
    pub(super) existing: Existing,
}

/// Makes the tables and enters the run: yields its number.
pub(super) fn prepare(
    client: &mut Client,
    place: Place<'_>,
    plans: &[Option<TablePlan>],
    run: &RunFacts,
) -> Result<i64, SinkError> {
    let failed = |error: Error| {
        refused(format!("cannot prepare the PostgreSQL database: {}", in_words(&error)))
    };
    let encoding: String = client
        .query_one("SHOW server_encoding", &[])
        .and_then(|row| row.try_get(0))
        .map_err(failed)?;
    if encoding != "UTF8" {
        return Err(refused(format!(
            "the PostgreSQL database has the encoding {encoding}, and texts need UTF8: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )));
    }
    let mut transaction = client.transaction().map_err(failed)?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).map_err(failed)?;
    make_schema(&mut transaction, place.schema).map_err(failed)?;
    for plan in plans.iter().flatten() {
        make_table(&mut transaction, place, plan, failed)?;
    }
    let number = enter(&mut transaction, place.schema, run).map_err(failed)?;
    transaction.commit().map_err(failed)?;
    Ok(number)
}

/// Who may write into a schema may not always make one, so it is only made if it is not there.
fn make_schema(transaction: &mut Transaction<'_>, schema: &str) -> Result<(), Error> {
    let found = transaction.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", &[&schema])?;
    if found.is_empty() {
        transaction.batch_execute(&format!("CREATE SCHEMA {}", quoted(schema, '"')))?;
    }
    Ok(())
}

/// Makes a table, or adds the columns that it does not have.
fn make_table(
    transaction: &mut Transaction<'_>,
    place: Place<'_>,
    plan: &TablePlan,
    failed: impl Fn(Error) -> SinkError + Copy,
) -> Result<(), SinkError> {
    let table = plan.qualified(place.schema);
    let columns = "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
        WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
    let found = transaction.query(columns, &[&table]).map_err(failed)?;
    let found: Vec<(String, String)> = found
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, Error>>()
        .map_err(failed)?;
    let all: Vec<usize> = (0..plan.fields.len()).collect();
    let anew = || plan.create(place.schema) + &plan.comment(place.schema, &all);
    let statements = match place.existing {
        _ if found.is_empty() => anew(),
        Existing::Replace => format!("DROP TABLE {table};{}", anew()),
        Existing::Refuse => {
            return Err(refused(format!(
                "the table {} is there already: name another schema or prefix (psqlSink.PSQL_SCHEMA, PSQL_TABLE_PREFIX), or set PSQL_EXISTING",
                plan.name
            )));
        }
        Existing::Append => {
            let wanted: Vec<_> =
                plan.fields.iter().map(|field| (&*field.name, &*field.ty)).collect();
            let found: Vec<_> = found.iter().map(|(name, ty)| (&**name, &**ty)).collect();
            let places = missing(&plan.name, &wanted, &found, |one, other| one == other);
            let places = places.map_err(|why| {
                refused(format!(
                    "{why}: rename or drop the table or the column, or name another schema or prefix (psqlSink.PSQL_SCHEMA, PSQL_TABLE_PREFIX)"
                ))
            })?;
            if places.is_empty() {
                return Ok(());
            }
            plan.extend(place.schema, &places) + &plan.comment(place.schema, &places)
        }
    };
    transaction.batch_execute(&statements).map_err(failed)
}

/// Enters the run in the table of runs.
fn enter(transaction: &mut Transaction<'_>, schema: &str, run: &RunFacts) -> Result<i64, Error> {
    let table = qualified(schema, RUNS);
    transaction.batch_execute(&format!(
        "CREATE TABLE IF NOT EXISTS {table} (run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            started timestamp with time zone NOT NULL DEFAULT now(), finished timestamp with time zone,
            program text NOT NULL, command text NOT NULL, settings text NOT NULL, sensor text NOT NULL,
            batches bigint NOT NULL DEFAULT 0, rows bigint NOT NULL DEFAULT 0);
        COMMENT ON TABLE {table} IS 'Runs of flowz: finished is null while one is at work and of one that was given up; rows are those of all tables';"
    ))?;
    let insert = format!(
        "INSERT INTO {table} (program, command, settings, sensor) VALUES ($1, $2, $3, $4) RETURNING run"
    );
    let facts: [&(dyn ::postgres::types::ToSql + Sync); 4] =
        [&run.program, &run.command, &run.settings, &run.sensor];
    transaction.query_one(&insert, &facts)?.try_get(0)
}
