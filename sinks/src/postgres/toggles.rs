//! Toggles of this sink.

use flowz_api::Toggles;
use flowz_api::toggles::ServerAddress;

/// The server, the tables, and how rows are sent.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct PsqlToggles {
    /// The server and the database: `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require`, or words as libpq takes them.
    #[toggle(name = "PSQL_ADDRESS", default = "postgres://postgres@localhost:5432/flowz")]
    pub(super) address: ServerAddress,
    /// File with certificates (PEM) of authorities that are trusted; empty for those of the system.
    #[toggle(name = "PSQL_CA", default = "")]
    pub(super) ca: String,
    /// The schema of the tables; it is made if it is not there.
    #[toggle(name = "PSQL_SCHEMA", default = "public")]
    pub(super) schema: String,
    /// What stands in front of the names of all tables but `flowz_runs`.
    #[toggle(name = "PSQL_TABLE_PREFIX", default = "")]
    pub(super) table_prefix: String,
    /// Tables that are there already: 0 adds rows and the columns that are missing, 1 refuses the run, 2 makes them anew.
    #[toggle(name = "PSQL_EXISTING", default = 0, min = 0, max = 2)]
    pub(super) existing: u8,
    /// For how many seconds the server is tried when the run starts.
    #[toggle(name = "PSQL_WAIT", default = 5, min = 0, max = 86400)]
    pub(super) wait: u32,
    /// For how many seconds rows are tried when the server is away, before they are lost.
    #[toggle(name = "PSQL_PATIENCE", default = 60, min = 0, max = 86400)]
    pub(super) patience: u32,
    /// Rows of a transaction, at most; it also ends when they have 8 MiB or have waited for a second.
    #[toggle(name = "PSQL_BATCH", default = 10_000, min = 1, max = 1_000_000)]
    pub(super) batch: u32,
    /// Megabytes of rows that wait for the server, at most.
    #[toggle(name = "PSQL_QUEUE", default = 64, min = 1, max = 100_000)]
    pub(super) queue: u32,
}
