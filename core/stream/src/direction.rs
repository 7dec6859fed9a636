//! One direction of a connection: which bytes were passed on, which wait, which are missing.

use flowz_api::Checkpoint;
use flowz_api::stream::{GapReason, StreamCounts, StreamStart};

use crate::conversation::{Out, Side};
use crate::held::{Early, Held};
use crate::history::History;
use crate::hole::Wait;
use crate::limits::Limits;
use crate::segment::{Moment, Segment};
use crate::taps::Taps;

/// The largest window (RFC 7323, section 2.3): a FIN further ahead of all data is none.
const LARGEST_WINDOW: i64 = 1 << 30;
/// An acknowledgement further ahead of all data is not believed, or a forged one would hide what follows. More than
/// systems keep under way; where more is missing, the data behind it will tell.
const FURTHEST_ACKNOWLEDGED: i64 = 1 << 24;

/// Gaps that are remembered.
pub(crate) const REMEMBERED_GAPS: usize = 4;

/// One direction.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Direction {
    /// Sequence number of its SYN, if that was seen.
    pub(crate) isn: Option<u32>,
    /// Its first byte is known: the offsets below have a meaning.
    pub(crate) is_known: bool,
    /// Sequence number of offset 0.
    base: u32,
    /// Offset of the byte that is passed on next.
    pub(crate) next: u64,
    /// Offset behind the last byte that was seen.
    pub(crate) highest: u64,
    /// So much the other side has acknowledged.
    pub(crate) acked: u64,
    /// Offset behind the last byte of all, as a FIN tells.
    pub(crate) fin: Option<u64>,
    /// The end was told.
    pub(crate) has_ended: bool,
    pub(crate) held: Held,
    pub(crate) history: History,
    wait: Option<Wait>,
    taps: Taps,
    pub(crate) counts: StreamCounts,
    /// The latest gaps, the last one first: what comes there is late.
    gaps: [(u64, u64); REMEMBERED_GAPS],
}

impl Direction {
    /// A new one, with memory of this one.
    pub(crate) fn reused(self) -> Self {
        Self { history: self.history.reused(), ..Self::default() }
    }

    /// Memory that it takes beside itself.
    pub(crate) fn memory(&self) -> usize {
        self.held.memory() + self.history.memory()
    }

    /// Offset of a sequence number: the one nearest to what is passed on next.
    fn offset(&self, seq: u32) -> i64 {
        let next = self.base.wrapping_add(self.next as u32);
        self.next as i64 + i64::from(seq.wrapping_sub(next) as i32)
    }

    /// The SYN was seen: offset 0 is the number behind it (RFC 9293, section 3.4).
    pub(crate) fn synchronize(&mut self, side: Side, seq: u32, out: &mut impl Out) {
        self.isn = Some(seq);
        self.counts.start = StreamStart::Syn;
        if !self.is_known {
            self.begin_at(side, seq.wrapping_add(1), out);
        }
    }

    /// Whether a SYN with this number belongs to what was seen so far.
    pub(crate) fn is_same_syn(&self, seq: u32) -> bool {
        match self.isn {
            Some(isn) => isn == seq,
            // Its data came in front of it.
            None => !self.is_known || self.base == seq.wrapping_add(1),
        }
    }

    fn begin_at(&mut self, side: Side, seq: u32, out: &mut impl Out) {
        self.is_known = true;
        self.base = seq;
        out.begins(side, self.counts.start);
    }

    /// The other side has acknowledged everything in front of this number.
    pub(crate) fn acknowledge(&mut self, ack: u32) {
        if !self.is_known {
            return;
        }
        let offset = self.offset(ack);
        if offset - (self.highest.max(self.next) as i64) < FURTHEST_ACKNOWLEDGED {
            self.acked = self.acked.max(offset.max(0) as u64);
        }
    }

    /// Whether a RST with this number is meant for this connection: those far outside of the window are not (RFC 9293,
    /// section 3.10.7.4).
    pub(crate) fn accepts_reset(&self, seq: u32) -> bool {
        const BEHIND: i64 = 1 << 16;
        const AHEAD: i64 = 1 << 20;
        let offset = self.offset(seq);
        self.is_known
            && offset >= self.acked.min(self.next) as i64 - BEHIND
            && offset <= self.highest.max(self.next) as i64 + AHEAD
    }

    /// So much of this direction the other side had got when it sent a segment: what of it can be waited for.
    pub(crate) fn got(&self, ack: Option<u32>) -> u64 {
        let Some(ack) = ack.filter(|_| self.is_known) else { return 0 };
        let offset = self.offset(ack);
        let end = self.fin.unwrap_or(u64::MAX);
        if offset - (self.highest.max(self.next) as i64) >= FURTHEST_ACKNOWLEDGED {
            return 0;
        }
        (offset.max(0) as u64).min(end)
    }

    /// So much was passed on that the other direction may go on; all, if nothing of this direction is in the capture, or nothing
    /// more can come.
    pub(crate) fn passed(&self) -> u64 {
        let is_over = !self.is_known || self.fin == Some(self.next);
        if is_over { u64::MAX } else { self.next }
    }

