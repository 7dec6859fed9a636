//! Reads events, calls the plugins that record, makes their parts of records.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use flowz_api::fact::Published;
use flowz_api::key::FlowKey;
use flowz_api::layers::Layers;
use flowz_api::packet::Packet;
use flowz_api::plugin::{
    Datagram, EndContext, EndView, PacketContext, PacketView, Services, SteerContext, TimeoutId,
    Timeouts,
};
use flowz_api::settings::Run;
use flowz_api::slab::FlowIndex;
use flowz_host::panics::PluginPanic;
use flowz_host::plugin_set::{PluginFailure, PluginSet};

use super::events::{EndEvent, Event, LaneEvents, PacketEvent, Rare, RarePacket};
use super::{EventBatch, Fragments};
use crate::decoding::Decoder;
use crate::keys::full_key;
use crate::output::RowStyles;
use crate::table::NIL;

/// Packets that events are about.
pub trait Packets {
    /// The packet of this number in its batch, with what the decoder found.
    fn packet(&self, index: u32) -> (Packet<'_>, &Layers);
}

/// Why a lane cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum LaneError {
    /// A plugin has panicked.
    #[error(transparent)]
    Panic(#[from] PluginPanic),
    /// A plugin has given up.
    #[error(transparent)]
    Failure(#[from] PluginFailure),
}

/// Plugins that record, with the states of the flows of one lane, or of all flows.
pub struct Lane {
    run: Run,
    timeouts: Timeouts,
    decoder: Decoder,
    /// Which lane it is, and by how many bits slots are shifted; none: it has all flows.
    number: Option<(usize, u32)>,
    /// The step at hand.
    step: u32,
    stage: Stage,
}

/// The plugins of a lane and what they need.
struct Stage {
    set: PluginSet,
    services: Services,
    /// Segments of the plugins in a record.
    ranges: Vec<Range<usize>>,
    /// Lists of interest by slot.
    interests: Vec<u16>,
    styles: RowStyles,
}

/// An event and what few of them have.
type Told<'a> = (&'a Event, Option<&'a Rare>);

impl Lane {
    /// A lane of a run; `number` is none for the one that has all flows.
    pub(crate) fn new(
        run: Run,
        timeouts: Timeouts,
        decoder: Decoder,
        (set, ranges): (PluginSet, Vec<Range<usize>>),
        number: Option<(usize, u32)>,
        styles: RowStyles,
    ) -> Self {
        let services = set.services();
        let stage = Stage { set, services, ranges, interests: Vec::new(), styles };
        Self { run, timeouts, decoder, number, step: 0, stage }
    }

    /// Does what the events of a batch ask for. `packets` holds what they are about; it is not asked if they are of ends
    /// only. After a failure the lane is good for nothing but being dropped. Panics of others than plugins go on.
    pub fn process(
        &mut self,
        batch: &EventBatch,
        packets: &impl Packets,
        out: &mut Fragments,
    ) -> Result<(), LaneError> {
        let done = catch_unwind(AssertUnwindSafe(|| self.work(batch, packets, out)));
        let done = done.map_err(|payload| {
            self.stage.set.panicking(&*payload).unwrap_or_else(|| resume_unwind(payload))
        });
        let done = done.map_err(LaneError::Panic).and_then(|done| Ok(done?));
        if done.is_err() {
            out.failed_at = Some(self.step);
        }
        done
    }

    /// The plugins, with what they have asked for.
    pub(crate) fn into_parts(self) -> (PluginSet, Services) {
        (self.stage.set, self.stage.services)
    }

    fn work(
        &mut self,
        batch: &EventBatch,
        packets: &impl Packets,
        out: &mut Fragments,
    ) -> Result<(), PluginFailure> {
        self.run.start = batch.start;
        match self.number {
            Some((lane, _)) => {
                let Some(events) = batch.lanes.get(lane) else { return Ok(()) };
                events.iter().try_for_each(|told| self.event(told, packets, out))
            }
            None => {
                let mut lanes: Vec<_> = batch.lanes.iter().map(LaneEvents::iter).collect();
                let mut events =
                    batch.order.iter().filter_map(|lane| lanes[usize::from(*lane)].next());
                events.try_for_each(|told| self.event(told, packets, out))
            }
        }
    }

    #[inline]
    fn event(
        &mut self,
        (event, rare): Told<'_>,
        packets: &impl Packets,
        out: &mut Fragments,
    ) -> Result<(), PluginFailure> {
        match event {
            Event::End(event) => self.end(event, rare, out),
            Event::Packet(event) => {
                self.step = event.step;
                let (packet, layers) = packets.packet(event.index);
                // Its time as the engine saw it: `core.TSTAMP_PREC` may take something away.
                let packet = Packet { ts: event.flows[0].last, ..packet };
                if let Some(Rare::Packet(rare)) = rare {
                    let RarePacket { layers, key, .. } = &**rare;
                    return self.packet(event, &packet, (layers, key), Some(rare), out);
                }
                let key = full_key(layers, packet.data);
                self.packet(event, &packet, (layers, &key), None, out)
            }
        }
    }

    /// A slot as the lane numbers it.
    #[inline]
    fn local(&self, slot: u32) -> FlowIndex {
        FlowIndex(slot >> self.number.map_or(0, |(_, shift)| shift))
    }

    /// Shows a packet to the plugins.
    #[inline]
    fn packet(
        &mut self,
        event: &PacketEvent,
        packet: &Packet<'_>,
        (layers, key): (&Layers, &FlowKey),
        rare: Option<&RarePacket>,
        out: &mut Fragments,
    ) -> Result<(), PluginFailure> {
        let own = self.local(event.own);
        let peer = (event.peer != NIL).then(|| self.local(event.peer));
        let [flow, other] = &event.flows;
        let tunnel_offsets =
            if event.is_new { self.decoder.tunnel_offsets(packet, layers) } else { None };
        let view = PacketView {
            packet,
            layers,
            number: event.number,
            key,
            flow,
            peer: peer.is_some().then_some(other),
            tunnel_offsets: tunnel_offsets.as_ref(),
            previous: event.previous,
            datagram: rare.and_then(|rare| {
                let datagram = rare.datagram.as_ref();
                datagram.map(|(proto, bytes)| Datagram { proto: *proto, bytes })
            }),
            related: rare.and_then(|rare| rare.related),
            run: &self.run,
            timeouts: &self.timeouts,
        };
        self.stage.packet(view, (own, peer), (event.step, event.is_new), rare, out)
    }

    /// Makes the parts of the records of a flow and of its peer.
    fn end(
        &mut self,
        event: &EndEvent,
        rare: Option<&Rare>,
        out: &mut Fragments,
    ) -> Result<(), PluginFailure> {
        let none = [Box::default(), Box::default()];
        let facts = if let Some(Rare::End(facts)) = rare { facts } else { &none };
        let slots = (self.local(event.own), (event.peer != NIL).then(|| self.local(event.peer)));
        let EndEvent { step, flow, other, key, .. } = event;
        self.step = *step;
        let (order, run) = (event.order, &self.run);
        let peer = slots.1.is_some().then_some(other);
        let view = EndView { key, flow, peer, order, run };
        self.stage.end(*step, view, slots, &facts[0], out)?;
        let (own, Some(peer)) = slots else { return Ok(()) };
        self.step += 1;
        let run = &self.run;
        let (key, order) = (&key.reversed(), order + 1);
        let view = EndView { key, flow: other, peer: Some(flow), order, run };
        self.stage.end(step + 1, view, (peer, Some(own)), &facts[1], out)
    }
}

impl Stage {
    /// Shows a packet to the plugins.
    #[inline]
    fn packet(
        &mut self,
        view: PacketView<'_>,
        (own, peer): (FlowIndex, Option<FlowIndex>),
        (step, is_new): (u32, bool),
        rare: Option<&RarePacket>,
        out: &mut Fragments,
    ) -> Result<(), PluginFailure> {
        self.services.begin_hooks(own, peer);
        if is_new {
            self.services.begin_flow(own);
        }
        let facts = rare.map_or(&[][..], |rare| &rare.facts);
        let beginning = rare.map_or(0, |rare| rare.beginning);
        let (of_beginning, of_packet) = facts.split_at_checked(beginning).unwrap_or((facts, &[]));
        bring(&mut self.services, of_beginning, own);
        let at = own.0 as usize;
        if is_new {
            let mut cx = PacketContext::new(view, &mut self.services);
            let list = self.set.begin_flow(&mut cx, own);
            if self.interests.len() <= at {
                self.interests.resize(at + 1, 0);
            }
            self.interests[at] = list;
        }
        bring(&mut self.services, of_packet, own);
        let cx = PacketContext::new(view, &mut self.services);
        let mut cx = SteerContext::new(cx, [TimeoutId::default(); 2]);
        if view.run.packet_mode {
            let list = self.interests[at];
            self.set.packet_streams(list, &mut cx, own, peer);
            for range in &self.ranges {
                let members = (list, range.clone());
                out.segment(self.styles.packets, |out| {
                    self.set.packet_rows(members, &mut cx, own, peer, out);
                });
            }
        } else {
            self.set.packet(self.interests[at], &mut cx, own, peer);
        }
        if self.services.is_dirty() { self.serve(step, out) } else { Ok(()) }
    }

    /// One direction of a flow ends.
    fn end(
        &mut self,
        step: u32,
        view: EndView<'_>,
        (own, peer): (FlowIndex, Option<FlowIndex>),
        facts: &[Published],
        out: &mut Fragments,
    ) -> Result<(), PluginFailure> {
        self.services.begin_hooks(own, peer);
        bring(&mut self.services, facts, own);
        let mut cx = EndContext::new(view, &mut self.services);
        self.set.end_streams(&mut cx, own, peer);
        for range in &self.ranges {
            out.segment(self.styles.flows, |out| {
                self.set.flow_end(range.clone(), &mut cx, own, peer, out);
            });
        }
        out.alarms(step, self.services.alarms());
        if self.services.is_dirty() { self.serve(step, out) } else { Ok(()) }
    }

    /// Does what the hooks of a step have asked for.
    #[cold]
    fn serve(&mut self, step: u32, out: &mut Fragments) -> Result<(), PluginFailure> {
        if !self.services.has_failed() {
            out.take(step, &self.set, self.services.emissions());
        }
        self.set.serve(self.services.end_hooks(), |at, change| {
            if let Some(list) = self.interests.get_mut(at.0 as usize) {
                *list = change(*list);
            }
        })
    }
}

/// Facts that were published in front, for the flow in this slot.
fn bring(services: &mut Services, facts: &[Published], own: FlowIndex) {
    for fact in facts {
        services.bring(Published { flow: fact.flow.map(|_| own), ..fact.clone() });
    }
}
