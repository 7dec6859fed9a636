//! Which plugins and sinks there are, which take part in a run and in which order, and their settings. All by
//! name, with the nearest name where one is wrong. Nothing here knows of packets and flows.
#![forbid(unsafe_code)]

pub mod catalog;
pub mod names;
mod order;
pub mod plugin_list;
pub mod selection;
pub mod settings;
