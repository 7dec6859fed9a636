//! Toggles of this sink.

use flowz_api::Toggles;
use flowz_api::toggles::ServerAddress;

/// Where messages go, and how.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct NatsToggles {
    /// Servers of one cluster: `nats://USER:PASSWORD@HOST:PORT`, `tls://…` for TLS, with commas between them.
    #[toggle(name = "NATS_SERVERS", default = "nats://localhost:4222")]
    pub(super) servers: ServerAddress,
    /// What subjects are called: this, a point and the name of the table.
    #[toggle(name = "NATS_PREFIX", default = "flowz")]
    pub(super) prefix: String,
    /// Who keeps messages: 0 nobody, 1 the stream of a subject where there is one, 2 a stream, and a run that finds none is refused.
    #[toggle(name = "NATS_JETSTREAM", default = 1, min = 0, max = 2)]
    pub(super) jetstream: u8,
    /// A stream of this name for all subjects of the prefix; it is made if it is not there. Empty: those that are there.
    #[toggle(name = "NATS_STREAM", default = "")]
    pub(super) stream: String,
    /// A file with certificates (PEM) of whom the server's must be from, beside those that the system trusts.
    #[toggle(name = "NATS_CA", default = "")]
    pub(super) ca: String,
    /// A file with a certificate (PEM) for the server to see.
    #[toggle(name = "NATS_CERT", default = "")]
    pub(super) cert: String,
    /// A file with its key (PEM).
    #[toggle(name = "NATS_KEY", default = "")]
    pub(super) key: String,
    /// A file with credentials, as `nsc` makes them.
    #[toggle(name = "NATS_CREDS", default = "")]
    pub(super) creds: String,
    /// For how long a batch is tried, in seconds; at least once.
    #[toggle(name = "NATS_PATIENCE", default = 60, min = 0, max = 86_400)]
    pub(super) patience: u32,
    /// For how long a server is waited for when the run starts, in seconds.
    #[toggle(name = "NATS_CONNECT_WAIT", default = 10, min = 1, max = 3600)]
    pub(super) connect_wait: u32,
    /// For how long a server may take to answer, in seconds.
    #[toggle(name = "NATS_ANSWER_WAIT", default = 10, min = 1, max = 3600)]
    pub(super) answer_wait: u32,
    /// Most messages of a batch.
    #[toggle(name = "NATS_BATCH", default = 5000, min = 1, max = 1e6)]
    pub(super) batch: u32,
    /// Most megabytes of messages that wait; what comes then waits too.
    #[toggle(name = "NATS_QUEUE", default = 64, min = 1, max = 100_000)]
    pub(super) queue: u32,
}
