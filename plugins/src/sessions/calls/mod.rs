//! Calls that are open: by their identifiers, and by where their media are wanted.

mod call;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use flowz_api::Checkpoint;
use flowz_api::flow::FlowId;
use flowz_api::packet::Timestamp;

use super::conversation::{Conversation, Kind, Note, Place, Reason, Seen};
use crate::voip::media::{self, Media};
use call::Call;
pub(crate) use call::{Message, Step};

/// Most places of media, connections and parts of a call.
const MOST_PARTS: usize = 32;
/// Most calls that want media at one place.
const MOST_AT_PLACE: usize = 16;

/// The calls.
#[derive(Debug, Checkpoint)]
pub(crate) struct Calls {
    /// By number, that is in the order of their beginnings.
    calls: BTreeMap<u64, Call>,
    by_id: HashMap<Vec<u8>, u64>,
    /// Numbers of calls that want media at a place, the latest last.
    by_place: HashMap<Place, Vec<u64>>,
    /// Numbers of calls that have connections to a place.
    by_connection: HashMap<Place, Vec<u64>>,
    /// When calls are looked at.
    due: BTreeSet<(i64, u64)>,
    /// Changes with what `by_place` knows.
    generation: u32,
    /// Nanoseconds of silence.
    expire: Option<i64>,
    most: usize,
}

/// A part of a call: number of the call and of the part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Part {
    pub(crate) call: u64,
    pub(crate) number: u64,
}

impl Calls {
    /// No calls; they are over behind so many nanoseconds of silence, if any.
    pub(crate) fn new(expire: Option<i64>, most: usize) -> Self {
        Self {
            calls: BTreeMap::new(),
            by_id: HashMap::new(),
            by_place: HashMap::new(),
            by_connection: HashMap::new(),
            due: BTreeSet::new(),
            generation: 0,
            expire,
            most,
        }
    }

    /// Bytes of a call at most, but for its identifier.
    pub(crate) const BYTES: usize = size_of::<Call>()
        + MOST_PARTS
            * (size_of::<(Place, bool)>()
                + size_of::<FlowId>()
                + 2 * size_of::<Conversation>()
                + 2 * size_of::<(Place, bool)>())
        + 512;

    /// What is known of places changes with it.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// Time goes on: calls end that have been silent.
    #[inline]
    pub(crate) fn advance(&mut self, now: Timestamp, notes: &mut Vec<Note>) {
        while let Some(&(due, number)) = self.due.first().filter(|(due, _)| *due <= now.0) {
            self.due.remove(&(due, number));
            self.look(number, now, notes);
        }
    }

    /// Takes in a message; yields the number of the call that it belongs to.
    pub(crate) fn message(
        &mut self,
        message: Message<'_>,
        seen: &Seen,
        next: &mut u64,
        notes: &mut Vec<Note>,
    ) -> Option<u64> {
        let number = self.call_of(message, seen, next, notes)?;
        let call = self.calls.get_mut(&number)?;
        call.session.count(seen);
        call.last = call.last.max(seen.time);
        call.is_signalled |= seen.is_tcp;
        let over = call.step(message.step);
        Self::join(call, seen, notes);
        message.media.iter().for_each(|media| self.media(number, media));
        for (places, is_shared) in message.connections.into_iter().zip([false, true]) {
            self.connections(number, places, is_shared);
        }
        match over {
            Some(reason) => self.close(number, reason, notes),
            None => self.arm(number),
        }
        Some(number)
    }

    /// The call that wants media at one of these places, and whether it is a place of RTCP.
    pub(crate) fn wants(&self, from: Place, to: Place) -> Option<(u64, bool)> {
        let none = Vec::new();
        let (froms, tos) = (self.by_place.get(&from), self.by_place.get(&to));
        let (froms, tos) = (froms.unwrap_or(&none), tos.unwrap_or(&none));
        let both = tos.iter().rev().find(|number| froms.contains(number));
        let number = *both.or(tos.last()).or(froms.last())?;
        let places = &self.calls.get(&number)?.places;
        let kind = |at| places.iter().find(|(place, _)| *place == at).map(|(_, is_rtcp)| *is_rtcp);
        Some((number, kind(to).or(kind(from))?))
    }

