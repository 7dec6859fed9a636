//! The tables of sessions: a row for each session, and a row for each thing that happens.

use flowz_api::Row;
use flowz_api::cell::{IpText, Label, Time};
use flowz_api::flow::FlowId;
use flowz_api::packet::Timestamp;

use super::conversation::{Conversation, Note, Reason};
use super::toggles::Toggles;
use crate::voip::ip_text;

/// A session that is over, or was open to the end. `flowInd` is the flow of its first packet.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "sessions")]
pub(crate) struct SessionRow<'a> {
    /// Its number, in the order of beginnings.
    #[col(name = "sessionNr")]
    pub(crate) number: u64,
    /// `tcp`, `udp`, `sip`, `h323`, `rtp`, `rtcp`.
    #[col(name = "sessionType")]
    pub(crate) kind: Label<'a>,
    /// The call that it is part of.
    #[col(name = "parentNr")]
    pub(crate) parent: Option<u64>,
    /// Its first packet.
    #[col(name = "start")]
    pub(crate) start: Time,
    /// Its last one.
    #[col(name = "end")]
    pub(crate) end: Time,
    /// Who sent the first packet.
    #[col(name = "srcIP")]
    pub(crate) src_ip: IpText,
    /// Its port.
    #[col(name = "srcPort")]
    pub(crate) src_port: u16,
    /// To whom.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: IpText,
    /// Its port.
    #[col(name = "dstPort")]
    pub(crate) dst_port: u16,
    /// Packets of both directions; of a call, those of its signalling.
    #[col(name = "pkts")]
    pub(crate) packets: u64,
    /// Octets behind the headers of TCP and UDP, of TCP without those that came again.
    #[col(name = "octets", unit = "bytes")]
    pub(crate) octets: u64,
    /// `closed`, `reset`, `refused`, `idle`, `replaced` by another one of these ends, `parent`: with its call, `limit`: there were too many, `open`.
    #[col(name = "state")]
    pub(crate) state: Label<'a>,
}

/// Something that happens to a session. `flowInd` is the flow of the packet.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "session_events")]
pub(crate) struct EventRow<'a> {
    /// `opened`; `closed`: this packet is the last one; `expired`: it was over in front of this packet; `flow`: all packets of the flow from
    /// this one on are part of the session; `packet`: this one is.
    #[col(name = "event")]
    pub(crate) event: Label<'a>,
    /// The session.
    #[col(name = "sessionNr")]
    pub(crate) number: u64,
    /// The call that it is part of.
    #[col(name = "parentNr")]
    pub(crate) parent: Option<u64>,
    /// Its kind; empty where only its number is known.
    #[col(name = "sessionType")]
    pub(crate) kind: Label<'a>,
}

impl SessionRow<'_> {
    /// The row of a session.
    pub(crate) fn new(session: &Conversation, reason: Reason) -> Self {
        let time = |ts: Timestamp| Time::from(ts);
        Self {
            number: session.number,
            kind: Label(session.kind.name().as_bytes()),
            parent: session.parent,
            start: time(session.first),
            end: time(session.last),
            src_ip: ip_text(session.from.0),
            src_port: session.from.1,
            dst_ip: ip_text(session.to.0),
            dst_port: session.to.1,
            packets: session.packets,
            octets: session.octets,
            state: Label(reason.name().as_bytes()),
        }
    }
}

impl EventRow<'_> {
    /// The row of what happens, and its flow.
    pub(crate) fn new(note: &Note, is_late: bool) -> (FlowId, Self) {
        let known = |event: &'static str, session: &Conversation| Self {
            event: Label(event.as_bytes()),
            number: session.number,
            parent: session.parent,
            kind: Label(session.kind.name().as_bytes()),
        };
        let by_number = |event: &'static str, number| Self {
            event: Label(event.as_bytes()),
            number,
            parent: None,
            kind: Label(b""),
        };
        match note {
            Note::Opened(session) => (session.flow, known("opened", session)),
            Note::Closed(session, reason) => {
                // The packet at hand is one of the session that takes its place.
                let is_over = is_late || *reason == Reason::Replaced;
                (session.flow, known(if is_over { "expired" } else { "closed" }, session))
            }
            Note::Flow(number, flow) => (*flow, by_number("flow", *number)),
            Note::Packet(number, flow) => (*flow, by_number("packet", *number)),
        }
    }
}
