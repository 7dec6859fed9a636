//! Writes events for those who record.

use std::mem::take;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use flowz_api::fact::Published;
use flowz_api::packet::Timestamp;
use flowz_api::plugin::{
    EndContext, EndView, PacketContext, PacketView, Services, SteerContext, TimeoutId,
};
use flowz_api::settings::Run;
use flowz_api::slab::FlowIndex;
use flowz_host::placement::Place;
use flowz_host::plugin_set::{PluginFailure, PluginSet};

use super::EventBatch;
use super::events::{EndEvent, Event, PacketEvent, Rare, RarePacket};
use super::fragments::Segments;
use crate::output::RowStyles;
use crate::table::{FlowTable, NIL};

/// Takes a batch and gives an old one back, to be filled again.
pub type SendBatch = Box<dyn FnMut(EventBatch) -> EventBatch + Send>;

/// Calls the plugins in front and writes down what the others need.
pub(crate) struct EventWriter {
    batch: EventBatch,
    send: SendBatch,
    lanes: usize,
    /// Most ends of flows in a batch, and those in this one.
    most_ends: usize,
    ends: usize,
    /// The engine may change layers and keys of any packet.
    changes_layers: bool,
    packet_mode: bool,
    /// Segments of the plugins in front.
    ranges: Vec<Range<usize>>,
    styles: RowStyles,
    /// Which packet of its batch the one at hand is.
    pub(crate) index: u32,
}

/// Where the flow of a packet is.
#[derive(Clone, Copy)]
pub(crate) struct FlowReference {
    /// Slots of the flow and of its peer.
    pub(crate) own: FlowIndex,
    pub(crate) peer: Option<FlowIndex>,
    /// The flow is new.
    pub(crate) is_new: bool,
    /// The flow's list of interest.
    pub(crate) list: u16,
}

impl EventWriter {
    /// For a run with plugins in these places, so many lanes, and no more than so many ends of flows in a batch.
    pub(crate) fn new(
        run: &Run,
        places: &[Place],
        (lanes, most_ends): (usize, usize),
        changes_layers: bool,
        (send, styles): (SendBatch, RowStyles),
    ) -> Self {
        let mut batch = EventBatch::default();
        batch.divide(lanes);
        let ranges = Segments::ranges(places, Place::Front);
        let packet_mode = run.packet_mode;
        Self {
            batch,
            send,
            lanes,
            most_ends: most_ends.max(1),
            ends: 0,
            changes_layers,
            packet_mode,
            ranges,
            styles,
            index: 0,
        }
    }

