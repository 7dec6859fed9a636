//! What is taken from a message.

use flowz_api::plugin::{Context, FlowView};
use flowz_api::prelude::*;

use super::H323Decode;
use super::bits;
use super::calls::{Origin, in_hex};
use super::channels::{Speaker, Told};
use super::fact::{H323Fact, Layer, Party};
use super::state::{Side, State};
use super::table::Now;
use crate::voip::h323::control::{Channel, Control};
use crate::voip::h323::q931::Message;
use crate::voip::h323::ras::Ras;
use crate::voip::h323::signalling::Signalling;

/// Longest text that is kept of a message.
const LONGEST: usize = 256;

/// A message with what was read of it.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) fact: H323Fact,
    pub(super) is_malformed: bool,
    /// It belongs to a call.
    pub(super) is_of_call: bool,
}

impl H323Decode {
    /// A message of RAS.
    pub(super) fn ras<V: FlowView>(
        &mut self,
        cx: &mut Context<'_, V>,
        now: Now<'_>,
        (bytes, ras): (&[u8], Ras),
        flow: &mut State,
    ) {
        let named = self.calls.named(ras.call, ras.conference);
        let origin = if ras.asks() {
            let party = match ras.is_from_callee {
                Some(true) => Party::Callee,
                Some(false) => Party::Caller,
                None => Party::Unknown,
            };
            let origin = Origin { call: named, party };
            self.calls.request(now.key, ras.number, origin);
            origin
        } else {
            let answer = self.calls.answer(now.key, ras.number);
            Origin { call: named.or(answer.call), ..answer }
        };
        for place in &ras.ras {
            self.calls.announce_ras(place);
        }
        let of_calls = ["admission", "bandwidth", "disengage"];
        let is_of_call = of_calls.iter().any(|word| ras.kind.starts_with(word));
        let fact = H323Fact {
            layer: Layer::Ras,
            kind: ras.kind.to_owned(),
            call_id: origin.call.map(|call| call.text().into_bytes()).unwrap_or_default(),
            conference: ras.conference.map(|guid| in_hex(&guid).into_bytes()).unwrap_or_default(),
            call_reference: ras.call_reference,
            number: ras.number,
            reason: ras.reason.to_owned(),
            party: origin.party,
            from: shortened(ras.from),
            to: shortened(ras.to),
            signalling: ras.signalling,
            ras: ras.ras,
            ..H323Fact::default()
        };
        flow.stat |= bits::RAS;
        self.seen(cx, now, Seen { bytes, fact, is_malformed: ras.is_malformed, is_of_call }, flow);
    }

