//! Both directions of a TCP flow, and the connections that follow each other in it.

use flowz_api::Checkpoint;
use flowz_api::stream::{EndReason, GapReason, StreamCounts, StreamStart};

use crate::direction::Direction;
use crate::limits::Limits;
use crate::segment::{Moment, Segment};

/// One of the two directions; which one is up to the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub enum Side {
    /// The first one.
    One,
    /// The other one.
    Two,
}

impl Side {
    /// The other side.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::One => Self::Two,
            Self::Two => Self::One,
        }
    }
}

/// Where bytes and gaps go.
pub trait Out {
    /// The first byte of a direction is known: what follows is told with offsets from there.
    fn begins(&mut self, side: Side, start: StreamStart);
    /// Bytes that are next; `at` is when they came.
    fn data(&mut self, side: Side, offset: u64, bytes: &[u8], at: Moment);
    /// Bytes that are missing.
    fn gap(&mut self, side: Side, offset: u64, len: u64, reason: GapReason, at: Moment);
    /// Nothing more comes in this direction.
    fn end(&mut self, side: Side, offset: u64, reason: EndReason, at: Moment);
    /// The connection is forgotten.
    fn closed(&mut self, side: Side, counts: &StreamCounts);
}

/// Both directions of a TCP flow.
#[derive(Debug, Default, Checkpoint)]
pub struct Conversation {
    sides: [Direction; 2],
    connection: u32,
    is_reset: bool,
}

impl Conversation {
    /// Which connection of the flow it is, from 0 on.
    pub fn connection(&self) -> u32 {
        self.connection
    }

    /// A new one, with memory of this one.
    #[must_use]
    pub fn reused(self) -> Self {
        let sides = self.sides.map(Direction::reused);
        Self { sides, ..Self::default() }
    }

    /// Memory that it takes beside itself.
    pub fn memory(&self) -> usize {
        self.sides.iter().map(Direction::memory).sum()
    }

    /// A segment of one side: passes on what is to be passed on now, of both.
    pub fn segment(
        &mut self,
        side: Side,
        segment: &Segment<'_>,
        limits: &Limits,
        out: &mut impl Out,
    ) {
        if segment.syn {
            self.syn(side, segment, limits, out);
        }
        let (own, other) = self.pair(side);
        own.packet();
        if segment.rst {
            // What a RST carries is a text for people (RFC 9293, section 3.5.3), and no data.
            if own.accepts_reset(segment.seq) {
                self.is_reset = true;
                self.flush(segment.at, limits, out);
            }
            return;
        }
        if let Some(ack) = segment.ack {
            other.acknowledge(ack);
        }
        if segment.len > 0 && !own.has_ended {
            let behind = if limits.in_order_of_conversation { other.got(segment.ack) } else { 0 };
            let may_pass = behind <= other.passed();
            own.data(side, segment, (behind, may_pass), limits, out);
        }
        if segment.fin {
            own.finish(side, segment, out);
        }
        self.progress(segment.at, limits, out);
        while self.sides[side as usize].held.memory() > limits.held {
            self.evict(side, segment.at, limits, out);
        }
    }

    /// The flow is over: what waits is passed on, what is missing is told.
    pub fn close(&mut self, now: Moment, limits: &Limits, out: &mut impl Out) {
        let reason = if self.is_reset { EndReason::Reset } else { EndReason::Open };
        self.end_all(reason, now, limits, out);
    }

    /// Gives memory back: first what is only there to be compared, then something that waits. Whether there was any.
    pub fn release(&mut self, now: Moment, limits: &Limits, out: &mut impl Out) -> bool {
        if self.sides.iter().any(|side| side.history.memory() > 0) {
            self.sides.iter_mut().for_each(|side| side.history.clear());
            return true;
        }
        let Some(side) = self.oldest() else { return false };
        self.evict(side, now, limits, out);
        true
    }

    fn pair(&mut self, side: Side) -> (&mut Direction, &mut Direction) {
        let [one, two] = &mut self.sides;
        match side {
            Side::One => (one, two),
            Side::Two => (two, one),
        }
    }

