//! Sink `nats`: each row is a message to a subject of NATS, a JSON object ([`json`](crate::common::json)).
//!
//! Subjects are called PREFIX.flows, PREFIX.packets and so on. Where a stream of JetStream takes a subject, each message has an identity
//! (`Nats-Msg-Id`), is acknowledged by the stream, and is sent again until it is. Elsewhere NATS passes messages on to whoever is subscribed then, and keeps
//! none: they count as delivered when the server has read them.

mod carrier;
mod connection;
mod streams;
mod toggles;
mod troubles;

use std::sync::Arc;
use std::time::Duration;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId};

use crate::common::messages::{Limits, Outbox, name, wanted};
use carrier::NatsCarrier;
use connection::Connection;
use toggles::NatsToggles;

inventory::submit! { SinkEntry::new::<Nats>() }

/// The sink.
struct Nats {
    toggles: Arc<NatsToggles>,
    outbox: Option<Outbox<NatsCarrier>>,
}

/// Where the rows of a table go.
#[derive(Clone, Debug, Default)]
struct Route {
    /// Empty if nobody wants the table.
    subject: String,
    /// A stream takes them.
    has_stream: bool,
}

impl NamedSink for Nats {
    const INFO: SinkInfo = SinkInfo {
        name: "nats",
        toggles: "natsSink",
        number: 929,
        summary: "Messages to subjects of NATS",
        requests: &[],
        preset: None,
        is_remote: true,
    };
    type Toggles = NatsToggles;

    fn new(toggles: &NatsToggles) -> Self {
        Self { toggles: Arc::new(toggles.clone()), outbox: None }
    }
}

impl Sink for Nats {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let toggles = &self.toggles;
        let mut routes = vec![Route::default(); setup.tables.len()];
        for (number, table) in wanted(setup) {
            routes[number].subject = name(&toggles.prefix, "NATS_PREFIX", table.name)?;
        }
        let connection = Connection::within_wait(toggles)?;
        streams::find(&connection, toggles, &mut routes)?;
        let limits = Limits {
            messages: toggles.batch as usize,
            patience: Duration::from_secs(toggles.patience.into()),
            queue: toggles.queue as usize * 1_000_000,
        };
        let carrier = NatsCarrier::new(connection, Arc::clone(toggles), routes);
        self.outbox = Some(Outbox::start(carrier, Self::INFO.name, limits, setup)?);
        Ok(())
    }

    fn record(&mut self, id: TableId, _: &Table, record: &Record) -> Result<(), SinkError> {
        if let Some(outbox) = &mut self.outbox {
            outbox.record(id, record);
        }
        Ok(())
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.outbox.take().map_or(Ok(()), |mut outbox| outbox.finish())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.prepare()
    }
}

#[cfg(test)]
mod tests;
