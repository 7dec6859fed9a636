//! The border to plugins in C: their structures, read with care, and calls of their functions. The second module with
//! unsafe code; all that can be safe is in its parent.
//!
//! A structure of the plugin is copied as far as its size says and this program knows; what is behind stays
//! zero. So both sides may be older or newer than the other.

mod hooks;
mod read;
mod run;

use super::layout::{OnEnd, OnPacket, OnPacketRow, OnReport, OnStart};

pub(super) use hooks::{Hooks, Value};
pub(crate) use read::read;

/// Version of the interface that this program offers.
pub(crate) const VERSION: u32 = 4;
/// Name of the function that yields the plugin.
pub(crate) const SYMBOL: &str = "flowz_c_plugin";

/// A column as the plugin describes it.
#[derive(Clone, Debug)]
pub(crate) struct RawColumn {
    pub(crate) ty: u32,
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) doc: &'static str,
}

/// A toggle as the plugin describes it.
#[derive(Clone, Debug)]
pub(crate) struct RawToggle {
    pub(crate) ty: u32,
    pub(crate) name: &'static str,
    pub(crate) standard: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// A plugin, read and not yet looked at closely.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    pub(crate) version: u32,
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) number: u32,
    pub(crate) flow_bytes: u32,
    pub(crate) on_by_default: bool,
    pub(crate) steers: bool,
    pub(crate) columns: Vec<RawColumn>,
    pub(crate) packet_columns: Vec<RawColumn>,
    pub(crate) toggles: Vec<RawToggle>,
    packet: Option<OnPacket>,
    end: Option<OnEnd>,
    packet_row: Option<OnPacketRow>,
    start: Option<OnStart>,
    report: Option<OnReport>,
}

impl Raw {
    /// What users read of it.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'static str> {
        let columns = self.columns.iter().chain(&self.packet_columns);
        let of_columns = columns.flat_map(|column| [column.unit, column.doc]);
        let of_toggles = self.toggles.iter().map(|toggle| toggle.doc);
        [self.summary].into_iter().chain(of_columns).chain(of_toggles)
    }
}
