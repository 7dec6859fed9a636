//! What is taken from a message.

use std::hash::{DefaultHasher, Hash, Hasher};

use flowz_api::cell::Dir;
use flowz_api::key::{FlowKey, TCP};
use flowz_api::plugin::{Context, FlowView};
use flowz_api::prelude::*;

use super::SipDecode;
use super::bits::{self, flag};
use super::fact::{SipFact, SipMessages};
use super::reading::Seen;
use super::state::{Side, State};
use super::table::{MessageRow, More, Place};
use crate::text::kept::{keep, keep_text};
use crate::voip::media::{Kind, Media, SipMedia};
use crate::voip::sdp::Description;
use crate::voip::sip::address::Address;
use crate::voip::sip::message::{Head, Start};

/// Longest text that is kept of a message.
const LONGEST: usize = 256;
/// Most messages of a packet that others are told of.
const MOST_TOLD: usize = 64;

/// When and in which flow a message is complete; the number of the packet is 0 where none completes it.
#[derive(Clone, Copy)]
pub(super) struct Now<'a> {
    pub(super) time: Timestamp,
    pub(super) number: u64,
    pub(super) key: &'a FlowKey,
}

impl SipDecode {
    /// A message: lists, table, facts.
    pub(super) fn message<V: FlowView>(
        &mut self,
        cx: &mut Context<'_, V>,
        now: Now<'_>,
        seen: &Seen<'_>,
        flow: &mut State,
    ) {
        let head = &seen.head;
        let mut fact = fact(head, seen.body);
        let description = description(head, seen.body);
        let side = flow.side.get_or_insert_with(|| Box::new(Side::NOTHING));
        fact.is_again = side.is_again(hash(head, &fact));
        if let Some(description) = &description {
            (fact.has_media, fact.media) = (true, description.media.clone());
        }
        self.counts.message(head, description.is_some());
        flow.stat |= flag::SIP | stat(&fact, seen) | self.keep(side, head, &fact);
        if let Some(description) = &description {
            flow.stat |= self.describe(side, description);
        }
        if self.toggles.table {
            let media: Vec<String> = fact.media.iter().map(Media::in_words).collect();
            let direction = Dir(if cx.flow().direction() == Direction::A { b'A' } else { b'B' });
            let Now { time, number, key } = now;
            let place = Place { time, number, direction, is_tcp: key.proto == TCP, key };
            cx.emit(&MessageRow::new(place, &fact, more(seen), &media));
        }
        tell(cx, fact);
    }

    /// Texts and codes of a message; yields bits.
    fn keep(&self, side: &mut Side, head: &Head<'_>, fact: &SipFact) -> u16 {
        let t = &self.toggles;
        let mut full = false;
        match head.start {
            Start::Request { method, .. } => {
                side.methods |= bits::method(method);
                full |= keep_text(&mut side.names, method, t.codes());
            }
            Start::Response { code, .. } => full |= keep(&mut side.codes, code, t.codes()),
        }
        let contact = head.field("contact").map(|field| Address::new(field).uri);
        let bounds = t.texts();
        for (list, text, bounds) in [
            (&mut side.from, &fact.from[..], bounds),
            (&mut side.to, &fact.to, bounds),
            (&mut side.calls, &fact.call_id, bounds),
            (&mut side.contacts, contact.unwrap_or_default(), t.contacts()),
        ] {
            if !text.is_empty() {
                full |= text.len() > bounds.longest;
                full |= keep_text(list, text, bounds);
            }
        }
        if side.agent.is_empty() {
            side.agent = cut(head.field("user-agent").unwrap_or_default(), t.longest.into());
        }
        if full { flag::FULL } else { 0 }
    }

    /// A description of a session; yields bits.
    fn describe(&self, side: &mut Side, description: &Description) -> u16 {
        let t = &self.toggles;
        let mut stat = flag::SDP;
        let mut full = keep_text(&mut side.sessions, &description.session, t.texts());
        for media in &description.media {
            full |= keep(&mut side.addresses, media.ip(), t.texts());
            stat |= if media.is_encrypted { flag::ENCRYPTED } else { 0 };
            match media.kind {
                Kind::Audio => {
                    stat |= flag::AUDIO;
                    full |= keep(&mut side.audio, media.port, t.texts());
                }
                Kind::Video => {
                    stat |= flag::VIDEO;
                    full |= keep(&mut side.video, media.port, t.texts());
                }
                Kind::Other => {}
            }
        }
        for mapping in &description.mappings {
            full |= keep_text(&mut side.formats, mapping, t.formats());
        }
        stat | if full { flag::FULL } else { 0 }
    }
}

