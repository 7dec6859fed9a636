//! Which message belongs to which call, where it does not say so itself.
//!
//! Call signalling has the identifier of the call in most messages; in others it is known by the number of the call on its connection. A
//! connection of H.245 is known by its address, which call signalling announces; answers of RAS by the number of the request. Before version 2 of H.225.0
//! calls have no identifier: there that of the conference stands for it; without that, the numbers of flow and call.

use flowz_api::Checkpoint;
use flowz_api::key::FlowKey;

use super::fact::Party;
use crate::voip::bounded::Bounded;
use crate::voip::h323::Guid;
use crate::voip::media::Place;

/// Most entries of each kind that are kept.
const MOST: usize = 16_384;
/// Bytes that an entry of each kind takes together.
const ENTRY: usize = 640;

/// Address and port.
type End = ([u8; 16], u16);

/// By what a call is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Checkpoint)]
pub(crate) enum CallId {
    Named(Guid),
    /// It has no name: number of the flow, and of the call on its connection.
    Numbered(u64, u16),
}

impl CallId {
    /// As others are told: in hexadecimal, or the two numbers.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Named(guid) => in_hex(guid),
            Self::Numbered(flow, reference) => format!("{flow}/{reference}"),
        }
    }
}

/// Where a message comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Origin {
    pub(crate) call: Option<CallId>,
    pub(crate) party: Party,
}

impl Origin {
    pub(crate) const NONE: Self = Self { call: None, party: Party::Unknown };
}

/// What is known of calls; the oldest is forgotten if there is too much.
#[derive(Debug, Checkpoint)]
pub(crate) struct Calls {
    /// By flow number and call reference.
    references: Bounded<(u64, u16), Option<CallId>>,
    /// By the place that was announced for H.245: who did.
    controls: Bounded<End, Origin>,
    /// By who asks in RAS, and the number of what is asked.
    requests: Bounded<(End, u16), Origin>,
    conferences: Bounded<Guid, Option<CallId>>,
    /// Places for RAS.
    ras: Bounded<End, ()>,
}

impl Calls {
    /// For what takes no more than a part of the memory.
    pub(crate) fn new(share: usize) -> Self {
        let most = Self::most(share);
        Self {
            references: Bounded::new(most),
            controls: Bounded::new(most),
            requests: Bounded::new(most),
            conferences: Bounded::new(most),
            ras: Bounded::new(most),
        }
    }

    fn most(share: usize) -> usize {
        (share / ENTRY).min(MOST)
    }

    /// Most bytes that it takes.
    pub(crate) fn bytes(share: usize) -> usize {
        Self::most(share) * ENTRY
    }

    /// The call of a message that may say what it is.
    pub(crate) fn named(&mut self, call: Option<Guid>, conference: Option<Guid>) -> Option<CallId> {
        let call = call.map(CallId::Named);
        match (call, conference) {
            (Some(call), Some(conference)) => *self.conferences.entry(conference) = Some(call),
            (None, Some(conference)) => {
                let known = self.conferences.get(&conference).copied().flatten();
                return known.or(Some(CallId::Named(conference)));
            }
            _ => {}
        }
        call
    }

    /// The call of a message of call signalling. `named` is what it says itself: a connection tells better than that which of its calls is meant, but
    /// where one begins.
    pub(crate) fn signalling(
        &mut self,
        (flow, reference): (u64, u16),
        named: Option<CallId>,
        begins: bool,
    ) -> Option<CallId> {
        let known = self.references.get(&(flow, reference)).copied().flatten();
        let call = match (known, named) {
            (_, Some(named)) if begins => Some(named),
            (Some(known), _) => Some(known),
            (None, named) => named.or(begins.then_some(CallId::Numbered(flow, reference))),
        };
        if call != known {
            *self.references.entry((flow, reference)) = call;
        }
        call
    }

    /// A place was announced for H.245.
    pub(crate) fn announce_control(&mut self, place: &Place, origin: Origin) {
        *self.controls.entry((place.address, place.port)) = origin;
    }

    /// Whether a connection was announced for H.245: its call, and who sends in this direction.
    pub(crate) fn control(&self, key: &FlowKey) -> Option<Origin> {
        if let Some(announcer) = self.controls.get(&(key.dst, key.dst_port)) {
            let party = match announcer.party {
                Party::Caller => Party::Callee,
                Party::Callee => Party::Caller,
                other => other,
            };
            return Some(Origin { party, ..*announcer });
        }
        self.controls.get(&(key.src, key.src_port)).copied()
    }

