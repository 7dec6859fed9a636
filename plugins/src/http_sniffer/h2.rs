//! HTTP/2 without TLS (RFC 9113), by prior knowledge or behind an upgrade: streams become requests and responses like those of HTTP/1.

use flowz_api::Checkpoint;

use crate::http::fields::FieldDecoder;
use std::collections::BTreeMap;

use flowz_api::stream::{Next, StreamData};

use super::bits::odd;
use super::body::Body;
use super::exchange::{Exchange, Message, Moment, Request, Response};
use super::reader::Reader;
use super::state::Phase;
use crate::http::frames::{Frame, HEAD, PREFACE, kind};
use crate::http::framing::Framing;
use crate::http::head::{Head, Start};

/// Most bytes of a frame that is read as a whole, and of the fields of a message.
const LONGEST_FRAME: usize = 1 << 16;

/// Where in a direction the next byte is.
#[derive(Checkpoint)]
pub(crate) struct H2 {
    is_client: bool,
    /// So many bytes of the preface come first.
    preface: usize,
    decoder: FieldDecoder,
    /// Bytes of DATA under way: stream, how many, padding behind them, whether the stream ends with them.
    data: Option<Data>,
    /// So many bytes of a frame are passed over.
    skip: u64,
    /// Fields under way.
    block: Option<Block>,
    /// The packet of the first byte of the frame at hand, and its offset.
    first: (u64, Moment),
    /// Messages whose head was read, and their bodies.
    bodies: BTreeMap<u32, Box<Body>>,
}

#[derive(Clone, Copy, Debug, Checkpoint)]
struct Data {
    stream: u32,
    left: u64,
    padding: u64,
    is_last: bool,
}

#[derive(Debug, Checkpoint)]
struct Block {
    stream: u32,
    bytes: Vec<u8>,
    is_last: bool,
    /// Frames with their heads.
    len: usize,
    is_promise: bool,
}

impl std::fmt::Debug for H2 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("H2").field("is_client", &self.is_client).finish_non_exhaustive()
    }
}

impl H2 {
    /// What comes in this direction; `continues` if another run may go on with it.
    pub(crate) fn new(is_client: bool, continues: bool) -> Self {
        let decoder = FieldDecoder::new(continues);
        let preface = if is_client { PREFACE.len() } else { 0 };
        let (data, skip, block, bodies) = (None, 0, None, BTreeMap::new());
        let first = (0, Moment::default());
        Self { is_client, preface, decoder, data, skip, block, first, bodies }
    }
}

impl Reader<'_, '_> {
    /// Bytes of a direction with frames.
    pub(crate) fn frames(&mut self, mut h2: Box<H2>, data: StreamData<'_>, now: Moment) -> Next {
        if data.seen == 0 {
            h2.first = (data.offset, now);
        }
        let next = self.frame(&mut h2, data.bytes, now);
        match next {
            Some(taken) => {
                self.own.reading.phase = Phase::H2(h2);
                Next::Take(taken)
            }
            None => {
                self.own.facts.odd |= odd::MALFORMED;
                self.break_off(&mut h2, 0);
                self.own.reading.phase = Phase::Nothing;
                Next::Stop
            }
        }
    }

    /// The next part of a frame: yields how many bytes it has; none if that is no frame.
    fn frame(&mut self, h2: &mut H2, bytes: &[u8], now: Moment) -> Option<usize> {
        if h2.preface > 0 {
            let rest = &PREFACE[PREFACE.len() - h2.preface..];
            let len = rest.len().min(bytes.len());
            h2.preface -= len;
            return (bytes[..len] == rest[..len]).then_some(len);
        }
        if h2.skip > 0 {
            let len = h2.skip.min(bytes.len() as u64);
            h2.skip -= len;
            return Some(len as usize);
        }
        if let Some(data) = h2.data {
            return Some(self.data_of(h2, data, bytes, now));
        }
        let Some(frame) = Frame::parse(bytes) else { return Some(0) };
        if frame.kind == kind::DATA {
            return self.begin_data(h2, frame, bytes, now);
        }
        let len = HEAD + frame.len as usize;
        if len > LONGEST_FRAME {
            h2.skip = len as u64;
            let has_fields =
                matches!(frame.kind, kind::HEADERS | kind::PUSH_PROMISE | kind::CONTINUATION);
            return if has_fields { None } else { Some(0) };
        }
        let Some(payload) = bytes.get(HEAD..len) else { return Some(0) };
        self.whole(h2, frame, payload, now)?;
        Some(len)
    }