    /// A SYN: with another number than before it begins a new connection (RFC 9293, section 3.6.1).
    fn syn(&mut self, side: Side, segment: &Segment<'_>, limits: &Limits, out: &mut impl Out) {
        if !self.sides[side as usize].is_same_syn(segment.seq) {
            self.end_all(EndReason::Reused, segment.at, limits, out);
            let connection = self.connection.saturating_add(1);
            *self = Self { connection, ..Self::default() };
        }
        self.sides[side as usize].synchronize(side, segment.seq, out);
    }

    /// Passes on what can be, gives up what was waited for long enough.
    fn progress(&mut self, now: Moment, limits: &Limits, out: &mut impl Out) {
        loop {
            let moved = self.drain(limits, out);
            let mut gave_up = false;
            for side in [Side::One, Side::Two] {
                gave_up |= self.pair(side).0.lose_patience(side, now, limits, out);
            }
            if !moved && !gave_up {
                break;
            }
        }
        self.tell_fins(now, out);
    }

    /// Passes on what waits and can be passed on. Whether anything was.
    fn drain(&mut self, limits: &Limits, out: &mut impl Out) -> bool {
        let mut moved = false;
        for side in [Side::One, Side::Two, Side::One] {
            let (own, other) = self.pair(side);
            if !own.held.is_empty() {
                moved |= own.drain(side, other.passed(), limits, out);
            }
        }
        moved
    }

    fn tell_fins(&mut self, now: Moment, out: &mut impl Out) {
        for side in [Side::One, Side::Two] {
            let own = &mut self.sides[side as usize];
            if own.fin == Some(own.next) && !own.has_ended {
                own.has_ended = true;
                out.end(side, own.next, EndReason::Fin, now);
            }
        }
    }

    /// The side whose foremost waiting bytes came first.
    fn oldest(&self) -> Option<Side> {
        let of = |side: Side| {
            let (_, piece) = self.sides[side as usize].held.front()?;
            Some((piece.at.number, side as usize, side))
        };
        [of(Side::One), of(Side::Two)]
            .into_iter()
            .flatten()
            .min_by_key(|(n, s, _)| (*n, *s))
            .map(|(.., side)| side)
    }

    fn evict(&mut self, side: Side, now: Moment, limits: &Limits, out: &mut impl Out) {
        self.sides[side as usize].counts.evictions += 1;
        self.force(side, GapReason::NoRoom, now, limits, out);
        self.progress(now, limits, out);
    }

    /// Passes on what waits in front on one side, and what it waits for on the other.
    fn force(
        &mut self,
        side: Side,
        reason: GapReason,
        now: Moment,
        limits: &Limits,
        out: &mut impl Out,
    ) {
        let (own, other) = self.pair(side);
        let behind = own.held.front().map_or(0, |(_, piece)| piece.behind);
        let is_next = own.held.first() == Some(own.next);
        if is_next && limits.in_order_of_conversation && behind > other.passed() {
            // An acknowledgement of a FIN counts one more than there are bytes.
            let behind = behind.min(other.fin.unwrap_or(behind));
            let first = other.held.first().unwrap_or(behind).min(behind);
            if first > other.next {
                other.give_up(side.other(), first, reason, now, out);
            } else {
                other.force(side.other(), own.passed(), (reason, now), limits, out);
            }
        } else {
            own.force(side, other.passed(), (reason, now), limits, out);
        }
    }

    /// Passes on all that waits.
    fn flush(&mut self, now: Moment, limits: &Limits, out: &mut impl Out) {
        self.drain(limits, out);
        while let Some(side) = self.oldest() {
            self.force(side, GapReason::Ended, now, limits, out);
            self.drain(limits, out);
        }
        self.tell_fins(now, out);
    }

    fn end_all(&mut self, reason: EndReason, now: Moment, limits: &Limits, out: &mut impl Out) {
        self.flush(now, limits, out);
        for side in [Side::One, Side::Two] {
            self.sides[side as usize].tail(side, now, out);
        }
        self.tell_fins(now, out);
        // A plugin may need the end of one direction to say what became of the other.
        for side in [Side::One, Side::Two] {
            let own = &mut self.sides[side as usize];
            if own.is_known && !own.has_ended {
                own.has_ended = true;
                out.end(side, own.next, reason, now);
            }
        }
        for side in [Side::One, Side::Two] {
            let own = &self.sides[side as usize];
            if own.is_known {
                out.closed(side, &own.counts);
            }
        }
    }
}
