//! A TCP connection: from a SYN on, until both ends have closed it, one has reset it, or nobody says anything for long.

use std::sync::Arc;

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};

use super::layer7::Said;
use super::names::Resolved;
use super::segment::{ACK, RST, SYN, Segment};
use super::tls::Tls;
use super::way::Way;
use crate::biflow::Side;

/// Nanoseconds of silence behind which a connection is over.
const IDLE: i64 = 300 * NANOS;
/// The same of one of which there is a SYN only.
const IDLE_SYN: i64 = 10 * NANOS;

/// A connection.
#[derive(Debug, Checkpoint)]
pub(crate) struct Connection {
    /// Who sent the SYN.
    pub(super) client: Side,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    /// Client and server.
    pub(super) ways: [Way; 2],
    pub(super) is_over: bool,
    pub(super) said: Said,
    pub(super) tls: Option<Box<Tls>>,
    /// What the client was told of the server's address before.
    pub(super) resolved: Option<Arc<Resolved>>,
}

impl Connection {
    /// Begins with a SYN from that side; `original` counts parts of segments as Tstat does.
    pub(super) fn begin(side: Side, s: &Segment<'_>, original: bool) -> Option<Self> {
        let is_syn = s.flags & (SYN | ACK | RST) == SYN;
        is_syn.then(|| Self {
            client: side,
            first: s.time,
            last: s.time,
            ways: [Way::new(original), Way::new(original)],
            is_over: false,
            said: Said::default(),
            tls: None,
            resolved: None,
        })
    }

    /// Whether it is over at this moment, for want of packets.
    pub(super) fn is_idle(&self, now: Timestamp) -> bool {
        let [client, server] = &self.ways;
        let is_lone = client.packets + server.packets == 1;
        now - self.last > if is_lone { IDLE_SYN } else { IDLE }
    }

    /// Takes a segment in.
    pub(super) fn add(&mut self, side: Side, s: &Segment<'_>) {
        let from = usize::from(side != self.client);
        self.last = s.time;
        if s.len > 0 && !s.has(SYN) && self.ways[1].syns == 0 {
            // Data in front of the answer to the SYN: nothing that follows can be counted on.
            self.is_over = true;
            return;
        }
        let closed = self.ways[1 - from].is_closed();
        self.ways[from].send(s, closed);
        self.ways[1 - from].acknowledge(s);
        self.said.add(from, s);
        self.is_over = s.has(RST) || self.ways.iter().all(Way::is_finished);
    }

    /// Both ends have closed it, or one has reset it, behind the whole handshake.
    pub(super) fn is_complete(&self) -> bool {
        let [client, server] = &self.ways;
        let has_handshake = server.syns > 0 && client.acks > 0;
        has_handshake && self.is_over
    }
}
