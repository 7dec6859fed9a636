//! QUIC versions 1 and 2 (RFC 9000, RFC 9369) and drafts 22 to 34: ids, packets, and the hellos of TLS 1.3 in Initial packets.
//!
//! QUIC is known by the long headers of known versions, on any port of UDP. Initial packets are opened by keys that follow
//! from the client's first destination id (RFC 9001, section 5.2), also behind a Retry packet, a negotiation of
//! versions (RFC 9000, section 6), and a change from version 1 to 2 (RFC 9368). Hellos may be in any number of
//! packets and frames, in any order. What is not captured in whole, and what has a wrong tag, is not opened.
//!
//! | `quicStat` | what |
//! |---|---|
//! | 01 | QUIC |
//! | 02 | a Handshake packet |
//! | 04 | a negotiation of versions |
//! | 08 | the version changes |
//! | 10, 20 | the id of the destination, of the source changes |
//! | 40 | another id of the destination in a second Retry packet |
//! | 80 | a packet that was not captured in whole, or says that it is longer than its datagram |
//!
//! `quicPktTypes`: 1 Initial, 2 0-RTT, 4 Handshake, 8 Retry; the types of version 2, which has other numbers for them, too.
//!
//! | `quicHello` | what |
//! |---|---|
//! | 01 | a hello was read |
//! | 02 | a part of it is missing |
//! | 04 | a hello or frame that is malformed, or a message that is too long |
//! | 08 | an Initial packet that could not be opened: keys unknown, or a wrong tag |
//! | 10 | the server asks for another key share |
//! | 20 | a hello with an encrypted one inside, or what looks like one |
//! | 40 | a key that both share is offered, or chosen |
//! | 80 | closed in an Initial packet |
//!
//! A short header shows no length of its id: it is taken to be that of the other end's own id in long headers.
//!
//! In the report packets of one datagram count one by one; shares are those of datagrams.
//!
//! **Table**: `quic` has a row for each connection, written at its end or where another one begins between the same ports.
//!
//! Flows are given up when their first four datagrams are not QUIC, and nothing of it comes from the other side.
//!
//! With `--compat` all datagrams from 2016 on with the ports 443, 80 or 4433 are QUIC; only the first packet of a datagram
//! counts; ids of versions other than 1 are read as in drafts before the 22nd, type bits of version 2 as those of version
//! 1; bit 10 is set for ids of either end, 20 and 40 never are. `quicPktNum` is the length of a token, or what follows
//! where that would be, and bits of a packet show in the next row of the packet table. Columns of the hello are not
//! shown. The table is the same.
//!
//! **Not offered**: `QUIC_DEBUG`. Google's QUIC before Q050 is another protocol; of later versions only headers are read.

pub(crate) mod assembly;
mod bits;
mod compat;
mod counts;
pub(crate) mod frames;
pub(crate) mod header;
pub(crate) mod id;
mod inside;
pub(crate) mod keys;
mod reading;
mod row;
mod state;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod toggles;
pub(crate) mod version;

use flowz_api::inventory;
use flowz_api::key::UDP;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::table::TableList;

use bits::stat;
use compat::Shown;
use counts::Counts;
use id::Id;
use reading::{Datagram, First, Reading};
use row::{FlowRow, PacketRow};
use state::{Role, Side, State};
use table::{ConnectionRow, Ends};
use toggles::Toggles;
use version::Kind;

/// After so many datagrams that are not QUIC a flow is given up.
const TRIES: u8 = 4;
/// Longest datagram, of which there is a copy while it is opened.
const LONGEST: usize = 1 << 16;

inventory::submit! { PluginEntry::new::<QuicDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct QuicDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    #[merge(keep)]
    packet_mode: bool,
    #[merge(nested)]
    counts: Counts,
    /// A packet that is opened.
    #[merge(keep)]
    room: Vec<u8>,
    #[merge(keep)]
    latest: Latest,
    /// Ids in the row of a flow.
    #[merge(keep)]
    ids: [String; 3],
}

/// What the packet table shows of the packet whose hook has just run.
#[derive(Debug, Default)]
struct Latest {
    shown: Shown,
    /// Name of the type.
    name: &'static str,
    ids: [String; 3],
}