    /// Shows a packet to the plugins in front, and writes it down; yields the timeouts that they leave.
    pub(crate) fn packet(
        &mut self,
        (set, services): (&mut PluginSet, &mut Services),
        (view, timeouts): (PacketView<'_>, [TimeoutId; 2]),
        flow: FlowReference,
    ) -> [TimeoutId; 2] {
        let FlowReference { own, peer, list, .. } = flow;
        let mut timeouts = timeouts;
        let beginning = services.facts.logged();
        if !set.is_empty() {
            let mut cx = SteerContext::new(PacketContext::new(view, services), timeouts);
            if self.packet_mode {
                set.packet_streams(list, &mut cx, own, peer);
                for range in &self.ranges {
                    self.batch.front.segment(self.styles.packets, |out| {
                        set.packet_rows((list, range.clone()), &mut cx, own, peer, out);
                    });
                }
            } else {
                set.packet(list, &mut cx, own, peer);
            }
            timeouts = cx.timeouts_now();
            if services.is_dirty() {
                if services.has_failed() {
                    // The run ends in front of this packet.
                    return timeouts;
                }
                self.batch.front.take(self.batch.steps, set, services.emissions());
            }
        }
        let facts = services.facts.take_log();
        self.event(&view, flow, (facts, beginning));
        timeouts
    }

    fn event(
        &mut self,
        view: &PacketView<'_>,
        flow: FlowReference,
        (facts, beginning): (Vec<Published>, usize),
    ) {
        let FlowReference { own, peer, is_new, .. } = flow;
        let lane = own.0 as usize & (self.lanes - 1);
        let is_rare = self.is_rare(view) || !facts.is_empty();
        if is_rare {
            self.batch.lanes[lane].rare.push(rare(view, (facts, beginning)));
        }
        let step = self.batch.steps;
        self.batch.steps += 1;
        self.push(
            view.run,
            lane,
            Event::Packet(PacketEvent {
                step,
                index: self.index,
                own: own.0,
                peer: peer.map_or(NIL, |peer| peer.0),
                is_new,
                is_rare,
                number: view.number,
                previous: view.previous,
                flows: [*view.flow, *view.peer.unwrap_or(view.flow)],
            }),
        );
    }

    /// Whether there is more to be said of a packet.
    #[inline]
    fn is_rare(&self, view: &PacketView<'_>) -> bool {
        self.changes_layers
            || view.layers.fragment_offset != 0
            || view.related.is_some()
            || view.datagram.is_some()
    }

    /// A flow and its peer end: asks the plugins in front for their rows, and writes it down. The first of the slots is
    /// written first, with this letter.
    pub(crate) fn end(
        &mut self,
        (set, services): (&mut PluginSet, &mut Services),
        table: &mut FlowTable,
        (at, peer, letter): (u32, u32, u8),
        (run, order): (&Run, u64),
    ) -> Result<(), PluginFailure> {
        let step = self.batch.steps;
        let (key, flow) = (table.key(at), table.slot(at).flow);
        let other = (peer != NIL).then(|| table.slot(peer).flow);
        let index = (peer != NIL).then_some(FlowIndex(peer));
        let mut facts = [Vec::new(), Vec::new()];
        let view = EndView { key: &key, flow: &flow, peer: other.as_ref(), order, run };
        facts[0] = self.end_one((set, services), table, view, (FlowIndex(at), index))?;
        let mut outcome = Ok(Ok(()));
        if let (Some(other), Some(index)) = (&other, index) {
            let key = key.reversed();
            let (peer, order) = (Some(&flow), order + 1);
            let view = EndView { key: &key, flow: other, peer, order, run };
            let slots = (index, Some(FlowIndex(at)));
            // Whatever happens here, the flow that is written first is complete.
            let ended = catch_unwind(AssertUnwindSafe(|| {
                self.end_one((set, services), table, view, slots)
            }));
            outcome = ended.map(|ended| ended.map(|published| facts[1] = published));
            if !matches!(outcome, Ok(Ok(()))) {
                self.batch.front.failed_at = Some(step + 1);
            }
        }
        let lane = at as usize & (self.lanes - 1);
        let is_rare = facts.iter().any(|facts| !facts.is_empty());
        if is_rare {
            self.batch.lanes[lane].rare.push(Rare::End(facts.map(Vec::into_boxed_slice)));
        }
        let other = other.unwrap_or(flow);
        let event = EndEvent { step, own: at, peer, letter, is_rare, order, key, flow, other };
        self.ends += 1;
        self.push(run, lane, Event::End(event));
        outcome.unwrap_or_else(|payload| resume_unwind(payload))
    }

    /// The end of one direction; yields the facts that were published.
    fn end_one(
        &mut self,
        (set, services): (&mut PluginSet, &mut Services),
        table: &mut FlowTable,
        view: EndView<'_>,
        (own, peer): (FlowIndex, Option<FlowIndex>),
    ) -> Result<Vec<Published>, PluginFailure> {
        self.batch.steps += 1;
        if set.is_empty() {
            return Ok(Vec::new());
        }
        services.begin_hooks(own, peer);
        let mut cx = EndContext::new(view, services);
        set.end_streams(&mut cx, own, peer);
        for range in &self.ranges {
            self.batch.front.segment(self.styles.flows, |out| {
                set.flow_end(range.clone(), &mut cx, own, peer, out);
            });
        }
        self.batch.front.alarms(self.batch.steps - 1, services.alarms());
        let facts = services.facts.take_log();
        if services.is_dirty() {
            if !services.has_failed() {
                self.batch.front.take(self.batch.steps - 1, set, services.emissions());
            }
            serve(set, services, table)?;
        }
        Ok(facts)
    }

    #[inline]
    fn push(&mut self, run: &Run, lane: usize, event: Event) {
        self.batch.lanes[lane].list.push(event);
        self.batch.order.push(lane as u8);
        if self.batch.order.len() >= EventBatch::FULL || self.ends >= self.most_ends {
            self.hand_over(run);
        }
    }

    /// A period ends: what follows is in a batch that says so.
    pub(crate) fn end_period(&mut self, at: Timestamp, run: &Run) {
        self.hand_over(run);
        self.batch.period_ended = Some(at);
    }

    /// Hands over what was written: what follows may be about other packets.
    pub(crate) fn hand_over(&mut self, run: &Run) {
        if !self.batch.is_empty() {
            self.batch.start = run.start;
            self.batch = (self.send)(take(&mut self.batch));
            self.batch.clear();
            self.batch.divide(self.lanes);
            self.ends = 0;
        }
    }
}

/// Does what plugins in front have asked for.
#[cold]
pub(crate) fn serve(
    set: &mut PluginSet,
    services: &mut Services,
    table: &mut FlowTable,
) -> Result<(), PluginFailure> {
    set.serve(services.end_hooks(), |at, change| {
        let slot = table.slot_mut(at.0);
        slot.interest = change(slot.interest);
    })
}

#[cold]
fn rare(view: &PacketView<'_>, (facts, beginning): (Vec<Published>, usize)) -> Rare {
    Rare::Packet(Box::new(RarePacket {
        layers: *view.layers,
        key: *view.key,
        related: view.related,
        datagram: view.datagram.map(|datagram| (datagram.proto, datagram.bytes.into())),
        facts,
        beginning,
    }))
}
