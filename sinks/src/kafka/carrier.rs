//! Brings batches to Kafka.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseRecord, Producer, PurgeConfig};

use super::connect::{self, KafkaProducer};
use super::reports::{Reports, code};
use super::toggles::KafkaToggles;
use crate::common::delivery::{Carrier, Refusal};
use crate::common::messages::{Batch, Message};

/// How often is looked whether the run is given up.
const LOOK: Duration = Duration::from_millis(50);

/// How long a broker that was away may take to answer.
const PROBE: Duration = Duration::from_secs(1);

/// The producer and what its topics are called.
pub(super) struct KafkaCarrier {
    producer: KafkaProducer,
    reports: Reports,
    /// By the numbers of the tables.
    topics: Vec<String>,
    /// For messages to users.
    servers: String,
    /// No broker has answered for too long: asked first whether one is there.
    is_doubtful: bool,
    is_stopped: Arc<AtomicBool>,
}

impl KafkaCarrier {
    pub(super) fn new(
        producer: KafkaProducer,
        topics: Vec<String>,
        toggles: &KafkaToggles,
    ) -> Self {
        let reports = producer.context().as_ref().clone();
        let servers = toggles.servers.to_string();
        Self { producer, reports, topics, servers, is_doubtful: false, is_stopped: Arc::default() }
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    /// Leaves a message to librdkafka; waits while that has too many.
    fn send(&self, batch: &Batch, place: usize, message: &Message) {
        let topic = self.topics.get(message.table).map_or("", String::as_str);
        let key = batch.text(&message.key);
        let mut record =
            BaseRecord::with_opaque_to(topic, place).payload(batch.text(&message.text));
        if !key.is_empty() {
            record = record.key(key);
        }
        // A report must not come before the message counts as one on its way.
        self.reports.sent(place, Ok(()));
        let outcome = loop {
            match self.producer.send(record) {
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), again))
                    if !self.is_stopped() =>
                {
                    record = again;
                    self.reports.wait(LOOK);
                }
                outcome => break outcome,
            }
        };
        if let Err((error, _)) = outcome {
            self.reports.state().open -= 1;
            self.reports.sent(place, Err(code(&error).unwrap_or(RDKafkaErrorCode::Fail)));
        }
    }

    /// Why messages are lost, and what follows.
    fn refusal(&mut self, lost: RDKafkaErrorCode) -> Refusal {
        let trouble = self.reports.state().trouble.clone();
        let because = |why: &str| format!("Kafka at '{}': {why}", self.servers);
        let reason = trouble.as_ref().map(|trouble| trouble.why.as_str());
        match lost {
            RDKafkaErrorCode::MessageTimedOut | RDKafkaErrorCode::RequestTimedOut => {
                self.is_doubtful = true;
                let why = reason.unwrap_or("no answer");
                Refusal::Spent(because(&format!("not within KAFKA_PATIENCE: {why}")))
            }
            RDKafkaErrorCode::MessageSizeTooLarge => Refusal::Batch(because(
                "a message is too large (the property message.max.bytes, and that of the topic)",
            )),
            RDKafkaErrorCode::Fatal => {
                Refusal::Final(because(reason.unwrap_or("the producer cannot go on")))
            }
            other => Refusal::Batch(because(&other.to_string())),
        }
    }
}

impl Carrier for KafkaCarrier {
    type Batch = Batch;

    fn watch(&mut self, is_stopped: &Arc<AtomicBool>) {
        self.is_stopped = Arc::clone(is_stopped);
    }

    fn deliver(&mut self, batch: &mut Batch) -> Result<(), Refusal> {
        self.reports.begin(batch.messages().len());
        if self.is_doubtful {
            let topic = batch.messages().first().and_then(|m| self.topics.get(m.table));
            let answer = connect::probe(&self.producer, topic.map(String::as_str), PROBE);
            let away = |error| Refusal::Later(format!("Kafka at '{}': {error}", self.servers));
            answer.map_err(away)?;
            self.is_doubtful = false;
        }
        for (place, message) in batch.messages().iter().enumerate() {
            self.send(batch, place, message);
        }
        while !self.reports.wait(LOOK) {
            if self.is_stopped() {
                self.producer.purge(PurgeConfig::default().queue().inflight());
            }
        }
        let (fates, lost) = {
            let mut state = self.reports.state();
            (std::mem::take(&mut state.fates), state.lost)
        };
        let refusal = lost.map(|code| self.refusal(code));
        batch.settle(&fates, refusal.as_ref().map_or("", Refusal::why));
        refusal.map_or(Ok(()), Err)
    }

    fn rows(batch: &Batch) -> u64 {
        batch.rows()
    }
}
