//! Writes notes for the recorder.

use flowz_api::flow::Flow;
use flowz_api::plugin::{EndContext, PacketContext, TimeoutId};
use flowz_api::record::Record;
use flowz_api::settings::Run;
use flowz_api::slab::FlowIndex;

use super::Notes;
use super::notes::{EndNote, Note, Noted, PacketNote, Rare, Step};
use crate::crew::{Crew, Group};
use crate::table::{FlowTable, NIL};

/// Takes notes and gives old ones back, to be filled again.
pub type Send = Box<dyn FnMut(Notes) -> Notes + std::marker::Send>;

/// Calls the plugins that steer and notes what the others need.
pub(crate) struct Scribe {
    notes: Notes,
    send: Send,
    /// The engine may change layers and keys of any packet.
    changes_layers: bool,
    packet_mode: bool,
    groups: Vec<Group>,
    /// Which packet of its batch the one at hand is.
    pub(crate) index: u32,
    row: Record,
}

/// A packet on its way through the engine.
#[derive(Clone, Copy)]
pub(crate) struct Passage {
    /// Slots of its flow and of the opposite.
    pub(crate) own: FlowIndex,
    pub(crate) other: Option<FlowIndex>,
    /// The flow is new.
    pub(crate) is_new: bool,
    /// The flow's list of interest.
    pub(crate) list: u16,
}

impl Scribe {
    /// For a run with these settings.
    pub(crate) fn new(run: &Run, changes_layers: bool, groups: Vec<Group>, send: Send) -> Self {
        let (notes, row) = (Notes::default(), Record::new());
        let packet_mode = run.packet_mode;
        Self { notes, send, changes_layers, packet_mode, groups, index: 0, row }
    }

    /// Shows a packet to the plugins that steer, and notes it.
    pub(crate) fn packet(&mut self, crew: &mut Crew, cx: &mut PacketContext<'_>, passage: Passage) {
        let Passage { own, other, is_new, list } = passage;
        let (flows, timeouts) = flows(cx);
        for group in &self.groups {
            if self.packet_mode {
                self.row.clear();
                crew.packet_rows(group.range.clone(), cx, own, other, &mut self.row);
                self.notes.row(&self.row);
            } else {
                crew.packet_for(&group.range, list, cx, own, other);
            }
            if group.is_watched {
                self.notes.steps.push(step(cx));
            }
        }
        let is_rare = self.is_rare(cx);
        if is_rare {
            self.notes.rare.push(rare(cx));
        }
        self.push(
            cx.run,
            Note::Packet(PacketNote {
                index: self.index,
                own: own.0,
                peer: other.map_or(NIL, |other| other.0),
                is_new,
                is_rare,
                number: cx.number,
                previous: cx.previous,
                flows,
                timeouts,
            }),
        );
    }

    /// Whether there is more to be said of a packet.
    #[inline]
    fn is_rare(&self, cx: &PacketContext<'_>) -> bool {
        self.changes_layers
            || cx.layers.fragment_offset != 0
            || cx.related.is_some()
            || cx.datagram.is_some()
    }

    /// A flow and its opposite end: asks the plugins that steer for their rows, and notes it. `at` is written
    /// first.
    pub(crate) fn end(
        &mut self,
        crew: &mut Crew,
        table: &FlowTable,
        (at, peer): (u32, u32),
        run: &Run,
    ) {
        let (key, flow) = (table.key(at), table.slot(at).flow);
        let other = (peer != NIL).then(|| table.slot(peer).flow);
        let index = (peer != NIL).then_some(FlowIndex(peer));
        let cx = EndContext { key: &key, flow: &flow, peer: other.as_ref(), run };
        self.end_rows(crew, &cx, FlowIndex(at), index);
        if let (Some(other), Some(index)) = (&other, index) {
            let cx = EndContext { key: &key.reversed(), flow: other, peer: Some(&flow), run };
            self.end_rows(crew, &cx, index, Some(FlowIndex(at)));
        }
        let other = other.unwrap_or(flow);
        self.push(run, Note::End(EndNote { own: at, peer, key, flow, other }));
    }

    fn end_rows(
        &mut self,
        crew: &mut Crew,
        cx: &EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
    ) {
        for group in &self.groups {
            self.row.clear();
            crew.terminate(group.range.clone(), cx, own, peer, &mut self.row);
            self.notes.row(&self.row);
        }
    }

    #[inline]
    fn push(&mut self, run: &Run, note: Note) {
        self.notes.list.push(note);
        if self.notes.list.len() >= Notes::FULL {
            self.hand_over(run);
        }
    }

    /// Hands over what was noted: what follows may be about other packets.
    pub(crate) fn hand_over(&mut self, run: &Run) {
        if !self.notes.is_empty() {
            self.notes.start = run.start;
            self.notes = (self.send)(std::mem::take(&mut self.notes));
            self.notes.clear();
        }
    }
}

/// The flow of a packet and its opposite; where there is none, the flow again. Not as a whole, because parts were
/// written just now: the processor would wait until they, and all that was written before, have come to the cache.
#[inline]
fn flows(cx: &PacketContext<'_>) -> ([Noted; 2], [TimeoutId; 2]) {
    let noted = |&Flow { id, first, status, .. }: &Flow, last| Noted { id, first, last, status };
    let (own, own_timeout) = (noted(cx.flow, cx.packet.ts), cx.flow.timeout);
    match cx.peer.as_deref() {
        None => ([own, own], [own_timeout, own_timeout]),
        Some(peer) => ([own, noted(peer, peer.last)], [own_timeout, peer.timeout]),
    }
}

/// What a group of plugins that steer has made of the flow and its opposite. Value by value: what was written
/// in pieces and is read as a whole makes the processor wait.
#[inline]
fn step(cx: &PacketContext<'_>) -> Step {
    let (own, peer) = (&cx.flow, cx.peer.as_deref());
    Step {
        timeouts: [own.timeout, peer.map_or(own.timeout, |peer| peer.timeout)],
        status: [own.status, peer.map_or(own.status, |peer| peer.status)],
    }
}

#[cold]
fn rare(cx: &PacketContext<'_>) -> Rare {
    Rare {
        layers: *cx.layers,
        key: *cx.key,
        related: cx.related,
        datagram: cx.datagram.map(|datagram| (datagram.proto, datagram.bytes.into())),
    }
}
