//! The engine: flow table, timeouts, the way of a packet, end report.
//!
//! It names no plugin and no sink: both come from the registry of `flowz_api` or from shared objects.
#![forbid(unsafe_code)]

mod active_timeout;
mod aggregation;
pub mod counters;
mod counters_merge;
pub mod decoding;
mod difference;
pub mod encapsulation_counts;
pub mod end_reason;
pub mod engine;
pub mod fragments;
mod growth;
mod keys;
pub mod limits;
pub mod output;
pub mod packet_bytes;
pub mod rate_extremes;
pub mod reassembly;
pub mod recording;
mod records;
pub mod report;
mod shard;
pub mod table;
pub mod timeout_list;

pub use engine::{CheckpointError, Engine, EngineError, EngineSetup, Split, StartError, StateFile};
pub use shard::Shard;
