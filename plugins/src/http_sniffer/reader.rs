//! Reads the stream of a direction: heads, bodies, gaps.

use flowz_api::prelude::*;
use flowz_api::stream::{EndReason, Next, StreamData, StreamEnd, StreamGap};

use super::bits::{odd, stat};
use super::body::{Body, Progress};
use super::exchange::{Message, Moment};
use super::state::{Http, Phase, State};
use super::toggles::Toggles;
use crate::http::head::{Head, Parsed};

/// Reads what comes in one direction.
pub(crate) struct Reader<'a, 'c> {
    pub(crate) toggles: &'a Toggles,
    pub(crate) compat: bool,
    pub(crate) cx: &'a mut StreamContext<'c>,
    /// Packets of the direction with a payload, with the one at hand.
    pub(crate) packets: u32,
    pub(crate) own: &'a mut Http,
    pub(crate) peer: Option<&'a mut State>,
}

impl Reader<'_, '_> {
    /// The next bytes.
    pub(crate) fn data(&mut self, data: StreamData<'_>) -> Next {
        let now = Moment { time: data.time, number: data.number };
        match std::mem::take(&mut self.own.reading.phase) {
            Phase::Head => self.head(data, now),
            Phase::Nothing => {
                self.own.reading.phase = Phase::Nothing;
                Next::Stop
            }
            Phase::Request(body) => self.body(body, data.bytes, now, true),
            // Without its request it is not known whether a response has a body at all (HEAD, CONNECT).
            Phase::Response(body) if self.is_unsure(&body) && begins_response(data.bytes) => {
                self.finish(body.ended(now), false);
                self.data(data)
            }
            Phase::Response(body) => self.body(body, data.bytes, now, false),
            Phase::H2(h2) => self.frames(h2, data, now),
        }
    }

    /// Whether it is the first byte of a body that may be none.
    fn is_unsure(&self, body: &Body) -> bool {
        let is_unknown = self.own.current.as_ref().is_some_and(|current| current.request.is_none());
        is_unknown && body.message.wire_len == 0
    }

    fn head(&mut self, data: StreamData<'_>, now: Moment) -> Next {
        if data.seen == 0 {
            (self.own.reading.first, self.own.reading.offset) = (now, data.offset);
        }
        if !self.own.reading.has_begun {
            match Phase::of_h2(data.bytes, self.cx.run.continues) {
                None => return Next::Take(0),
                Some(Phase::Head) => {}
                Some(phase) => {
                    self.own.facts.stat |= stat::HTTP | stat::FOUND | stat::HEAD;
                    (self.own.reading.phase, self.own.reading.has_begun) = (phase, true);
                    return self.data(data);
                }
            }
        }
        // Empty lines in front of a message are no fault (RFC 9112, section 2.2).
        let blank = data.bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        if blank > 0 {
            return Next::Take(blank);
        }
        match Head::parse(data.bytes, data.seen) {
            Parsed::NeedMore => Next::Take(0),
            Parsed::No => self.no_head(data.bytes, now),
            Parsed::Head(head) => {
                self.own.reading.searches = false;
                self.own.reading.refused = None;
                self.own.reading.has_begun = true;
                self.message(&head, now);
                Next::Take(head.len)
            }
        }
    }

    /// What comes is no message.
    fn no_head(&mut self, bytes: &[u8], now: Moment) -> Next {
        if let Some(body) = self.own.reading.refused.take() {
            return self.body(body, bytes, now, true);
        }
        if self.own.reading.in_tunnel {
            self.own.reading.phase = Phase::Nothing;
            return Next::Stop;
        }
        self.own.facts.odd |= odd::MALFORMED;
        self.lose_track();
        Next::Search(0)
    }

    /// Bytes of a body.
    fn body(&mut self, mut body: Box<Body>, bytes: &[u8], now: Moment, is_request: bool) -> Next {
        let cx = &mut *self.cx;
        let progress = body.feed(bytes, now, &mut |name, bytes| cx.append_to_file(name, bytes));
        self.show_parts(self.number(is_request), body.take_parts(), now.time);
        match progress {
            Progress::More => {
                self.own.reading.phase = Phase::within(body, is_request);
                Next::Take(bytes.len())
            }
            Progress::Done(len) => {
                body.end();
                self.finish(*body, is_request);
                Next::Take(len)
            }
            Progress::Bad(len) => {
                self.own.facts.odd |= odd::MALFORMED;
                body.message.is_broken = true;
                self.finish(*body, is_request);
                self.lose_track();
                Next::Search(len)
            }
        }
    }

    /// A body is over, or nothing more comes of it.
    pub(crate) fn finish(&mut self, body: Body, is_request: bool) {
        let message = self.content_of(body, self.number(is_request));
        if is_request { self.asked(&message) } else { self.answered(message) }
    }

    /// Number of the request whose body is read, or that of its response.
    fn number(&self, is_request: bool) -> u32 {
        let current = self.own.current.as_ref().map_or(0, |current| current.number);
        if is_request { self.own.reading.asked } else { current }
    }

