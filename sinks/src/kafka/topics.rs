//! Topics that a run needs: those that are not there are made, or the run is refused.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use flowz_api::sink::SinkError;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::{ClientConfig, FromClientConfig};
use rdkafka::error::{IsError, RDKafkaErrorCode};
use rdkafka::metadata::MetadataTopic;
use rdkafka::producer::Producer;

use super::connect::KafkaProducer;
use super::toggles::KafkaToggles;
use crate::common::messages::refused;

/// Between two questions for a topic that is being made.
const STEP: Duration = Duration::from_millis(200);

/// As many replicas or partitions as the broker thinks right (KIP-464).
const AS_THE_BROKER_SAYS: i32 = -1;

/// Sees to it that all topics are there; empty names are those of tables that nobody wants.
pub(super) fn see_to(
    producer: &KafkaProducer,
    config: &ClientConfig,
    toggles: &KafkaToggles,
    topics: &[String],
) -> Result<(), SinkError> {
    let most = Duration::from_secs(toggles.connect_wait.into());
    let missing = missing(producer, topics, most, toggles)?;
    if missing.is_empty() {
        return Ok(());
    }
    if !toggles.create {
        let names = missing.join(", ");
        return Err(refused(format!(
            "Kafka at '{}' has no topic {names}: make it, or let flowz make it (KAFKA_CREATE=1)",
            toggles.servers
        )));
    }
    // Most brokers make topics by themselves when they are asked for one by its name.
    let is_free = toggles.partitions == 0;
    let asked = missing.iter().filter(|topic| !(is_free && has(producer, topic, most).is_ok()));
    let unmade: Vec<_> = asked.copied().collect();
    if unmade.is_empty() {
        return Ok(());
    }
    make(config, toggles, &unmade, most)?;
    unmade.into_iter().try_for_each(|topic| wait_for(producer, topic, most, toggles))
}

/// Those that the brokers do not name.
fn missing<'a>(
    producer: &KafkaProducer,
    topics: &'a [String],
    most: Duration,
    toggles: &KafkaToggles,
) -> Result<Vec<&'a str>, SinkError> {
    let metadata = producer.client().fetch_metadata(None, most).map_err(|error| {
        refused(format!("Kafka at '{}' does not name its topics: {error}", toggles.servers))
    })?;
    let is_there = |topic: &str| metadata.topics().iter().any(|there| there.name() == topic);
    let topics = topics.iter().map(String::as_str).filter(|topic| !topic.is_empty());
    Ok(topics.filter(|topic| !is_there(topic)).collect())
}

/// Makes topics.
fn make(
    config: &ClientConfig,
    toggles: &KafkaToggles,
    missing: &[&str],
    most: Duration,
) -> Result<(), SinkError> {
    let failed = |topic: &str, why: &str| {
        let server = &toggles.servers;
        refused(format!("Kafka at '{server}' does not make the topic {topic}: {why}"))
    };
    let admin = AdminClient::<DefaultClientContext>::from_config(config)
        .map_err(|error| failed(missing[0], &error.to_string()))?;
    let partitions = i32::try_from(toggles.partitions).ok().filter(|n| *n > 0);
    let partitions = partitions.unwrap_or(AS_THE_BROKER_SAYS);
    let replicas = || TopicReplication::Fixed(AS_THE_BROKER_SAYS);
    let topics: Vec<_> =
        missing.iter().map(|name| NewTopic::new(name, partitions, replicas())).collect();
    let options = AdminOptions::new().operation_timeout(Some(most)).request_timeout(Some(most));
    let outcomes = match wait(admin.create_topics(&topics, &options)) {
        Ok(outcomes) => outcomes,
        Err(error) => return Err(failed(missing[0], &error.to_string())),
    };
    for outcome in outcomes {
        match outcome {
            // Made by somebody else meanwhile.
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, why)) => return Err(failed(&topic, &why.to_string())),
        }
    }
    Ok(())
}

/// Whether a topic has partitions; if not, why.
fn has(producer: &KafkaProducer, topic: &str, most: Duration) -> Result<(), String> {
    const TRIES: u32 = 5;
    let mut why = String::new();
    for _ in 0..TRIES {
        let metadata = producer.client().fetch_metadata(Some(topic), most);
        let metadata = metadata.map_err(|error| error.to_string())?;
        let found = metadata.topics().first();
        let error = found.and_then(MetadataTopic::error).filter(IsError::is_error);
        if error.is_none() && found.is_some_and(|found| !found.partitions().is_empty()) {
            return Ok(());
        }
        let code = error.map_or(RDKafkaErrorCode::UnknownTopicOrPartition, RDKafkaErrorCode::from);
        why = code.to_string();
        thread::sleep(STEP);
    }
    Err(why)
}

/// Waits until a topic that is made has partitions.
fn wait_for(
    producer: &KafkaProducer,
    topic: &str,
    most: Duration,
    toggles: &KafkaToggles,
) -> Result<(), SinkError> {
    let mut why = String::new();
    for _ in 0..=most.as_secs() {
        match has(producer, topic, most) {
            Ok(()) => return Ok(()),
            Err(reason) => why = reason,
        }
    }
    Err(refused(format!("Kafka at '{}' has no topic {topic}: {why}", toggles.servers)))
}

/// Waits for what another thread completes.
fn wait<T>(future: impl Future<Output = T>) -> T {
    struct Waiting(Thread);
    impl Wake for Waiting {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Waiting(thread::current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(outcome) => return outcome,
            Poll::Pending => thread::park(),
        }
    }
}
