//! Brings loads to the server, each once.
//!
//! Every insert has a name made of run, load and table. The server remembers the last thousand names of a table, so an insert whose
//! answer was lost does nothing when it comes again.

use super::form::text;
use super::schema::{RUNS, TablePlan};
use super::server::Server;
use crate::common::database::load::Load;
use crate::common::delivery::{Carrier, Refusal};

/// The way to the server.
#[derive(Debug)]
pub(super) struct InsertCarrier {
    server: Server,
    /// The run's number, as text and as it is sent.
    run: (String, [u8; 16]),
    /// Statements that take rows, by the numbers of the tables.
    inserts: Vec<String>,
    /// Rows that the server has.
    delivered: u64,
}

impl InsertCarrier {
    /// To these tables.
    pub(super) fn new(
        server: Server,
        run: (String, [u8; 16]),
        plans: &[Option<TablePlan>],
    ) -> Self {
        let insert =
            |plan: &Option<TablePlan>| plan.as_ref().map(TablePlan::insert).unwrap_or_default();
        Self { server, run, inserts: plans.iter().map(insert).collect(), delivered: 0 }
    }
}

/// Sends rows under a name.
fn insert(server: &Server, statement: &str, token: &str, rows: &[u8]) -> Result<(), Refusal> {
    let settings = [
        ("insert_deduplication_token", token),
        ("insert_deduplicate", "1"),
        // The answer is that to the insert, not that it waits for others.
        ("async_insert", "0"),
    ];
    server.query(statement, &settings, rows).map(drop)
}

impl Carrier for InsertCarrier {
    type Batch = Load;

    fn deliver(&mut self, load: &mut Load) -> Result<(), Refusal> {
        while let Some(part) = load.parts.first() {
            let token = format!("{}-{}-{}", self.run.0, load.number, part.table);
            let statement = self.inserts.get(part.table).map_or("", String::as_str);
            insert(&self.server, statement, &token, &part.bytes)?;
            self.delivered += part.rows;
            load.parts.remove(0);
        }
        Ok(())
    }

    fn rows(load: &Load) -> u64 {
        load.rows()
    }

    fn close(&mut self) -> Result<(), Refusal> {
        let statement = format!("INSERT INTO `{RUNS}` (run, event, rows) FORMAT RowBinary");
        let mut row = self.run.1.to_vec();
        text(&mut row, b"end");
        row.extend(self.delivered.to_le_bytes());
        insert(&self.server, &statement, &format!("{}-end", self.run.0), &row)
    }
}
