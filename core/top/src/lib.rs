//! The flows of a run on a terminal.
//!
//! A [`counter`] counts the packets of all flows in a [`Book`]; a [`Desk`] makes a [`Snapshot`] of it, the flows
//! that are wanted most, when the engine's thread says so; a [`Model`] holds a snapshot, what the user has chosen
//! and what keys do to it; `view` draws a model, and [`screen`] is the terminal with its keys. Each knows only those in front
//! of it, so all but the last are tested without a terminal.
#![forbid(unsafe_code)]

mod assigned;
mod book;
mod columns;
mod condition;
mod counter;
mod desk;
mod ended;
mod entry;
mod format;
mod keys;
mod meter;
mod model;
mod protocols;
mod rate;
mod screen;
mod snapshot;
mod sort;
#[cfg(test)]
mod test_support;
mod text;
mod view;

pub use book::{Bell, Book, SharedBook};
pub use condition::Filter;
pub use counter::{INFO, counter};
pub use desk::{Desk, Request};
pub use ended::Keep;
pub use meter::Meter;
pub use model::{Model, Start};
pub use screen::{Ending, Link, is_terminal, run, width};
pub use snapshot::{Snapshot, Source, Totals};
pub use sort::Sort;
pub use text::table;
