//! What messages are made of what is read, and which belong together.

use flowz_api::cell::Dir;
use flowz_api::stream::StreamGap;

use super::body::{Body, MAGIC, Wanted};
use super::exchange::{Exchange, MOST_INTERIM, Message, Moment, Request, Response, kept};
use super::facts;
use super::parts;
use super::reader::Reader;
use super::state::{Http, Phase};
use super::table::{ExchangeRow, Hashes};
use crate::http::coding::Coding;
use crate::http::framing::{self, Framing};
use crate::http::head::{Head, Parsed, Start};

/// Most responses of a connection that wait for their request.
const MOST_EARLY: usize = 16;

impl Reader<'_, '_> {
    /// A head was read.
    pub(crate) fn message(&mut self, head: &Head<'_>, now: Moment) {
        self.own.facts.take(head, self.toggles, self.compat);
        self.log_head(head, if head.minor == 0 { "HTTP/1.0" } else { "HTTP/1.1" }, now);
        match head.start {
            Start::Request { method, target } => self.request(head, (method, target), now),
            Start::Response { status: 100 | 102..=199 } => self.interim(head),
            Start::Response { status } => self.response(head, status, now),
        }
    }

    pub(crate) fn begin(&self, head: &Head<'_>, framing: Framing, now: Moment) -> Message {
        let framing_name = match framing {
            Framing::None => "none",
            Framing::Length(_) => "length",
            Framing::Chunked => "chunked",
            Framing::UntilClose => "close",
        };
        Message {
            version: 10 + head.minor,
            offset: self.own.reading.offset,
            head_len: head.len as u32,
            content_type: kept(head.field("content-type")),
            framing: framing_name,
            first: self.own.reading.first,
            last: Some(now),
            ..Message::default()
        }
    }

    fn request(&mut self, head: &Head<'_>, (method, target): (&[u8], &[u8]), now: Moment) {
        let body = framing::body(head, None);
        let message = self.begin(head, body.framing, now);
        let request = Request::new(head, (method, target), message.clone());
        self.ask(request);
        // The reference knows URLs of eight methods only.
        let named = Some(target).filter(|_| !self.compat || super::bits::method(method) != 0);
        let wanted = self.wanted(head, body.transfer, named, body.framing);
        match Body::new(body.framing, &message, wanted) {
            Some(body) if body.is_over() => self.finish(body.ended(now), true),
            Some(body) => self.own.reading.phase = Phase::Request(Box::new(body)),
            None => self.asked(&message),
        }
    }

    /// A request waits for its response from now on, if that is not there already.
    fn ask(&mut self, request: Request) {
        if let Some(number) = self.own.waiting.owed() {
            self.own.reading.asked = number;
            if let Some(exchange) = self.answer_of(number) {
                exchange.request = Some(request);
                return;
            }
        }
        let exchange = Exchange { request: Some(request), ..Exchange::default() };
        let is_sure = self.peer_http().is_none_or(|peer| peer.reading.lost == <_>::default());
        self.own.reading.asked = self.own.waiting.ask(Box::new(exchange), is_sure);
        if let Some(exchange) = self.own.waiting.make_room(self.toggles.most_waiting.into()) {
            self.emit(&exchange);
        }
    }

    /// What answers the request of this number, if it came before the request was over.
    fn answer_of(&mut self, number: u32) -> Option<&mut Exchange> {
        let is_it = |exchange: &Exchange| exchange.number == number;
        if let Some(at) = self.own.early.iter().position(is_it) {
            return Some(&mut self.own.early[at]);
        }
        let peer = self.peer.as_deref_mut()?.http.as_deref_mut()?;
        peer.current.as_deref_mut().filter(|current| is_it(current))
    }

    /// A request is whole, or nothing more comes of it.
    pub(crate) fn asked(&mut self, message: &Message) {
        let number = self.own.reading.asked;
        let end = |exchange: &mut Exchange| {
            exchange.is_asked = true;
            if let Some(request) = &mut exchange.request {
                request.message = message.clone();
            }
        };
        match self.own.waiting.find(number) {
            Some(exchange) => end(exchange),
            None => {
                if let Some(exchange) = self.answer_of(number) {
                    end(exchange);
                }
            }
        }
        if let Some(at) = self.own.early.iter().position(|early| early.number == number) {
            let exchange = self.own.early.remove(at);
            self.emit(&exchange);
        }
    }

