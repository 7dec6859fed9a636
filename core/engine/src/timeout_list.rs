//! The timeout list: when flows time out, and in which order they leave.
//!
//! The rules are the reference's, because they decide how flows split and the
//! order of the output: one doubly linked list of all flows, the most recent at its head, with one
//! sentinel per registered timeout value. At every packet each sentinel, the largest value first, walks
//! from its place towards the head over all flows that are silent for at least its value; a flow that
//! is silent for its own timeout leaves, together with its peer if that is due too. Flows that are
//! passed without leaving are found again through a larger value, through their peer, or after
//! they have moved to the head.
//!
//! Touching a flow is O(1). So is a sweep in which nothing is due: each sentinel remembers the time
//! before which the flow in front of it cannot be due, and is asked again earlier only if that flow has
//! changed.

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use flowz_api::packet::Timestamp;
use flowz_api::plugin::Timeouts;

use flowz_prefetch::prefetch;

use crate::table::{NIL, Slot};

/// Links from here on are sentinels.
const SENTINELS: u32 = u32::MAX - 255;

/// A timeout value's place in the list.
#[derive(Clone, Copy, Debug, flowz_api::Checkpoint)]
struct Sentinel {
    seconds: f32,
    newer: u32,
    older: u32,
    /// Nothing in front of it is due before this time.
    due: i64,
    /// The flow that leaves next here, told by [`TimeoutList::take_next`].
    next: u32,
}

/// The list. The flows' links are in their slots.
#[derive(Debug)]
pub struct TimeoutList {
    head: u32,
    tail: u32,
    sentinels: Vec<Sentinel>,
    /// The earliest `due` of all sentinels.
    due: i64,
    /// See [`take_next`](Self::take_next).
    next: Option<u32>,
}

impl TimeoutList {
    /// An empty list with a sentinel per timeout value, the largest one walking first.
    pub fn new(timeouts: &Timeouts) -> Self {
        let mut values = timeouts.values().to_vec();
        values.sort_by(|a, b| b.total_cmp(a));
        let n = values.len() as u32;
        let link = |i: u32| if i < n { SENTINELS + i } else { NIL };
        let sentinels = (0..n).zip(values).map(|(i, seconds)| Sentinel {
            seconds,
            newer: if i == 0 { NIL } else { link(i - 1) },
            older: link(i + 1),
            due: i64::MAX,
            next: NIL,
        });
        Self {
            head: link(0),
            tail: link(n.wrapping_sub(1)),
            sentinels: sentinels.collect(),
            due: i64::MAX,
            next: None,
        }
    }

    /// Writes the order of flows for the next run; their links are in their slots.
    pub fn save(&self, out: &mut Writer<'_>) {
        (self.head, self.tail, self.due, self.next).save(out);
        self.sentinels.save(out);
    }