    /// A packet of this direction came: whoever waits for a hole counts them.
    pub(crate) fn packet(&mut self) {
        if let Some(wait) = &mut self.wait {
            wait.packet();
        }
    }

    /// A segment's payload: passed on at once if it is next and nothing waits, else held. `behind`: the sender had got so much
    /// of the other direction; `may_pass`: that has been passed on.
    pub(crate) fn data(
        &mut self,
        side: Side,
        segment: &Segment<'_>,
        (behind, may_pass): (u64, bool),
        limits: &Limits,
        out: &mut impl Out,
    ) {
        let first = segment.first_byte();
        if !self.is_known {
            self.begin_at(side, first, out);
        }
        let start = self.offset(first);
        let segment = &self.in_front_of_fin(segment, start);
        let end = start + i64::from(segment.len);
        if segment.len == 0 {
            return;
        }
        if self.is_keep_alive(segment, start) {
            self.counts.keep_alives += 1;
            return;
        }
        self.counts.segments += 1;
        let is_copy = self.taps.is_copy(first, segment.len, segment.tap);
        self.counts.snapped += u64::from(segment.len) - segment.bytes.len() as u64;
        let Ok(end) = u64::try_from(end) else { return self.old(segment, start, is_copy) };
        let was_highest = self.highest;
        self.highest = self.highest.max(end);
        if end <= self.next {
            return self.old(segment, start, is_copy);
        }
        let early = self.behind_the_old(segment, start, end, behind);
        let is_behind = early.start < was_highest && end <= was_highest;
        let passes = early.start == self.next
            && may_pass
            && self.held.first().is_none_or(|first| first >= end);
        if passes {
            let at = segment.at;
            self.pass(side, early.bytes, at, limits, out);
            self.snapped(side, end, at, out);
            self.counts.out_of_order += u64::from(is_behind);
            return;
        }
        let kept = self.held.insert(early, limits.policy);
        self.counts.conflicting_bytes += kept.conflicting;
        self.counts.most_held = self.counts.most_held.max(self.held.bytes());
        if kept.new > 0 {
            self.counts.out_of_order += u64::from(is_behind);
        }
        if kept.new == 0 && !early.bytes.is_empty() && is_copy {
            self.counts.tap_copies += 1;
            return;
        }
        self.counts.duplicate_bytes += kept.same;
        self.counts.duplicate_segments += u64::from(kept.new == 0 && !early.bytes.is_empty());
    }

