//! Packets of a datagram one by one: what they say of the flow, and what is inside Initial packets.

use super::bits::stat;
use super::header::{FIXED, Packet, Rest};
use super::id::Id;
use super::inside;
use super::keys::Keys;
use super::state::{Role, Side, State};
use super::version::Kind;

/// More packets of a datagram are not looked at.
const MOST_PACKETS: usize = 32;
/// After so many packets that cannot be opened no new keys are tried.
const MOST_FAILURES: u8 = 16;

/// A datagram, and where it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Datagram<'a> {
    pub(crate) bytes: &'a [u8],
    /// Bytes on the wire.
    pub(crate) len: u32,
    /// Number of the packet in the capture.
    pub(crate) number: u64,
    pub(crate) time: flowz_api::packet::Timestamp,
}

/// Reads datagrams.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    /// Longest handshake message.
    pub(crate) most: usize,
    /// Whether Initial packets are opened.
    pub(crate) decode: bool,
    /// Room for a packet that is opened.
    pub(crate) room: &'a mut Vec<u8>,
}

/// The first packet of a datagram, for the packet table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct First<'a> {
    pub(crate) packet: Packet<'a>,
    /// Its number, if it could be opened.
    pub(crate) number: Option<u64>,
    /// The client's first id of the destination, if it is a Retry packet.
    pub(crate) original: Id,
}

/// What becomes of a connection at a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// It goes on.
    Same,
    /// The client begins it anew: asked to by the server, or before that came to anything.
    Again,
    /// It is another one.
    Other,
}

