//! Measures captures: what `flowz stat` and its relatives print.
//!
//! Each tool is a folder: something that takes packets one by one (and knows neither files nor the terminal), and rows that
//! come out of it. [`table`] prints the rows of all of them, for people, as CSV and as JSON.
#![forbid(unsafe_code)]

pub mod echo;
pub mod flows;
pub mod interfaces;
pub mod pairs;
pub mod ranking;
mod room;
pub mod stat;
pub mod table;
pub mod tuples;
pub mod volume;

pub use room::Room;
