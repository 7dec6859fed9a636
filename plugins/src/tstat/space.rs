//! Sequence numbers of one direction: what was sent, when and how often, and which acknowledgement is the first one of it. Bounded: of the most recent pieces only
//! it is known one by one; all that is in front of these counts as sent.

use std::collections::VecDeque;

use flowz_api::Checkpoint;
use flowz_api::memory::Growth;
use flowz_api::packet::Timestamp;

/// Pieces that are kept.
const MOST: usize = 512;

/// What a direction grows by with a packet: a piece, and a list doubles its room when it is full.
pub(super) const GROWTH: Growth =
    Growth { bytes: 2 * size_of::<Piece>() as u32, packets: MOST as u32 };

/// Sequence numbers that were sent together.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub(super) struct Piece {
    pub(super) start: u32,
    pub(super) end: u32,
    /// When they were sent last.
    pub(super) time: Timestamp,
    /// Identification of the packet that had them last.
    pub(super) ip_id: Option<u16>,
    /// They were sent more than once.
    pub(super) again: bool,
}

/// What was sent.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(super) struct Space {
    /// In their order, no two of them overlap.
    pieces: VecDeque<Piece>,
    /// All in front counts as sent.
    floor: u32,
    /// Behind all that was sent.
    highest: u32,
    /// Acknowledged so far.
    acked: u32,
    is_open: bool,
}

/// Where a number is from another one on, negative in front of it (RFC 9293, section 3.4).
pub(super) fn distance(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from) as i32
}

/// What sending numbers meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    /// Numbers that had been sent before.
    pub(super) again: u32,
    /// Numbers that were missing in front of others.
    pub(super) filled: u32,
}

impl Space {
    /// Begins with this number.
    fn open(&mut self, seq: u32) {
        if !self.is_open {
            *self = Self { floor: seq, highest: seq, acked: seq, is_open: true, ..Self::default() };
        }
    }

    /// Behind all that was sent.
    pub(super) fn highest(&self) -> u32 {
        self.highest
    }

    /// Acknowledged so far.
    pub(super) fn acked(&self) -> u32 {
        self.acked
    }

    /// Whether anything was sent.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Sends `len` numbers from `seq` on. `old` hears of each piece that is no new one at the end: as it was sent before, or, if it was missing, `None`.
    pub(super) fn send(
        &mut self,
        (seq, len): (u32, u32),
        (time, ip_id): (Timestamp, Option<u16>),
        mut old: impl FnMut(Option<&Piece>, u32),
    ) -> Sent {
        self.open(seq);
        let (mut at, end) = (seq, seq.wrapping_add(len));
        let mut sent = Sent::default();
        let below = u32::try_from(distance(at, self.floor)).unwrap_or(0).min(len);
        if below > 0 {
            at = at.wrapping_add(below);
            sent.again += below;
            old(Some(&Piece { start: seq, end: at, time, ip_id: None, again: true }), at);
        }
        let mut n = self.pieces.partition_point(|piece| distance(piece.end, at) >= 0);
        while distance(at, end) > 0 {
            let next = self.pieces.get(n).copied();
            if let Some(piece) = next.filter(|piece| distance(piece.start, at) >= 0) {
                let upto = if distance(piece.end, end) > 0 { piece.end } else { end };
                sent.again += upto.wrapping_sub(at);
                old(Some(&piece), upto);
                n = self.divide(n, at, upto);
                if let Some(part) = self.pieces.get_mut(n) {
                    (part.time, part.ip_id, part.again) = (time, ip_id, true);
                }
                at = upto;
            } else {
                let start = self.pieces.get(n).map_or(end, |piece| piece.start);
                let upto = if distance(start, end) > 0 { start } else { end };
                if distance(self.highest, upto) <= 0 {
                    sent.filled += upto.wrapping_sub(at);
                    old(None, upto);
                }
                self.pieces.insert(n, Piece { start: at, end: upto, time, ip_id, again: false });
                at = upto;
            }
            n += 1;
        }
        if distance(self.highest, end) > 0 {
            self.highest = end;
        }
        while self.pieces.len() > MOST {
            self.floor = self.pieces.pop_front().map_or(self.floor, |piece| piece.end);
        }
        sent
    }

    /// Makes a piece of its own of a part of piece `n`; its place.
    fn divide(&mut self, n: usize, start: u32, end: u32) -> usize {
        let Some(piece) = self.pieces.get_mut(n) else { return n };
        let whole = *piece;
        (piece.start, piece.end) = (start, end);
        if whole.end != end {
            self.pieces.insert(n + 1, Piece { start: end, ..whole });
        }
        if whole.start == start {
            return n;
        }
        self.pieces.insert(n, Piece { end: start, ..whole });
        n + 1
    }

    /// Takes an acknowledgement. The round-trip time in nanoseconds, if it tells one: it is the first one that ends exactly where a segment does, which was sent once, as
    /// were all that it acknowledges with it since that (Karn; the rules of tcptrace).
    pub(super) fn acknowledge(&mut self, ack: u32, time: Timestamp) -> Option<i64> {
        let before = self.acked;
        if !self.is_open || distance(before, ack) <= 0 {
            return None;
        }
        self.acked = ack;
        let n = self.pieces.partition_point(|piece| distance(piece.end, ack) > 0);
        let exact = self.pieces.get(n).filter(|piece| piece.end == ack && !piece.again)?;
        let fresh =
            self.pieces.range(..n).rev().take_while(|piece| distance(before, piece.end) > 0);
        let is_known = fresh.clone().all(|piece| piece.time <= exact.time);
        is_known.then(|| time - exact.time)
    }
}
