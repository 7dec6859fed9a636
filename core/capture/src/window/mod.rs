//! Windows over a stream of packets: putting packets in order of time, and finding duplicates.
//!
//! Both look back over a stretch of time (duplicates also over a number of packets), keep copies of
//! the packets in it in buffers that are used again, and hold at most as much as their [`Room`] allows. A buffer is at
//! most twice as large as what is in it, or [`SMALL`] bytes. Order comes first, so that duplicates are looked for in
//! packets whose time goes on.

mod dedup;
mod reorder;
mod room;
mod span;
#[cfg(test)]
mod tests;

use flowz_api::packet::{LinkType, Packet, Timestamp};

use crate::Input;
pub use dedup::Dedup;
pub use reorder::Reorder;
use room::Room;
pub use span::{Span, duration};

/// Buffers of this size are used again for whatever comes.
const SMALL: usize = 128;

/// A reader of packets.
pub trait PacketReader {
    /// The next packet, `None` at the end.
    fn next_packet(&mut self) -> Option<Packet<'_>>;
}

impl PacketReader for Input {
    #[inline]
    fn next_packet(&mut self) -> Option<Packet<'_>> {
        Self::next_packet(self)
    }
}

impl<P: PacketReader> PacketReader for &mut P {
    #[inline]
    fn next_packet(&mut self) -> Option<Packet<'_>> {
        P::next_packet(self)
    }
}

/// A packet as it leaves the windows.
#[derive(Clone, Copy, Debug)]
pub struct SourcePacket<'a> {
    /// The packet.
    pub packet: Packet<'a>,
    /// Whether it is to be counted and dropped, because the same packet was there just before.
    pub duplicate: bool,
}

/// A source of packets with windows over it.
#[derive(Debug)]
pub struct Windowed<S> {
    /// The packets as they were captured.
    pub source: S,
    /// The window for order, if there is to be one.
    pub reorder: Option<Reorder>,
    /// The window for duplicates, if there is to be one.
    pub dedup: Option<Dedup>,
}

impl<S: PacketReader> Windowed<S> {
    /// The next packet in order, with a verdict; `None` at the end.
    pub fn next_source_packet(&mut self) -> Option<SourcePacket<'_>> {
        let packet = match &mut self.reorder {
            Some(reorder) => reorder.next_packet(&mut self.source)?,
            None => self.source.next_packet()?,
        };
        let duplicate = self.dedup.as_mut().is_some_and(|dedup| dedup.is_duplicate(&packet));
        Some(SourcePacket { packet, duplicate })
    }
}

/// A packet with bytes of its own.
#[derive(Default, Debug)]
struct OwnedPacket {
    ts: Timestamp,
    wire_len: u32,
    link: LinkType,
    interface: u32,
    data: Vec<u8>,
}

impl OwnedPacket {
    /// Takes over a packet; the memory is used again, if it is not by far too large.
    fn set(&mut self, packet: &Packet<'_>) {
        if self.data.capacity() > SMALL.max(2 * packet.data.len()) {
            self.data = Vec::new();
        }
        let Packet { ts, wire_len, link, interface, data } = *packet;
        (self.ts, self.wire_len, self.link, self.interface) = (ts, wire_len, link, interface);
        self.data.clear();
        self.data.extend_from_slice(data);
    }

    fn packet(&self) -> Packet<'_> {
        Packet {
            ts: self.ts,
            wire_len: self.wire_len,
            link: self.link,
            interface: self.interface,
            data: &self.data,
        }
    }
}
