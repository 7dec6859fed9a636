//! What is counted of a conversation.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

use crate::biflow::Side;
use crate::samples::Samples;

/// A packet, as far as it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) time: Timestamp,
    pub(super) side: Side,
    /// Bytes of the packet from its IP header on, as that says.
    pub(super) length: u32,
    /// Bytes of its IP header and of its layer-4 header.
    pub(super) headers: [u32; 2],
    /// Payload bytes.
    pub(super) payload: u32,
    /// Flags of TCP, if it has a TCP header.
    pub(super) flags: Option<u8>,
}

/// Times in microseconds.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(super) struct Times {
    /// All of them.
    pub(super) samples: Samples,
    /// The smallest as NetMate finds it, for which 0 is none: the next time takes its place.
    smallest: u64,
}

impl Times {
    fn add(&mut self, micros: u64) {
        self.samples.add(micros);
        if self.smallest == 0 || micros < self.smallest {
            self.smallest = micros;
        }
    }

    /// The smallest, 0 without any.
    pub(super) fn min(&self, original: bool) -> u64 {
        if original { self.smallest } else { self.samples.min().unwrap_or(0) }
    }
}

/// One direction.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Way {
    /// Lengths of packets in bytes.
    pub(super) lengths: Samples,
    /// Microseconds between packets of this direction inside of an active time.
    pub(super) gaps: Times,
    pub(super) pushes: u32,
    pub(super) urgents: u32,
    pub(super) header_bytes: u64,
    last: Option<Timestamp>,
    phase: Phase,
}

/// Where a side of a TCP connection is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
enum Phase {
    #[default]
    Start,
    Syn,
    SynAck,
    Established,
    Fin,
    Closed,
}

pub(super) const FIN: u8 = 0x01;
pub(super) const SYN: u8 = 0x02;
pub(super) const RST: u8 = 0x04;
pub(super) const PSH: u8 = 0x08;
pub(super) const ACK: u8 = 0x10;
pub(super) const URG: u8 = 0x20;

impl Phase {
    /// Where it is behind a packet with these flags; `own` packets are those of this side.
    fn next(self, flags: u8, own: bool) -> Self {
        let has = |flag| flags & flag == flag;
        match self {
            _ if has(RST) => Self::Closed,
            _ if own && has(FIN) => Self::Fin,
            Self::Start if own && has(SYN) => Self::Syn,
            Self::Syn if !own && has(SYN | ACK) => Self::SynAck,
            Self::SynAck if own && has(ACK) => Self::Established,
            Self::Fin if !own && has(ACK) => Self::Closed,
            same => same,
        }
    }
}

/// A conversation.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct Conversation {
    pub(super) ways: [Way; 2],
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    /// Microseconds of active times that are over.
    active: Times,
    /// Microseconds of idle times.
    pub(super) idle: Times,
    /// When the active time began that is not over.
    active_since: Timestamp,
    /// NetMate would write it.
    pub(super) is_valid: bool,
}

/// Whole microseconds from one moment to another, 0 where it went back. Moments themselves are cut to microseconds first.
fn micros(from: Timestamp, to: Timestamp) -> u64 {
    let whole = |time: Timestamp| time.0.div_euclid(1000);
    u64::try_from(whole(to) - whole(from)).unwrap_or(0)
}

impl Conversation {
    /// One that begins now.
    pub(super) fn new(time: Timestamp) -> Self {
        Self {
            ways: Default::default(),
            first: time,
            last: time,
            active: Times::default(),
            idle: Times::default(),
            active_since: time,
            is_valid: false,
        }
    }

    /// Takes a packet in; whether the conversation is over with it. One that is older than the packet before is not counted: lengths of times would
    /// be negative.
    pub(super) fn add(&mut self, packet: &Seen, idle_after: u64, original: bool) -> bool {
        if packet.time < self.last {
            return false;
        }
        let was_valid = self.is_valid;
        let closed = self.follow(packet);
        self.pause(packet.time, idle_after);
        let way = &mut self.ways[packet.side as usize];
        way.lengths.add(packet.length.into());
        if let Some(last) = way.last.replace(packet.time) {
            way.gaps.add(micros(last, packet.time));
        }
        let flags = packet.flags.unwrap_or(0);
        way.pushes += u32::from(flags & PSH != 0);
        way.urgents += u32::from(flags & URG != 0);
        let [ip, transport] = packet.headers;
        // NetMate counts the header of UDP until the conversation is valid only.
        let counted =
            if original && packet.flags.is_none() && was_valid { ip } else { ip + transport };
        way.header_bytes += u64::from(counted);
        self.last = packet.time;
        closed
    }

    /// An idle time ends with a packet at this moment, if it was one.
    fn pause(&mut self, now: Timestamp, idle_after: u64) {
        let gap = micros(self.last, now);
        if gap <= idle_after {
            return;
        }
        self.idle.add(gap);
        self.active.add(micros(self.active_since, self.last));
        self.active_since = now;
        for way in &mut self.ways {
            way.last = None;
        }
    }

    /// Follows handshake and end, and finds out whether the conversation is valid; whether it is over.
    fn follow(&mut self, packet: &Seen) -> bool {
        let Some(flags) = packet.flags else {
            self.is_valid |= packet.payload > 0;
            return false;
        };
        for (n, way) in self.ways.iter_mut().enumerate() {
            way.phase = way.phase.next(flags, n == packet.side as usize);
        }
        let is_established = self.ways.iter().any(|way| way.phase == Phase::Established);
        let has_both = self.ways.iter().all(|way| way.lengths.count() > 0);
        self.is_valid |= is_established && has_both && packet.payload > 0;
        self.ways.iter().all(|way| way.phase == Phase::Closed)
    }

    /// All active times, that which the conversation ends in too.
    pub(super) fn all_active(&self) -> Times {
        let mut active = self.active;
        active.add(micros(self.active_since, self.last));
        active
    }

    /// Microseconds from the first to the last packet.
    pub(super) fn duration(&self) -> u64 {
        micros(self.first, self.last)
    }
}
