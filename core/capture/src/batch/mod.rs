//! Packets in batches that own their bytes, so that another thread can go on reading.

use flowz_api::packet::{Packet, Timestamp};

use crate::file::record::Record;
use crate::window::{SourcePacket, Windowed};
use crate::{Input, Progress};

/// A batch of copied packets is full at this number of bytes.
const COPIED: usize = 128 << 10;

/// Packets in the order of the input, with their bytes.
#[derive(Default, Debug)]
pub struct Batch {
    bytes: Vec<u8>,
    records: Vec<Record>,
    /// How far reading had come behind the batch.
    pub progress: Progress,
    /// The time that it is behind the batch, where time goes on without packets.
    pub quiet: Option<Timestamp>,
    /// The clock was set back in front of the packet of this number.
    pub set_back_at: Option<usize>,
}

impl Batch {
    /// Number of packets.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Leaves the first packets only.
    pub fn truncate(&mut self, packets: usize) {
        self.records.truncate(packets);
    }

    /// The packets, in order.
    pub fn packets(&self) -> impl Iterator<Item = SourcePacket<'_>> {
        self.records.iter().map(|record| SourcePacket {
            packet: self.packet_of(record),
            duplicate: record.duplicate,
        })
    }

    /// The packet of this number, from 0.
    #[inline]
    pub fn packet(&self, index: usize) -> Packet<'_> {
        self.packet_of(&self.records[index])
    }

    #[inline]
    fn packet_of(&self, record: &Record) -> Packet<'_> {
        record.with_bytes(&self.bytes[record.at..record.at + record.len])
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.records.clear();
        self.bytes.clear();
        (self.quiet, self.set_back_at) = (None, None);
    }

    /// Whether it holds so much that it is to be worked on.
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= COPIED
    }

    /// Appends a copy of a packet.
    pub fn copy(&mut self, seen: &SourcePacket<'_>) {
        let Packet { ts, wire_len, link, interface, data } = seen.packet;
        let (at, len, duplicate) = (self.bytes.len(), data.len(), seen.duplicate);
        self.bytes.extend_from_slice(data);
        self.records.push(Record { ts, wire_len, link, interface, duplicate, at, len });
    }
}

impl Input {
    /// From now on packets are read in batches.
    fn enable_batches(&mut self) {
        self.stream.use_block_pool();
    }

    /// Reads as many packets as a block of the stream holds, and not longer than something is at hand: what
    /// comes through a pipe is not kept waiting. False at the end of the input.
    fn read_batch(&mut self, batch: &mut Batch) -> bool {
        batch.records.clear();
        if let Some(record) = self.pending.take() {
            self.add(batch, record);
        }
        while batch.is_empty() || self.stream.available() > 0 {
            let more = self.read_record();
            if self.stream.has_released() {
                self.pending = more.then_some(self.record);
                break;
            }
            if !more {
                break;
            }
            self.add(batch, self.record);
        }
        if !self.stream.has_released() {
            self.stream.release_block();
        }
        batch.bytes = self.stream.exchange_block(std::mem::take(&mut batch.bytes));
        batch.progress = self.progress();
        !batch.is_empty()
    }

    /// Adds a packet to a batch, which then needs the current block.
    fn add(&mut self, batch: &mut Batch, record: Record) {
        batch.records.push(record);
        self.stream.hold_block();
    }
}

impl Windowed<Input> {
    /// From now on packets are read in batches only.
    pub fn enable_batches(&mut self) {
        if self.is_direct() {
            self.source.enable_batches();
        }
    }

    /// Reads the next packets. False at the end of the input.
    pub fn read_batch(&mut self, batch: &mut Batch) -> bool {
        if self.is_direct() {
            return self.source.read_batch(batch);
        }
        batch.clear();
        while !batch.is_full()
            && let Some(seen) = self.next_source_packet()
        {
            batch.copy(&seen);
        }
        batch.progress = self.source.progress();
        !batch.is_empty()
    }

    /// Whether there is no window.
    pub fn is_direct(&self) -> bool {
        self.reorder.is_none() && self.dedup.is_none()
    }
}

#[cfg(test)]
mod tests;
