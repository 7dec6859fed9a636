//! Requests and responses, and which belong together.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use super::facts::LONGEST;
use crate::http::coding::Decoded;
use crate::http::head::Head;

/// Most bytes of a value that is kept until the response is there.
const LONGEST_KEPT: usize = 256;
/// Most interim responses of a request that are kept.
pub(crate) const MOST_INTERIM: usize = 16;

/// A packet of the capture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Moment {
    pub(crate) time: Timestamp,
    pub(crate) number: u64,
}

/// What requests and responses have in common.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Message {
    /// Version: 10 times the first number and the second.
    pub(crate) version: u8,
    /// Offset of the head in the stream.
    pub(crate) offset: u64,
    /// Bytes of the head; 0 if it is damaged.
    pub(crate) head_len: u32,
    pub(crate) content_type: Vec<u8>,
    /// How the body ends.
    pub(crate) framing: &'static str,
    /// Bytes of the body with chunk framing, as far as they were captured or their number is known.
    pub(crate) wire_len: u64,
    /// Bytes of the body without chunk framing, likewise.
    pub(crate) len: u64,
    /// Bytes that are missing.
    pub(crate) missing: u64,
    /// Missing bytes have framing in them: where the body ends is not known.
    pub(crate) is_broken: bool,
    pub(crate) first: Moment,
    /// The packet of the last byte; none if that is not there.
    pub(crate) last: Option<Moment>,
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) decoded: Option<Decoded>,
    /// The name of its content, if it has one.
    pub(crate) name: Vec<u8>,
    /// How many parts the content has, and names of the files in them.
    pub(crate) parts: u32,
    pub(crate) files: Vec<Vec<u8>>,
    /// Bits of `httpStat`: classes of parts that were written.
    pub(crate) saved: u16,
}

/// A request.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Request {
    pub(crate) method: Vec<u8>,
    pub(crate) target: Vec<u8>,
    pub(crate) host: Vec<u8>,
    pub(crate) agent: Vec<u8>,
    pub(crate) referer: Vec<u8>,
    pub(crate) cookie: Vec<u8>,
    /// Its client waits for a 100 before it sends the body.
    pub(crate) expects: bool,
    pub(crate) message: Message,
}

/// A response.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// Status codes of interim responses before it (RFC 9110, section 15.2).
    pub(crate) interim: Vec<u16>,
    pub(crate) coding: Vec<u8>,
    pub(crate) cookie: Vec<u8>,
    pub(crate) location: Vec<u8>,
    pub(crate) server: Vec<u8>,
    pub(crate) range: Vec<u8>,
    pub(crate) message: Message,
}

/// A request and its response, as far as they are known.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Exchange {
    /// Which one of the connection it is, from 1; of HTTP/2 the number of the stream.
    pub(crate) number: u32,
    pub(crate) request: Option<Request>,
    pub(crate) response: Option<Response>,
    /// The request's last byte was read, or nothing more comes of it.
    pub(crate) is_asked: bool,
    /// The response's last byte was read, or nothing more comes of it: of HTTP/2.
    pub(crate) is_answered: bool,
}

impl Exchange {
    /// Whether both messages are there with all their bytes.
    pub(crate) fn is_complete(&self) -> bool {
        let is_whole =
            |m: &Message| m.head_len > 0 && m.missing == 0 && !m.is_broken && m.last.is_some();
        self.request.as_ref().is_some_and(|request| is_whole(&request.message))
            && self.response.as_ref().is_some_and(|response| is_whole(&response.message))
    }

    /// The request's method.
    pub(crate) fn method(&self) -> Option<&[u8]> {
        self.request.as_ref().map(|request| request.method.as_slice())
    }
}

impl Request {
    /// What is kept of a request.
    pub(crate) fn new(head: &Head<'_>, (method, target): (&[u8], &[u8]), message: Message) -> Self {
        Self {
            method: method.to_vec(),
            target: target[..target.len().min(LONGEST)].to_vec(),
            host: kept(head.field("host")),
            agent: kept(head.field("user-agent")),
            referer: kept(head.field("referer")),
            cookie: kept(head.field("cookie")),
            expects: head.field("expect").is_some(),
            message,
        }
    }
}

impl Response {
    /// An interim response came before it.
    pub(crate) fn add_interim(&mut self, status: u16) {
        if self.interim.len() < MOST_INTERIM {
            self.interim.push(status);
        }
    }

    /// What is kept of a response.
    pub(crate) fn new(head: &Head<'_>, status: u16, message: Message) -> Self {
        Self {
            status,
            interim: Vec::new(),
            coding: kept(head.field("content-encoding")),
            cookie: kept(head.field("set-cookie")),
            location: kept(head.field("location")),
            server: kept(head.field("server")),
            range: kept(head.field("content-range")),
            message,
        }
    }
}

/// A value that is kept.
pub(crate) fn kept(value: Option<&[u8]>) -> Vec<u8> {
    let value = value.unwrap_or_default();
    value[..value.len().min(LONGEST_KEPT)].to_vec()
}
