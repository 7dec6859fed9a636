//! Slices of captures: packets of a range of time, of any number of files, merged and written as they were.
//!
//! [`Source`]s are opened up to their first packets, from which the words of a range get their meaning ([`time`]).
//! [`Merge`] shows the packets of the range in their order, [`Output`] writes them. In plain pcap files the range is
//! searched (`search.rs`); all other inputs are read from their beginning. Either way reading ends a little behind the
//! range.
#![forbid(unsafe_code)]

mod duplicates;
mod flow_set;
pub mod index;
mod membership;
mod merge;
mod output;
mod search;
mod source;
pub mod time;

pub use flow_set::FlowSet;
pub use membership::{Member, Membership};
pub use merge::{Merge, Options, base};
pub use output::{Format, Header, Output};
pub use source::{Range, Source};