    /// A message of call signalling, and the messages of H.245 in it.
    pub(super) fn signalling(
        &mut self,
        cx: &mut StreamContext<'_>,
        now: Now<'_>,
        (bytes, message): (&[u8], &Message<'_>),
        flow: &mut State,
    ) {
        let user = message.user.and_then(Signalling::read);
        let is_malformed = message.is_malformed
            || match &user {
                Some(user) => user.is_malformed,
                None => message.user.is_some(),
            };
        let user = user.unwrap_or_default();
        let named = self.calls.named(user.call, user.conference);
        let flow_number = cx.flow.id.0;
        let begins = message.kind == "SETUP";
        let call = self.calls.signalling((flow_number, message.call_reference), named, begins);
        let party = if message.is_from_callee { Party::Callee } else { Party::Caller };
        let origin = Origin { call, party };
        if let Some(place) = &user.control {
            self.calls.announce_control(place, origin);
        }
        let speaker = Speaker::new(&origin, flow_number, now.is_reply);
        let fast: Vec<Channel> =
            user.fast_start.iter().filter_map(|bytes| Channel::read(bytes)).collect();
        let Told { media, peer } = self.channels.fast_start(&fast, speaker);
        let parties = parties(message, &user);
        let fact = H323Fact {
            layer: Layer::Signalling,
            kind: message.kind.to_owned(),
            body: user.kind.to_owned(),
            call_id: call.map(|call| call.text().into_bytes()).unwrap_or_default(),
            conference: user.conference.map(|guid| in_hex(&guid).into_bytes()).unwrap_or_default(),
            call_reference: message.call_reference,
            cause: message.cause,
            reason: user.reason.to_owned(),
            party,
            from: parties.0,
            to: parties.1,
            digits: digits(message.keypad),
            signalling: user.signalling,
            control: user.control.into_iter().collect(),
            media,
            peer_media: peer,
            ..H323Fact::default()
        };
        flow.stat |= bits::SIGNALLING;
        flow.stat |= if fast.is_empty() { 0 } else { bits::FAST_START };
        self.seen(cx, now, Seen { bytes, fact, is_malformed, is_of_call: true }, flow);
        for bytes in &user.tunnelled {
            if let Some(control) = Control::read(bytes) {
                flow.stat |= bits::TUNNELLED;
                let reference = Some(message.call_reference);
                self.control(cx, now, (bytes, &control), (origin, reference), flow);
            } else {
                flow.stat |= bits::MALFORMED;
            }
        }
    }

    /// A message of H.245; with a call reference if it is tunnelled.
    pub(super) fn control(
        &mut self,
        cx: &mut StreamContext<'_>,
        now: Now<'_>,
        (bytes, message): (&[u8], &Control),
        (origin, reference): (Origin, Option<u16>),
        flow: &mut State,
    ) {
        let speaker = Speaker::new(&origin, cx.flow.id.0, now.is_reply);
        let Told { media, peer } = self.channels.message(message, speaker);
        let fact = H323Fact {
            layer: Layer::Control,
            kind: message.kind.to_owned(),
            call_id: origin.call.map(|call| call.text().into_bytes()).unwrap_or_default(),
            call_reference: reference.unwrap_or(0),
            reason: message.reason.to_owned(),
            party: origin.party,
            digits: message.digits.iter().take(LONGEST).copied().collect(),
            channel: message.channel,
            media,
            peer_media: peer,
            is_tunnelled: reference.is_some(),
            ..H323Fact::default()
        };
        flow.stat |= if reference.is_none() { bits::CONTROL } else { 0 };
        let is_malformed = message.is_malformed;
        self.seen(cx, now, Seen { bytes, fact, is_malformed, is_of_call: true }, flow);
    }

    /// To which call a connection of H.245 belongs: asked until it is known.
    pub(super) fn origin(&self, now: Now<'_>, flow: &mut State) -> Origin {
        let side = flow.side.get_or_insert_with(|| Box::new(Side::NOTHING));
        if side.origin == Origin::NONE {
            side.origin = self.calls.control(now.key).unwrap_or_default();
        }
        side.origin
    }
}

/// Who calls and who is called: what H.225.0 says, and what Q.931 says besides.
fn parties(message: &Message<'_>, user: &Signalling) -> (Vec<String>, Vec<String>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned();
    let mut from = user.from.clone();
    let mut to = user.to.clone();
    let calling = [text(message.calling), text(message.display)];
    // What a connecting side shows is not the caller's.
    let from_more = calling.iter().filter(|_| !message.is_from_callee);
    let called = text(message.called);
    for (list, more) in [(&mut from, from_more.collect::<Vec<_>>()), (&mut to, vec![&called])] {
        for text in more {
            if !text.is_empty() && !list.contains(text) {
                list.push(text.clone());
            }
        }
    }
    (shortened(from), shortened(to))
}

fn shortened(texts: Vec<String>) -> Vec<String> {
    let short = |text: String| match text.char_indices().nth(LONGEST) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    };
    texts.into_iter().map(short).collect()
}

fn digits(bytes: &[u8]) -> Vec<u8> {
    let is_digit = |byte: &&u8| byte.is_ascii_digit() || b"*#".contains(byte);
    bytes.iter().filter(is_digit).take(LONGEST).copied().collect()
}
