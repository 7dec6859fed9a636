//! Sinks that this program was built without, so that who names one hears which feature brings it.

#![allow(unused_imports, unused_macros, reason = "a build with all sinks needs none of it")]

use flowz_api::inventory;
use flowz_api::registry::AbsentSink;

/// Registers the sinks whose features are off.
macro_rules! absent {
    ($($feature:literal, $name:literal, $toggles:literal, $summary:literal;)*) => {$(
        #[cfg(not(feature = $feature))]
        inventory::submit! {
            AbsentSink { name: $name, toggles: $toggles, summary: $summary, feature: $feature }
        }
    )*};
}

absent! {
    "arrow", "arrow", "arrowSink", "Arrow IPC files and streams: all tables";
    "clickhouse", "clickhouse", "clickhouseSink", "Tables of a ClickHouse server";
    "kafka", "kafka", "kafkaSink", "Messages to topics of Kafka";
    "nats", "nats", "natsSink", "Messages to subjects of NATS";
    "parquet", "parquet", "parquetSink", "Parquet files: all tables";
    "postgres", "postgres", "psqlSink", "Tables of a PostgreSQL database";
    "sqlite", "sqlite", "sqliteSink", "An SQLite database: all tables";
}
