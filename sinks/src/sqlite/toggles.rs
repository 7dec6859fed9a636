//! Toggles of this sink.

use flowz_api::Toggles;
use flowz_api::toggles::FileSuffix;

/// The file, its tables, and how they are written.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct SqliteToggles {
    /// End of the file's name.
    #[toggle(name = "SQLITE_SUFFIX", default = ".sqlite")]
    pub(super) suffix: FileSuffix,
    /// What stands in front of the names of all tables but those that begin with `flowz_`.
    #[toggle(name = "SQLITE_TABLE_PREFIX", default = "")]
    pub(super) table_prefix: String,
    /// Rows of a transaction, at most; it also ends when they have 8 MiB.
    #[toggle(name = "SQLITE_BATCH", default = 10_000, min = 1, max = 1_000_000)]
    pub(super) batch: u32,
    /// Make an index over the flow's number for each table that has it, when all rows are there.
    #[toggle(name = "SQLITE_INDEX", default = false)]
    pub(super) index: bool,
}