impl Reading<'_> {
    /// Reads a datagram of a flow that is QUIC. `over` is called where another connection begins, before what was known of
    /// the old one is forgotten.
    pub(crate) fn datagram<'b>(
        &mut self,
        datagram: Datagram<'b>,
        flow: &mut State,
        mut peer: Option<&mut State>,
        mut over: impl FnMut(&mut State, Option<&mut State>),
    ) -> Option<First<'b>> {
        let lost = datagram.len.saturating_sub(datagram.bytes.len() as u32);
        let mut rest = Rest { bytes: datagram.bytes, lost };
        let mut first: Option<First<'b>> = None;
        for _ in 0..MOST_PACKETS {
            let id_len = id_len(flow, peer.as_deref());
            let Some(packet) = rest.next(id_len) else {
                flow.stat |= if lost > 0 { stat::SNAPPED } else { 0 };
                break;
            };
            if packet.kind == Kind::Unknown
                || first.is_some_and(|first| !belongs(&packet, &first.packet))
            {
                break;
            }
            let number = self.packet(datagram, packet, flow, peer.as_deref_mut(), &mut over);
            let original = flow.side.as_ref().filter(|_| packet.kind == Kind::Retry);
            let original = original.map_or(Id::default(), |side| side.original);
            first.get_or_insert(First { packet, number, original });
        }
        first
    }

    fn packet(
        &mut self,
        datagram: Datagram<'_>,
        packet: Packet<'_>,
        flow: &mut State,
        mut peer: Option<&mut State>,
        over: &mut impl FnMut(&mut State, Option<&mut State>),
    ) -> Option<u64> {
        flow.flags |= packet.first;
        flow.types |= packet.kind.bit();
        flow.counts.add(packet.kind);
        if !packet.whole {
            flow.stat |= stat::SNAPPED;
        }
        let opened = if packet.kind == Kind::Initial && packet.whole && self.decode {
            self.open(&packet, flow, peer.as_deref_mut())
        } else {
            None
        };
        if opened.as_ref().is_some_and(|opened| opened.turn == Turn::Other) {
            over(flow, peer.as_deref_mut());
            forget(flow);
            peer.as_deref_mut().map(forget);
        }
        let side = flow.side.get_or_insert_default();
        if side.number == 0 {
            (side.number, side.time) = (datagram.number, datagram.time);
        }
        side.counts.add(packet.kind);
        let other = peer.as_deref().and_then(|peer| peer.side.as_deref());
        flow.stat |= header(&packet, side, other);
        if packet.kind.is_typed() {
            flow.version = packet.version;
        }
        let opened = opened?;
        let number = opened.number;
        let other = peer.and_then(|peer| peer.side.as_deref_mut());
        let payload = self.room.get(opened.payload.clone()).unwrap_or(&[]);
        take_in(opened, side, other);
        inside::read(payload, side, self.most, datagram.number);
        Some(number)
    }

    /// Opens an Initial packet: as a server's by the keys of its client, or as a client's by its keys, by those that
    /// another version has, or by those that follow from its own destination.
    fn open(
        &mut self,
        packet: &Packet<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Option<Opened> {
        let own = flow.side.get_or_insert_default();
        let peer = peer.and_then(|peer| peer.side.as_deref_mut());
        let (version, largest) = (packet.version, own.largest);
        let may_derive = own.failures < MOST_FAILURES;
        let derive = |id: Id| if may_derive { Keys::derive(version, id) } else { None };
        let server = peer.as_ref().and_then(|peer| peer.keys.as_deref());
        if let Some(keys) = server.filter(|_| own.role != Role::Client) {
            let other = if keys.version == version { None } else { derive(keys.id) };
            for keys in [Some(keys), other.as_ref()].into_iter().flatten() {
                if let Some((number, payload)) = self.try_open(packet, &keys.server, largest) {
                    let (role, turn) = (Role::Server, Turn::Same);
                    return Some(Opened { number, payload, role, turn, keys: None });
                }
            }
        }
        if own.role != Role::Server {
            let id = Id::new(packet.destination);
            let known = own.keys.as_deref();
            if let Some(keys) = known
                && let Some((number, payload)) = self.try_open(packet, &keys.client, largest)
            {
                let turn = turn(packet, own, peer.as_deref(), None);
                return Some(Opened { number, payload, role: Role::Client, turn, keys: None });
            }
            let other = known.filter(|keys| keys.version != version && keys.id != id);
            for id in [other.map(|keys| keys.id), Some(id)].into_iter().flatten() {
                if known.is_some_and(|keys| (keys.version, keys.id) == (version, id)) {
                    continue;
                }
                let Some(keys) = derive(id) else { continue };
                if let Some((number, payload)) = self.try_open(packet, &keys.client, largest) {
                    let turn = turn(packet, own, peer.as_deref(), Some(&keys));
                    let keys = Some(Box::new(keys));
                    return Some(Opened { number, payload, role: Role::Client, turn, keys });
                }
            }
        }
        own.failures = own.failures.saturating_add(1);
        None
    }

    fn try_open(
        &mut self,
        packet: &Packet<'_>,
        keys: &super::keys::Side,
        largest: Option<u64>,
    ) -> Option<(u64, std::ops::Range<usize>)> {
        self.room.clear();
        self.room.extend_from_slice(packet.bytes);
        keys.open(self.room, packet.number_at, largest)
    }
}

/// A packet that was opened; its payload is in the room for it.
#[derive(Debug)]
struct Opened {
    number: u64,
    payload: std::ops::Range<usize>,
    role: Role,
    turn: Turn,
    /// By which it was, if they are new.
    keys: Option<Box<Keys>>,
}

/// Length of ids in short headers: of those that the other end has chosen for itself, or of the latest long header.
fn id_len(flow: &State, peer: Option<&State>) -> usize {
    let peer = peer.and_then(|peer| peer.side.as_deref()).filter(|side| side.has_ids);
    let own = flow.side.as_deref();
    peer.map_or_else(|| own.map_or(0, |side| side.destination.len()), |side| side.source.len())
}

/// Whether a packet goes to the same end as the first one of its datagram; else it is padding, or for nobody (RFC 9000,
/// section 12.2).
fn belongs(packet: &Packet<'_>, first: &Packet<'_>) -> bool {
    let sure = packet.first & FIXED != 0 || !packet.destination.is_empty();
    let kind = packet.kind;
    packet.destination == first.destination && (kind.is_typed() || kind == Kind::Short && sure)
}