    /// The part of a segment that was not passed on yet; what of it comes again is compared.
    fn behind_the_old<'a>(
        &mut self,
        segment: &Segment<'a>,
        start: i64,
        end: u64,
        behind: u64,
    ) -> Early<'a> {
        let new = (start.max(0) as u64).max(self.next);
        let old = (new as i64 - start) as usize;
        let (again, bytes) = segment.bytes.split_at(old.min(segment.bytes.len()));
        self.again(again, start);
        Early { start: new, end, bytes, at: segment.at, behind }
    }

    /// A segment without what lies behind the FIN: nothing does (RFC 9293, section 3.6).
    fn in_front_of_fin<'a>(&self, segment: &Segment<'a>, start: i64) -> Segment<'a> {
        let Some(fin) = self.fin else { return *segment };
        let most = (fin as i64 - start).clamp(0, segment.len.into()) as u32;
        let bytes = &segment.bytes[..segment.bytes.len().min(most as usize)];
        Segment { len: most, bytes, ..*segment }
    }

    /// A keep-alive brings the last byte again, or one in its place (RFC 9293, section 3.8.4).
    fn is_keep_alive(&self, segment: &Segment<'_>, start: i64) -> bool {
        let last = self.highest as i64 - 1;
        segment.len == 1 && start == last && last >= 0 && !segment.syn && !segment.fin
    }

    /// A segment whose bytes were all passed on.
    fn old(&mut self, segment: &Segment<'_>, start: i64, is_copy: bool) {
        if is_copy {
            self.counts.tap_copies += 1;
            return;
        }
        self.again(segment.bytes, start);
        self.counts.duplicate_segments += u64::from(!segment.bytes.is_empty());
    }

    /// Bytes from this offset on that come again, or too late.
    fn again(&mut self, bytes: &[u8], start: i64) {
        // What was in front of the first byte of all is not known.
        let unknown = usize::try_from(-start).unwrap_or(0).min(bytes.len());
        let (bytes, start) = (&bytes[unknown..], start.max(0) as u64);
        let end = start + bytes.len() as u64;
        let in_gap = |gap: &(u64, u64)| end.min(gap.1).saturating_sub(start.max(gap.0));
        let late: u64 = self.gaps.iter().map(in_gap).sum();
        let conflicts = self.history.conflicts(start, bytes);
        self.counts.late_bytes += late;
        self.counts.conflicting_bytes += conflicts;
        self.counts.duplicate_bytes += (bytes.len() as u64 - conflicts).saturating_sub(late);
    }

    /// Passes bytes on that are next.
    fn pass(&mut self, side: Side, bytes: &[u8], at: Moment, limits: &Limits, out: &mut impl Out) {
        self.wait = None;
        if bytes.is_empty() {
            return;
        }
        out.data(side, self.next, bytes, at);
        self.history.push(self.next, bytes, self.acked, limits.history);
        self.next += bytes.len() as u64;
        self.counts.bytes += bytes.len() as u64;
    }

    /// What of a packet up to this offset was not captured.
    fn snapped(&mut self, side: Side, end: u64, at: Moment, out: &mut impl Out) {
        if self.next < end {
            self.give_up(side, end, GapReason::Snapped, at, out);
        }
    }

    /// Goes on without the bytes up to an offset.
    pub(crate) fn give_up(
        &mut self,
        side: Side,
        to: u64,
        reason: GapReason,
        at: Moment,
        out: &mut impl Out,
    ) {
        let len = to - self.next;
        out.gap(side, self.next, len, reason, at);
        let touches = self.counts.gaps > 0 && self.gaps[0].1 == self.next;
        if touches {
            self.gaps[0].1 = to;
        } else {
            self.counts.gaps += 1;
            self.gaps.rotate_right(1);
            self.gaps[0] = (self.next, to);
        }
        self.counts.missing += len;
        self.next = to;
        self.highest = self.highest.max(to);
        self.wait = None;
    }

    /// Passes on what waits and is next; `passed`: so much of the other direction was passed on. Whether anything was.
    pub(crate) fn drain(
        &mut self,
        side: Side,
        passed: u64,
        limits: &Limits,
        out: &mut impl Out,
    ) -> bool {
        let mut moved = false;
        while self.pass_next(side, passed, limits, out) {
            moved = true;
        }
        moved
    }

    /// Passes on the foremost bytes that wait, if they are next.
    fn pass_next(&mut self, side: Side, passed: u64, limits: &Limits, out: &mut impl Out) -> bool {
        let Some((start, piece)) = self.held.front() else { return false };
        let may_pass = !limits.in_order_of_conversation || piece.behind <= passed;
        if start > self.next || !may_pass {
            return false;
        }
        let Some((start, piece)) = self.held.pop() else { return false };
        if piece.bytes.is_empty() {
            self.snapped(side, start + piece.len, piece.at, out);
        } else {
            self.pass(side, &piece.bytes, piece.at, limits, out);
        }
        true
    }

    /// Where the hole ends that what waits is behind of, and what is acknowledged.
    fn hole(&self) -> Option<u64> {
        let acked = self.fin.map_or(self.acked, |fin| self.acked.min(fin));
        if acked <= self.next {
            return None;
        }
        let end = self.held.first().map_or(acked, |first| first.min(acked));
        (end > self.next).then_some(end)
    }

    /// Gives up a hole that the receiver has acknowledged, if it was waited for long enough.
    pub(crate) fn lose_patience(
        &mut self,
        side: Side,
        now: Moment,
        limits: &Limits,
        out: &mut impl Out,
    ) -> bool {
        let Some(end) = self.hole() else {
            self.wait = None;
            return false;
        };
        let wait = self.wait.get_or_insert(Wait::new(now.time));
        if !wait.is_over(now.time, limits) {
            return false;
        }
        self.give_up(side, end, GapReason::Acknowledged, now, out);
        true
    }

    /// Gives up the hole that what waits is behind of, and passes on what is next then, still in the order of the conversation; without a
    /// hole the foremost bytes, whatever they wait for.
    pub(crate) fn force(
        &mut self,
        side: Side,
        passed: u64,
        (reason, now): (GapReason, Moment),
        limits: &Limits,
        out: &mut impl Out,
    ) {
        let Some(first) = self.held.first() else { return };
        let has_hole = first > self.next;
        if has_hole {
            self.give_up(side, first, reason, now, out);
        }
        let moved = self.drain(side, passed, limits, out);
        if !has_hole && !moved {
            self.pass_next(side, u64::MAX, limits, out);
        }
    }

    /// What is missing behind the last byte, as FIN and acknowledgements tell.
    pub(crate) fn tail(&mut self, side: Side, now: Moment, out: &mut impl Out) {
        let acked = self.fin.map_or(self.acked, |fin| self.acked.min(fin));
        let end = self.fin.unwrap_or(0).max(acked);
        if self.is_known && end > self.next {
            self.give_up(side, end, GapReason::Ended, now, out);
        }
    }

    /// A FIN with this number behind the payload.
    pub(crate) fn finish(&mut self, side: Side, segment: &Segment<'_>, out: &mut impl Out) {
        if !self.is_known {
            self.begin_at(side, segment.first_byte(), out);
        }
        let end = self.offset(segment.first_byte()) + i64::from(segment.len);
        let highest = self.highest.max(self.next);
        // Behind a FIN there is nothing (RFC 9293, section 3.6).
        if self.fin.is_none() && (0..LARGEST_WINDOW).contains(&(end - highest as i64)) {
            self.fin = u64::try_from(end).ok();
        }
    }
}
