//! Brings loads into the database, each once.
//!
//! A load and its number are one transaction: the run's row in `flowz_runs` has the number of the last one. If a connection is lost while a
//! transaction is committed, nobody knows whether it was; then the number tells.

use std::io::Write;

use ::postgres::{Client, Error};

use super::connect::{Connector, refusal};
use super::encode::{HEADER, TRAILER};
use super::schema::{RUNS, TablePlan, qualified};
use crate::common::database::load::Load;
use crate::common::delivery::{Carrier, Refusal};

/// The way to the database.
pub(super) struct DatabaseCarrier {
    connector: Connector,
    client: Option<Client>,
    /// The run's number.
    run: i64,
    /// The table of runs, with its schema.
    runs: String,
    /// Statements that take rows, by the numbers of the tables.
    copies: Vec<String>,
}

impl DatabaseCarrier {
    /// With a connection that is there.
    pub(super) fn new(
        connector: Connector,
        client: Client,
        (schema, run): (&str, i64),
        plans: &[Option<TablePlan>],
    ) -> Self {
        let copy = |plan: &Option<TablePlan>| {
            plan.as_ref().map(|plan| plan.copy(schema)).unwrap_or_default()
        };
        let copies = plans.iter().map(copy).collect();
        Self { connector, client: Some(client), run, runs: qualified(schema, RUNS), copies }
    }

    /// The connection, a new one if the last one was lost.
    fn client(&mut self) -> Result<&mut Client, Refusal> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.client = None;
        }
        match &mut self.client {
            Some(client) => Ok(client),
            empty => Ok(empty.insert(self.connector.connect().map_err(|error| refusal(&error))?)),
        }
    }

    fn try_load(&mut self, load: &Load) -> Result<(), Refusal> {
        let (run, number, rows) = (self.run, load.number as i64, load.rows() as i64);
        let runs = self.runs.clone();
        let copies = std::mem::take(&mut self.copies);
        let outcome = self
            .client()
            .and_then(|client| transaction(client, (&runs, run), (number, rows), (load, &copies)));
        self.copies = copies;
        outcome
    }
}

/// Brings a load in, if it is not there already.
fn transaction(
    client: &mut Client,
    (runs, run): (&str, i64),
    (number, rows): (i64, i64),
    (load, copies): (&Load, &[String]),
) -> Result<(), Refusal> {
    let failed = |error: Error| refusal(&error);
    let mut transaction = client.transaction().map_err(failed)?;
    let update =
        format!("UPDATE {runs} SET batches = $2, rows = rows + $3 WHERE run = $1 AND batches < $2");
    if transaction.execute(&update, &[&run, &number, &rows]).map_err(failed)? == 0 {
        let last = format!("SELECT batches FROM {runs} WHERE run = $1");
        let found = transaction.query_opt(&last, &[&run]).map_err(failed)?;
        return found.map(drop).ok_or_else(|| {
            Refusal::Final(format!("the run {run} is no longer in the table {runs}"))
        });
    }
    for part in &load.parts {
        let Some(copy) = copies.get(part.table) else { continue };
        let mut writer = transaction.copy_in(copy).map_err(failed)?;
        let written = writer
            .write_all(HEADER)
            .and_then(|()| writer.write_all(&part.bytes))
            .and_then(|()| writer.write_all(TRAILER));
        // What the server says comes with the end.
        let ended = writer.finish().map_err(failed);
        ended?;
        written.map_err(|error| Refusal::Later(error.to_string()))?;
    }
    transaction.commit().map_err(failed)
}

impl Carrier for DatabaseCarrier {
    type Batch = Load;

    fn deliver(&mut self, load: &mut Load) -> Result<(), Refusal> {
        let outcome = self.try_load(load);
        if outcome.is_err() {
            // A new connection has no half of a transaction.
            self.client = None;
        }
        outcome
    }

    fn rows(load: &Load) -> u64 {
        load.rows()
    }

    fn close(&mut self) -> Result<(), Refusal> {
        let (run, runs) = (self.run, self.runs.clone());
        let update = format!("UPDATE {runs} SET finished = now() WHERE run = $1");
        self.client()?.execute(&update, &[&run]).map(drop).map_err(|error| refusal(&error))
    }
}
