//! Capture files: which ones, opening and decompressing them, their formats, and what was wrong with them.

pub(crate) mod compress;
pub(crate) mod damage;
pub(crate) mod follow;
pub(crate) mod format;
mod list;
pub(crate) mod numbered;
mod open;
mod pcap;
mod pcapng;
pub(crate) mod queue;
pub(crate) mod record;
pub(crate) mod search;
pub(crate) mod seek;
pub(crate) mod stream;

pub(crate) use open::{Opened, Stop, counted, from_bytes, is_set, open, size, stdin};