    fn interim(&mut self, head: &Head<'_>) {
        if let Start::Response { status } = head.start
            && self.own.reading.interim.len() < MOST_INTERIM
        {
            self.own.reading.interim.push(status);
        }
    }

    fn response(&mut self, head: &Head<'_>, status: u16, now: Moment) {
        let mut exchange = self.take_exchange();
        let body = framing::body(head, exchange.method());
        let message = self.begin(head, body.framing, now);
        exchange.response = Some(Response {
            interim: std::mem::take(&mut self.own.reading.interim),
            ..Response::new(head, status, message.clone())
        });
        let upgrades = head.field("upgrade").is_some_and(|to| to.eq_ignore_ascii_case(b"h2c"));
        self.switch(&mut exchange, status, upgrades);
        let target = exchange.request.as_ref().map(|request| request.target.as_slice());
        let wanted = self.wanted(head, body.transfer, target, body.framing);
        self.own.current = Some(exchange);
        match Body::new(body.framing, &message, wanted) {
            Some(body) if body.is_over() => self.finish(body.ended(now), false),
            Some(body) if matches!(self.own.reading.phase, Phase::Head) => {
                self.own.reading.phase = Phase::Response(Box::new(body));
            }
            _ => self.answered(message),
        }
    }

    /// What the response at hand answers.
    fn take_exchange(&mut self) -> Box<Exchange> {
        let lost = std::mem::take(&mut self.own.reading.lost);
        let Some(peer) = self.peer.as_deref_mut() else { return Box::default() };
        let Some(http) = &mut peer.http else {
            peer.lost = peer.lost.saturating_sub(1);
            return Box::default();
        };
        let (exchange, unanswered) = http.waiting.answer(lost);
        for exchange in unanswered {
            self.emit(&exchange);
        }
        exchange
    }

    /// What comes behind the response if it changes what the connection is for.
    fn switch(&mut self, exchange: &mut Exchange, status: u16, to_h2: bool) {
        let is_tunnel = exchange.method() == Some(b"CONNECT") && (200..300).contains(&status);
        let expects = exchange.request.as_ref().is_some_and(|request| request.expects);
        let is_refused = expects && status >= 300 && !exchange.is_asked;
        self.own.reading.in_tunnel |= is_tunnel;
        if status == 101 {
            self.own.reading.phase = Phase::switched(to_h2, false, self.cx.run.continues);
        }
        let Some(peer) = self.peer.as_deref_mut().and_then(|peer| peer.http.as_deref_mut()) else {
            return;
        };
        peer.reading.in_tunnel |= is_tunnel;
        if status == 101 {
            peer.reading.phase = Phase::switched(to_h2, true, self.cx.run.continues);
        }
        if is_refused && refuse(peer) {
            exchange.is_asked = true;
        }
    }

    /// A response is whole, or nothing more comes of it.
    pub(crate) fn answered(&mut self, message: Message) {
        let Some(mut exchange) = self.own.current.take() else { return };
        if let Some(response) = &mut exchange.response {
            response.message = message;
        }
        // Its request comes, or goes on.
        let is_early = exchange.number > 0 && !exchange.is_asked;
        match self.peer.as_deref_mut().and_then(|peer| peer.http.as_deref_mut()) {
            Some(peer) if is_early && peer.early.len() < MOST_EARLY => peer.early.push(*exchange),
            _ => self.emit(&exchange),
        }
    }