/// Takes in what a header says; yields bits.
fn header(packet: &Packet<'_>, side: &mut Side, peer: Option<&Side>) -> u8 {
    let bit = |condition: bool, bit: u8| if condition { bit } else { 0 };
    let mut bits = 0;
    let (destination, source) = (Id::new(packet.destination), Id::new(packet.source));
    match packet.kind {
        Kind::Short => {
            // Where the length of ids is not known, there is none to compare.
            let is_new = side.has_ids && !destination.is_empty();
            if !destination.is_empty() {
                bits |= bit(is_new && side.destination != destination, stat::DESTINATION);
                side.destination = destination;
            }
            return bits;
        }
        Kind::Negotiation => {
            bits |= stat::NEGOTIATION;
            side.note_offered(packet.offered());
            side.role = Role::Server;
        }
        Kind::Retry => {
            side.retry = Some((source, packet.token.len() as u32));
            side.awaits_retry = true;
            side.role = Role::Server;
            let known = peer.map_or(Id::default(), |peer| peer.first_destination);
            let shown = Id::new(packet.original);
            let original = if shown.is_empty() { known } else { shown };
            bits |= bit(!side.original.is_empty() && side.original != original, stat::ORIGINAL);
            side.original = original;
        }
        Kind::ZeroRtt => side.role = Role::Client,
        Kind::Handshake => bits |= stat::HANDSHAKE,
        Kind::Initial => {
            let len = packet.token.len() as u32;
            side.token_len = side.token_len.max(len);
            if len > 0 {
                side.role = Role::Client;
            }
        }
        Kind::Unknown => {}
    }
    if packet.version != 0 {
        let latest = side.versions.last().copied();
        bits |= bit(latest.is_some_and(|latest| latest != packet.version), stat::VERSION);
        side.note_version(packet.version);
    }
    if side.has_ids {
        bits |= bit(side.destination != destination, stat::DESTINATION);
        bits |= bit(side.source != source, stat::SOURCE);
    } else {
        side.first_destination = destination;
    }
    (side.destination, side.source, side.has_ids) = (destination, source, true);
    bits
}

/// What becomes of a connection at an Initial packet of its client; `keys` are new ones that it was opened by.
fn turn(packet: &Packet<'_>, own: &Side, server: Option<&Side>, keys: Option<&Keys>) -> Turn {
    let retried = server.is_some_and(|server| {
        let source = server.retry.map_or(Id::default(), |(source, _)| source);
        server.awaits_retry && source.bytes() == packet.destination
    });
    let negotiated = server
        .is_some_and(|server| server.awaits_version && server.offered.contains(&packet.version));
    if retried || negotiated {
        return Turn::Again;
    }
    let Some((keys, known)) = keys.zip(own.keys.as_deref()) else { return Turn::Same };
    if keys.id == known.id {
        // The same client goes on with another version.
        return Turn::Same;
    }
    let same_source = own.source.bytes() == packet.source;
    let unknown = own.source.is_empty() && own.read.client.is_some() && packet.token.is_empty();
    if same_source && !unknown { Turn::Again } else { Turn::Other }
}

/// Takes in that a packet was opened.
fn take_in(opened: Opened, side: &mut Side, peer: Option<&mut Side>) {
    side.largest = side.largest.max(Some(opened.number));
    side.role = opened.role;
    if opened.turn == Turn::Again {
        side.frames = 0;
        if let Some(peer) = peer {
            if peer.awaits_version {
                // The hello may be another one; after a Retry packet it is the same.
                (side.assembly, side.read.client, side.is_over) = Default::default();
            }
            (peer.awaits_version, peer.awaits_retry) = (false, false);
        }
    }
    if opened.keys.is_some() {
        side.keys = opened.keys;
    }
}

/// Forgets a connection that another one follows.
fn forget(flow: &mut State) {
    let Some(side) = &mut flow.side else { return };
    flow.hello |= side.bits();
    std::mem::take(&mut side.read).keep(&mut flow.earlier);
    **side = Side::default();
}
