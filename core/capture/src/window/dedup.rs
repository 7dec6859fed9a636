//! Duplicates: packets whose link type, length on the wire and captured bytes are those of a packet
//! within the window. The comparison goes by hash first and then byte by byte. A duplicate stands
//! for the packet from then on, so that a chain of copies is found whole.

use std::collections::VecDeque;
use std::hash::BuildHasher;

use flowz_api::packet::{Packet, Timestamp};
use foldhash::quality::RandomState;
use hashbrown::HashTable;

use super::{OwnedPacket, Room, Span};

/// A window that knows the packets in it.
#[derive(Debug)]
pub struct Dedup {
    span: Span,
    room: Room,
    hasher: RandomState,
    /// Numbers of the packets in the window, by hash.
    pub(super) table: HashTable<u64>,
    /// The packets in order of arrival.
    pub(super) queue: VecDeque<Entry>,
    /// Number of the packet at the front of the queue.
    first: u64,
    /// Packets whose memory is free.
    pub(super) free: Vec<OwnedPacket>,
    /// Bytes in the queue.
    pub(super) bytes: usize,
    dropped: u64,
}

/// A packet of the window.
#[derive(Debug)]
pub(super) struct Entry {
    hash: u64,
    ts: Timestamp,
    /// `None` if a later copy took its place.
    pub(super) held: Option<OwnedPacket>,
}

impl Dedup {
    /// A window of this length.
    pub fn new(span: Span) -> Self {
        Self::with_room(span, Room::default())
    }

    /// A window that also takes no more than so many bytes of memory: it is shorter where packets are many.
    pub fn limited(span: Span, memory: u64) -> Self {
        Self::with_room(span, Room::within(memory))
    }

    fn with_room(span: Span, room: Room) -> Self {
        Self {
            span,
            room,
            hasher: RandomState::default(),
            table: HashTable::new(),
            queue: VecDeque::new(),
            first: 0,
            free: Vec::new(),
            bytes: 0,
            dropped: 0,
        }
    }

    /// How many duplicates there were.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether the packet is the copy of one in the window. It is in the window from now on.
    pub fn is_duplicate(&mut self, packet: &Packet<'_>) -> bool {
        self.expire(packet);
        let hash = self.hasher.hash_one((packet.link, packet.wire_len, packet.data));
        let (first, queue) = (self.first, &self.queue);
        let same = |number: &u64| queue[(number - first) as usize].holds(hash, packet);
        let number = first + queue.len() as u64;
        if let Some(known) = self.table.find_mut(hash, same) {
            let old = &mut self.queue[(*known - first) as usize];
            let near = old.is_near(packet.ts, self.span);
            let held = old.held.take();
            *known = number;
            self.queue.push_back(Entry { hash, ts: packet.ts, held });
            self.dropped += u64::from(near);
            return near;
        }
        let mut held = self.free.pop().unwrap_or_default();
        held.set(packet);
        self.bytes += packet.data.len();
        self.queue.push_back(Entry { hash, ts: packet.ts, held: Some(held) });
        let hash_of = |number: &u64| self.queue[(number - first) as usize].hash;
        self.table.insert_unique(hash, number, hash_of);
        false
    }

    /// Lets go what is out of the window, and the oldest if there is too much.
    fn expire(&mut self, packet: &Packet<'_>) {
        while let Some(entry) = self.queue.front() {
            let full = self.room.is_full(self.queue.len(), self.bytes);
            let stays = match self.span {
                Span::Time(_) => entry.is_near(packet.ts, self.span),
                Span::Packets(count) => (self.queue.len() as u64) <= count,
            };
            if stays && !full {
                return;
            }
            let (hash, number) = (entry.hash, self.first);
            if let Ok(known) = self.table.find_entry(hash, |&known| known == number) {
                known.remove();
            }
            self.first += 1;
            if let Some(held) = self.queue.pop_front().and_then(|entry| entry.held) {
                self.bytes -= held.data.len();
                if self.room.keeps(&held, self.free.len()) {
                    self.free.push(held);
                }
            }
        }
    }
}

impl Entry {
    /// Whether this is the same packet.
    fn holds(&self, hash: u64, packet: &Packet<'_>) -> bool {
        self.hash == hash
            && self.held.as_ref().is_some_and(|held| {
                (held.link, held.wire_len) == (packet.link, packet.wire_len)
                    && held.data == packet.data
            })
    }

    /// Whether a time is within the window of this packet, before or behind it.
    fn is_near(&self, ts: Timestamp, span: Span) -> bool {
        match span {
            Span::Time(window) => self.ts.0.abs_diff(ts.0) <= window.unsigned_abs(),
            Span::Packets(_) => true,
        }
    }
}