    /// What is wanted of a body, and its name if it has a type.
    pub(crate) fn wanted(
        &mut self,
        head: &Head<'_>,
        transfer: Vec<Coding>,
        target: Option<&[u8]>,
        framing: Framing,
    ) -> Wanted {
        let t = self.toggles;
        let types = head.field("content-type").map(facts::kind).filter(|types| !types.is_empty());
        let (class, number) = match types {
            Some(types) => self.own.facts.content(types),
            None => (facts::CLASSES - 1, u16::MAX),
        };
        let place = format!("{}_{}_{}_{number}", self.cx.flow.id.0, self.letter(), self.packets);
        let name = facts::name(target, &place, t);
        if types.is_some() {
            self.own.facts.name(class, &name, t);
        }
        let saves = t.saves(class) && framing != Framing::None;
        if saves {
            self.own.facts.stat |= super::bits::stat::SAVES << class;
        }
        let file_name = String::from_utf8_lossy(&name).into_owned();
        let most = u64::from(t.save_max) << 10;
        let listed = head.fields_named("content-encoding").flat_map(Coding::list);
        Wanted {
            codings: listed.chain(transfer).collect(),
            continues: self.cx.run.continues,
            hashes: t.hashes && t.table,
            beginning: if t.messages_table { 100 } else { MAGIC },
            parts: types.map(|_| {
                let kind = head.field("content-type").unwrap_or_default().to_vec();
                let saves = std::array::from_fn(|class| t.saves(class));
                let (name, table) = (file_name.clone(), t.parts_table);
                (kind, parts::Wanted { name, saves, most, table })
            }),
            file: saves.then_some((file_name, most)),
        }
    }

    /// A message whose head is damaged: says whether its first line is known. Lines that are there as a whole are taken for what they say.
    pub(crate) fn damaged(&mut self, gap: StreamGap<'_>, is_request: bool) -> bool {
        let Some(end) = gap.rest.iter().rposition(|b| *b == b'\n') else { return false };
        let lines = [&gap.rest[..=end], b"\r\n"].concat();
        let Parsed::Head(head) = Head::parse(&lines, 0) else { return false };
        let first = self.own.reading.first;
        let message = Message {
            head_len: 0,
            missing: gap.len,
            is_broken: true,
            ..self.begin(&head, Framing::None, first)
        };
        let message = Message { last: None, framing: "", ..message };
        match head.start {
            Start::Request { method, target } if is_request => {
                self.own.facts.take(&head, self.toggles, self.compat);
                self.ask(Request::new(&head, (method, target), message.clone()));
                self.asked(&message);
            }
            Start::Response { status } if !is_request => {
                self.own.facts.take(&head, self.toggles, self.compat);
                let mut exchange = self.take_exchange();
                exchange.response = Some(Response::new(&head, status, message.clone()));
                self.own.current = Some(exchange);
                self.answered(message);
            }
            _ => return false,
        }
        true
    }

    /// The connection is over: what waits has no response.
    pub(crate) fn close(&mut self) {
        while let Some(exchange) = self.own.waiting.give_up() {
            self.emit(&exchange);
        }
        let rest = std::mem::take(&mut self.own.early)
            .into_iter()
            .chain(self.own.current.take().map(|current| *current));
        for exchange in rest {
            self.emit(&exchange);
        }
        for (_, exchange) in std::mem::take(&mut self.own.streams) {
            self.emit(&exchange);
        }
        self.own.reading = <_>::default();
        self.own.waiting = <_>::default();
    }

    fn peer_http(&self) -> Option<&Http> {
        self.peer.as_deref()?.http.as_deref()
    }

    /// Adds a row to the table.
    pub(crate) fn emit(&mut self, exchange: &Exchange) {
        if !self.toggles.table {
            return;
        }
        let hashes = if self.toggles.hashes { Hashes::new(exchange) } else { Hashes::default() };
        // A response's row is written where the response is read: the client is on the other side.
        let reversed;
        let (letter, key) = if self.is_client() {
            (self.letter(), self.cx.key)
        } else {
            reversed = self.cx.key.reversed();
            (if self.letter() == 'A' { 'B' } else { 'A' }, &reversed)
        };
        let place = (Dir(letter as u8), self.cx.connection + 1, key);
        let row = ExchangeRow::new(place, exchange, &hashes);
        self.cx.emit(&row);
    }

    pub(crate) fn letter(&self) -> char {
        match self.cx.direction() {
            flowz_api::prelude::Direction::A => 'A',
            flowz_api::prelude::Direction::B => 'B',
        }
    }
}

/// The client need not send the body that it was about to send (RFC 9110, section 10.1.1): says whether it was about to.
fn refuse(client: &mut Http) -> bool {
    let is_unsent =
        matches!(&client.reading.phase, Phase::Request(body) if body.message.wire_len == 0);
    if is_unsent && let Phase::Request(body) = std::mem::take(&mut client.reading.phase) {
        client.reading.refused = Some(body);
    }
    is_unsent
}
