//! Writes captures: classic pcap for packets of one link type, pcapng for any.
//!
//! A packet is written as it was read: captured bytes, length on the wire, time with its resolution, and in pcapng the
//! interface that it came in by. What a format cannot hold is an error in front of the first byte of the packet.

mod pcap;
mod pcapng;
#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;

use flowz_api::packet::{LinkType, Timestamp};

pub use pcap::PcapWriter;
pub use pcapng::{InterfaceStatistics, PcapngWriter};

use crate::link_type::link_in_words;

/// How finely time is told. What is coarser than a microsecond in a file is exact in microseconds, what is finer than a
/// nanosecond is read in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum Resolution {
    /// Microseconds.
    #[default]
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl Resolution {
    /// Nanoseconds in a unit.
    pub const fn unit(self) -> i64 {
        match self {
            Self::Micros => 1000,
            Self::Nanos => 1,
        }
    }
}

/// What a capture says of an interface. Classic pcap has one without a name.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Interface {
    /// What its frames begin with.
    pub link: LinkType,
    /// Most bytes that are captured of a packet.
    pub snap_len: u32,
    /// Of its time stamps.
    pub resolution: Resolution,
    /// Its name, in the bytes of the file; empty if there is none.
    pub name: Arc<[u8]>,
}

/// Why a packet cannot be written.
#[derive(thiserror::Error, Debug)]
pub enum WriteError {
    /// The operating system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A pcap file has one link type.
    #[error(
        "a pcap file has one link type, and there are packets of {} and of {}; write pcapng, which knows one per \
         interface", link_in_words(*.of_file), link_in_words(*.of_packet)
    )]
    LinkType {
        /// That of the file.
        of_file: LinkType,
        /// That of the packet.
        of_packet: LinkType,
    },
    /// Seconds of a pcap file have 32 bits.
    #[error("a pcap file has times from 1970 to 2106, and there is a packet of {0}; write pcapng")]
    Time(Timestamp),
    /// More than a block can tell.
    #[error("a packet of {0} bytes is longer than a capture file can tell")]
    Length(usize),
}

/// A length as files have it.
fn length(bytes: usize) -> Result<u32, WriteError> {
    // Room for a header and padding.
    u32::try_from(bytes).ok().filter(|len| *len < u32::MAX - 64).ok_or(WriteError::Length(bytes))
}
