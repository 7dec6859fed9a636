//! Packets in order of time: each is held back until one comes that is later by more than the
//! window, and then the earliest goes first. A packet that is earlier than one that has already
//! gone is too late: it is passed on as it is.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use flowz_api::packet::{Packet, Timestamp};

use super::{OwnedPacket, PacketReader, Room};

/// A window that puts packets in order.
#[derive(Debug)]
pub struct Reorder {
    /// Length of the window in nanoseconds.
    window: i64,
    room: Room,
    /// Time, number in order of arrival, and place in `held` of what is held back.
    heap: BinaryHeap<Reverse<(Timestamp, u64, usize)>>,
    pub(super) held: Vec<OwnedPacket>,
    /// Places in `held` that are free.
    free: Vec<usize>,
    /// Bytes held back.
    bytes: usize,
    /// The packet that was given out last.
    current: OwnedPacket,
    arrived: u64,
    /// The latest time that arrived, and the latest that was given out.
    newest: Timestamp,
    gone: Option<Timestamp>,
    ended: bool,
    moved: u64,
    late: u64,
}

impl Reorder {
    /// A window of so many nanoseconds.
    pub fn new(window: i64) -> Self {
        Self::with_room(window, Room::default())
    }

    /// A window that also takes no more than so many bytes of memory: it is shorter where packets are many.
    pub fn limited(window: i64, memory: u64) -> Self {
        Self::with_room(window, Room::within(memory))
    }

    fn with_room(window: i64, room: Room) -> Self {
        Self {
            window,
            room,
            heap: BinaryHeap::new(),
            held: Vec::new(),
            free: Vec::new(),
            bytes: 0,
            current: OwnedPacket::default(),
            arrived: 0,
            newest: Timestamp(i64::MIN),
            gone: None,
            ended: false,
            moved: 0,
            late: 0,
        }
    }

    /// How many packets went in front of others that had arrived before them.
    pub fn moved(&self) -> u64 {
        self.moved
    }

    /// How many packets came too late to be put in order.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// The next packet in order.
    pub fn next_packet(&mut self, source: &mut impl PacketReader) -> Option<Packet<'_>> {
        while !self.is_ready() {
            let Some(packet) = source.next_packet() else {
                if self.heap.is_empty() {
                    return None;
                }
                self.ended = true;
                break;
            };
            if self.gone.is_some_and(|gone| packet.ts < gone) {
                self.late += 1;
                self.current.set(&packet);
                return Some(self.current.packet());
            }
            self.hold(&packet);
        }
        let Reverse((ts, _, place)) = self.heap.pop()?;
        std::mem::swap(&mut self.current, &mut self.held[place]);
        if !self.room.keeps(&self.held[place], self.free.len()) {
            self.held[place] = OwnedPacket::default();
        }
        self.free.push(place);
        self.bytes -= self.current.data.len();
        self.gone = Some(ts);
        Some(self.current.packet())
    }

    /// Whether the earliest packet is to go.
    fn is_ready(&self) -> bool {
        let Some(&Reverse((ts, ..))) = self.heap.peek() else { return false };
        let waited = self.newest.0.saturating_sub(ts.0) > self.window;
        waited || self.ended || self.room.is_full(self.heap.len(), self.bytes)
    }

    fn hold(&mut self, packet: &Packet<'_>) {
        let place = self.free.pop().unwrap_or_else(|| {
            self.held.push(OwnedPacket::default());
            self.held.len() - 1
        });
        self.held[place].set(packet);
        self.bytes += packet.data.len();
        self.heap.push(Reverse((packet.ts, self.arrived, place)));
        self.arrived += 1;
        self.moved += u64::from(packet.ts < self.newest);
        self.newest = self.newest.max(packet.ts);
    }
}