    fn begin_data(
        &mut self,
        h2: &mut H2,
        frame: Frame,
        bytes: &[u8],
        now: Moment,
    ) -> Option<usize> {
        let mut head = HEAD;
        let mut padding = 0;
        if frame.is_padded() {
            let Some(pad) = bytes.get(HEAD) else { return Some(0) };
            padding = u64::from(*pad);
            head += 1;
        }
        let left = (HEAD as u64 + u64::from(frame.len)).checked_sub(head as u64 + padding)?;
        let data = Data { stream: frame.stream, left, padding, is_last: frame.ends_stream() };
        h2.data = Some(data);
        if left == 0 {
            self.data_of(h2, data, &[], now);
        }
        Some(head)
    }

    /// Bytes of DATA.
    fn data_of(&mut self, h2: &mut H2, mut data: Data, bytes: &[u8], now: Moment) -> usize {
        let len = data.left.min(bytes.len() as u64) as usize;
        let cx = &mut *self.cx;
        if let Some(body) = h2.bodies.get_mut(&data.stream).filter(|_| len > 0) {
            body.feed(&bytes[..len], now, &mut |name, bytes| cx.append_to_file(name, bytes));
            let parts = body.take_parts();
            self.show_parts(data.stream, parts, now.time);
        }
        data.left -= len as u64;
        h2.data = (data.left > 0).then_some(data);
        if data.left == 0 {
            h2.skip = data.padding;
            if data.is_last {
                self.end_stream(h2, data.stream, Some(now));
            }
        }
        len
    }

    /// A frame that is there as a whole.
    fn whole(&mut self, h2: &mut H2, frame: Frame, payload: &[u8], now: Moment) -> Option<()> {
        match frame.kind {
            kind::HEADERS | kind::PUSH_PROMISE => {
                let (bytes, stream) = frame.fields(payload)?;
                (self.own.reading.offset, self.own.reading.first) = h2.first;
                h2.block = Some(Block {
                    stream,
                    bytes: bytes.to_vec(),
                    is_last: frame.ends_stream(),
                    len: HEAD + payload.len(),
                    is_promise: frame.kind == kind::PUSH_PROMISE,
                });
            }
            kind::CONTINUATION => {
                let block = h2.block.as_mut()?;
                block.bytes.extend_from_slice(payload);
                block.len += HEAD + payload.len();
                if block.len > LONGEST_FRAME {
                    return None;
                }
            }
            kind::RST_STREAM => {
                // The other side need not know of it yet.
                self.end_stream(h2, frame.stream, None);
                return Some(());
            }
            _ => return Some(()),
        }
        if frame.ends_fields() {
            let block = h2.block.take()?;
            self.fields(h2, &block, now)?;
        }
        Some(())
    }

    /// The fields of a message.
    fn fields(&mut self, h2: &mut H2, block: &Block, now: Moment) -> Option<()> {
        let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut room = LONGEST_FRAME;
        let result = h2.decoder.decode(&block.bytes, |name, value| {
            // The same bytes may be named again and again.
            if let Some(left) = room.checked_sub(name.len() + value.len()) {
                room = left;
                fields.push((name.into_owned(), value.into_owned()));
            }
        });
        result.ok()?;
        let of = |name: &str| {
            let found = fields.iter().find(|(own, _)| own == name.as_bytes());
            found.map(|(_, value)| value.as_slice())
        };
        let status = of(":status").and_then(|s| std::str::from_utf8(s).ok()?.parse::<u16>().ok());
        let start = match (of(":method"), status) {
            (Some(method), _) => Start::Request { method, target: of(":path").unwrap_or(b"") },
            (None, Some(status)) => Start::Response { status },
            // Fields behind a body.
            (None, None) => {
                if block.is_last {
                    self.end_stream(h2, block.stream, Some(now));
                }
                return Some(());
            }
        };
        let host = of("host").or(of(":authority")).map(|host| ("host", host));
        let named = fields.iter().filter(|(name, _)| !name.starts_with(b":") && name != b"host");
        let named = named.filter_map(|(n, v)| Some((std::str::from_utf8(n).ok()?, v.as_slice())));
        let head = Head::from_fields(start, host.into_iter().chain(named).collect(), block.len);
        self.own.facts.take(&head, self.toggles, self.compat);
        self.log_head(&head, "HTTP/2", now);
        self.stream_begins(h2, block, &head, now);
        Some(())
    }

