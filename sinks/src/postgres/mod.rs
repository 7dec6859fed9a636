//! Sink `postgres`: rows go into tables of a PostgreSQL database, by COPY in its binary form.
//!
//! Each table of the run is a table of the schema `PSQL_SCHEMA`, made if it is not there; a row of an older run stays, and columns that
//! the table does not have yet are added. Names are in small letters, so that `SELECT timeFirst FROM flows` needs no quotation marks. The column `run` leads
//! to the table `flowz_runs`, which says of each run when it began and ended, which program it was, its command line and its settings.
//!
//! Numbers are those of the server: `U64` is `numeric(20)`, bit fields are whole numbers, those of 64 bits as `bigint` with the same bits. A moment is a
//! `timestamptz` and, behind it, a column `…_ns` with the nanoseconds behind the microsecond. Lengths of time are whole nanoseconds, addresses `inet`
//! and `macaddr`, payload `bytea`, lists arrays, compounds and lists of them `jsonb`.
//!
//! A batch of rows is a transaction with its number, so that one that is tried again is there once.

mod carrier;
mod connect;
mod encode;
mod prepare;
mod schema;
mod toggles;

use std::sync::Arc;
use std::time::Duration;

use ::postgres::Client;
use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{DeliveryLog, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

use crate::common::database::existing::Existing;
use crate::common::database::load::{Load, Loader};
use crate::common::database::run::RunFacts;
use crate::common::delivery::{Courier, Route};
use carrier::DatabaseCarrier;
use connect::Connector;
use encode::Scratch;
use prepare::Place;
use schema::TablePlan;
use toggles::PsqlToggles;

inventory::submit! { SinkEntry::new::<Postgres>() }

/// The sink.
struct Postgres {
    toggles: PsqlToggles,
    plans: Vec<Option<TablePlan>>,
    /// A connection until the tables are made.
    connected: Option<(Connector, Client)>,
    /// The run's number in the database.
    run: i64,
    loader: Loader,
    courier: Option<Courier<DatabaseCarrier>>,
    deliveries: Option<Arc<dyn DeliveryLog>>,
    scratch: Scratch,
}

impl NamedSink for Postgres {
    const INFO: SinkInfo = SinkInfo {
        name: "postgres",
        toggles: "psqlSink",
        number: 923,
        summary: "Tables of a PostgreSQL database",
        requests: &[],
        preset: None,
        is_remote: true,
    };
    type Toggles = PsqlToggles;

    fn new(toggles: &PsqlToggles) -> Self {
        Self {
            toggles: toggles.clone(),
            plans: Vec::new(),
            connected: None,
            run: 0,
            loader: Loader::new(toggles.batch.into()),
            courier: None,
            deliveries: None,
            scratch: Scratch::default(),
        }
    }
}

impl Postgres {
    fn send(&self, load: Option<Load>) {
        if let (Some(load), Some(courier)) = (load, &self.courier) {
            let bytes = load.bytes();
            courier.send(load, bytes);
        }
    }
}

impl Sink for Postgres {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let (to, toggles) = (setup.destination, &self.toggles);
        let is_wanted = |table: &Table| !to.only_requested || table.kind != TableKind::Plugin;
        self.plans = schema::plans(setup.tables, is_wanted, &toggles.table_prefix)?;
        let connector = Connector::new(toggles)?;
        let client = connector.connect_within(seconds(toggles.wait))?;
        self.connected = Some((connector, client));
        self.deliveries.clone_from(&to.deliveries);
        Ok(())
    }

    fn all_started(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let toggles = &self.toggles;
        let Some((connector, mut client)) = self.connected.take() else { return Ok(()) };
        let place = Place { schema: &toggles.schema, existing: Existing::new(toggles.existing) };
        let facts = RunFacts::new(setup.preamble);
        self.run = prepare::prepare(&mut client, place, &self.plans, &facts)?;
        let carrier =
            DatabaseCarrier::new(connector, client, (&toggles.schema, self.run), &self.plans);
        let (patience, queue) = (seconds(toggles.patience), toggles.queue as usize * 1_000_000);
        let route = Route { sink: Self::INFO.name, patience, queue };
        self.courier = Some(Courier::start(carrier, route)?);
        Ok(())
    }

    fn record(&mut self, id: TableId, _: &Table, record: &Record) -> Result<(), SinkError> {
        let at = usize::from(id.0);
        let Some(plan) = self.plans.get(at).and_then(Option::as_ref) else { return Ok(()) };
        let (run, scratch) = (self.run, &mut self.scratch);
        let load = self.loader.add(at, |out| encode::row(out, plan, run, record, scratch));
        self.send(load);
        Ok(())
    }

    /// All rows are delivered or lost: what a server has cannot be taken back for the sake of other sinks.
    fn prepare(&mut self) -> Result<(), SinkError> {
        let rest = self.loader.take();
        self.send(rest);
        if let Some(mut courier) = self.courier.take()
            && let (Some(delivery), Some(log)) = (courier.finish()?, &self.deliveries)
        {
            log.note(delivery);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.prepare()
    }
}

fn seconds(number: u32) -> Duration {
    Duration::from_secs(number.into())
}

#[cfg(test)]
mod tests;
