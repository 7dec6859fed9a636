//! The table of sipDecode: a row for each message.

use flowz_api::Row;
use flowz_api::cell::{Dir, Each, IpText, Label, Text, Time};
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;

use super::fact::SipFact;
use super::toggles::Toggles;

/// A message.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "sip")]
pub(crate) struct MessageRow<'a> {
    /// When its last byte came.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Direction.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the packet with its last byte.
    #[col(name = "pktNo")]
    pub(crate) packet: u64,
    /// `UDP` or `TCP`.
    #[col(name = "transport")]
    pub(crate) transport: Label<'a>,
    /// The sender's address.
    #[col(name = "srcIP")]
    pub(crate) src_ip: IpText,
    /// The sender's port.
    #[col(name = "srcPort")]
    pub(crate) src_port: u16,
    /// The receiver's address.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: IpText,
    /// The receiver's port.
    #[col(name = "dstPort")]
    pub(crate) dst_port: u16,
    /// Status code; empty for a request.
    #[col(name = "status")]
    pub(crate) code: Option<u16>,
    /// Method of the request, or of the one that is answered.
    #[col(name = "method")]
    pub(crate) method: Text<'a>,
    /// What is asked for, or the words behind the status code (this and all texts: at most 256 bytes).
    #[col(name = "uri_reason")]
    pub(crate) uri: Text<'a>,
    /// Call-ID.
    #[col(name = "callID")]
    pub(crate) call_id: Text<'a>,
    /// Number of the transaction.
    #[col(name = "cseq")]
    pub(crate) number: u32,
    /// Who asks.
    #[col(name = "from")]
    pub(crate) from: Text<'a>,
    /// Tag of who asks.
    #[col(name = "fromTag")]
    pub(crate) from_tag: Text<'a>,
    /// Who is asked.
    #[col(name = "to")]
    pub(crate) to: Text<'a>,
    /// Tag of who is asked.
    #[col(name = "toTag")]
    pub(crate) to_tag: Text<'a>,
    /// Program of the sender.
    #[col(name = "userAgent")]
    pub(crate) agent: Text<'a>,
    /// Bytes of the head.
    #[col(name = "head", unit = "bytes")]
    pub(crate) head_len: u32,
    /// Bytes of the body, as the head says.
    #[col(name = "body", unit = "bytes")]
    pub(crate) body_len: u64,
    /// Type of the body.
    #[col(name = "type")]
    pub(crate) content_type: Text<'a>,
    /// Media that are wanted: kind, place, formats.
    #[col(name = "media")]
    pub(crate) media: Each<'a, String, Label<'a>>,
    /// It came before: 1.
    #[col(name = "again")]
    pub(crate) is_again: u8,
    /// `complete`; `cut`: not all of it was captured; `malformed`; `head`: the body has more than 64 KiB and was not looked at.
    #[col(name = "state")]
    pub(crate) state: Label<'a>,
}

/// Where and when a message was seen.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) time: Timestamp,
    pub(crate) number: u64,
    pub(crate) direction: Dir,
    pub(crate) is_tcp: bool,
    pub(crate) key: &'a FlowKey,
}

/// What the table shows beside what others are told.
#[derive(Clone, Copy, Default)]
pub(crate) struct More<'a> {
    pub(crate) uri: &'a [u8],
    pub(crate) agent: &'a [u8],
    pub(crate) content_type: &'a [u8],
    pub(crate) head_len: u32,
    pub(crate) body_len: u64,
    pub(crate) state: &'static str,
}

impl<'a> MessageRow<'a> {
    /// The row of a message.
    pub(crate) fn new(
        place: Place<'_>,
        fact: &'a SipFact,
        more: More<'a>,
        media: &'a [String],
    ) -> Self {
        let key = place.key;
        Self {
            time: place.time.into(),
            direction: place.direction,
            packet: place.number,
            transport: Label(if place.is_tcp { b"TCP" } else { b"UDP" }),
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            code: Some(fact.code).filter(|code| *code > 0),
            method: Text(&fact.method),
            uri: Text(more.uri),
            call_id: Text(&fact.call_id),
            number: fact.number,
            from: Text(&fact.from),
            from_tag: Text(&fact.from_tag),
            to: Text(&fact.to),
            to_tag: Text(&fact.to_tag),
            agent: Text(more.agent),
            head_len: more.head_len,
            body_len: more.body_len,
            content_type: Text(more.content_type),
            media: Each(media, |text| Label(text.as_bytes())),
            is_again: fact.is_again.into(),
            state: Label(more.state.as_bytes()),
        }
    }
}
