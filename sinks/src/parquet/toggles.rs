//! Toggles of this sink.

use flowz_api::Toggles;

/// Compression, memory and layout.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct ParquetToggles {
    /// Level of zstd: 1 is fast, 19 small; 0 does not compress.
    #[toggle(name = "PARQUET_ZSTD", default = 1, min = 0, max = 19)]
    pub(super) zstd: u8,
    /// Memory of the values of a row group, in MiB: readers skip whole row groups, and take one at once.
    #[toggle(name = "PARQUET_GROUP", default = 64, min = 1, max = 1024)]
    pub(super) group: u16,
    /// Folders for days and sensors as Hive, DuckDB and Spark know them, in the folder of PREFIX:
    /// `flows/dt=2024-05-01/sensor=666/part-PREFIX-1.parquet`.
    #[toggle(name = "PARQUET_HIVE", default = false)]
    pub(super) hive: bool,
}