    /// A request of RAS.
    pub(crate) fn request(&mut self, key: &FlowKey, number: u16, origin: Origin) {
        *self.requests.entry(((key.src, key.src_port), number)) = origin;
    }

    /// Where an answer to one comes from: a gatekeeper answers the two of a call.
    pub(crate) fn answer(&self, key: &FlowKey, number: u16) -> Origin {
        let asked = self.requests.get(&((key.dst, key.dst_port), number));
        let Origin { call, party } = asked.copied().unwrap_or_default();
        let is_endpoint = matches!(party, Party::Caller | Party::Callee);
        Origin { call, party: if is_endpoint { Party::Gatekeeper } else { Party::Unknown } }
    }

    /// A place was announced for RAS.
    pub(crate) fn announce_ras(&mut self, place: &Place) {
        self.ras.entry((place.address, place.port));
    }

    /// Whether a flow goes to or comes from such a place.
    pub(crate) fn is_ras(&self, key: &FlowKey) -> bool {
        let has = |end| self.ras.get(&end).is_some();
        has((key.dst, key.dst_port)) || has((key.src, key.src_port))
    }
}

/// An identifier in lower-case hexadecimal.
pub(crate) fn in_hex(guid: &Guid) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    guid.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use flowz_api::key::FlowKey;

    use super::{CallId, Calls, Origin, Party};
    use crate::voip::media::Place;

    const ONE: Option<CallId> = Some(CallId::Named([1; 16]));
    const TWO: Option<CallId> = Some(CallId::Named([2; 16]));
    const CONFERENCE: Option<[u8; 16]> = Some([9; 16]);

    #[test]
    fn calls_without_a_name() {
        let mut calls = Calls::new(usize::MAX);
        assert_eq!(calls.signalling((7, 3), ONE, true), ONE);
        assert_eq!(calls.signalling((7, 3), None, false), ONE);
        assert_eq!(calls.signalling((7, 3), TWO, false), ONE, "the connection tells better");
        assert_eq!(calls.signalling((8, 3), None, false), None, "another connection");
        assert_eq!(calls.signalling((7, 3), TWO, true), TWO);
        let numbered = calls.signalling((8, 3), None, true);
        assert_eq!(numbered, calls.signalling((8, 3), None, false));
        assert_eq!(numbered.map(|call| call.text()), Some("8/3".into()));
        assert_eq!(ONE.map(|call| call.text()), Some("01".repeat(16)));
        // The conference stands for the call, until a call has it.
        assert_eq!(calls.named(None, CONFERENCE), CONFERENCE.map(CallId::Named));
        assert_eq!(calls.named(Some([1; 16]), CONFERENCE), ONE);
        assert_eq!(calls.named(None, CONFERENCE), ONE);
        assert_eq!(calls.named(None, None), None);
    }

    #[test]
    fn connections_and_answers() {
        let mut calls = Calls::new(usize::MAX);
        let key = FlowKey {
            src: [5; 16],
            dst: [6; 16],
            src_port: 50,
            dst_port: 60,
            ..FlowKey::default()
        };
        let place = Place { address: [6; 16], is_v6: false, port: 60 };
        assert_eq!(calls.control(&key), None);
        calls.announce_control(&place, Origin { call: ONE, party: Party::Callee });
        let to = calls.control(&key).expect("it was announced");
        assert_eq!((to.call, to.party), (ONE, Party::Caller));
        let from = calls.control(&key.reversed()).expect("it was announced");
        assert_eq!((from.call, from.party), (ONE, Party::Callee));
        calls.request(&key, 4, Origin { call: ONE, party: Party::Caller });
        let answer = calls.answer(&key.reversed(), 4);
        assert_eq!((answer.call, answer.party), (ONE, Party::Gatekeeper));
        assert_eq!(calls.answer(&key.reversed(), 5), Origin::NONE);
        calls.request(&key, 6, Origin { call: ONE, party: Party::Unknown });
        assert_eq!(calls.answer(&key.reversed(), 6).party, Party::Unknown, "the gatekeeper asks");
        assert!(!calls.is_ras(&key));
        calls.announce_ras(&place);
        assert!(calls.is_ras(&key) && calls.is_ras(&key.reversed()));
    }

    #[test]
    fn bounded() {
        let mut calls = Calls::new(2 * super::ENTRY);
        for flow in 0..100 {
            calls.signalling((flow, 1), ONE, true);
        }
        let known = (0..100).filter(|flow| calls.signalling((*flow, 1), None, false).is_some());
        assert_eq!(known.collect::<Vec<_>>(), [98, 99]);
    }
}