    /// A connection begins: the call that it is part of, if that has told of its place.
    pub(crate) fn connects(&mut self, seen: &Seen, notes: &mut Vec<Note>) -> Option<u64> {
        let there = self.by_connection.get(&seen.to)?;
        let expects = |number: &&u64| self.calls.get(number).is_some_and(|call| call.expects(seen));
        let number = *there.iter().rev().find(expects)?;
        let call = self.calls.get_mut(&number)?;
        if call.flows.len() < MOST_PARTS && !call.flows.contains(&seen.flow) {
            call.flows.push(seen.flow);
            notes.push(Note::Flow(number, seen.flow));
        }
        Some(number)
    }

    /// A connection with messages of these calls is over.
    pub(crate) fn disconnects(&mut self, numbers: &[u64], notes: &mut Vec<Note>) {
        for number in numbers {
            let Some(call) = self.calls.get_mut(number) else { continue };
            call.is_disconnected |= call.is_leaving;
            if !call.is_over && call.is_gone() {
                self.close(*number, Reason::Closed, notes);
            }
        }
    }

    /// A packet of media of a call; yields the part that it is of, if there is room for one more.
    pub(crate) fn packet(
        &mut self,
        (number, is_rtcp): (u64, bool),
        known: Option<Part>,
        seen: &Seen,
        next: &mut u64,
        notes: &mut Vec<Note>,
    ) -> Option<Part> {
        let call = self.calls.get_mut(&number).filter(|call| !call.is_over)?;
        call.last = call.last.max(seen.time);
        let known = known.filter(|part| part.call == number);
        let part = known.and_then(|known| call.parts.iter_mut().find(|p| p.number == known.number));
        if let (Some(part), Some(known)) = (part, known) {
            part.count(seen);
            return Some(known);
        }
        if call.parts.len() == MOST_PARTS {
            return None;
        }
        *next += 1;
        let kind = if is_rtcp { Kind::Rtcp } else { Kind::Rtp };
        let mut part = Conversation::new(*next, Some(number), kind, seen);
        notes.push(Note::Opened(part.clone()));
        part.count(seen);
        call.parts.push(part);
        Some(Part { call: number, number: *next })
    }

    /// Whether a call is open.
    pub(crate) fn is_open(&self, number: u64) -> bool {
        self.calls.get(&number).is_some_and(|call| !call.is_over)
    }

    /// Closes all calls that are left, the oldest first.
    pub(crate) fn finish(&mut self, notes: &mut Vec<Note>) {
        while let Some((&number, _)) = self.calls.first_key_value() {
            if self.is_open(number) {
                self.close(number, Reason::Open, notes);
            }
            self.forget(number);
        }
    }

    /// The call of a message, which may begin with it.
    fn call_of(
        &mut self,
        message: Message<'_>,
        seen: &Seen,
        next: &mut u64,
        notes: &mut Vec<Note>,
    ) -> Option<u64> {
        let known = self.by_id.get(message.id).copied();
        let is_over = known.is_some_and(|number| !self.is_open(number));
        let begins = match message.step {
            Step::Begins => known.is_none() || is_over,
            Step::Tells | Step::Answers | Step::Leaves => known.is_none(),
            _ => false,
        };
        if !begins {
            return known.filter(|_| !is_over);
        }
        if let Some(number) = known {
            self.forget(number);
        }
        self.make_room(notes);
        *next += 1;
        let session = Conversation::new(*next, None, message.kind, seen);
        notes.push(Note::Opened(session.clone()));
        let call = Call::new(message.id, session, seen);
        self.by_id.insert(call.id.clone(), *next);
        self.calls.insert(*next, call);
        Some(*next)
    }

    /// A message shows which flows are of the call. A flow may have messages of many calls: over UDP each packet tells of which.
    fn join(call: &mut Call, seen: &Seen, notes: &mut Vec<Note>) {
        let is_new = call.session.packets == 1 || !call.flows.contains(&seen.flow);
        notes.push(if seen.is_tcp && is_new {
            Note::Flow(call.session.number, seen.flow)
        } else {
            Note::Packet(call.session.number, seen.flow)
        });
        if call.flows.len() < MOST_PARTS && !call.flows.contains(&seen.flow) {
            call.flows.push(seen.flow);
        }
    }

