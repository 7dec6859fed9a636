//! Flows, one direction each: from rows of flow files, or made of packets.

mod file;
mod merged;
mod table;

use std::net::IpAddr;

use flowz_api::packet::Timestamp;

pub use file::{FlowError, FlowFile};
pub use merged::{COLUMNS, Merged, row};
pub use table::{FlowTable, Ip};

/// What the packets of a flow have in common. Ordered by addresses as numbers, those of IPv4 first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key {
    /// Sender.
    pub src: IpAddr,
    /// Receiver.
    pub dst: IpAddr,
    /// Protocol number.
    pub protocol: u8,
    /// Whether the ports are known: those of later fragments are not.
    pub has_ports: bool,
    /// Source port; type of ICMP.
    pub src_port: u16,
    /// Destination port; code of ICMP.
    pub dst_port: u16,
}

impl Key {
    /// That of the other direction.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            src: self.dst,
            dst: self.src,
            src_port: self.dst_port,
            dst_port: self.src_port,
            ..self
        }
    }
}

/// A flow, or several with one key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flow {
    /// What it is called.
    pub key: Key,
    /// Whether it is the answer to another flow (direction B).
    pub is_answer: bool,
    /// Packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
    /// How many flows it stands for.
    pub flows: u64,
    /// Time of the first packet.
    pub first: Timestamp,
    /// Time of the last packet.
    pub last: Timestamp,
}

impl Flow {
    /// The flow of a single packet.
    pub fn of_packet(time: Timestamp, ip: &Ip) -> Self {
        let (packets, bytes) = (1, ip.bytes.into());
        Self { key: ip.key, is_answer: false, packets, bytes, flows: 1, first: time, last: time }
    }

    /// Adds the packets, bytes and times of another part of the same flow.
    pub fn join(&mut self, part: &Self) {
        self.packets = self.packets.saturating_add(part.packets);
        self.bytes = self.bytes.saturating_add(part.bytes);
        self.first = self.first.min(part.first);
        self.last = self.last.max(part.last);
    }
}
