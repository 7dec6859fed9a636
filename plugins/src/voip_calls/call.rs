//! A call, and what messages of SIP make of it (RFC 3261, sections 13 to 15).

use std::net::IpAddr;

use flowz_api::Checkpoint;
use flowz_api::flow::FlowId;
use flowz_api::packet::Timestamp;

use super::h323::End;
use super::stream::Stream;
use crate::sip_decode::fact::SipFact;
use crate::voip::media::Media;

/// Most numbers of flows that are kept of a call, of signalling and of media.
const MOST_FLOWS: usize = 32;
/// Most places of media that are kept of a call.
pub(super) const MOST_PLACES: usize = 32;
/// Most digits.
const MOST_DIGITS: usize = 64;

/// How calls are signalled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(super) enum Protocol {
    #[default]
    Sip,
    H323,
    /// Not at all, as far as the capture shows: there is RTP only.
    Rtp,
}

/// Who of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(super) enum Party {
    Caller,
    Callee,
    /// Of H.323: it ends calls, and has no media.
    Gatekeeper,
}

impl Party {
    /// With whom one of the two speaks.
    pub(super) fn other(self) -> Option<Self> {
        match self {
            Self::Caller => Some(Self::Callee),
            Self::Callee => Some(Self::Caller),
            Self::Gatekeeper => None,
        }
    }
}

/// Why a call has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Reason {
    /// No end was seen.
    #[default]
    None,
    /// One of them hangs up.
    Bye,
    /// The caller gives up before there is an answer.
    Cancelled,
    /// The callee, or something on the way, refuses.
    Rejected,
    /// Of H.323: RELEASE COMPLETE.
    Released,
    /// Of H.323: the gatekeeper does not admit it (ARJ).
    NotAdmitted,
}

/// Where and when a message was seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) time: Timestamp,
    pub(super) flow: FlowId,
    pub(super) from: (IpAddr, u16),
    pub(super) to: (IpAddr, u16),
    pub(super) is_tcp: bool,
}

/// A place where one side wants media.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(super) struct MediaPlace {
    pub(super) party: Party,
    pub(super) ip: IpAddr,
    pub(super) port: u16,
    pub(super) is_rtcp: bool,
}

/// Media that were seen.
#[derive(Clone, PartialEq, Debug, Checkpoint)]
pub(super) struct MediaFlow {
    pub(super) flow: FlowId,
    /// Who sends it, if that is known.
    pub(super) sender: Option<Party>,
    pub(super) packets: u64,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) is_rtcp: bool,
    /// It comes from another place than the sender announced.
    pub(super) is_elsewhere: bool,
    /// Streams of RTP in it.
    pub(super) streams: Vec<Stream>,
}

/// A call.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(super) struct Call {
    /// Its number, from 1, in the order of first messages.
    pub(super) number: u64,
    pub(super) protocol: Protocol,
    pub(super) call_id: Vec<u8>,
    pub(super) caller: Vec<u8>,
    pub(super) callee: Vec<u8>,
    pub(super) caller_tag: Vec<u8>,
    /// Addresses of the one who asks and the one who is asked first.
    pub(super) ends: Option<((IpAddr, u16), (IpAddr, u16))>,
    pub(super) is_tcp: bool,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) start: Option<Timestamp>,
    pub(super) ring: Option<Timestamp>,
    pub(super) answer: Option<Timestamp>,
    pub(super) end: Option<(Timestamp, Party)>,
    pub(super) done: Option<Timestamp>,
    pub(super) failure: Option<(Timestamp, u16)>,
    /// How a call of H.323 has ended, and who did it.
    pub(super) h323_end: Option<(Timestamp, End, Option<Party>)>,
    /// When the caller asked its gatekeeper, and from where.
    pub(super) asked: Option<Timestamp>,
    pub(super) caller_alone: Option<(IpAddr, u16)>,
    pub(super) cancelled: Option<Timestamp>,
    pub(super) invites: u32,
    pub(super) reinvites: u32,
    pub(super) retransmissions: u32,
    /// Number of the latest transaction with INVITE, of the caller and of the callee.
    pub(super) latest: [Option<u32>; 2],
    pub(super) messages: u32,
    pub(super) digits: Vec<u8>,
    pub(super) flows: Vec<u64>,
    pub(super) places: Vec<MediaPlace>,
    pub(super) is_encrypted: bool,
    pub(super) was_held: bool,
    pub(super) media: Vec<MediaFlow>,
    /// Packets of media flows of which nothing else is kept.
    pub(super) more_media: u64,
}

impl Call {
    /// A call that begins with this message.
    pub(super) fn new(number: u64, fact: &SipFact, seen: Seen) -> Self {
        let is_request = fact.code == 0;
        let ends = if is_request { (seen.from, seen.to) } else { (seen.to, seen.from) };
        Self {
            number,
            call_id: fact.call_id.clone(),
            caller: fact.from.clone(),
            callee: fact.to.clone(),
            caller_tag: fact.from_tag.clone(),
            ends: Some(ends),
            is_tcp: seen.is_tcp,
            first: seen.time,
            last: seen.time,
            ..Self::default()
        }
    }

    /// Who sent a request, by its tag.
    fn party(&self, fact: &SipFact) -> Party {
        if fact.from_tag == self.caller_tag { Party::Caller } else { Party::Callee }
    }