    /// The head of a request or response in a stream.
    fn stream_begins(&mut self, h2: &mut H2, block: &Block, head: &Head<'_>, now: Moment) {
        let message = Message {
            version: 20,
            framing: "frames",
            ..self.begin(head, Framing::UntilClose, now)
        };
        let target = match head.start {
            Start::Request { method, target } => {
                // A promise is a request without a body.
                let is_over = block.is_promise;
                let own = if is_over { message.clone() } else { under_way(&message) };
                let request = Request::new(head, (method, target), own);
                self.stream_request(h2, block, request);
                Some(target.to_vec())
            }
            Start::Response { status: status @ 100..=199 } => {
                let exchange = self.stream(h2.is_client, block.stream);
                let response = exchange.response.get_or_insert_with(Response::default);
                response.add_interim(status);
                return;
            }
            Start::Response { status } => {
                let response = Response::new(head, status, under_way(&message));
                let exchange = self.stream(h2.is_client, block.stream);
                let interim = exchange.response.take().map(|response| response.interim);
                exchange.response =
                    Some(Response { interim: interim.unwrap_or_default(), ..response });
                exchange.request.as_ref().map(|request| request.target.clone())
            }
        };
        if block.is_promise {
            return;
        }
        let framing = if block.is_last { Framing::None } else { Framing::UntilClose };
        let wanted = self.wanted(head, Vec::new(), target.as_deref(), framing);
        match Body::new(framing, &message, wanted) {
            Some(body) => {
                // What is forgotten here is forgotten with its stream too.
                if h2.bodies.len() >= usize::from(self.toggles.most_waiting) {
                    h2.bodies.pop_first();
                }
                h2.bodies.insert(block.stream, Box::new(body));
            }
            None => self.over(h2.is_client, block.stream, message),
        }
    }

    fn stream_request(&mut self, h2: &H2, block: &Block, request: Request) {
        let exchange = self.stream(h2.is_client, block.stream);
        exchange.request = Some(request);
        exchange.is_asked = block.is_promise;
    }

    /// A stream's messages.
    fn streams(&mut self, is_client: bool) -> &mut BTreeMap<u32, Box<Exchange>> {
        let peer = self.peer.as_deref_mut().and_then(|peer| peer.http.as_deref_mut());
        match peer {
            Some(peer) if !is_client => &mut peer.streams,
            _ => &mut self.own.streams,
        }
    }

    fn stream(&mut self, is_client: bool, number: u32) -> &mut Exchange {
        let most = usize::from(self.toggles.most_waiting);
        let streams = self.streams(is_client);
        if streams.len() >= most
            && !streams.contains_key(&number)
            && let Some((_, exchange)) = streams.pop_first()
        {
            self.emit(&exchange);
        }
        let new = || Box::new(Exchange { number, ..Exchange::default() });
        self.streams(is_client).entry(number).or_insert_with(new)
    }

    /// Nothing more of this direction comes in a stream; `last`: the packet of its last byte, if it is there.
    fn end_stream(&mut self, h2: &mut H2, number: u32, last: Option<Moment>) {
        let Some(mut body) = h2.bodies.remove(&number) else { return };
        if last.is_some() {
            body.end_at(last);
        }
        let message = self.content_of(*body, number);
        self.over(h2.is_client, number, message);
    }

    /// A message is over.
    fn over(&mut self, is_client: bool, number: u32, message: Message) {
        let Some(exchange) = self.streams(is_client).get_mut(&number) else { return };
        match (is_client, &mut exchange.request, &mut exchange.response) {
            (true, Some(request), _) => {
                request.message = message;
                exchange.is_asked = true;
            }
            (false, _, Some(response)) => {
                response.message = message;
                exchange.is_answered = true;
            }
            _ => {}
        }
        let is_over = exchange.is_answered && (exchange.is_asked || exchange.request.is_none());
        if is_over && let Some(exchange) = self.streams(is_client).remove(&number) {
            self.emit(&exchange);
        }
    }

    /// Bytes are missing: within DATA they are that, else it is not known any more where frames begin.
    pub(crate) fn gap_in_frames(&mut self, mut h2: Box<H2>, len: u64) -> Next {
        let cx = &mut *self.cx;
        if let Some(data) = &mut h2.data
            && len <= data.left
        {
            data.left -= len;
            if let Some(body) = h2.bodies.get_mut(&data.stream) {
                body.gap(len, &mut |name, bytes| cx.append_to_file(name, bytes));
            }
            let data = *data;
            if data.left == 0 {
                self.data_of(&mut h2, data, &[], Moment::default());
            }
            self.own.reading.phase = Phase::H2(h2);
            return Next::Take(0);
        }
        self.break_off(&mut h2, len);
        self.own.reading.phase = Phase::Nothing;
        Next::Stop
    }

    /// Nothing more can be read: bodies under way are damaged.
    pub(crate) fn break_off(&mut self, h2: &mut H2, missing: u64) {
        while let Some((number, body)) =
            h2.bodies.first_entry().map(|entry| (*entry.key(), entry.get().message.clone()))
        {
            if let Some(own) = h2.bodies.get_mut(&number) {
                own.message = Message { is_broken: true, missing: body.missing + missing, ..body };
            }
            self.end_stream(h2, number, None);
        }
    }
}

/// A message whose end is not there yet.
fn under_way(message: &Message) -> Message {
    Message { last: None, ..message.clone() }
}
