//! Writes an index while captures are read.

use std::io::{self, Write};
use std::mem;

use super::number::{folded, put};
use super::{CHUNK, MAGIC, MOST, Way, chunk};

/// An index on its way out.
#[derive(Debug)]
pub struct IndexWriter<W> {
    out: W,
    position: u64,
    packets: Vec<u8>,
    /// Of the packet in front.
    flow: u64,
    end: u64,
    number: u64,
    captures: Vec<Way>,
    records: Vec<u8>,
}

impl<W: Write> IndexWriter<W> {
    /// Begins an index with a header.
    ///
    /// # Errors
    ///
    /// If it cannot be written; so for all methods.
    pub fn new(mut out: W, header: &[u8]) -> io::Result<Self> {
        out.write_all(MAGIC)?;
        let position = MAGIC.len() as u64 + chunk::write(&mut out, b'H', header)?;
        Ok(Self {
            out,
            position,
            packets: Vec::new(),
            flow: 0,
            end: 0,
            number: 0,
            captures: Vec::new(),
            records: Vec::new(),
        })
    }

    /// The packets that follow are those of the next capture, the first of which begins at a position.
    pub fn begin_capture(&mut self, start: u64) -> io::Result<()> {
        self.write_packets()?;
        self.captures.push(Way::default());
        (self.end, self.number) = (start, 0);
        Ok(())
    }

    /// A packet that ends at a position. Interfaces are described in front of it if it is so said.
    pub fn packet(
        &mut self,
        end: u64,
        is_described: bool,
        flows: impl Iterator<Item = u64>,
    ) -> io::Result<()> {
        if self.packets.is_empty() {
            let capture = self.captures.len().saturating_sub(1) as u64;
            for number in [capture, self.number, self.end] {
                put(&mut self.packets, number);
            }
            self.flow = 0;
        }
        if let (true, Some(way)) = (is_described, self.captures.last_mut()) {
            way.described_at.push(self.end);
        }
        put(&mut self.packets, end - self.end);
        let mut flows = flows.peekable();
        if flows.peek().is_none() {
            self.packets.push(0);
        }
        while let Some(flow) = flows.next() {
            // 0 stands for no flow; the lowest bit says that one more follows.
            let difference = folded(flow.wrapping_sub(self.flow) as i64);
            put(&mut self.packets, (difference << 1 | u64::from(flows.peek().is_some())) + 1);
            self.flow = flow;
        }
        (self.end, self.number) = (end, self.number + 1);
        if self.packets.len() >= CHUNK { self.write_packets() } else { Ok(()) }
    }

    /// The capture is at its end: whether its packets can be reached by position.
    pub fn end_capture(&mut self, may_jump: bool) {
        if let Some(way) = self.captures.last_mut() {
            way.may_jump = may_jump;
        }
    }

    /// A record of the flow table.
    pub fn record(&mut self, record: &[u8]) -> io::Result<()> {
        if record.len() >= MOST / 2 {
            return Err(io::Error::other("a record has more than 32 MiB"));
        }
        put(&mut self.records, record.len() as u64);
        self.records.extend_from_slice(record);
        if self.records.len() >= CHUNK { self.write_records() } else { Ok(()) }
    }

    /// All packets and records were written.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_packets()?;
        self.write_records()?;
        let mut end = Vec::new();
        for Way { may_jump, described_at } in &self.captures {
            put(&mut end, u64::from(*may_jump));
            put(&mut end, described_at.len() as u64);
            let mut before = 0;
            for position in described_at {
                put(&mut end, position - before);
                before = *position;
            }
        }
        chunk::write(&mut self.out, b'E', &end)?;
        self.out.write_all(&self.position.to_le_bytes())?;
        Ok(self.out)
    }

    fn write_packets(&mut self) -> io::Result<()> {
        let packets = mem::take(&mut self.packets);
        self.write(b'P', packets).map(|empty| self.packets = empty)
    }

    fn write_records(&mut self) -> io::Result<()> {
        let records = mem::take(&mut self.records);
        self.write(b'R', records).map(|empty| self.records = empty)
    }

    fn write(&mut self, letter: u8, mut chunk: Vec<u8>) -> io::Result<Vec<u8>> {
        if !chunk.is_empty() {
            self.position += chunk::write(&mut self.out, letter, &chunk)?;
        }
        chunk.clear();
        Ok(chunk)
    }
}