    /// Takes it over; the timeout values are those of the run.
    pub fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        (self.head, self.tail, self.due, self.next) = Checkpoint::load(from)?;
        let sentinels = Vec::<Sentinel>::load(from)?;
        let seconds = |all: &[Sentinel]| all.iter().map(|one| one.seconds).collect::<Vec<_>>();
        if seconds(&sentinels) != seconds(&self.sentinels) {
            return Err(LoadError::Other("these timeouts"));
        }
        self.sentinels = sentinels;
        Ok(())
    }

    /// A new flow becomes the most recent one.
    #[inline]
    pub fn push(&mut self, slots: &mut [Slot], at: u32) {
        let head = self.head;
        slots[at as usize].newer = NIL;
        slots[at as usize].older = head;
        self.set_newer(slots, head, at);
        if self.tail == NIL {
            self.tail = at;
        }
        self.head = at;
        self.changed(slots, head);
    }

    /// A flow that had a packet becomes the most recent one.
    #[inline]
    pub fn touch(&mut self, slots: &mut [Slot], at: u32) {
        if self.head == at {
            self.seen(slots, at);
            return;
        }
        self.unlink(slots, at);
        self.push(slots, at);
    }

    /// The last-seen time of a flow has changed, but not its place.
    #[inline]
    pub fn seen(&mut self, slots: &[Slot], at: u32) {
        self.changed(slots, slots[at as usize].older);
    }

    /// Takes a flow out.
    #[inline]
    pub fn unlink(&mut self, slots: &mut [Slot], at: u32) {
        let Slot { newer, older, .. } = slots[at as usize];
        if newer == NIL {
            self.head = older;
        }
        if older == NIL {
            self.tail = newer;
        }
        self.set_older(slots, newer, older);
        self.set_newer(slots, older, newer);
        self.changed(slots, older);
    }

    /// The least recent flow.
    pub fn oldest(&self, slots: &[Slot]) -> Option<u32> {
        let mut at = self.tail;
        while at >= SENTINELS && at != NIL {
            at = self.newer(slots, at);
        }
        (at != NIL).then_some(at)
    }

    /// Takes out all flows that are due at `now` and appends them, in the order in which they leave;
    /// a biflow appears with one of its halves.
    #[inline]
    pub fn sweep(
        &mut self,
        slots: &mut [Slot],
        timeouts: &Timeouts,
        now: Timestamp,
        out: &mut Vec<u32>,
    ) {
        if now.0 < self.due {
            return;
        }
        for n in 0..self.sentinels.len() {
            if now.0 >= self.sentinels[n].due {
                self.walk(slots, timeouts, now, n, out);
            }
        }
        self.due = self.sentinels.iter().map(|s| s.due).min().unwrap_or(i64::MAX);
    }

    fn walk(
        &mut self,
        slots: &mut [Slot],
        timeouts: &Timeouts,
        now: Timestamp,
        n: usize,
        out: &mut Vec<u32>,
    ) {
        let seconds = self.sentinels[n].seconds;
        let mut at = self.sentinels[n].newer;
        let mut due = i64::MAX;
        while at != NIL {
            if at >= SENTINELS {
                at = self.newer(slots, at);
                continue;
            }
            let slot = &slots[at as usize];
            if age(now, slot.flow.last) < seconds {
                due = earliest(slot.flow.last, seconds);
                if is_soon(due, now, slot.flow.last) && timeouts.seconds(slot.timeout) == seconds {
                    self.leaves_next(slots, n, at);
                }
                break;
            }
            let next = self.newer(slots, at);
            at = if let Some(peer) = leaves(slots, timeouts, now, at) {
                let next = if next == peer && peer != NIL { self.newer(slots, peer) } else { next };
                self.unlink(slots, at);
                if peer != NIL {
                    self.unlink(slots, peer);
                }
                out.push(at);
                next
            } else {
                next
            };
        }
        self.move_behind(slots, n, at);
        self.sentinels[n].due = due;
    }

    /// A flow that is the next one to leave since the last sweep, unless it has a packet before. Told once.
    #[inline]
    pub fn take_next(&mut self) -> Option<u32> {
        self.next.take()
    }

    /// The flow in front of sentinel `n` leaves soon, and then the one after it.
    #[inline]
    fn leaves_next(&mut self, slots: &[Slot], n: usize, at: u32) {
        if self.sentinels[n].next == at {
            return;
        }
        self.sentinels[n].next = at;
        self.next = Some(at);
        if let Some(after) = slots.get(slots[at as usize].newer as usize) {
            prefetch(after);
        }
    }

    /// Puts sentinel `n` directly behind (older side of) `front`, or at the head.
    fn move_behind(&mut self, slots: &mut [Slot], n: usize, front: u32) {
        let me = SENTINELS + n as u32;
        if self.sentinels[n].newer == front {
            return;
        }
        let Sentinel { newer, older, .. } = self.sentinels[n];
        self.set_older(slots, newer, older);
        self.set_newer(slots, older, newer);
        if newer == NIL {
            self.head = older;
        }
        if older == NIL {
            self.tail = newer;
        }
        let behind = if front == NIL { self.head } else { self.older(slots, front) };
        self.sentinels[n].newer = front;
        self.sentinels[n].older = behind;
        self.set_older(slots, front, me);
        self.set_newer(slots, behind, me);
        if front == NIL {
            self.head = me;
        }
        if behind == NIL {
            self.tail = me;
        }
    }

    /// What is in front of `at` has changed: sentinels there have to look again.
    #[inline]
    fn changed(&mut self, slots: &[Slot], mut at: u32) {
        while at >= SENTINELS && at != NIL {
            self.sentinels[(at - SENTINELS) as usize].due = i64::MIN;
            self.due = i64::MIN;
            at = self.older(slots, at);
        }
    }

    #[inline]
    fn newer(&self, slots: &[Slot], at: u32) -> u32 {
        if at >= SENTINELS {
            self.sentinels[(at - SENTINELS) as usize].newer
        } else {
            slots[at as usize].newer
        }
    }

    #[inline]
    fn older(&self, slots: &[Slot], at: u32) -> u32 {
        if at >= SENTINELS {
            self.sentinels[(at - SENTINELS) as usize].older
        } else {
            slots[at as usize].older
        }
    }

    #[inline]
    fn set_newer(&mut self, slots: &mut [Slot], at: u32, to: u32) {
        if at == NIL {
        } else if at >= SENTINELS {
            self.sentinels[(at - SENTINELS) as usize].newer = to;
        } else {
            slots[at as usize].newer = to;
        }
    }

    #[inline]
    fn set_older(&mut self, slots: &mut [Slot], at: u32, to: u32) {
        if at == NIL {
        } else if at >= SENTINELS {
            self.sentinels[(at - SENTINELS) as usize].older = to;
        } else {
            slots[at as usize].older = to;
        }
    }
}

/// Seconds of silence in single precision, as the reference compares them.
#[inline]
fn age(now: Timestamp, last: Timestamp) -> f32 {
    let seconds = now.seconds() - last.seconds();
    let nanos = i64::from(now.subsec_nanos()) - i64::from(last.subsec_nanos());
    (seconds as f64 + nanos as f64 / 1e9) as f32
}

/// A time before which a flow last seen at `last` is not silent for `seconds`: a little early, so
/// that the rounding of [`age`] cannot be missed.
fn earliest(last: Timestamp, seconds: f32) -> i64 {
    const SLACK: f64 = 1.0 - 1e-6;
    last.0.saturating_add((f64::from(seconds) * 1e9 * SLACK) as i64)
}

/// Whether a flow that was last seen at `last` and is due at `due` has waited for most of that time.
#[inline]
fn is_soon(due: i64, now: Timestamp, last: Timestamp) -> bool {
    due.saturating_sub(now.0) < due.saturating_sub(last.0) / 16
}

/// Whether a flow ends now: it is silent for its timeout and its peer, if any, for its own. Yields
/// the peer ([`NIL`] without one).
fn leaves(slots: &[Slot], timeouts: &Timeouts, now: Timestamp, at: u32) -> Option<u32> {
    let due = |s: &Slot| age(now, s.flow.last) >= timeouts.seconds(s.timeout);
    let slot = &slots[at as usize];
    if !due(slot) {
        return None;
    }
    match slot.peer {
        NIL => Some(NIL),
        peer => due(&slots[peer as usize]).then_some(peer),
    }
}

#[cfg(test)]
mod tests;
