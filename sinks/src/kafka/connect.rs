//! The producer, and whether brokers answer.

#![allow(
    clippy::disallowed_methods,
    reason = "how long a server is waited for is no matter of packets"
)]

use std::time::{Duration, Instant};

use flowz_api::sink::SinkError;
use rdkafka::config::{ClientConfig, FromClientConfigAndContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{Producer, ThreadedProducer};

use super::reports::Reports;
use super::toggles::KafkaToggles;
use crate::common::messages::refused;

/// With a thread that takes its reports.
pub(super) type KafkaProducer = ThreadedProducer<Reports>;

/// The longest that one question takes, so that what is said meanwhile is heard.
const STEP: Duration = Duration::from_millis(500);

/// A producer whose brokers answer.
pub(super) fn producer(
    config: &ClientConfig,
    toggles: &KafkaToggles,
) -> Result<KafkaProducer, SinkError> {
    let made = KafkaProducer::from_config_and_context(config, Reports::default());
    let producer = made.map_err(|error| SinkError::Settings(settings(&error)))?;
    let (began, most) = (Instant::now(), Duration::from_secs(toggles.connect_wait.into()));
    loop {
        let Err(error) = probe(&producer, None, STEP.min(most)) else { return Ok(producer) };
        let trouble = producer.context().state().trouble.clone();
        let code = trouble.as_ref().and_then(|trouble| trouble.code);
        // These do not pass by themselves.
        let is_final = matches!(
            code,
            Some(
                RDKafkaErrorCode::Authentication
                    | RDKafkaErrorCode::SaslAuthenticationFailed
                    | RDKafkaErrorCode::UnsupportedSASLMechanism
                    | RDKafkaErrorCode::SSL
            )
        );
        if is_final || began.elapsed() >= most {
            let why = trouble.map_or_else(|| error.to_string(), |trouble| trouble.why);
            return Err(refused(format!(
                "cannot reach Kafka at '{}' (KAFKA_SERVERS): {why}",
                toggles.servers
            )));
        }
    }
}

/// Asks a broker for its topics, or for one of them.
pub(super) fn probe(
    producer: &KafkaProducer,
    topic: Option<&str>,
    most: Duration,
) -> Result<(), KafkaError> {
    producer.client().fetch_metadata(topic, most).map(drop)
}

/// What is wrong with a property; its value is not shown, it may be a password.
fn settings(error: &KafkaError) -> String {
    match error {
        KafkaError::ClientConfig(_, description, name, _) => {
            format!("the property {name} of Kafka: {description}")
        }
        KafkaError::ClientCreation(why) => format!("the properties of Kafka: {why}"),
        other => format!("the properties of Kafka: {other}"),
    }
}
