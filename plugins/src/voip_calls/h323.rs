//! What messages of H.323 make of a call (H.323, section 8).

use super::call::{Call, Party, Protocol, Seen};
use crate::h323_decode::fact::{self, H323Fact, Layer};
use flowz_api::Checkpoint;

/// How a call of H.323 has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(super) enum End {
    /// RELEASE COMPLETE with a cause (Q.850; 0: none is said).
    Released(u16),
    /// The gatekeeper does not admit it, and nobody is called.
    NotAdmitted,
}

/// Whether a call may begin with this message, as far as it was captured.
pub(super) fn begins(fact: &H323Fact) -> bool {
    match fact.layer {
        Layer::Ras => fact.kind == "admissionRequest",
        Layer::Signalling => true,
        Layer::Control => false,
    }
}

impl Call {
    /// A call that begins with this message.
    pub(super) fn of_h323(number: u64, fact: &H323Fact, seen: Seen) -> Self {
        let is_asked = fact.layer == Layer::Signalling;
        let ends = match fact.party {
            fact::Party::Callee if is_asked => Some((seen.to, seen.from)),
            fact::Party::Caller if is_asked => Some((seen.from, seen.to)),
            _ => None,
        };
        Self {
            number,
            protocol: Protocol::H323,
            call_id: fact.call_id.clone(),
            ends,
            is_tcp: seen.is_tcp,
            first: seen.time,
            last: seen.time,
            ..Self::default()
        }
    }

    /// A message of H.323 of the call.
    pub(super) fn h323(&mut self, fact: &H323Fact, seen: Seen) {
        self.saw_message(seen);
        let party = party(fact.party);
        match (fact.layer, fact.kind.as_str()) {
            (Layer::Signalling, "SETUP") => self.setup(fact, seen),
            (Layer::Signalling, "ALERTING") => self.ring = self.ring.or(Some(seen.time)),
            (Layer::Signalling, "CONNECT") => self.answer = self.answer.or(Some(seen.time)),
            (Layer::Signalling, "RELEASE COMPLETE") if self.h323_end.is_none() => {
                self.h323_end = Some((seen.time, End::Released(fact.cause.into()), party));
            }
            (Layer::Ras, "admissionRequest") if party == Some(Party::Caller) => {
                self.asked = self.asked.or(Some(seen.time));
                // Whom it will call is not said here, but who it is.
                self.caller_alone = self.caller_alone.or(Some(seen.from));
            }
            (Layer::Ras, "admissionReject") if self.start.is_none() && self.h323_end.is_none() => {
                self.h323_end = Some((seen.time, End::NotAdmitted, Some(Party::Gatekeeper)));
                self.start = self.asked;
            }
            _ => {}
        }
        self.names(fact);
        for digit in &fact.digits {
            self.digit(*digit);
        }
        let Some(party) = party else { return };
        for (party, list) in [(Some(party), &fact.media), (party.other(), &fact.peer_media)] {
            for media in list {
                self.is_encrypted |= media.is_encrypted;
                if let Some(party) = party {
                    self.place(party, media);
                }
            }
        }
    }

    fn setup(&mut self, fact: &H323Fact, seen: Seen) {
        // What a gatekeeper has refused may go on over it.
        if let Some((_, End::NotAdmitted, _)) = self.h323_end {
            (self.h323_end, self.start) = (None, None);
        }
        if self.start.is_some() {
            return;
        }
        (self.start, self.is_tcp) = (Some(seen.time), seen.is_tcp);
        self.ends = Some((seen.from, seen.to));
        let first = |list: &[String]| list.first().map(|text| text.as_bytes().to_vec());
        self.caller = first(&fact.from).unwrap_or_default();
        self.callee = first(&fact.to).unwrap_or_default();
    }

    /// Who calls whom, from the first message that says it.
    fn names(&mut self, fact: &H323Fact) {
        if fact.layer == Layer::Control {
            return;
        }
        for (own, list) in [(&mut self.caller, &fact.from), (&mut self.callee, &fact.to)] {
            if let Some(text) = list.first().filter(|_| own.is_empty()) {
                *own = text.as_bytes().to_vec();
            }
        }
    }
}

fn party(party: fact::Party) -> Option<Party> {
    match party {
        fact::Party::Caller => Some(Party::Caller),
        fact::Party::Callee => Some(Party::Callee),
        fact::Party::Gatekeeper => Some(Party::Gatekeeper),
        fact::Party::Unknown => None,
    }
}