impl Plugin for QuicDecode {
    const INFO: Info =
        Info::new("quicDecode", 313, "QUIC: ids, packets, hellos and fingerprints").only(UDP);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow<'a>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self {
            toggles: setup.toggles.clone(),
            compat: setup.run.compat,
            packet_mode: setup.run.packet_mode,
            counts: Counts::default(),
            room: Vec::new(),
            latest: Latest::default(),
            ids: Default::default(),
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        state::bytes(&self.toggles)
    }

    fn bytes_of_run(&self) -> usize {
        memory::list::<u8>(LONGEST)
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().table {
            list.add::<ConnectionRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        let l = cx.layers;
        if l.is_layer2() || l.l4_proto != UDP {
            return Interest::None;
        }
        if self.compat && compat::is_quic([l.src_port, l.dst_port], cx.packet.ts) {
            flow.reference.get_or_insert_default().stat = stat::QUIC;
        }
        Interest::Packets
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        self.latest.shown = Shown::default();
        let Some(datagram) = payload(cx) else { return };
        self.refer(datagram, flow);
        if !flow.is_quic() && !begins(cx, datagram, flow, peer.as_deref()) {
            return;
        }
        self.counts.datagrams += u64::from(!self.compat);
        let (toggles, key, direction) = (&self.toggles, cx.key, cx.flow.direction());
        let mut reading =
            Reading { most: toggles.most(), decode: toggles.decode, room: &mut self.room };
        let first = reading.datagram(datagram, flow, peer, |flow, peer| {
            if toggles.table {
                written(direction, key, flow, peer, |row| cx.emit(row));
            }
        });
        if let (Some(first), true, false) = (first, self.packet_mode, self.compat) {
            self.show(&first, flow.stat);
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow<'a> {
        let _ = flow;
        let Latest { shown, name, ids } = &self.latest;
        let [destination, source, original] = ids;
        if shown.stat == 0 {
            return PacketRow::default();
        }
        PacketRow {
            stat: Hex8(shown.stat),
            flags: shown.flags.map(Hex8),
            kind: Label(name.as_bytes()),
            kind_number: shown.kind,
            version: shown.version.map(Hex32),
            destination: Label(destination.as_bytes()),
            source: Label(source.as_bytes()),
            original: Label(original.as_bytes()),
            number: shown.number,
        }
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.is_empty()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        if self.toggles.table {
            let (key, direction) = (cx.key, cx.flow.direction());
            written(direction, key, flow, peer, |row| cx.emit(row));
        }
        if let Some(side) = &flow.side {
            flow.hello |= side.bits();
        }
        if self.compat {
            flow.refer();
        } else {
            self.counts.add(flow);
        }
        self.counts.stat |= flow.stat;
        let side = flow.side.as_deref().filter(|_| !self.compat);
        let ids = side.map_or([Id::default(); 3], |s| [s.destination, s.source, s.original]);
        let reference = flow.reference.as_deref();
        let ids = reference.map_or(ids, |r| [r.destination, r.source, r.original]);
        self.ids = ids.map(|id| id.hex());
        FlowRow::new(flow, self.ids.each_ref().map(String::as_str))
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.counts.report(totals, out);
    }
}

impl QuicDecode {
    /// What the reference makes of a datagram, if that is asked for.
    fn refer(&mut self, datagram: Datagram<'_>, flow: &mut State) {
        let Some(reference) = &mut flow.reference else { return };
        self.counts.datagrams += 1;
        let shown = reference.datagram(datagram.bytes);
        self.counts.kind(shown.kind, 1);
        let name = shown.kind.map_or("", Kind::name_of);
        if self.packet_mode {
            let ids = [shown.destination, shown.source, shown.original];
            self.latest = Latest { shown, name, ids: ids.map(|id| id.hex()) };
        }
    }

    /// Keeps what the packet table shows of a datagram.
    fn show(&mut self, first: &First<'_>, stat: u8) {
        let packet = &first.packet;
        let is_short = packet.kind == Kind::Short;
        let shown = Shown {
            stat,
            flags: Some(packet.first),
            kind: packet.kind.is_typed().then_some(packet.kind as u8),
            version: (!is_short).then_some(packet.version),
            number: first.number,
            ..Shown::default()
        };
        let [destination, source] = [packet.destination, packet.source].map(Id::new);
        let ids = [destination, source, first.original].map(|id| id.hex());
        self.latest = Latest { shown, name: packet.kind.name(), ids };
    }
}

/// Whether a flow begins to be QUIC with this datagram. It is given up where that does not come soon.
fn begins(
    cx: &mut PacketContext<'_>,
    datagram: Datagram<'_>,
    flow: &mut State,
    peer: Option<&State>,
) -> bool {
    if is_given_up(flow, peer) {
        return false;
    }
    let peer = peer.filter(|peer| peer.is_quic());
    let id = peer.and_then(|peer| peer.side.as_ref()).map_or(Id::default(), |side| side.source);
    let answers = peer.is_some() && header::answers_quic(datagram.bytes, id.bytes());
    if answers || header::begins_quic(datagram.bytes, datagram.len) {
        flow.stat |= stat::QUIC;
        if peer.is_none() {
            // It may have been given up.
            cx.set_peer_interest(Interest::Packets);
        }
        return true;
    }
    flow.others = flow.others.saturating_add(1);
    if is_given_up(flow, peer) && flow.reference.is_none() {
        cx.set_interest(Interest::None);
    }
    false
}

/// Whether a flow is not looked at any more, though a packet table may have all its packets.
fn is_given_up(flow: &State, peer: Option<&State>) -> bool {
    flow.others >= TRIES && peer.is_none_or(|peer| !peer.is_quic())
}

/// The payload of a datagram that is here: none in later fragments, all of one whose last fragment this is.
fn payload<'a>(cx: &PacketContext<'a>) -> Option<Datagram<'a>> {
    const HEADER: usize = 8;
    let l = cx.layers;
    let (number, time) = (cx.number, cx.packet.ts);
    if let Some(datagram) = cx.datagram {
        let bytes = datagram.bytes.get(HEADER..)?;
        return Some(Datagram { bytes, len: bytes.len() as u32, number, time });
    }
    if !l.is_first_fragment() || l.is_fragment() && cx.run.core.reassemble {
        return None;
    }
    let bytes = l.payload(cx.packet.data);
    let header = l.layer4(cx.packet.data).first_chunk::<HEADER>();
    let all = header.map_or(0, |h| u32::from(u16::from_be_bytes([h[4], h[5]])));
    let rest = if l.is_fragment() { all.saturating_sub(HEADER as u32) } else { 0 };
    let len = rest.max(l.l7_len).max(bytes.len() as u32);
    (!bytes.is_empty()).then_some(Datagram { bytes, len, number, time })
}

