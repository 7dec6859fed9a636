//! The way of a packet, a straight line: clock, sweep, decode, key, look-up, new flow, update, plugins.

mod checkpoint;
mod chunks;
mod expiry;
mod flows;
mod interim;
mod members;
mod periods;
mod related;
mod reuse;
mod shards;
mod split;
mod start;

pub use checkpoint::{CheckpointError, StateFile};
pub use split::Split;
pub use start::{EngineSetup, StartError};

use std::sync::Arc;

use flowz_api::flow::{Flow, FlowId};
use flowz_api::host::{DirectionFinder, PluginInstance};
use flowz_api::key::FlowKey;
use flowz_api::layers::Layers;
use flowz_api::packet::{Packet, Timestamp};
use flowz_api::plugin::{
    NewFlow, PacketContext, PacketView, Services, SteerContext, TimeoutId, Timeouts,
};
use flowz_api::report::Report;
use flowz_api::settings::{CoreToggles, Run};
use flowz_api::sink::SinkError;
use flowz_api::slab::FlowIndex;
use flowz_api::status::FlowStat;
use flowz_host::placement::Place;
use flowz_host::plugin_set::{PluginFailure, PluginSet};
use flowz_host::streams::StreamSettings;

use crate::active_timeout::ActiveTimeout;
use crate::aggregation::Aggregation;
use crate::counters::Counters;
use crate::decoding::{Decoder, Verdict};
use crate::fragments::Fragments;
use crate::growth::GrowthCount;
use crate::keys::key_of;
use crate::output::{AlarmTally, Period};
use crate::rate_extremes::RateExtremes;
use crate::reassembly::Reassembly;
use crate::recording::{EventWriter, FlowReference, serve};
use crate::records::Records;
use crate::report;
use crate::shard::Shard;
use crate::table::{FlowTable, NIL};
use crate::timeout_list::TimeoutList;

/// A run's state.
pub struct Engine {
    run: Run,
    decoder: Decoder,
    aggregation: Option<Aggregation>,
    timeouts: Timeouts,
    /// All plugins, or those that have to be here ([`Engine::split`]).
    plugins: PluginSet,
    services: Services,
    /// Where plugins go when the engine is split, and further instances of those that go into lanes.
    places: Vec<Place>,
    lanes: Vec<Vec<Box<dyn PluginInstance>>>,
    /// Bounds of the services that put streams in order.
    streams: StreamSettings,
    direction_finders: Vec<Box<dyn DirectionFinder>>,
    way_out: WayOut,
    /// Packets are shown to plugins, and no more.
    is_plain: bool,
    table: FlowTable,
    timeout_list: TimeoutList,
    fragments: Fragments,
    /// Interim records, if they are asked for.
    active: Option<Box<ActiveTimeout>>,
    /// Flows have a limit of memory, or of the time that they live.
    is_watched: bool,
    reassembly: Option<Box<Reassembly>>,
    /// What flows grow by, if memory is limited and some plugin's states grow.
    growth: Option<Box<GrowthCount>>,
    /// Ends of flows that go into one batch of events.
    ends_at_once: usize,
    counters: Counters,
    /// Alarms so far, where they are counted.
    alarm_tally: Option<Arc<AlarmTally>>,
    max_flows: usize,
    /// Settings keep some of the decoded packets from forming flows, or look at all of them.
    restricted: bool,
    last_id: u64,
    /// From one flow number to the next: the number of engines that share an interface.
    id_step: u64,
    /// Directions that have ended.
    ends: u64,
    /// Which packets are worked on, if others are left to other runs.
    shard: Option<Shard>,
    /// Where the state of the run goes when it ends, for another one.
    state_file: Option<Box<dyn StateFile>>,
    /// Counters of engines that were taken in, as far as they are about what was written.
    of_others: Option<Box<Counters>>,
    /// The flow of the packet that was worked on last.
    current: Option<FlowId>,
    /// Those of its parts, where each is in a flow of its own.
    of_parts: Vec<FlowId>,
    layers: Layers,
    due: Vec<u32>,
    /// Files end by time: those of these times, and how the next ones are found.
    span: periods::Span,
    period: Option<Period>,
}