    /// What a body was; it is that of this request, or of its response.
    pub(crate) fn content_of(&mut self, body: Body, number: u32) -> Message {
        let cx = &mut *self.cx;
        let write = &mut |name: &str, bytes: &[u8]| cx.append_to_file(name, bytes);
        let (message, beginning, parts) = body.finish(write);
        let time = message.last.map_or(self.cx.now, |last| last.time);
        self.show_parts(number, parts, time);
        self.own.facts.stat |= message.saved;
        if self.toggles.bodies {
            self.own.facts.odd |= match beginning.bytes.as_slice() {
                [b'M', b'Z', ..] => odd::EXE,
                [0x7f, b'E', b'L', b'F', ..] => odd::ELF,
                _ => 0,
            };
        }
        self.log_body(&message, &beginning);
        message
    }

    /// Where the next message begins is not known, and perhaps some are passed over.
    fn lose_track(&mut self) {
        self.own.reading.searches = true;
        self.own.reading.lost.perhaps = true;
    }

    /// Bytes are missing.
    pub(crate) fn gap(&mut self, gap: StreamGap<'_>) -> Next {
        self.own.facts.odd |= odd::LOSS;
        self.log_gap(gap.len);
        match std::mem::take(&mut self.own.reading.phase) {
            Phase::Head => self.gap_in_head(gap),
            Phase::Nothing => {
                self.own.reading.phase = Phase::Nothing;
                Next::Stop
            }
            Phase::Request(body) => self.gap_in_body(body, gap.len, true),
            Phase::Response(body) => self.gap_in_body(body, gap.len, false),
            Phase::H2(h2) => self.gap_in_frames(h2, gap.len),
        }
    }

    fn gap_in_body(&mut self, mut body: Box<Body>, len: u64, is_request: bool) -> Next {
        let cx = &mut *self.cx;
        let behind = body.gap(len, &mut |name, bytes| cx.append_to_file(name, bytes));
        if behind == Some(0) && !body.is_over() {
            self.own.reading.phase = Phase::within(body, is_request);
            return Next::Take(0);
        }
        self.finish(*body, is_request);
        match behind {
            Some(0) => Next::Take(0),
            behind => {
                self.lose(is_request, u32::from(behind.is_some()));
                self.lose_track();
                Next::Search(0)
            }
        }
    }

    fn gap_in_head(&mut self, gap: StreamGap<'_>) -> Next {
        let is_request = self.is_client();
        let is_known = !self.own.reading.searches && self.damaged(gap, is_request);
        if !is_known {
            self.lose(is_request, u32::from(!self.own.reading.searches));
        }
        self.lose_track();
        Next::Search(0)
    }

    /// At least so many messages are lost.
    fn lose(&mut self, is_request: bool, at_least: u32) {
        if is_request {
            self.own.waiting.lose(at_least);
        } else {
            self.own.reading.lost.at_least += at_least;
        }
    }

    /// Whether requests come in this direction.
    pub(crate) fn is_client(&self) -> bool {
        let peer = self.peer.as_deref().and_then(|peer| peer.http.as_deref());
        let answers = |http: &Http| !http.facts.statuses.is_empty();
        match peer {
            _ if answers(self.own) => false,
            Some(peer) if answers(peer) => true,
            _ => self.own.waiting.has_asked() || self.cx.direction() == Direction::A,
        }
    }

    /// Nothing more comes in this direction.
    pub(crate) fn end(&mut self, end: StreamEnd<'_>) {
        match std::mem::take(&mut self.own.reading.phase) {
            Phase::Head if !end.rest.is_empty() && !self.own.reading.searches => {
                let is_request = self.is_client();
                let gap = StreamGap {
                    offset: end.offset,
                    len: 0,
                    reason: flowz_api::stream::GapReason::Ended,
                    rest: end.rest,
                };
                let _: bool = self.damaged(gap, is_request);
            }
            Phase::Head => {}
            Phase::Nothing => self.own.reading.phase = Phase::Nothing,
            Phase::Request(body) => self.cut(body, end.reason, true),
            Phase::Response(body) => self.cut(body, end.reason, false),
            Phase::H2(mut h2) => self.break_off(&mut h2, 0),
        }
    }

    /// The direction ends within a body: that is its end only if the connection closes it.
    fn cut(&mut self, mut body: Box<Body>, reason: EndReason, is_request: bool) {
        let is_closed = matches!(reason, EndReason::Fin | EndReason::Reused);
        if body.is_until_close() && is_closed {
            body.end();
        } else {
            body.cut();
        }
        self.finish(*body, is_request);
    }
}

/// Whether the bytes begin like a response, its status and all.
fn begins_response(bytes: &[u8]) -> bool {
    let version = bytes.strip_prefix(b"HTTP/1.").and_then(|rest| rest.split_first());
    matches!(version, Some((b'0' | b'1', [b' ', status @ ..])) if status.iter().take(3).all(u8::is_ascii_digit))
}