/// Writes the row of a connection, once for both directions.
fn written(
    direction: Direction,
    key: &FlowKey,
    flow: &mut State,
    peer: Option<&mut State>,
    mut write: impl FnMut(&ConnectionRow<'_>),
) {
    let peer = peer.and_then(|peer| peer.side.as_deref_mut());
    let Some(side) = flow.side.as_deref_mut().filter(|side| side.number > 0 && !side.is_written)
    else {
        return;
    };
    let letter = Dir(if direction == Direction::A { b'A' } else { b'B' });
    let ends = Ends::new(letter, key, side, peer.as_deref());
    write(&ends.row());
    side.is_written = true;
    if let Some(peer) = peer {
        peer.is_written = true;
    }
}

/// Takes in payloads of Initial packets; yields whether what is kept of them stays in order and within bounds.
pub(crate) fn reads_frames<'a>(payloads: impl Iterator<Item = &'a [u8]>) -> bool {
    const MOST: usize = 4096;
    let mut sides = [Role::Client, Role::Server].map(|role| Side { role, ..Side::default() });
    (1..).zip(payloads).all(|(number, payload)| {
        sides.iter_mut().all(|side| {
            inside::read(payload, side, MOST, number);
            let _ = side.bits();
            side.assembly.is_sound(MOST)
        })
    })
}
