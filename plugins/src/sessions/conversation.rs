//! What is known of a session, and what is said of it.

use std::net::IpAddr;

use flowz_api::Checkpoint;
use flowz_api::flow::FlowId;
use flowz_api::packet::Timestamp;

/// An address and a port.
pub(crate) type Place = (IpAddr, u16);

/// Kinds of sessions. Those of media are parts of calls, or stand alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Kind {
    Tcp,
    Udp,
    Sip,
    H323,
    Rtp,
    Rtcp,
}

impl Kind {
    /// Its name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sip => "sip",
            Self::H323 => "h323",
            Self::Rtp => "rtp",
            Self::Rtcp => "rtcp",
        }
    }
}

/// Why a session is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
    /// Both sides have said so: FIN, BYE or RELEASE COMPLETE.
    Closed,
    /// A RST.
    Reset,
    /// The call was refused or given up.
    Refused,
    /// Silence.
    Idle,
    /// Another session has begun in its place.
    Replaced,
    /// The call that it was part of is over.
    Parent,
    /// There were too many.
    Limit,
    /// It is not over, as far as the capture shows.
    Open,
}

impl Reason {
    /// Its name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Reset => "reset",
            Self::Refused => "refused",
            Self::Idle => "idle",
            Self::Replaced => "replaced",
            Self::Parent => "parent",
            Self::Limit => "limit",
            Self::Open => "open",
        }
    }
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Conversation {
    /// Its number, from 1, in the order of beginnings.
    pub(crate) number: u64,
    /// The call that it is part of.
    pub(crate) parent: Option<u64>,
    pub(crate) kind: Kind,
    /// The flow of its first packet.
    pub(crate) flow: FlowId,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    /// Who sent the first packet, and to whom.
    pub(crate) from: Place,
    pub(crate) to: Place,
    /// Of both directions; of a call that of its signalling.
    pub(crate) packets: u64,
    /// Octets behind the headers of TCP and UDP, of TCP without those that came again.
    pub(crate) octets: u64,
}

/// A packet that a session has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) time: Timestamp,
    pub(crate) flow: FlowId,
    pub(crate) from: Place,
    pub(crate) to: Place,
    pub(crate) is_tcp: bool,
    /// Octets that are new.
    pub(crate) octets: u64,
}

impl Conversation {
    /// One that begins with a packet that is not counted yet.
    pub(crate) fn new(number: u64, parent: Option<u64>, kind: Kind, seen: &Seen) -> Self {
        Self {
            number,
            parent,
            kind,
            flow: seen.flow,
            first: seen.time,
            last: seen.time,
            from: seen.from,
            to: seen.to,
            packets: 0,
            octets: 0,
        }
    }

    /// It has this packet.
    pub(crate) fn count(&mut self, seen: &Seen) {
        self.packets += 1;
        self.octets = self.octets.saturating_add(seen.octets);
        self.last = self.last.max(seen.time);
    }
}

/// What has happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Note {
    /// A session begins; its flow is part of it.
    Opened(Conversation),
    /// A further flow is part of a session.
    Flow(u64, FlowId),
    /// The packet at hand is part of a session, and its flow has others.
    Packet(u64, FlowId),
    /// A session is over.
    Closed(Conversation, Reason),
}
