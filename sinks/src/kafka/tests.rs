//! Runs against a cluster within librdkafka.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flowz_api::sink::{Delivery, DeliveryLog, Destination, NamedSink, Sink, SinkSetup};
use flowz_api::table::{TableId, TableKind};
use flowz_api::toggles::Toggles;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::Message;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::toggles::KafkaToggles;
use super::{Kafka, properties};
use crate::test_support::{TempDir, small_record, table};

type Cluster = MockCluster<'static, DefaultProducerContext>;

#[derive(Debug, Default)]
struct Log(Mutex<Vec<Delivery>>);

impl DeliveryLog for Log {
    fn note(&self, delivery: Delivery) {
        self.0.lock().unwrap().push(delivery);
    }
}

fn toggles(cluster: &Cluster, others: &[(&str, &str)]) -> KafkaToggles {
    let mut toggles = KafkaToggles::default();
    let servers = cluster.bootstrap_servers();
    for (name, value) in [("KAFKA_SERVERS", servers.as_str())].iter().chain(others) {
        let place = KafkaToggles::TABLE.iter().position(|toggle| toggle.name == *name).unwrap();
        toggles.set(place, value).unwrap();
    }
    toggles
}

/// Sends flows 1 ..= `flows`, does something when half of them are sent, and finishes.
fn sent(toggles: &KafkaToggles, flows: u64, in_the_middle: impl FnOnce()) -> Delivery {
    let log = Arc::new(Log::default());
    let deliveries = Some(Arc::clone(&log) as Arc<dyn DeliveryLog>);
    let destination = Destination { deliveries, ..Destination::default() };
    let tables = [table("flows", TableKind::Flows)];
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    let mut sink = Kafka::new(toggles);
    sink.start(&setup).unwrap();
    let mut act = Some(in_the_middle);
    for n in 1..=flows {
        if n > flows / 2
            && let Some(act) = act.take()
        {
            act();
        }
        sink.record(TableId(0), &tables[0], &small_record(n)).unwrap();
    }
    sink.prepare().unwrap();
    sink.finish().unwrap();
    let mut deliveries = log.0.lock().unwrap();
    deliveries.pop().unwrap()
}

/// Keys and texts of a topic, by partition.
fn read(cluster: &Cluster, topic: &str, expected: u64) -> Vec<(i32, String, String)> {
    let consumer: BaseConsumer<_> = ClientConfig::new()
        .set("bootstrap.servers", cluster.bootstrap_servers())
        .set("group.id", "test")
        .create_with_context(rdkafka::consumer::DefaultConsumerContext)
        .unwrap();
    let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(20)).unwrap();
    let mut partitions = TopicPartitionList::new();
    for partition in metadata.topics()[0].partitions() {
        partitions.add_partition_offset(topic, partition.id(), Offset::Beginning).unwrap();
    }
    consumer.assign(&partitions).unwrap();
    let mut all = Vec::new();
    while (all.len() as u64) < expected {
        let message = consumer.poll(Duration::from_secs(20)).expect("a message").unwrap();
        let text = |bytes: Option<&[u8]>| String::from_utf8(bytes.unwrap().to_vec()).unwrap();
        all.push((message.partition(), text(message.key()), text(message.payload())));
    }
    assert!(consumer.poll(Duration::from_millis(300)).is_none(), "a message twice");
    all
}

#[test]
fn each_row_is_a_message() {
    let cluster = Cluster::new(3).unwrap();
    let toggles = toggles(&cluster, &[("KAFKA_PREFIX", "a.b"), ("KAFKA_BATCH", "7")]);
    let delivery = sent(&toggles, 100, || {});
    assert_eq!((delivery.delivered, delivery.lost, delivery.why), (100, 0, None));
    let mut all = read(&cluster, "a.b.flows", 100);
    all.sort_by_key(|(_, key, _)| key.parse::<u64>().unwrap());
    for (n, (_, key, text)) in all.iter().enumerate() {
        let expected = format!(r#"{{"dir":"A","flowInd":{},"hdrDesc":"#, n + 1);
        assert_eq!(*key, (n + 1).to_string(), "without addresses the flow's number");
        assert!(text.starts_with(&expected), "{text}");
    }
}

#[test]
fn brokers_that_come_back_have_each_row_once() {
    let cluster = Cluster::new(1).unwrap();
    let toggles = toggles(&cluster, &[("KAFKA_BATCH", "10")]);
    let delivery = sent(&toggles, 1000, || {
        cluster.broker_down(-1).unwrap();
        thread::sleep(Duration::from_millis(500));
        cluster.broker_up(-1).unwrap();
    });
    assert_eq!((delivery.delivered, delivery.lost), (1000, 0));
    assert_eq!(read(&cluster, "flowz.flows", 1000).len(), 1000);
}

#[test]
fn brokers_that_stay_away_cost_what_was_not_sent() {
    let cluster = Cluster::new(1).unwrap();
    let toggles = toggles(&cluster, &[("KAFKA_BATCH", "10"), ("KAFKA_PATIENCE", "1")]);
    let delivery = sent(&toggles, 1000, || {
        // So that the batches of the first half are on their way.
        thread::sleep(Duration::from_secs(1));
        cluster.broker_down(-1).unwrap();
    });
    assert_eq!((delivery.delivered, delivery.lost), (500, 500));
    let why = delivery.why.unwrap();
    assert!(why.contains("not within KAFKA_PATIENCE"), "{why}");
}

#[test]
fn properties_of_a_file_and_of_the_toggle() {
    let dir = TempDir::new("kafka-properties");
    let file = dir.path("client.properties");
    std::fs::write(&file, "# comment\n\nclient.id = x=y\nlinger.ms=7\n").unwrap();
    let cluster = Cluster::new(1).unwrap();
    let own = [("KAFKA_CONFIG", file.to_str().unwrap()), ("KAFKA_PROPERTIES", "linger.ms=9,")];
    let config = properties::config(&toggles(&cluster, &own)).unwrap();
    let value = |name| config.get(name).unwrap();
    assert_eq!((value("client.id"), value("linger.ms")), ("x=y", "9"));
    assert_eq!((value("acks"), value("enable.idempotence")), ("all", "true"));
    std::fs::write(&file, "client.id=x\nhush").unwrap();
    let error = properties::config(&toggles(&cluster, &own)).unwrap_err().to_string();
    assert!(error.starts_with("line 2 of '") && !error.contains("hush"), "{error}");
}
