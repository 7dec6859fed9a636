//! The table of packets of sources, for sinks that write sound.

use flowz_api::Row;
use flowz_api::cell::{Dir, Each, Hex32, IpText, Label, Payload, Text};
use flowz_api::flow::{Direction, FlowId};
use flowz_api::key::FlowKey;

use super::{Caught, Toggles};
use crate::rtp_decode::book::Book;
use crate::rtp_decode::formats::Role;
use crate::rtp_decode::source::{Arrived, Source};
use crate::voip::media::Crypto;

/// What a packet is to those before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    Ahead,
    Late,
    Again,
    /// Another sequence of numbers begins with it.
    Restart,
    /// No packet: the source has ended.
    End,
}

/// A packet as it is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) arrived: Arrived,
    pub(super) payload_at: u32,
    pub(super) bytes: &'a [u8],
    pub(super) len: u32,
}

/// Suites, keys and identifiers.
type Keys<'a> = Each<'a, Crypto, (Label<'a>, Text<'a>, Text<'a>)>;

/// A packet of a source of RTP, or its end.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "rtp_payload")]
pub(crate) struct PayloadRow<'a> {
    /// Number of the source's first packet: no other one has it.
    #[col(name = "source")]
    source: u64,
    /// `ahead`, `late`, `again`, `restart`: the first of another sequence of numbers; `end`: the source has ended, and this is no packet.
    #[col(name = "mark")]
    mark: Label<'a>,
    /// Direction of the flow.
    #[col(name = "dir")]
    direction: Dir,
    /// Address that sends.
    #[col(name = "srcIP")]
    src_ip: IpText,
    /// Its port.
    #[col(name = "srcPort")]
    src_port: u16,
    /// Address that receives.
    #[col(name = "dstIP")]
    dst_ip: IpText,
    /// Its port.
    #[col(name = "dstPort")]
    dst_port: u16,
    /// Synchronization source.
    #[col(name = "ssrc")]
    ssrc: Hex32,
    /// Name of its files, without what tells their format.
    #[col(name = "file")]
    file: Text<'a>,
    /// When the packet came, in nanoseconds since 1970.
    #[col(name = "time")]
    time: i64,
    /// Sequence number, counted on where it wraps.
    #[col(name = "seq")]
    sequence: i64,
    /// Timestamp.
    #[col(name = "timestamp")]
    timestamp: u32,
    /// Payload type.
    #[col(name = "type")]
    payload_type: u8,
    /// `media`, `noise` (RFC 3389), `event` (RFC 4733).
    #[col(name = "role")]
    role: Label<'a>,
    /// What the payload is, as `PCMU`; empty if that is not known.
    #[col(name = "codec")]
    codec: Label<'a>,
    /// Ticks of the clock per second, 0 if that is not known.
    #[col(name = "clock")]
    clock: u32,
    /// Channels, 0 if that is not known.
    #[col(name = "channels")]
    channels: u8,
    /// 1: the media were announced as encrypted.
    #[col(name = "encrypted")]
    encrypted: u8,
    /// Keys that were announced in the call: suite (RFC 4568), master key and salt, identifier as packets have it.
    #[col(name = "suite_key_mki")]
    keys: Keys<'a>,
    /// Where the payload begins.
    #[col(name = "payloadAt")]
    payload_at: u32,
    /// Octets of the packet on the wire.
    #[col(name = "len")]
    len: u32,
    /// The packet with its header, as far as it was captured.
    #[col(name = "packet")]
    packet: Payload<'a>,
}

/// The direction of a flow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) key: &'a FlowKey,
    pub(crate) flow: FlowId,
    pub(crate) direction: Direction,
}

/// What the rows of a source have in common at the moment.
#[derive(Debug)]
pub(super) struct Of<'a> {
    at: At<'a>,
    source: &'a Source,
    keys: &'a [Crypto],
    encrypted: bool,
}

impl At<'_> {
    /// Letter of the direction.
    pub(super) fn letter(&self) -> u8 {
        if self.direction == Direction::A { b'A' } else { b'B' }
    }
}

impl<'a> View<'a> {
    pub(super) fn new(caught: &Caught<'a>) -> Self {
        let Caught { arrived, datagram, packet } = *caught;
        let payload_at = packet.payload_at;
        Self { arrived: *arrived, payload_at, bytes: datagram.bytes, len: datagram.len }
    }
}

impl<'a> Of<'a> {
    /// Of a source of this flow.
    pub(super) fn new(at: At<'a>, source: &'a Source, book: &'a Book) -> Self {
        let encrypted = book.of(at.key).is_some_and(|announced| announced.is_encrypted);
        Self { at, source, keys: if encrypted { book.keys(at.key) } else { &[] }, encrypted }
    }

    /// The row of the end.
    pub(super) fn end(&self) -> PayloadRow<'_> {
        let last = View { arrived: self.source.last, payload_at: 0, bytes: &[], len: 0 };
        self.row(&last, Mark::End)
    }

    /// The row of a packet.
    pub(super) fn row<'r>(&'r self, packet: &View<'r>, mark: Mark) -> PayloadRow<'r> {
        let View { arrived, payload_at, bytes, len } = *packet;
        let (key, source) = (self.at.key, self.source);
        let used = source.formats.used(arrived.payload_type);
        let file = source.sound.as_ref().map_or("", |voice| &voice.file);
        let role = match used.map_or(Role::Media, |used| used.role) {
            Role::Media => "media",
            Role::Noise => "noise",
            Role::Event => "event",
        };
        PayloadRow {
            source: source.first.number,
            mark: Label(mark.name().as_bytes()),
            direction: Dir(self.at.letter()),
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            ssrc: Hex32(source.ssrc),
            file: Text(file.as_bytes()),
            time: arrived.time.0,
            sequence: source.sequence.extended(arrived.sequence),
            timestamp: arrived.timestamp,
            payload_type: arrived.payload_type,
            role: Label(role.as_bytes()),
            codec: Label(used.map_or(&[], |used| used.name.as_bytes())),
            clock: used.and_then(|used| used.clock).unwrap_or(0),
            channels: used.map_or(0, |used| used.channels),
            encrypted: self.encrypted.into(),
            keys: Each(self.keys, |c| (Label(c.suite.as_bytes()), Text(&c.key), Text(&c.mki))),
            payload_at,
            len,
            packet: Payload(bytes),
        }
    }
}

impl Mark {
    fn name(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Late => "late",
            Self::Again => "again",
            Self::Restart => "restart",
            Self::End => "end",
        }
    }
}
