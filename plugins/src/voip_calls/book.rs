//! All calls that are not written yet, by identifier and by where media are wanted.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};

use super::call::{Call, MediaFlow, MediaPlace, Protocol, Seen};
use super::h323;
use super::stream::Stream;
use crate::h323_decode::fact::H323Fact;
use crate::sip_decode::fact::SipFact;

/// A call without a message for so long is another one if its Call-ID comes again, and media behind its end are others.
const FORGOTTEN: i64 = 3600 * NANOS;
/// Most calls that want media at one place at a time; for a new one the oldest is forgotten there.
const MOST_AT_PLACE: usize = 64;
/// Media go on for so long behind the end of a call.
const AFTER: i64 = 2 * NANOS;

/// The calls.
#[derive(Debug, Default, Checkpoint)]
pub(super) struct Book {
    /// In the order of their first messages; none: written.
    calls: VecDeque<Option<Box<Call>>>,
    /// Number of the first one.
    base: u64,
    /// Those of SIP and those of H.323.
    by_id: [HashMap<Vec<u8>, u64>; 2],
    /// Numbers of calls that want media at a place, the latest last.
    by_place: HashMap<(IpAddr, u16), Vec<u64>>,
    /// Calls at hand.
    count: usize,
    /// When calls are looked through that may be over.
    next_look: i64,
    last_number: u64,
}

/// A flow that may be media.
#[derive(Clone, Debug, Checkpoint)]
pub(super) struct Candidate {
    pub(super) from: (IpAddr, u16),
    pub(super) to: (IpAddr, u16),
    pub(super) flow: flowz_api::flow::FlowId,
    pub(super) packets: u64,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    /// Streams of RTP in it.
    pub(super) streams: Vec<Stream>,
}

impl Book {
    /// Calls that are not written.
    fn live(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().flatten().map(|call| &**call)
    }

    fn get(&mut self, number: u64) -> Option<&mut Call> {
        let at = usize::try_from(number.checked_sub(self.base)?).ok()?;
        self.calls.get_mut(at)?.as_deref_mut()
    }

    fn peek(&self, number: u64) -> Option<&Call> {
        let at = usize::try_from(number.checked_sub(self.base)?).ok()?;
        self.calls.get(at)?.as_deref()
    }

    /// A message: of a call, or none. Yields the call's number.
    pub(super) fn message(&mut self, fact: &SipFact, seen: Seen) -> Option<u64> {
        let begins = match (fact.code, fact.method.as_slice()) {
            (0, b"INVITE" | b"BYE") => true,
            // A dialog that is under way has both tags.
            (101..=299, b"INVITE") => !fact.to_tag.is_empty(),
            _ => false,
        };
        let number = match self.known(Protocol::Sip, &fact.call_id, seen) {
            Some(number) => number,
            None if begins && !fact.call_id.is_empty() => {
                self.open(|number| Call::new(number, fact, seen))
            }
            None => return None,
        };
        self.change(number, |call| call.message(fact, seen))
    }

    /// A message of H.323: of a call, or none. Yields the call's number.
    pub(super) fn h323(&mut self, fact: &H323Fact, seen: Seen) -> Option<u64> {
        if fact.call_id.is_empty() {
            return None;
        }
        let number = match self.known(Protocol::H323, &fact.call_id, seen) {
            Some(number) => number,
            None if h323::begins(fact) => self.open(|number| Call::of_h323(number, fact, seen)),
            None => return None,
        };
        self.change(number, |call| call.h323(fact, seen))
    }

    /// The call with an identifier, unless it is long ago.
    fn known(&self, protocol: Protocol, call_id: &[u8], seen: Seen) -> Option<u64> {
        let known = self.by_id[protocol as usize].get(call_id).copied();
        known.filter(|number| {
            self.peek(*number).is_some_and(|call| seen.time - call.last < FORGOTTEN)
        })
    }

    /// Changes a call, and remembers where it wants media since then.
    fn change(&mut self, number: u64, change: impl FnOnce(&mut Call)) -> Option<u64> {
        let call = self.get(number)?;
        let before = call.places.len();
        change(call);
        let new: Vec<MediaPlace> = call.places[before..].to_vec();
        for place in new {
            let list = self.by_place.entry((place.ip, place.port)).or_default();
            if list.last() != Some(&number) {
                if list.len() == MOST_AT_PLACE {
                    list.remove(0);
                }
                list.push(number);
            }
        }
        Some(number)
    }

