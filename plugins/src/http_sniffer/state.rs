//! State of a flow.

use std::collections::BTreeMap;

use flowz_api::Checkpoint;

use super::bits::content;
use super::body::Body;
use super::exchange::{Exchange, Moment};
use super::facts::Facts;
use super::h2::H2;
use super::waiting::{LostResponses, Waiting};
use crate::http::frames::{PREFACE, begins_server};

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    /// Packets with a payload so far.
    pub(crate) packets: u32,
    /// Bytes in which a message was looked for where the connection does not begin with one.
    pub(crate) searched: u64,
    /// Messages that were lost in front of the first one that was found, at least.
    pub(crate) lost: u32,
    /// Bytes are missing in front of the first message.
    pub(crate) has_gap: bool,
    /// The packet of the first byte that was looked at, and its offset.
    pub(crate) first: (Moment, u64),
    /// HTTP is looked for.
    pub(crate) is_read: bool,
    /// There is no HTTP here, or no more.
    pub(crate) is_over: bool,
    pub(crate) http: Option<Box<Http>>,
}

/// A direction with HTTP in it.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Http {
    pub(crate) facts: Facts,
    pub(crate) reading: Reading,
    /// Its requests that wait for a response.
    pub(crate) waiting: Waiting,
    /// What its response under way answers.
    pub(crate) current: Option<Box<Exchange>>,
    /// What was answered before its request came, or was over.
    pub(crate) early: Vec<Exchange>,
    /// Streams of HTTP/2 that are not over, of a client or a server alone.
    pub(crate) streams: BTreeMap<u32, Box<Exchange>>,
}

impl Http {
    /// The state at the first message.
    pub(crate) fn new() -> Self {
        let facts = Facts { contents: content::POSSIBLE, ..Facts::default() };
        Self { facts, ..Self::default() }
    }
}

/// Where in the stream of a direction the next byte is.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Reading {
    pub(crate) phase: Phase,
    /// The packet of the first byte of the message at hand, and its offset.
    pub(crate) first: Moment,
    pub(crate) offset: u64,
    /// A message was read, or frames.
    pub(crate) has_begun: bool,
    /// Bytes were lost, and no message was found since.
    pub(crate) searches: bool,
    /// Responses that were lost since the last one that was found.
    pub(crate) lost: LostResponses,
    /// Number of the request under way.
    pub(crate) asked: u32,
    /// Interim responses since the last final one.
    pub(crate) interim: Vec<u16>,
    /// What comes is in a tunnel.
    pub(crate) in_tunnel: bool,
    /// The body of a request that was refused before it was sent: it may come all the same.
    pub(crate) refused: Option<Box<Body>>,
}

/// What comes next.
#[derive(Debug, Default, Checkpoint)]
pub(crate) enum Phase {
    /// A head.
    #[default]
    Head,
    /// The body of a request.
    Request(Box<Body>),
    /// The body of a response.
    Response(Box<Body>),
    /// Frames of HTTP/2.
    H2(Box<H2>),
    /// Nothing that is HTTP.
    Nothing,
}

impl Phase {
    /// What a connection begins with: frames of HTTP/2, or a head. None if that takes more bytes.
    pub(crate) fn of_h2(bytes: &[u8], continues: bool) -> Option<Self> {
        if bytes.iter().zip(PREFACE).all(|(a, b)| a == b) {
            return (bytes.len() >= PREFACE.len()).then(|| Self::switched(true, true, continues));
        }
        begins_server(bytes)
            .map(|it| if it { Self::switched(true, false, continues) } else { Self::Head })
    }

    /// Within a body.
    pub(crate) fn within(body: Box<Body>, is_request: bool) -> Self {
        if is_request { Self::Request(body) } else { Self::Response(body) }
    }

    /// What comes behind an upgrade (RFC 9110, section 7.8).
    pub(crate) fn switched(to_h2: bool, is_client: bool, continues: bool) -> Self {
        if to_h2 { Self::H2(Box::new(H2::new(is_client, continues))) } else { Self::Nothing }
    }
}
