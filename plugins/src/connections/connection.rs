//! A connection: both sides.

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};

use super::seen::{Ack, Seen};
use super::segment::{ACK, FIN, RST, SYN, Segment};
use super::way::Way;
use crate::biflow::Side;

/// Without a segment for longer than this, 240 seconds, the next one begins another connection.
const SILENCE: i64 = 240 * NANOS;

/// A connection.
#[derive(Debug, Checkpoint)]
pub(crate) struct Connection {
    /// Its place in the order of first packets, from 1.
    pub(crate) number: u64,
    /// Which way of the flows its first packet went.
    pub(crate) first_side: Side,
    /// Who sent its first packet is a.
    pub(crate) ways: [Way; 2],
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

impl Connection {
    /// One that begins now.
    pub(crate) fn new(number: u64, first_side: Side, time: Timestamp) -> Self {
        Self { number, first_side, ways: Default::default(), first: time, last: time }
    }

    /// Whether a segment begins another one: a SYN with a new number behind the end of this one, or anything behind a long silence. For tcptrace a SYN whose number
    /// the other side may wait for begins none, but one behind two of its side always does.
    pub(crate) fn is_over_with(&self, segment: &Segment, side: Side, original: bool) -> bool {
        if segment.time - self.last > SILENCE {
            return true;
        }
        let [a, b] = &self.ways;
        let (own, peer) = if side == self.first_side { (a, b) } else { (b, a) };
        if !segment.has(SYN) || own.syn == Some(segment.number) {
            return false;
        }
        let ended = a.fins + b.fins + a.resets + b.resets > 0;
        if !original {
            return ended;
        }
        own.syns > 1 || (ended && !own.may_be_waited_for(segment.number, peer))
    }

    /// Which of the ways a side is.
    pub(crate) fn index(&self, side: Side) -> usize {
        usize::from(side != self.first_side)
    }

    /// Takes a segment in, and says what is special about it.
    pub(crate) fn add(&mut self, segment: &Segment, side: Side, original: bool) -> Seen {
        let [a, b] = &mut self.ways;
        let (own, peer) = if side == self.first_side { (a, b) } else { (b, a) };
        self.last = segment.time;
        let mut seen = own.count(segment, peer.window, original);
        let scaled = own.scale.is_some() && peer.scale.is_some();
        if !scaled && !segment.has(SYN) {
            (own.shift, peer.shift) = (0, 0);
        }
        let shift = if original { Some(own.shift) } else { own.scale };
        let window = own.announce(segment, shift.filter(|_| scaled), original);
        seen.window = window;
        if segment.has(ACK) {
            let last = own.last_ack.replace((segment.ack, window));
            let same = last == own.last_ack && segment.data == 0 && !segment.has(SYN);
            let is_same = same && (original || !segment.has(FIN | RST));
            peer.acknowledged(&Ack { segment, is_same, original }, &mut seen);
        }
        seen
    }
}