/// What becomes of packets and of flows that end.
enum WayOut {
    /// Plugins make their rows, and the records are written.
    Records(Box<Records>),
    /// They are written down for others who make the records.
    Events(Box<EventWriter>),
    /// All is done.
    Closed,
}

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A sink cannot take a record.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// A plugin has given up.
    #[error(transparent)]
    Plugin(#[from] PluginFailure),
}

impl Engine {
    /// An engine with started plugins and sinks. `timeouts` holds the default value first and all that
    /// the plugins registered.
    fn new(
        run: Run,
        timeouts: Timeouts,
        plugins: PluginSet,
        direction_finders: Vec<Box<dyn DirectionFinder>>,
        records: Records,
        max_flows: usize,
    ) -> Self {
        let timeout_list = TimeoutList::new(&timeouts);
        let is_plain = !run.packet_mode;
        let CoreToggles { fragmentation, frag_hlst_crft, eth_activate, .. } = run.core;
        let rate_extremes =
            run.core.min_max_estimate.then(|| Box::new(RateExtremes::new(run.compat)));
        let restricted =
            !fragmentation || !frag_hlst_crft || eth_activate == 0 || rate_extremes.is_some();
        let describes = run.core.t2_pri_hdrdesc;
        let (compat, versions) = (run.compat, run.core.ipv6_activate);
        let aggregation = Aggregation::new(&run.core, run.compat);
        let over_protocols = aggregation.as_ref().is_some_and(Aggregation::over_protocols);
        let counters = Counters {
            rate_extremes,
            compat,
            over_protocols,
            describes,
            versions,
            hides_fragments: compat && !fragmentation,
            ignores_headless: !frag_hlst_crft,
            ..Counters::default()
        };
        Self {
            decoder: Decoder::new(&run),
            aggregation,
            reassembly: None,
            active: None,
            is_watched: false,
            growth: None,
            ends_at_once: usize::MAX,
            run,
            timeouts,
            services: plugins.services(),
            plugins,
            places: Vec::new(),
            lanes: Vec::new(),
            streams: StreamSettings::default(),
            direction_finders,
            way_out: WayOut::Records(Box::new(records)),
            is_plain,
            table: FlowTable::default(),
            timeout_list,
            fragments: Fragments::default(),
            counters,
            alarm_tally: None,
            max_flows,
            restricted,
            last_id: 0,
            id_step: 1,
            ends: 0,
            shard: None,
            state_file: None,
            of_others: None,
            current: None,
            of_parts: Vec::new(),
            layers: Layers::default(),
            due: Vec::new(),
            span: periods::Span::ALL,
            period: None,
        }
    }

    /// Counters so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Settings and modes.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Adds the plugins' lines of the end report.
    pub fn report(&self, out: &mut Report) {
        if self.run.core.plugin_report {
            self.plugins.report(&report::totals(&self.counters), out);
        }
    }

    /// The decoder of this run, for those who decode ahead.
    pub fn decoder(&self) -> Decoder {
        self.decoder
    }

    /// Flows alive.
    pub fn live_flows(&self) -> usize {
        self.table.live()
    }

    /// Most flows that may be alive, if there is a limit.
    pub fn most_flows(&self) -> Option<usize> {
        (self.max_flows < usize::MAX).then_some(self.max_flows)
    }

    /// Whether some of the plugins work elsewhere, on other threads, so that [`Self::report`] does not know their lines.
    pub fn lacks_plugins(&self) -> bool {
        let is_elsewhere = |place: &Place| !matches!(place, Place::Front);
        matches!(self.way_out, WayOut::Events(_)) && self.places.iter().any(is_elsewhere)
    }

    /// Conversations that have begun so far: the number of the newest flow.
    #[inline]
    pub fn begun(&self) -> u64 {
        self.last_id / self.id_step
    }

    /// Works on one packet. Fails only if a sink cannot take a record or a plugin gives up.
    #[inline]
    pub fn packet(&mut self, packet: &Packet<'_>) -> Result<(), EngineError> {
        let verdict = self.decoder.decode(packet, &mut self.layers);
        self.process_decoded(packet, verdict)
    }

    /// Works on one packet that [`Self::decoder`] has decoded: the packet of number `index` in its batch.
    #[inline]
    pub fn decoded(
        &mut self,
        index: u32,
        packet: &Packet<'_>,
        layers: &Layers,
        verdict: Verdict,
    ) -> Result<(), EngineError> {
        self.layers = *layers;
        if let WayOut::Events(writer) = &mut self.way_out {
            writer.index = index;
        }
        self.process_decoded(packet, verdict)
    }