    fn media(&mut self, number: u64, media: &[Media]) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        let places = media.iter().flat_map(|media| {
            let ip = media.ip();
            [((ip, media.port), false), ((ip, media.rtcp_port), true)]
        });
        for (place, is_rtcp) in places.filter(|((_, port), _)| *port != 0) {
            let is_known = call.places.iter().any(|(known, _)| *known == place);
            if is_known || call.places.len() == MOST_PARTS {
                continue;
            }
            call.places.push((place, is_rtcp));
            add(&mut self.by_place, place, number);
            self.generation = self.generation.wrapping_add(1);
        }
    }

    fn connections(&mut self, number: u64, places: &[media::Place], is_shared: bool) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        for place in places.iter().map(|place| (place.ip(), place.port)) {
            let is_known = call.connections.iter().any(|(known, _)| *known == place);
            if is_known || call.connections.len() == MOST_PARTS {
                continue;
            }
            call.connections.push((place, is_shared));
            add(&mut self.by_connection, place, number);
        }
    }

    /// Sets when a call is looked at.
    fn arm(&mut self, number: u64) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        let due = call.deadline(self.expire);
        if due == call.due {
            return;
        }
        self.due.remove(&(call.due, number));
        call.due = due;
        if due != i64::MAX {
            self.due.insert((due, number));
        }
    }

    /// A call is due: it is over, or was not silent.
    fn look(&mut self, number: u64, now: Timestamp, notes: &mut Vec<Note>) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        call.due = i64::MAX;
        if call.deadline(self.expire) > now.0 {
            self.arm(number);
        } else if call.is_over {
            self.forget(number);
        } else {
            let reason = match (call.has_failed, call.is_leaving) {
                (true, _) => Reason::Refused,
                (false, true) => Reason::Closed,
                (false, false) => Reason::Idle,
            };
            self.close(number, reason, notes);
        }
    }

    fn make_room(&mut self, notes: &mut Vec<Note>) {
        while self.calls.len() >= self.most {
            let Some((&oldest, _)) = self.calls.first_key_value() else { return };
            if self.is_open(oldest) {
                self.close(oldest, Reason::Limit, notes);
            }
            self.forget(oldest);
        }
    }

    /// A call is over: its parts are, too. It is remembered for a while.
    fn close(&mut self, number: u64, reason: Reason, notes: &mut Vec<Note>) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        call.is_over = true;
        let of_parts = if reason == Reason::Open { Reason::Open } else { Reason::Parent };
        notes.extend(call.parts.drain(..).map(|part| Note::Closed(part, of_parts)));
        notes.push(Note::Closed(call.session.clone(), reason));
        if !call.places.is_empty() {
            self.generation = self.generation.wrapping_add(1);
        }
        call.places.drain(..).for_each(|(place, _)| remove(&mut self.by_place, place, number));
        let connections = call.connections.drain(..);
        connections.for_each(|(place, _)| remove(&mut self.by_connection, place, number));
        self.arm(number);
    }

    fn forget(&mut self, number: u64) {
        let Some(call) = self.calls.remove(&number) else { return };
        self.due.remove(&(call.due, number));
        if self.by_id.get(&call.id) == Some(&number) {
            self.by_id.remove(&call.id);
        }
    }
}

/// A call is at a place, in front of all others.
fn add(places: &mut HashMap<Place, Vec<u64>>, place: Place, number: u64) {
    let there = places.entry(place).or_default();
    if there.len() == MOST_AT_PLACE {
        there.remove(0);
    }
    there.push(number);
}

/// It is not any more.
fn remove(places: &mut HashMap<Place, Vec<u64>>, place: Place, number: u64) {
    let Some(there) = places.get_mut(&place) else { return };
    there.retain(|other| *other != number);
    if there.is_empty() {
        places.remove(&place);
    }
}

#[cfg(test)]
mod tests;