    /// Whether it is over: hung up, refused or given up.
    pub(super) fn is_over(&self) -> bool {
        self.end.is_some() || self.failure.is_some() || self.h323_end.is_some()
    }

    /// Why it ended, with which code, by whom, when.
    pub(super) fn ending(&self) -> (Reason, u16, Option<Party>, Timestamp) {
        match self.h323_end {
            Some((time, End::Released(cause), party)) => {
                return (Reason::Released, cause, party, time);
            }
            Some((time, End::NotAdmitted, party)) => return (Reason::NotAdmitted, 0, party, time),
            None => {}
        }
        match (self.end, self.failure) {
            (Some((time, party)), _) => {
                let code = if self.done.is_some() { 200 } else { 0 };
                (Reason::Bye, code, Some(party), time)
            }
            (None, Some((time, code))) if self.cancelled.is_some() => {
                (Reason::Cancelled, code, Some(Party::Caller), time)
            }
            (None, Some((time, code))) => (Reason::Rejected, code, Some(Party::Callee), time),
            (None, None) => (Reason::None, 0, None, self.last_packet()),
        }
    }

    fn last_packet(&self) -> Timestamp {
        self.media.iter().map(|media| media.last).fold(self.last, Ord::max)
    }

    /// A message of the call.
    pub(super) fn message(&mut self, fact: &SipFact, seen: Seen) {
        self.saw_message(seen);
        match (fact.code, fact.method.as_slice()) {
            (0, b"INVITE") => self.invite(fact, seen),
            (0, b"BYE") if self.end.is_none() => self.end = Some((seen.time, self.party(fact))),
            (0, b"CANCEL") => self.cancelled = self.cancelled.or(Some(seen.time)),
            (0, b"ACK") => self.acknowledged(seen),
            (0, b"INFO") if takes_digit(fact) => self.digit(fact.digit),
            (180..=189, b"INVITE") => self.ring = self.ring.or(Some(seen.time)),
            (200..=299, b"INVITE") => {
                self.answer = self.answer.or(Some(seen.time));
                self.failure = None;
            }
            (300..=699, b"INVITE") if self.answer.is_none() => {
                self.failure = self.failure.or(Some((seen.time, fact.code)));
            }
            (200..=299, b"BYE") => self.done = self.done.or(Some(seen.time)),
            _ => {}
        }
        self.media(fact);
    }

    /// A message of either protocol.
    pub(super) fn saw_message(&mut self, seen: Seen) {
        self.messages += 1;
        self.last = self.last.max(seen.time);
        if self.flows.len() < MOST_FLOWS && !self.flows.contains(&seen.flow.0) {
            self.flows.push(seen.flow.0);
        }
    }

    /// A digit that was pressed.
    pub(super) fn digit(&mut self, digit: u8) {
        if self.digits.len() < MOST_DIGITS {
            self.digits.push(digit);
        }
    }

    fn invite(&mut self, fact: &SipFact, seen: Seen) {
        self.start = self.start.or(Some(seen.time));
        let side = self.party(fact) as usize;
        let is_new = self.latest[side].is_none_or(|latest| fact.number > latest);
        self.latest[side] = self.latest[side].max(Some(fact.number));
        if self.answer.is_none() {
            self.invites += 1;
            self.retransmissions += u32::from(fact.is_again);
            // With other credentials, or at another place (sections 8.1.3.4 and 22).
            if !fact.is_again {
                (self.failure, self.done) = (None, None);
            }
        } else if is_new {
            self.reinvites += 1;
        }
    }

    /// The ACK of a failure ends the transaction.
    fn acknowledged(&mut self, seen: Seen) {
        if self.failure.is_some() && self.answer.is_none() {
            self.done = self.done.or(Some(seen.time));
        }
    }

    /// What a description says: in a request it is that of who asks, in a response that of who answers.
    fn media(&mut self, fact: &SipFact) {
        let asks = self.party(fact);
        let party = if fact.code == 0 { asks } else { asks.other().unwrap_or(asks) };
        for media in &fact.media {
            self.is_encrypted |= media.is_encrypted;
            self.was_held |= self.answer.is_some() && !(media.receives && media.sends);
            self.place(party, media);
        }
    }

    /// Places where one side wants media and RTCP.
    pub(super) fn place(&mut self, party: Party, media: &Media) {
        let ip = media.ip();
        let ports = [(media.port, false), (media.rtcp_port, true)];
        for (port, is_rtcp) in ports.into_iter().filter(|(port, _)| *port != 0) {
            let place = MediaPlace { party, ip, port, is_rtcp };
            let is_known = self
                .places
                .iter()
                .any(|known| (known.ip, known.port, known.party) == (ip, port, party));
            if !is_known && self.places.len() < MOST_PLACES {
                self.places.push(place);
            }
        }
    }

    /// Media of the call have ended.
    pub(super) fn saw(&mut self, media: MediaFlow) {
        if self.media.len() < MOST_FLOWS {
            self.media.push(media);
        } else {
            self.more_media += media.packets;
        }
    }
}

fn takes_digit(fact: &SipFact) -> bool {
    fact.digit != 0 && !fact.is_again
}
