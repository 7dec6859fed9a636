//! The table of h323Decode: a row for each message.

use std::net::SocketAddr;

use flowz_api::Row;
use flowz_api::cell::{Dir, Each, IpText, Label, Text, Time};
use flowz_api::key::{FlowKey, TCP};
use flowz_api::packet::Timestamp;

use super::fact::{H323Fact, Layer, Party};
use super::toggles::Toggles;
use crate::voip::media::{Media, Place};

/// A message.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "h323")]
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
    /// `RAS`, `H.225.0` (call signalling) or `H.245`.
    #[col(name = "protocol")]
    pub(crate) protocol: Label<'a>,
    /// Its name; that of Q.931 for call signalling.
    #[col(name = "message")]
    pub(crate) kind: Label<'a>,
    /// What H.225.0 calls it in a message of Q.931.
    #[col(name = "body")]
    pub(crate) body: Label<'a>,
    /// H.245 in call signalling: 1.
    #[col(name = "tunnelled")]
    pub(crate) is_tunnelled: u8,
    /// `caller`, `callee` or `gatekeeper`, as far as it is known.
    #[col(name = "sender")]
    pub(crate) party: Label<'a>,
    /// Identifier of the call: its own, or that of the call to which it belongs.
    #[col(name = "callID")]
    pub(crate) call_id: Text<'a>,
    /// Identifier of the conference.
    #[col(name = "confID")]
    pub(crate) conference: Text<'a>,
    /// Number of the call on its connection.
    #[col(name = "callRef")]
    pub(crate) call_reference: u16,
    /// Number of a request and its answers in RAS.
    #[col(name = "reqNo")]
    pub(crate) number: u16,
    /// Cause of the end (Q.850); empty if none is said.
    #[col(name = "cause")]
    pub(crate) cause: Option<u8>,
    /// Why something is refused or ended.
    #[col(name = "reason")]
    pub(crate) reason: Label<'a>,
    /// Who calls or registers.
    #[col(name = "from")]
    pub(crate) from: Each<'a, String, Text<'a>>,
    /// Who is called.
    #[col(name = "to")]
    pub(crate) to: Each<'a, String, Text<'a>>,
    /// Places that it announces: for call signalling, H.245 and RAS.
    #[col(name = "announces")]
    pub(crate) announces: Each<'a, String, Label<'a>>,
    /// Number of the channel of H.245.
    #[col(name = "channel")]
    pub(crate) channel: u16,
    /// Media that the sender wants: kind, place, formats.
    #[col(name = "media")]
    pub(crate) media: Each<'a, String, Label<'a>>,
    /// Digits that were pressed.
    #[col(name = "digits")]
    pub(crate) digits: Text<'a>,
    /// Its bytes.
    #[col(name = "len", unit = "bytes")]
    pub(crate) len: u32,
    /// `complete`; `cut`: not all of it was captured; `malformed`.
    #[col(name = "state")]
    pub(crate) state: Label<'a>,
}

/// Where and when a message is complete; the number of the packet is 0 where none completes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now<'a> {
    pub(crate) time: Timestamp,
    pub(crate) number: u64,
    pub(crate) key: &'a FlowKey,
    /// Direction `B`.
    pub(crate) is_reply: bool,
    /// Not all of it is there.
    pub(crate) is_cut: bool,
}

/// Lists that a row borrows.
#[derive(Debug)]
pub(crate) struct Words {
    announces: Vec<String>,
    media: Vec<String>,
}

impl Words {
    pub(crate) fn new(fact: &H323Fact) -> Self {
        let place = |what: &str, place: &Place| {
            format!("{what} {}", SocketAddr::from((place.ip(), place.port)))
        };
        let signalling = fact.signalling.iter().map(|p| place("signalling", p));
        let control = fact.control.iter().map(|p| place("H.245", p));
        let ras = fact.ras.iter().map(|p| place("RAS", p));
        Self {
            announces: signalling.chain(control).chain(ras).collect(),
            media: fact.media.iter().map(Media::in_words).collect(),
        }
    }
}

impl<'a> MessageRow<'a> {
    /// The row of a message.
    pub(crate) fn new(
        now: Now<'_>,
        fact: &'a H323Fact,
        words: &'a Words,
        len: usize,
        is_malformed: bool,
    ) -> Self {
        let key = now.key;
        let texts = |list: &'a Vec<String>| -> Each<'a, String, Text<'a>> {
            Each(list, |text| Text(text.as_bytes()))
        };
        let labels = |list: &'a Vec<String>| -> Each<'a, String, Label<'a>> {
            Each(list, |text| Label(text.as_bytes()))
        };
        Self {
            time: now.time.into(),
            direction: Dir(if now.is_reply { b'B' } else { b'A' }),
            packet: now.number,
            transport: Label(if key.proto == TCP { b"TCP" } else { b"UDP" }),
            src_ip: key.src_ip(),
            src_port: key.src_port,
            dst_ip: key.dst_ip(),
            dst_port: key.dst_port,
            protocol: Label(protocol(fact.layer).as_bytes()),
            kind: Label(fact.kind.as_bytes()),
            body: Label(fact.body.as_bytes()),
            is_tunnelled: fact.is_tunnelled.into(),
            party: Label(sender(fact.party).as_bytes()),
            call_id: Text(&fact.call_id),
            conference: Text(&fact.conference),
            call_reference: fact.call_reference,
            number: fact.number,
            cause: Some(fact.cause).filter(|cause| *cause > 0),
            reason: Label(fact.reason.as_bytes()),
            from: texts(&fact.from),
            to: texts(&fact.to),
            announces: labels(&words.announces),
            channel: fact.channel,
            media: labels(&words.media),
            digits: Text(&fact.digits),
            len: len as u32,
            state: Label(match () {
                () if now.is_cut => b"cut",
                () if is_malformed => b"malformed",
                () => b"complete",
            }),
        }
    }
}

fn protocol(layer: Layer) -> &'static str {
    match layer {
        Layer::Ras => "RAS",
        Layer::Signalling => "H.225.0",
        Layer::Control => "H.245",
    }
}

fn sender(party: Party) -> &'static str {
    match party {
        Party::Unknown => "",
        Party::Caller => "caller",
        Party::Callee => "callee",
        Party::Gatekeeper => "gatekeeper",
    }
}
