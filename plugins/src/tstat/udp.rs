//! A conversation over UDP: until nobody says anything for long.

use std::sync::Arc;

use flowz_api::Checkpoint;
use flowz_api::packet::{NANOS, Timestamp};

use super::names::{Resolved, Waiting};
use super::quic::Quic;
use super::stream::{Packet, Stream};
use super::udp_kind::{Kinds, kind};
use crate::biflow::Side;

/// Nanoseconds of silence behind which a conversation is over.
const IDLE: i64 = 200 * NANOS;
/// The same of one that is one packet.
const IDLE_ONE: i64 = 10 * NANOS;

/// One direction.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct UdpWay {
    /// Times of the first and the last packet.
    pub(super) times: Option<(Timestamp, Timestamp)>,
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) kinds: Kinds,
    /// Of what may be RTP.
    stream: Option<Box<Stream>>,
}

/// A conversation.
#[derive(Debug, Checkpoint)]
pub(crate) struct Talk {
    /// Who sent the first packet.
    pub(super) client: Side,
    pub(super) last: Timestamp,
    /// Client and server.
    pub(super) ways: [UdpWay; 2],
    /// What the client was told of the server's address before.
    pub(super) resolved: Option<Arc<Resolved>>,
    /// Queries of DNS without their answers.
    pub(super) waiting: Option<Box<Waiting>>,
    pub(super) quic: Option<Box<Quic>>,
}

impl Talk {
    /// Begins with a packet of that side.
    pub(super) fn begin(client: Side, now: Timestamp, resolved: Option<Arc<Resolved>>) -> Self {
        let ways = Default::default();
        Self { client, last: now, ways, resolved, waiting: None, quic: None }
    }

    /// Whether it is over at this moment.
    pub(super) fn is_idle(&self, now: Timestamp) -> bool {
        let [client, server] = &self.ways;
        now - self.last > if client.packets + server.packets == 1 { IDLE_ONE } else { IDLE }
    }

    /// Takes a datagram in.
    pub(super) fn add(&mut self, side: Side, datagram: &Datagram<'_>) {
        let from = usize::from(side != self.client);
        self.ways[from].add(datagram);
        if self.ways.iter().any(|way| way.kinds.number() == kind::QUIC) {
            let quic = self.quic.get_or_insert_default();
            quic.add(from, datagram.payload, datagram.len);
        }
        self.last = datagram.time;
    }

    /// Streams of RTP, with the directions that they go.
    pub(super) fn streams(&self) -> impl Iterator<Item = (usize, &Stream)> {
        let is_media = |way: &&UdpWay| way.kinds.number() == kind::RTP;
        let stream = move |(n, way)| Some((n, Some(way).filter(is_media)?.stream.as_deref()?));
        self.ways.iter().enumerate().filter_map(stream)
    }
}

/// A datagram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagram<'a> {
    pub(super) time: Timestamp,
    /// Bytes of payload.
    pub(super) len: u32,
    /// Source and destination.
    pub(super) ports: [u16; 2],
    /// Captured payload.
    pub(super) payload: &'a [u8],
    pub(super) ttl: u8,
    /// Tstat's own rules hold.
    pub(super) original: bool,
}

impl UdpWay {
    fn add(&mut self, d: &Datagram<'_>) {
        let (first, _) = self.times.unwrap_or((d.time, d.time));
        self.times = Some((first, d.time));
        self.packets += 1;
        self.bytes += u64::from(d.len);
        self.kinds.add(d);
        let is_first = self.kinds.number() == kind::FIRST_RTP;
        if !is_first && self.kinds.number() != kind::RTP {
            return;
        }
        let Some(packet) = Packet::new(d.time, d.ttl, d.len, d.payload) else { return };
        match &mut self.stream {
            Some(stream) if !is_first => {
                if stream.source == packet.source {
                    stream.add(&packet);
                }
            }
            // What did not follow the packet before may be a first one itself.
            stream => {
                let before = stream.as_ref().map(|stream| stream.last());
                let is_copy = |before: &Packet| {
                    (before.source, before.number) == (packet.source, packet.number)
                };
                let earlier = before.filter(is_copy);
                *stream = Some(Box::new(Stream::new(packet, earlier, d.original)));
            }
        }
    }
}
