//! What is done in the database before the first row.

use flowz_api::sink::SinkError;

use super::form::text;
use super::schema::{RUNS, TablePlan, literal};
use super::server::Server;
use crate::common::database::existing::Existing;
use crate::common::database::names::quoted;
use crate::common::database::refused;
use crate::common::database::run::RunFacts;
use crate::common::delivery::Refusal;

/// The table of runs. The server changes no rows, so a run that has ended has two.
const MAKE_RUNS: &str = "(run UUID, time DateTime64(3, 'UTC') DEFAULT now64(3), event LowCardinality(String) COMMENT 'begin or end',
    program String, command String, settings String, sensor String, rows UInt64 COMMENT 'At the end: rows of all tables')
    ENGINE = MergeTree ORDER BY (time, run) SETTINGS non_replicated_deduplication_window = 1000
    COMMENT 'Runs of flowz: one without an end is at work or was given up'";

/// Makes the tables and enters the run: yields its number, as text and as it is sent.
pub(super) fn prepare(
    server: &Server,
    existing: Existing,
    plans: &mut [Option<TablePlan>],
    run: &RunFacts,
) -> Result<(String, [u8; 16]), SinkError> {
    let failed = |refusal: Refusal| {
        refused(format!("cannot prepare the ClickHouse database: {}", refusal.why()))
    };
    let ask = |statement: &str| server.query(statement, &[], b"").map_err(failed);
    for plan in plans.iter_mut().flatten() {
        let found = columns(server, &plan.name).map_err(failed)?;
        match existing {
            _ if found.is_empty() => ask(&plan.create())?,
            Existing::Replace => {
                ask(&format!("DROP TABLE {} SYNC", quoted(&plan.name, '`')))?;
                ask(&plan.create())?
            }
            Existing::Refuse => {
                return Err(refused(format!(
                    "the table {} is there already: name another database or prefix (clickhouseSink.CLICKHOUSE_ADDRESS, CLICKHOUSE_TABLE_PREFIX), or set CLICKHOUSE_EXISTING",
                    plan.name
                )));
            }
            Existing::Append => match plan.adapt(&found).map_err(|why| unlike(&why))? {
                Some(statement) => ask(&statement)?,
                None => String::new(),
            },
        };
    }
    ask(&format!("CREATE TABLE IF NOT EXISTS `{RUNS}` {MAKE_RUNS}"))?;
    let number = ask("SELECT generateUUIDv4()")?.trim().to_owned();
    let Some(bytes) = uuid(&number) else {
        return Err(failed(Refusal::Final(format!("'{number}' is no number of a run"))));
    };
    let insert = format!(
        "INSERT INTO `{RUNS}` (run, event, program, command, settings, sensor) FORMAT RowBinary"
    );
    let mut row = bytes.to_vec();
    for fact in ["begin", &run.program, &run.command, &run.settings, &run.sensor] {
        text(&mut row, fact.as_bytes());
    }
    server.query(&insert, &[("async_insert", "0")], &row).map_err(failed)?;
    Ok((number, bytes))
}

fn unlike(why: &str) -> SinkError {
    refused(format!(
        "{why}: rename or drop the table or the column, or name another database or prefix (clickhouseSink.CLICKHOUSE_ADDRESS, CLICKHOUSE_TABLE_PREFIX)"
    ))
}

/// Names and types of a table's columns; none if it is not there.
fn columns(server: &Server, table: &str) -> Result<Vec<(String, String)>, Refusal> {
    let (database, table) = (literal(server.database()), literal(table));
    let statement = format!(
        "SELECT name, type FROM system.columns WHERE database = {database} AND table = {table} ORDER BY position FORMAT TabSeparatedRaw"
    );
    let answer = server.query(&statement, &[], b"")?;
    let column =
        |line: &str| line.split_once('\t').map(|(name, ty)| (name.to_owned(), ty.to_owned()));
    Ok(answer.lines().filter_map(column).collect())
}

/// A UUID as it is sent: two numbers of 64 bits.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let number = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32)?;
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&((number >> 64) as u64).to_le_bytes());
    bytes[8..].copy_from_slice(&(number as u64).to_le_bytes());
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn numbers_of_runs() {
        let bytes = uuid("00112233-4455-6677-8899-aabbccddeeff").unwrap();
        assert_eq!(bytes[..8], [0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0]);
        assert_eq!(bytes[8..], [0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0x88]);
        assert_eq!(uuid("1"), None);
    }
}
