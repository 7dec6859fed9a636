//! What one direction of a TCP connection has sent and when, for retransmissions, order and round trips (RFC 9293, section 3.4;
//! P. Karn and C. Partridge, "Improving Round-Trip Time Estimates in Reliable Transport Protocols", 1987).
//!
//! SYN and FIN count as a byte. At most [`MOST`] segments are remembered: of older ones only that they were sent, up to which number. So memory and time for each
//! packet are bounded whatever the bytes; what is sent again after that is a retransmission still, but nobody knows how often it was sent and when.

mod list;
#[cfg(test)]
mod tests;

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use list::List;

/// Most segments of a direction that are remembered.
pub(crate) const MOST: usize = 1024;

/// A segment that was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Segment {
    /// Its first byte.
    pub(crate) start: i64,
    /// Behind its last byte.
    pub(crate) end: i64,
    /// When it was sent last.
    pub(crate) sent: Timestamp,
    /// How often it was sent again.
    pub(crate) again: u32,
    /// How many acknowledgements ended exactly at its end; one more if one that was beyond came first.
    pub(crate) acks: u32,
}

/// What a segment that is sent is to those before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sent {
    /// Bytes that were sent before.
    pub(crate) repeated: u64,
    /// New bytes fill a hole below the highest number.
    pub(crate) is_late: bool,
}

/// What an acknowledgement tells of the segment at whose end it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Acked {
    /// It was sent once, so this is a round trip.
    Clean(Segment),
    /// It was sent more than once: nobody knows which one is acknowledged (Karn's algorithm).
    Ambiguous(Segment),
    /// A lower segment that is acknowledged too was sent later: the receiver had this one for some time.
    BehindLoss,
    /// It was acknowledged before, so many times.
    Again(u32),
}

/// One direction's numbers.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Sequence {
    segments: List,
    /// What was given up: from its first byte to behind its last one.
    forgotten: Option<(i64, i64)>,
    /// Behind the highest byte.
    highest: Option<i64>,
    /// No segment that ends at or below was left without an acknowledgement.
    settled: Option<i64>,
    /// When a segment was sent last that was not the highest.
    disorder: Option<Timestamp>,
}

impl Sequence {
    /// The place of a number: as near to the highest one as can be.
    pub(crate) fn place(&self, number: u32) -> i64 {
        let Some(highest) = self.highest else { return number.into() };
        // The lower 32 bits of both, whose difference has a sign.
        highest + i64::from(number.wrapping_sub(highest as u32) as i32)
    }

    /// Behind the highest byte, if any was sent.
    pub(crate) fn highest(&self) -> Option<i64> {
        self.highest
    }

    /// Takes in a segment of so many bytes, at least one. Of the known segments that it repeats all were sent again, but only of the lowest is this the last transmission:
    /// `again` is called with it as it was before. So it is in tcptrace, and with whole segments that is all there are.
    pub(crate) fn send(
        &mut self,
        number: u32,
        bytes: u32,
        now: Timestamp,
        again: impl FnOnce(&Segment),
    ) -> Sent {
        let start = self.place(number);
        let end = start + i64::from(bytes);
        let mut sent = Sent::default();
        let mut next = start;
        if let Some((from, to)) = self.forgotten {
            let known = (to.min(end) - from.max(start)).max(0);
            sent.repeated += known.unsigned_abs();
            if known > 0 && from <= start {
                next = to.min(end);
            }
        }
        let top = self.highest;
        let mut again = Some(again);
        let mut at = self.segments.first_beyond(next);
        while next < end {
            let known = self.segments.get(at).copied().filter(|segment| segment.start < end);
            let hole = known.map_or(end, |segment| segment.start);
            if next < hole {
                sent.is_late |= top.is_some_and(|top| next < top);
                self.insert(at, Segment { start: next, end: hole, sent: now, again: 0, acks: 0 });
                at += 1;
            }
            let Some(known) = known else { break };
            let overlap = known.end.min(end) - known.start.max(next);
            sent.repeated += overlap.max(0).unsigned_abs();
            if let Some(segment) = self.segments.get_mut(at) {
                if let Some(again) = again.take() {
                    again(segment);
                    segment.sent = now;
                }
                segment.again = segment.again.saturating_add(1);
            }
            next = known.end.max(hole);
            at += 1;
        }
        if sent.is_late || sent.repeated > 0 {
            self.disorder = Some(now);
        }
        self.highest = Some(top.map_or(end, |top| top.max(end)));
        self.forget();
        sent
    }

    /// Takes in an acknowledgement of the other direction; `beyond` counts segments of which it is the first that does not end with them.
    pub(crate) fn acknowledge(&mut self, number: u32, beyond: &mut u64) -> Option<Acked> {
        self.highest?;
        let ack = self.place(number);
        let mut at = match self.settled {
            Some(settled) => self.segments.first_beyond(settled),
            None => 0,
        };
        while let Some(segment) = self.segments.get_mut(at).filter(|segment| segment.start < ack) {
            if segment.acks == 0 && segment.end != ack {
                *beyond += 1;
                segment.acks = 1;
            }
            at += 1;
        }
        self.settled = self.settled.max(Some(ack));
        let at = self.segments.ending_at(ack)?;
        let segment = self.segments.get_mut(at)?;
        segment.acks = segment.acks.saturating_add(1);
        let segment = *segment;
        Some(match segment.acks {
            1 if self.waited(at, segment.sent) => Acked::BehindLoss,
            1 if segment.again > 0 => Acked::Ambiguous(segment),
            1 => Acked::Clean(segment),
            more => Acked::Again(more - 1),
        })
    }

    /// Whether a segment below the one at a place was sent later than at a time. Only segments that were sent again or late can be.
    fn waited(&self, at: usize, sent: Timestamp) -> bool {
        self.disorder > Some(sent) && self.segments.below(at).any(|lower| lower.sent > sent)
    }

    fn insert(&mut self, at: usize, segment: Segment) {
        if self.settled.is_some_and(|settled| segment.end <= settled) {
            self.settled = Some(segment.start);
        }
        self.segments.insert(at, segment);
    }

    /// Gives up the lowest segments if there are too many, and all holes between them.
    fn forget(&mut self) {
        while self.segments.len() > MOST {
            let Some(lowest) = self.segments.pop_lowest() else { return };
            let (from, to) = self.forgotten.unwrap_or((lowest.start, lowest.end));
            self.forgotten = Some((from.min(lowest.start), to.max(lowest.end)));
        }
    }
}
