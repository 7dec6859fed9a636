//! The table of messages: the conversation like a log.

use flowz_api::Row;
use flowz_api::cell::{Dir, Each, Label, Text, Time};

use super::body::Beginning;
use super::exchange::{Message, Moment};
use super::reader::Reader;
use super::toggles::Toggles;
use crate::http::head::{Head, Start};

/// A head, a body or a loss of a message.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "httpmsg")]
pub(crate) struct MessageRow<'a> {
    /// When its last byte came.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Direction.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// Number of the packet; 0: none, the connection ended.
    #[col(name = "pktNo")]
    pub(crate) packet: u64,
    /// `request`, `response`, `body` (all of it came), `part` (not all of it), `gap` (bytes are missing).
    #[col(name = "what")]
    pub(crate) what: Label<'a>,
    /// Bytes: of the head, of the body without framing, that are missing.
    #[col(name = "length", unit = "bytes")]
    pub(crate) len: u64,
    /// The first line; what a body begins with, codings undone (at most 100 bytes).
    #[col(name = "text")]
    pub(crate) text: Text<'a>,
    /// Fields of the head.
    #[col(name = "fields")]
    pub(crate) fields: Each<'a, Vec<u8>, Text<'a>>,
}

impl Reader<'_, '_> {
    /// Tells of a head.
    pub(crate) fn log_head(&mut self, head: &Head<'_>, version: &str, now: Moment) {
        if !self.toggles.messages_table {
            return;
        }
        let (what, line) = match head.start {
            Start::Request { method, target } => {
                ("request", [method, b" ", target, b" ", version.as_bytes()].concat())
            }
            Start::Response { status } => ("response", format!("{version} {status}").into_bytes()),
        };
        let line_of = |(name, value): &(&str, &[u8])| [name.as_bytes(), b": ", value].concat();
        let fields: Vec<Vec<u8>> = head.fields().iter().map(line_of).collect();
        self.log(now, what, head.len as u64, (&line, &fields));
    }

    /// Tells of a body.
    pub(crate) fn log_body(&mut self, message: &Message, beginning: &Beginning) {
        let is_whole = message.last.is_some() && message.missing == 0 && !message.is_broken;
        let what = if is_whole { "body" } else { "part" };
        self.log(message.last.unwrap_or_default(), what, message.len, (&beginning.bytes, &[]));
    }

    /// Tells of missing bytes.
    pub(crate) fn log_gap(&mut self, len: u64) {
        self.log(Moment { time: self.cx.now, number: 0 }, "gap", len, (b"", &[]));
    }

    fn log(&mut self, now: Moment, what: &str, len: u64, (text, fields): (&[u8], &[Vec<u8>])) {
        if !self.toggles.messages_table {
            return;
        }
        let time = if now.number == 0 { self.cx.now } else { now.time };
        let row = MessageRow {
            time: time.into(),
            direction: Dir(self.letter() as u8),
            connection: self.cx.connection + 1,
            packet: now.number,
            what: Label(what.as_bytes()),
            len,
            text: Text(text),
            fields: Each(fields, |field| Text(field)),
        };
        self.cx.emit(&row);
    }
}
