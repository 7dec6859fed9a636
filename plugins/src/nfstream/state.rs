//! What is counted of a record.

use flowz_api::Checkpoint;
use flowz_api::cell::Mac;

use crate::biflow::Side;
use crate::samples::Samples;

/// A packet, as far as it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Milliseconds since 1970; never earlier than those of the packet before.
    pub(super) ms: i64,
    /// Its way in the conversation.
    pub(super) side: Side,
    /// Bytes, as asked for.
    pub(super) size: u32,
    /// Flags of TCP, 0 of other protocols.
    pub(super) flags: u8,
}

/// What is counted of one direction or of both.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(super) struct Part {
    /// Moment of the first packet.
    pub(super) first: Option<i64>,
    /// Moment of the last one.
    pub(super) last: Option<i64>,
    /// Sizes of packets.
    pub(super) sizes: Samples,
    /// Milliseconds between packets.
    pub(super) gaps: Samples,
    /// Packets with each flag of TCP, FIN (bit 0) to CWR (bit 7).
    pub(super) flags: [u64; 8],
}

impl Part {
    fn add(&mut self, packet: &Seen) {
        if let Some(last) = self.last.replace(packet.ms) {
            self.gaps.add(between(last, packet.ms));
        }
        self.first.get_or_insert(packet.ms);
        self.sizes.add(packet.size.into());
        for (bit, count) in self.flags.iter_mut().enumerate() {
            *count += u64::from(packet.flags >> bit & 1);
        }
    }

    /// Milliseconds from the first to the last packet, 0 without one.
    pub(super) fn duration(&self) -> u64 {
        self.first.zip(self.last).map_or(0, |(first, last)| between(first, last))
    }
}

/// Milliseconds from one moment to another.
fn between(from: i64, to: i64) -> u64 {
    to.abs_diff(from.min(to))
}

/// The first packets in their order: of each direction, size and time; room for as many as are listed.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct FirstPackets {
    /// 0 the way of the first packet, 1 the other one.
    pub(super) directions: Vec<Option<u8>>,
    pub(super) sizes: Vec<Option<u32>>,
    /// Milliseconds since the packet before.
    pub(super) gaps: Vec<Option<u64>>,
}

/// Where a first packet was found.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(super) struct Link {
    /// Addresses of its frame: source, destination.
    pub(super) macs: Option<(Mac, Mac)>,
    /// VLAN identifier, 0 without a tag.
    pub(super) vlan: u16,
    /// Kind of tunnel as a number of the tool, 0 without one.
    pub(super) tunnel: u8,
}

/// A record that has not ended.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct Record {
    /// Which of the conversation's ways the first packet went.
    pub(super) begun_by: Side,
    /// Source and destination of the frame that it came in, if it had any, and what unpacked it.
    pub(super) link: Link,
    pub(super) all: Part,
    /// The direction of the first packet, the other one.
    pub(super) ways: [Part; 2],
    pub(super) packets: FirstPackets,
}

/// Why a record ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// Silence, or the end of the capture.
    Idle = 0,
    /// It had lasted for long.
    Active = 1,
}

impl Record {
    /// Bytes of each packet that is listed.
    pub(super) const BYTES_EACH: usize =
        size_of::<Option<u8>>() + size_of::<Option<u32>>() + size_of::<Option<u64>>();

    /// One without packets that will list so many.
    pub(super) fn new(begun_by: Side, link: Link, listed: u8) -> Self {
        let n = usize::from(listed);
        let packets =
            FirstPackets { directions: vec![None; n], sizes: vec![None; n], gaps: vec![None; n] };
        Self { begun_by, link, all: Part::default(), ways: Default::default(), packets }
    }

    /// Whether the record has ended in front of a packet at this moment; both limits in milliseconds.
    pub(super) fn has_ended(&self, ms: i64, idle: u64, active: u64) -> Option<End> {
        let (first, last) = self.all.first.zip(self.all.last)?;
        match (between(last, ms) >= idle, between(first, ms) >= active) {
            (true, _) => Some(End::Idle),
            (false, true) => Some(End::Active),
            (false, false) => None,
        }
    }

    /// Takes a packet in.
    pub(super) fn add(&mut self, packet: &Seen) {
        let way = u8::from(packet.side != self.begun_by);
        self.list(packet, way);
        self.all.add(packet);
        self.ways[usize::from(way)].add(packet);
    }

    /// Lists a packet, if it is one of the first.
    fn list(&mut self, packet: &Seen, way: u8) {
        let n = usize::try_from(self.all.sizes.count()).unwrap_or(usize::MAX);
        let FirstPackets { directions, sizes, gaps } = &mut self.packets;
        let (Some(direction), Some(size), Some(gap)) =
            (directions.get_mut(n), sizes.get_mut(n), gaps.get_mut(n))
        else {
            return;
        };
        *direction = Some(way);
        *size = Some(packet.size);
        *gap = Some(self.all.last.map_or(0, |last| between(last, packet.ms)));
    }
}
