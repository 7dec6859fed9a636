//! Toggles of this sink.

use flowz_api::Toggles;
use flowz_api::toggles::ServerAddress;

/// Where messages go, and how.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct KafkaToggles {
    /// Brokers that are asked first: `HOST:PORT`, with commas between them.
    #[toggle(name = "KAFKA_SERVERS", default = "localhost:9092")]
    pub(super) servers: ServerAddress,
    /// What topics are called: this, a point and the name of the table.
    #[toggle(name = "KAFKA_PREFIX", default = "flowz")]
    pub(super) prefix: String,
    /// Topics that are not there are made; without, a run that needs one is refused.
    #[toggle(name = "KAFKA_CREATE", default = true)]
    pub(super) create: bool,
    /// Partitions of a topic that is made; 0 as many as the broker thinks right.
    #[toggle(name = "KAFKA_PARTITIONS", default = 0, min = 0, max = 100_000)]
    pub(super) partitions: u32,
    /// Who has a message before it counts as delivered: 0 nobody, 1 the leader, 2 all replicas that are in step, and no message comes
    /// twice.
    #[toggle(name = "KAFKA_ACKS", default = 2, min = 0, max = 2)]
    pub(super) acks: u8,
    /// How messages are compressed: 0 not at all, 1 lz4, 2 snappy.
    #[toggle(name = "KAFKA_COMPRESSION", default = 1, min = 0, max = 2)]
    pub(super) compression: u8,
    /// For how long a message is tried, in seconds; at least one.
    #[toggle(name = "KAFKA_PATIENCE", default = 60, min = 1, max = 86_400)]
    pub(super) patience: u32,
    /// For how long a broker is waited for when the run starts, in seconds.
    #[toggle(name = "KAFKA_CONNECT_WAIT", default = 10, min = 1, max = 3600)]
    pub(super) connect_wait: u32,
    /// Most messages of a batch.
    #[toggle(name = "KAFKA_BATCH", default = 10_000, min = 1, max = 1e6)]
    pub(super) batch: u32,
    /// Most megabytes of messages that wait; what comes then waits too.
    #[toggle(name = "KAFKA_QUEUE", default = 64, min = 1, max = 100_000)]
    pub(super) queue: u32,
    /// Properties of librdkafka, `NAME=VALUE` with commas between them: `security.protocol=SSL,ssl.ca.location=ca.pem`.
    #[toggle(name = "KAFKA_PROPERTIES", default = "")]
    pub(super) properties: ServerAddress,
    /// A file with more of them, `NAME=VALUE` in each line; those of `KAFKA_PROPERTIES` win.
    #[toggle(name = "KAFKA_CONFIG", default = "")]
    pub(super) config: String,
}
