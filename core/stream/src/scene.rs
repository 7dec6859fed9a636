//! Connections for tests: segments as they were captured, and a log of what comes out.

use flowz_api::packet::Timestamp;
use flowz_api::stream::{EndReason, GapReason, StreamCounts, StreamStart};

use crate::{Conversation, Limits, Moment, Out, Segment, Side};

/// Initial sequence numbers of both sides.
pub(crate) const ISN: [u32; 2] = [1000, 5000];

/// A connection between two sides, 1 ms from packet to packet.
pub(crate) struct Scene {
    pub(crate) conversation: Conversation,
    pub(crate) limits: Limits,
    pub(crate) log: Log,
    pub(crate) isn: [u32; 2],
    now: Moment,
}

/// What came out, a line each.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) lines: Vec<String>,
    pub(crate) closed: Vec<(Side, StreamCounts)>,
    /// The bytes of each side by offset; gaps are full stops.
    pub(crate) bytes: [Vec<u8>; 2],
}

impl Out for Log {
    fn begins(&mut self, side: Side, _: StreamStart) {
        assert!(self.bytes[side as usize].is_empty());
    }

    fn data(&mut self, side: Side, offset: u64, bytes: &[u8], _: Moment) {
        let own = &mut self.bytes[side as usize];
        assert_eq!(own.len() as u64, offset, "each byte once, in order");
        own.extend_from_slice(bytes);
        self.lines.push(format!("{side:?} {offset} {}", String::from_utf8_lossy(bytes)));
    }

    fn gap(&mut self, side: Side, offset: u64, len: u64, reason: GapReason, _: Moment) {
        let own = &mut self.bytes[side as usize];
        assert_eq!(own.len() as u64, offset, "each byte once, in order");
        assert!(len > 0 && len < 1 << 31);
        own.resize(own.len() + len.min(1 << 16) as usize, b'.');
        self.lines.push(format!("{side:?} {offset} gap {len} {reason:?}"));
    }

    fn end(&mut self, side: Side, offset: u64, reason: EndReason, _: Moment) {
        self.lines.push(format!("{side:?} {offset} end {reason:?}"));
    }

    fn closed(&mut self, side: Side, counts: &StreamCounts) {
        self.bytes[side as usize].clear();
        self.closed.push((side, *counts));
    }
}

impl Scene {
    /// Nothing seen yet.
    pub(crate) fn new() -> Self {
        Self {
            conversation: Conversation::default(),
            limits: Limits::default(),
            log: Log::default(),
            isn: ISN,
            now: Moment::default(),
        }
    }

    /// The three segments that open a connection were seen.
    pub(crate) fn open() -> Self {
        let mut scene = Self::new();
        scene.handshake();
        scene
    }

    pub(crate) fn handshake(&mut self) {
        self.packet(Side::One, 0, None, |s| (s.seq, s.syn) = (s.seq.wrapping_sub(1), true));
        self.packet(Side::Two, 0, Some(0), |s| (s.seq, s.syn) = (s.seq.wrapping_sub(1), true));
        self.packet(Side::One, 0, Some(0), |_| ());
    }

    /// Time passes.
    pub(crate) fn wait(&mut self, millis: i64) {
        self.now.time = Timestamp(self.now.time.0 + millis * 1_000_000);
    }

    /// A segment at an offset that acknowledges up to an offset of the other side, changed.
    pub(crate) fn packet(
        &mut self,
        side: Side,
        offset: u32,
        ack: Option<u32>,
        change: impl FnOnce(&mut Segment<'_>),
    ) {
        self.data(side, offset, ack, b"", change);
    }

    /// The same with data.
    pub(crate) fn data(
        &mut self,
        side: Side,
        offset: u32,
        ack: Option<u32>,
        bytes: &[u8],
        change: impl FnOnce(&mut Segment<'_>),
    ) {
        let first = |side: Side| self.isn[side as usize].wrapping_add(1);
        self.now.number += 1;
        let mut segment = Segment {
            seq: first(side).wrapping_add(offset),
            ack: ack.map(|ack| first(side.other()).wrapping_add(ack)),
            syn: false,
            fin: false,
            rst: false,
            len: bytes.len() as u32,
            bytes,
            at: self.now,
            tap: 0,
        };
        change(&mut segment);
        self.conversation.segment(side, &segment, &self.limits, &mut self.log);
        self.wait(1);
    }

    /// Data of the first side.
    pub(crate) fn one(&mut self, offset: u32, text: &str) {
        self.data(Side::One, offset, Some(0), text.as_bytes(), |_| ());
    }

    /// Data of the second side, which has got so much of the first.
    pub(crate) fn two(&mut self, offset: u32, got: u32, text: &str) {
        self.data(Side::Two, offset, Some(got), text.as_bytes(), |_| ());
    }

    /// The second side acknowledges.
    pub(crate) fn ack(&mut self, got: u32) {
        self.packet(Side::Two, 0, Some(got), |_| ());
    }

    /// What came out since this was asked last.
    pub(crate) fn lines(&mut self) -> String {
        std::mem::take(&mut self.log.lines).join("; ")
    }

    /// The flow ends. What came out, and the counts of both sides.
    pub(crate) fn close(&mut self) -> (String, [StreamCounts; 2]) {
        self.conversation.close(self.now, &self.limits, &mut self.log);
        let mut counts = [StreamCounts::default(); 2];
        for (side, of_side) in self.log.closed.drain(..) {
            counts[side as usize] = of_side;
        }
        (self.lines(), counts)
    }
}
