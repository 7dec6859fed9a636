//! Toggles of this sink.

use flowz_api::Toggles;
use flowz_api::toggles::ServerAddress;

/// The server, the tables, and how rows are sent.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct ClickhouseToggles {
    /// The HTTP interface of the server and the database: `https://USER:PASSWORD@HOST:8443/DATABASE`.
    #[toggle(name = "CLICKHOUSE_ADDRESS", default = "http://default@localhost:8123/default")]
    pub(super) address: ServerAddress,
    /// File with certificates (PEM) of authorities that are trusted; empty for those of the system.
    #[toggle(name = "CLICKHOUSE_CA", default = "")]
    pub(super) ca: String,
    /// What stands in front of the names of all tables but `flowz_runs`.
    #[toggle(name = "CLICKHOUSE_TABLE_PREFIX", default = "")]
    pub(super) table_prefix: String,
    /// Tables that are there already: 0 adds rows and the columns that are missing, 1 refuses the run, 2 makes them anew.
    #[toggle(name = "CLICKHOUSE_EXISTING", default = 0, min = 0, max = 2)]
    pub(super) existing: u8,
    /// For how many seconds the server is tried when the run starts.
    #[toggle(name = "CLICKHOUSE_WAIT", default = 5, min = 0, max = 86400)]
    pub(super) wait: u32,
    /// For how many seconds rows are tried when the server is away, before they are lost.
    #[toggle(name = "CLICKHOUSE_PATIENCE", default = 60, min = 0, max = 86400)]
    pub(super) patience: u32,
    /// For how many seconds an answer is waited for, before the server counts as away.
    #[toggle(name = "CLICKHOUSE_TIMEOUT", default = 60, min = 1, max = 86400)]
    pub(super) timeout: u32,
    /// Rows that are inserted together, at most; also when they have 8 MiB or have waited for a second.
    #[toggle(name = "CLICKHOUSE_BATCH", default = 100_000, min = 1, max = 1_000_000)]
    pub(super) batch: u32,
    /// Megabytes of rows that wait for the server, at most.
    #[toggle(name = "CLICKHOUSE_QUEUE", default = 64, min = 1, max = 100_000)]
    pub(super) queue: u32,
}
