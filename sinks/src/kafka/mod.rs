//! Sink `kafka`: each row is a message to a topic of Kafka, a JSON object ([`json`](crate::common::json)).
//!
//! Topics are called PREFIX.flows, PREFIX.packets and so on. The key of a message is the pair of addresses, so that both directions of a
//! conversation are in one partition and in order. The library librdkafka sends; what it says of each message is counted.

mod carrier;
mod connect;
mod properties;
mod reports;
mod toggles;
mod topics;

use std::time::Duration;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId};

use crate::common::messages::{Limits, Outbox, name, wanted};
use carrier::KafkaCarrier;
use toggles::KafkaToggles;

inventory::submit! { SinkEntry::new::<Kafka>() }

/// The sink.
struct Kafka {
    toggles: KafkaToggles,
    outbox: Option<Outbox<KafkaCarrier>>,
}

impl NamedSink for Kafka {
    const INFO: SinkInfo = SinkInfo {
        name: "kafka",
        toggles: "kafkaSink",
        number: 928,
        summary: "Messages to topics of Kafka",
        requests: &[],
        preset: None,
        is_remote: true,
    };
    type Toggles = KafkaToggles;

    fn new(toggles: &KafkaToggles) -> Self {
        Self { toggles: toggles.clone(), outbox: None }
    }
}

impl Sink for Kafka {
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let toggles = &self.toggles;
        let mut topics = vec![String::new(); setup.tables.len()];
        for (number, table) in wanted(setup) {
            topics[number] = name(&toggles.prefix, "KAFKA_PREFIX", table.name)?;
        }
        let config = properties::config(toggles)?;
        let producer = connect::producer(&config, toggles)?;
        topics::see_to(&producer, &config, toggles, &topics)?;
        let patience = Duration::from_secs(toggles.patience.into());
        let limits = Limits {
            messages: toggles.batch as usize,
            patience,
            queue: toggles.queue as usize * 1_000_000,
        };
        let carrier = KafkaCarrier::new(producer, topics, toggles);
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