    /// Time goes on without a packet: flows leave that have been silent for long enough.
    pub fn advance(&mut self, now: Timestamp) -> Result<(), EngineError> {
        if !self.span.holds(now) {
            self.next_period(now)?;
        }
        self.sweep(now)?;
        self.interim(now)
    }

    /// The way of a packet behind the decoder.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "two callers, each on the way of all packets of a run")]
    fn process_decoded(
        &mut self,
        packet: &Packet<'_>,
        verdict: Verdict,
    ) -> Result<(), EngineError> {
        let cut;
        let packet = if self.run.core.tstamp_prec {
            packet
        } else {
            cut = in_microseconds(packet);
            &cut
        };
        if self.counters.packet(packet) {
            self.run.start = packet.ts;
            self.first_of_period(packet.ts);
        }
        if !self.span.holds(packet.ts) {
            self.next_period(packet.ts)?;
        }
        self.sweep(packet.ts)?;
        if self.is_watched {
            self.watch(packet.ts)?;
        }
        if let Some(shard) = self.shard
            && !shard.holds(&self.layers, packet.data)
        {
            self.leave_to_others();
            return Ok(());
        }
        let verdict = if self.restricted { self.restrict(packet, verdict) } else { verdict };
        self.counters.layers(packet, &self.layers, verdict.err());
        if let Err(reason) = verdict {
            self.current = None;
            self.of_parts.clear();
            self.counters.without_flow(packet, &self.layers, reason);
            return Ok(());
        }
        if self.splits_chunks() {
            return self.process_chunks(packet);
        }
        let key = key_of(self.aggregation.as_ref(), &mut self.layers, packet.data);
        let (at, is_new) = self.flow_of(packet, &key)?;
        self.dispatch(packet, at, is_new, &key)?;
        let Flow { status, id, .. } = self.table.slot(at).flow;
        self.current = Some(id);
        self.counters.with_flow(packet, self.layers.net, status);
        if self.services.is_dirty() { self.serve(at) } else { Ok(()) }
    }

    /// The flows of the packet that was worked on last: none, one, or with `core.SCTP_ACTIVATE` one for each of its parts.
    pub fn flows_of_packet(&self) -> &[FlowId] {
        if self.current.is_some() { self.current.as_slice() } else { &self.of_parts }
    }

    /// Counts a packet that is dropped because it is the copy of another: it is a packet read and has
    /// a number, but no flow hears of it, not even of its time.
    pub fn duplicate(&mut self, packet: &Packet<'_>) {
        if self.counters.packet(packet) {
            self.run.start = packet.ts;
        }
        self.counters.duplicates += 1;
    }

    /// Notes the packet in the flow and calls the plugins; those of a new flow are asked first whether
    /// they want its packets. What they ask for is done by [`serve`](Self::serve).
    #[inline]
    fn dispatch(
        &mut self,
        packet: &Packet<'_>,
        at: u32,
        is_new: bool,
        key: &FlowKey,
    ) -> Result<(), EngineError> {
        let related = if self.run.core.icmp_related { self.related(packet) } else { None };
        let datagram =
            self.reassembly.as_deref_mut().and_then(|r| r.packet(packet, &mut self.layers));
        let (slot, mut peer) = self.table.pair(at);
        if let Some(growth) = &mut self.growth {
            growth.packet(at);
        }
        let previous = slot.flow.last;
        slot.flow.last = packet.ts;
        slot.flow.status |= self.layers.status;
        let own = FlowIndex(at);
        let other = (slot.peer != NIL).then_some(FlowIndex(slot.peer));
        let tunnel_offsets;
        if is_new && !self.direction_finders.is_empty() && !is_continued(slot.flow.status) {
            let (layers, run) = (&self.layers, &self.run);
            let peer = peer.as_deref().map(|peer| &peer.flow);
            let new = NewFlow { packet, layers, key, flow: &slot.flow, peer, run };
            slot.flow.status = direction(&self.direction_finders, &new).unwrap_or(slot.flow.status);
        }
        let mut view = PacketView {
            packet,
            layers: &self.layers,
            number: self.counters.read.packets,
            key,
            flow: &slot.flow,
            peer: peer.as_deref().map(|peer| &peer.flow),
            tunnel_offsets: None,
            previous,
            datagram: None,
            related,
            run: &self.run,
            timeouts: &self.timeouts,
        };
        // Copied only if there is one: what is written in parts and read as a whole makes the processor wait
        // until all that was written before, a new slot too, has come to the cache.
        if datagram.is_some() {
            view.datagram = datagram;
        }
        self.services.begin_hooks(own, other);
        if is_new {
            tunnel_offsets = self.decoder.tunnel_offsets(packet, &self.layers);
            view.tunnel_offsets = tunnel_offsets.as_ref();
            self.services.begin_flow(own);
            let mut cx = PacketContext::new(view, &mut self.services);
            slot.interest = self.plugins.begin_flow(&mut cx, own);
        }
        let timeouts = [slot.timeout, peer.as_deref().map_or(slot.timeout, |peer| peer.timeout)];
        let hooks = (&mut self.plugins, &mut self.services);
        let flow = FlowReference { own, peer: other, is_new, list: slot.interest };
        let left = if self.is_plain {
            show(hooks, (view, timeouts), flow)
        } else {
            self.way_out.packet(hooks, (view, timeouts), flow)?
        };
        slot.timeout = left[0];
        if let Some(peer) = &mut peer {
            peer.timeout = left[1];
        }
        Ok(())
    }

