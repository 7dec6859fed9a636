//! Reads captures: what a file, a list of files or standard input holds, as one stream of packets.
//!
//! [`Input`] is the whole interface: opened from a [`Source`], it hands out [`Packet`]s that borrow
//! from its read buffer. Classic pcap and pcapng are read here and not by libpcap, because libpcap
//! stops at a second link type and knows no time resolution per interface; libpcap still compiles
//! the filter expressions and names the link types. Damage never ends a run: it is recorded as a
//! [`Damage`], and the next file goes on.
//!
//! Formats: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), plain or inside
//! gzip, zstd or lz4 frames; everything is recognised by content, never by file name.
//!
//! [`PcapWriter`] and [`PcapngWriter`] write captures. [`Seekable`] is a pcap file in which reading can begin anywhere.
//!
//! [`Windowed`] puts packets in order and marks duplicates on their way from there to the engine,
//! for those who ask for it.
//!
//! [`Packet`]: flowz_api::packet::Packet

#![forbid(unsafe_code)]

mod batch;
mod error;
mod file;
mod filter;
mod input;
mod link_type;
#[cfg(test)]
mod properties;
mod source;
#[cfg(test)]
mod test_support;
mod window;
mod write;

pub use batch::Batch;
pub use error::CaptureError;
pub use file::damage::{Damage, DamageKind};
pub use file::numbered::Numbered;
pub use file::seek::{Place, Seekable};
pub use input::{Input, Progress, is_capture};
pub use link_type::{LinkName, link_in_words, link_name, link_of_dlt};
pub use source::{Options, Source};
pub use window::{Dedup, PacketReader, Reorder, SourcePacket, Span, Windowed, duration};
pub use write::{Interface, PcapWriter, PcapngWriter, Resolution, WriteError};