    fn open(&mut self, call: impl FnOnce(u64) -> Call) -> u64 {
        self.last_number += 1;
        let number = self.last_number;
        // Numbers may have been given away since.
        while !self.calls.is_empty() && self.base + (self.calls.len() as u64) < number {
            self.calls.push_back(None);
        }
        if self.calls.is_empty() {
            self.base = number;
        }
        let call = Box::new(call(number));
        self.by_id[call.protocol as usize].insert(call.call_id.clone(), number);
        self.calls.push_back(Some(call));
        self.count += 1;
        number
    }

    /// The number of a call that is in no book.
    pub(super) fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// A flow ends that may be media. Yields the call to which it belongs, and numbers of the flows that announced it.
    pub(super) fn media(&mut self, flow: &Candidate) -> Option<(u64, Vec<u64>)> {
        let to = self.by_place.get(&flow.to).map_or(&[][..], Vec::as_slice);
        let from = self.by_place.get(&flow.from).map_or(&[][..], Vec::as_slice);
        // The latest call that fits, and rather one that knows both places.
        let fits = |number: &&u64| self.peek(**number).is_some_and(|call| call.fits(flow));
        let both = to.iter().rev().filter(fits).find(|number| from.contains(number));
        let one = || to.iter().rev().find(fits).or_else(|| from.iter().rev().find(fits));
        let number = *both.or_else(one)?;
        let call = self.get(number)?;
        let media = call.media_flow(flow);
        call.saw(media);
        Some((number, call.flows.clone()))
    }

    /// Takes calls out that are over for so long, and the oldest ones if there are more than `most`.
    pub(super) fn take_over(&mut self, now: Timestamp, linger: i64, most: usize) -> Vec<Call> {
        let mut taken = Vec::new();
        while self.count > most {
            taken.extend(self.take_oldest());
        }
        // Now and then, as all calls are looked at.
        if now.0 >= self.next_look {
            self.next_look = now.0.saturating_add((linger / 4).max(NANOS));
            let is_done = |call: &&Call| call.is_over() && now - call.last > linger;
            let done: Vec<u64> = self.live().filter(is_done).map(|call| call.number).collect();
            taken.extend(done.into_iter().filter_map(|number| self.take(number)));
        }
        taken
    }

    /// Takes out the oldest call.
    pub(super) fn take_oldest(&mut self) -> Option<Call> {
        let number = self.live().next()?.number;
        self.take(number)
    }

    fn take(&mut self, number: u64) -> Option<Call> {
        let at = usize::try_from(number.checked_sub(self.base)?).ok()?;
        let call = *self.calls.get_mut(at)?.take()?;
        while self.calls.front().is_some_and(Option::is_none) {
            self.calls.pop_front();
            self.base += 1;
        }
        self.count -= 1;
        let by_id = &mut self.by_id[call.protocol as usize];
        if by_id.get(&call.call_id) == Some(&call.number) {
            by_id.remove(&call.call_id);
        }
        for place in &call.places {
            if let Some(list) = self.by_place.get_mut(&(place.ip, place.port)) {
                list.retain(|number| *number != call.number);
                if list.is_empty() {
                    self.by_place.remove(&(place.ip, place.port));
                }
            }
        }
        Some(call)
    }
}

impl Call {
    /// Whether a flow lies within its time.
    fn fits(&self, flow: &Candidate) -> bool {
        let (.., end) = self.ending();
        let end = if self.is_over() { end.0.saturating_add(AFTER) } else { i64::MAX };
        flow.last >= self.first && flow.first.0 <= end
    }

    /// What a flow is to the call.
    fn media_flow(&self, flow: &Candidate) -> MediaFlow {
        let place = |at: (IpAddr, u16)| {
            self.places.iter().find(|place| (place.ip, place.port) == at).copied()
        };
        let (to, from) = (place(flow.to), place(flow.from));
        let sender = match (from, to) {
            (Some(from), _) => Some(from.party),
            (None, Some(to)) => to.party.other(),
            (None, None) => None,
        };
        MediaFlow {
            flow: flow.flow,
            sender,
            packets: flow.packets,
            first: flow.first,
            last: flow.last,
            is_rtcp: to.or(from).is_some_and(|place| place.is_rtcp),
            is_elsewhere: from.is_none() && sender.is_some(),
            streams: flow.streams.clone(),
        }
    }
}
