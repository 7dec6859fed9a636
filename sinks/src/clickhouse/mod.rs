//! Sink `clickhouse`: rows go into tables of a ClickHouse server, through its HTTP interface in the format RowBinary.
//!
//! Each table of the run is a table of the address's database, made if it is not there (`MergeTree`, sorted by time, flow and run); rows of an older run stay,
//! and columns that the table does not have yet are added. The column `run` leads to the table `flowz_runs`, which says of each run when it began
//! and ended, which program it was, its command line and its settings.
//!
//! Types are the server's own: `UInt8` to `UInt64` also for bit fields, `DateTime64(9, 'UTC')`, `IPv4` and `IPv6` (an address of either kind is `IPv6`, IPv4 as
//! `::ffff:a.b.c.d`), `Array`, `Tuple`, `Nullable`. Hardware addresses are text, payload is `String`, lengths of time are whole nanoseconds. Moments beyond 2262
//! are the last one that the server has.
//!
//! An insert has a name, so that one that is tried again is there once.

mod carrier;
mod form;
mod prepare;
mod schema;
mod server;
mod toggles;

use std::sync::Arc;
use std::time::Duration;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{DeliveryLog, NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

use crate::common::database::existing::Existing;
use crate::common::database::load::{Load, Loader};
use crate::common::database::run::RunFacts;
use crate::common::delivery::{Courier, Route};
use crate::common::format::buffer::Buffer;
use carrier::InsertCarrier;
use schema::TablePlan;
use server::Server;
use toggles::ClickhouseToggles;

inventory::submit! { SinkEntry::new::<Clickhouse>() }

/// The sink.
struct Clickhouse {
    toggles: ClickhouseToggles,
    plans: Vec<Option<TablePlan>>,
    /// The server until the tables are made.
    reached: Option<Server>,
    /// The run's number as it is sent.
    run: [u8; 16],
    loader: Loader,
    courier: Option<Courier<InsertCarrier>>,
    deliveries: Option<Arc<dyn DeliveryLog>>,
    shown: Buffer,
}

impl NamedSink for Clickhouse {
    const INFO: SinkInfo = SinkInfo {
        name: "clickhouse",
        toggles: "clickhouseSink",
        number: 927,
        summary: "Tables of a ClickHouse server",
        requests: &[],
        preset: None,
        is_remote: true,
    };
    type Toggles = ClickhouseToggles;

    fn new(toggles: &ClickhouseToggles) -> Self {
        Self {
            toggles: toggles.clone(),
            plans: Vec::new(),
            reached: None,
            run: [0; 16],
            loader: Loader::new(toggles.batch.into()),
            courier: None,
            deliveries: None,
            shown: Buffer::with_capacity(64),
        }
    }
}

impl Clickhouse {
    fn send(&self, load: Option<Load>) {
        if let (Some(load), Some(courier)) = (load, &self.courier) {
            let bytes = load.bytes();
            courier.send(load, bytes);
        }
    }
}

impl Sink for Clickhouse {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let (to, toggles) = (setup.destination, &self.toggles);
        let is_wanted = |table: &Table| !to.only_requested || table.kind != TableKind::Plugin;
        self.plans = schema::plans(setup.tables, is_wanted, &toggles.table_prefix);
        let server = Server::new(toggles)?;
        server.reach_within(seconds(toggles.wait))?;
        self.reached = Some(server);
        self.deliveries.clone_from(&to.deliveries);
        Ok(())
    }

    fn all_started(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let toggles = &self.toggles;
        let Some(server) = self.reached.take() else { return Ok(()) };
        let facts = RunFacts::new(setup.preamble);
        let existing = Existing::new(toggles.existing);
        let run = prepare::prepare(&server, existing, &mut self.plans, &facts)?;
        self.run = run.1;
        let carrier = InsertCarrier::new(server, run, &self.plans);
        let (patience, queue) = (seconds(toggles.patience), toggles.queue as usize * 1_000_000);
        let route = Route { sink: Self::INFO.name, patience, queue };
        self.courier = Some(Courier::start(carrier, route)?);
        Ok(())
    }

    fn record(&mut self, id: TableId, _: &Table, record: &Record) -> Result<(), SinkError> {
        let at = usize::from(id.0);
        let Some(plan) = self.plans.get(at).and_then(Option::as_ref) else { return Ok(()) };
        let (run, shown) = (self.run, &mut self.shown);
        let load = self.loader.add(at, |out| {
            out.extend(run);
            for (value, field) in record.values(&plan.columns).zip(&plan.fields) {
                form::write(out, &field.form, value, shown);
            }
        });
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
