//! The engine: flow table, timeouts, the way of a packet, settings, end report.
//!
//! It names no plugin and no sink: both come from the registry of `flowz_api` or from shared objects.
#![deny(unsafe_code)]

mod aggregation;
pub mod blame;
mod cabi;
pub mod catalog;
pub mod content;
pub mod counters;
mod crew;
pub mod decoding;
pub mod encapsulated;
pub mod engine;
pub mod fragments;
mod interests;
mod keys;
pub mod limits;
#[allow(unsafe_code, reason = "calls functions that it finds by name in foreign files")]
pub mod loader;
pub mod loads;
pub mod names;
mod object;
pub mod output;
pub mod plugin_list;
pub mod reassembly;
pub mod recency;
pub mod recording;
mod records;
pub mod report;
pub mod selection;
pub mod settings;
pub mod table;

pub use engine::{Engine, Setup, StartError};