/// What others are told.
fn fact(head: &Head<'_>, body: &[u8]) -> SipFact {
    let text = |bytes: &[u8]| cut(bytes, LONGEST);
    let (number, of) = head.sequence().unwrap_or_default();
    let (code, method) = match head.start {
        Start::Request { method, .. } => (0, method),
        Start::Response { code, .. } => (code, of),
    };
    let address = |name| Address::new(head.field(name).unwrap_or_default());
    let (from, to) = (address("from"), address("to"));
    SipFact {
        code,
        method: text(method),
        number,
        call_id: text(head.field("call-id").unwrap_or_default()),
        from: text(from.uri),
        from_tag: text(from.tag),
        to: text(to.uri),
        to_tag: text(to.tag),
        digit: digit(head, body),
        ..SipFact::default()
    }
}

/// A digit that was pressed: `Signal=5`, or the digit alone.
fn digit(head: &Head<'_>, body: &[u8]) -> u8 {
    let kind = head.field("content-type").unwrap_or_default().to_ascii_lowercase();
    let digit = match kind.as_slice() {
        b"application/dtmf" => body.trim_ascii().first(),
        _ if kind.starts_with(b"application/dtmf-relay") => {
            let signal = |line: &[u8]| {
                line.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"signal"))
            };
            let line = body.split(|byte| *byte == b'\n').find(|line| signal(line));
            let value = line.and_then(|line| line.splitn(2, |byte| *byte == b'=').nth(1));
            value.and_then(|value| value.trim_ascii().first())
        }
        _ => None,
    };
    let is_digit = |byte: &u8| byte.is_ascii_digit() || b"*#ABCDabcd".contains(byte);
    digit.copied().filter(is_digit).unwrap_or(0).to_ascii_uppercase()
}

/// The description in a body: all of it, or a part of one with parts.
fn description(head: &Head<'_>, body: &[u8]) -> Option<Description> {
    use crate::http::multipart::{Piece, Splitter};
    let kind = head.field("content-type").unwrap_or_default();
    let Some(mut splitter) = Splitter::new(kind) else { return Description::new(body) };
    let (mut found, mut part) = (None, Vec::new());
    let mut take = |piece: Piece<'_>| match piece {
        Piece::Begin(_) => part.clear(),
        Piece::Data(bytes) => part.extend_from_slice(bytes),
        Piece::End => found = found.take().or_else(|| Description::new(&part)),
    };
    splitter.feed(body, &mut take);
    splitter.finish(&mut take);
    found
}

fn stat(fact: &SipFact, seen: &Seen<'_>) -> u16 {
    let when = |condition: bool, bit: u16| if condition { bit } else { 0 };
    when(fact.is_again, flag::AGAIN)
        | when(seen.is_cut, flag::CUT)
        | when(seen.head.is_malformed || fact.call_id.is_empty(), flag::MALFORMED)
}

fn more<'a>(seen: &'a Seen<'a>) -> More<'a> {
    let head = &seen.head;
    let shown = |bytes: &'a [u8]| &bytes[..bytes.len().min(LONGEST)];
    let field = |name| shown(head.field(name).unwrap_or_default());
    let uri = match head.start {
        Start::Request { uri, .. } => uri,
        Start::Response { reason, .. } => reason,
    };
    let agent = if head.field("user-agent").is_some() { "user-agent" } else { "server" };
    More {
        uri: shown(uri),
        agent: field(agent),
        content_type: field("content-type"),
        head_len: head.len as u32,
        body_len: seen.body_len,
        state: match () {
            () if seen.is_cut => "cut",
            () if head.is_malformed => "malformed",
            () if seen.is_passed => "head",
            () => "complete",
        },
    }
}

/// By what a message is known again: a retransmission has the same branch and transaction, and the same code.
fn hash(head: &Head<'_>, fact: &SipFact) -> u64 {
    let mut hasher = DefaultHasher::new();
    (fact.code, &fact.method, fact.number, &fact.call_id, &fact.to_tag).hash(&mut hasher);
    head.field("via").hash(&mut hasher);
    hasher.finish()
}

/// Publishes what the packet at hand tells, with the messages that it told before.
fn tell<V: FlowView>(cx: &mut Context<'_, V>, fact: SipFact) {
    let told = cx.published::<SipDecode, SipMessages>();
    let mut list = told.map(|messages| messages.list).unwrap_or_default();
    if list.len() >= MOST_TOLD {
        return;
    }
    if fact.has_media {
        let told = cx.published::<SipDecode, SipMedia>();
        let mut list = told.map(|media| media.list).unwrap_or_default();
        list.extend(fact.media.iter().cloned());
        cx.publish::<SipDecode, _>(&SipMedia { call_id: fact.call_id.clone(), list });
    }
    list.push(fact);
    cx.publish::<SipDecode, _>(&SipMessages { list });
}

fn cut(bytes: &[u8], most: usize) -> Vec<u8> {
    bytes[..bytes.len().min(most)].to_vec()
}