    /// Does what hooks of a packet of a flow have asked for.
    #[cold]
    fn serve(&mut self, at: u32) -> Result<(), EngineError> {
        if let WayOut::Records(records) = &mut self.way_out {
            records.emitted(&self.plugins, &mut self.services)?;
        }
        serve(&mut self.plugins, &mut self.services, &mut self.table)?;
        if self.services.take_end() { self.force(at) } else { Ok(()) }
    }
}

/// Whether the direction of a new flow is known from its records before.
#[inline]
fn is_continued(status: FlowStat) -> bool {
    status.contains(FlowStat::CONTINUED)
}

/// Plugins at work and what they ask for.
type Hooks<'a> = (&'a mut PluginSet, &'a mut Services);

/// Shows a packet to plugins that make no row of it; yields the timeouts that they leave.
#[inline]
fn show(
    (plugins, services): Hooks<'_>,
    (view, timeouts): (PacketView<'_>, [TimeoutId; 2]),
    flow: FlowReference,
) -> [TimeoutId; 2] {
    let mut cx = SteerContext::new(PacketContext::new(view, services), timeouts);
    plugins.packet(flow.list, &mut cx, flow.own, flow.peer);
    cx.timeouts_now()
}

impl WayOut {
    /// Shows a packet to plugins, and makes its record or writes down what happened.
    #[inline]
    fn packet(
        &mut self,
        hooks: Hooks<'_>,
        (view, timeouts): (PacketView<'_>, [TimeoutId; 2]),
        flow: FlowReference,
    ) -> Result<[TimeoutId; 2], EngineError> {
        Ok(match self {
            Self::Records(records) => {
                records.packet(hooks, (view, timeouts), (flow.own, flow.peer), flow.list)?
            }
            Self::Events(writer) => writer.packet(hooks, (view, timeouts), flow),
            Self::Closed => timeouts,
        })
    }
}

/// The status of a new flow with the direction that plugins find, each of which sees what those before it have found.
///
/// The flow is copied only if there is one: its slot was written just now, and a copy would wait until that is in a cache.
fn direction(finders: &[Box<dyn DirectionFinder>], new: &NewFlow<'_>) -> Option<FlowStat> {
    let mut found: Option<Flow> = None;
    for finder in finders {
        let seen = found.as_ref().unwrap_or(new.flow);
        if let Some(direction) = finder.find(&NewFlow { flow: seen, ..*new }) {
            let mut flow = *seen;
            flow.set_direction(direction);
            found = Some(flow);
        }
    }
    found.map(|flow| flow.status)
}

/// The packet without what its time has beyond microseconds.
#[cold]
fn in_microseconds<'a>(packet: &Packet<'a>) -> Packet<'a> {
    const MICROSECOND: i64 = 1_000;
    let Timestamp(nanos) = packet.ts;
    // The first microsecond of all is not whole.
    Packet { ts: Timestamp(nanos.saturating_sub(nanos.rem_euclid(MICROSECOND))), ..*packet }
}
