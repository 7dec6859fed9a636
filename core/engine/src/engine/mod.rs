//! The way of a packet, a straight line: clock, sweep, decode, key, look-up, new flow, update, plugins.

mod ending;
mod flows;
mod related;
mod sctp;
mod splitting;
mod start;

pub use start::{Setup, StartError};

use flowz_api::host::HostedPlugin;
use flowz_api::key::FlowKey;
use flowz_api::layers::Layers;
use flowz_api::packet::{Packet, Timestamp};
use flowz_api::plugin::{PacketContext, Timeouts};
use flowz_api::report::Report;
use flowz_api::settings::{CoreToggles, Run};
use flowz_api::sink::SinkError;
use flowz_api::slab::FlowIndex;

use crate::aggregation::Aggregation;
use crate::content::Contents;
use crate::counters::Counters;
use crate::crew::Crew;
use crate::decoding::{Decoder, Verdict};
use crate::fragments::Fragments;
use crate::keys::key_of;
use crate::loads::Loads;
use crate::output::Output;
use crate::reassembly::Reassembly;
use crate::recency::Recency;
use crate::recording::{Passage, Scribe};
use crate::records::Records;
use crate::report;
use crate::table::{FlowTable, NIL};

/// A run's state.
pub struct Engine {
    run: Run,
    decoder: Decoder,
    aggregation: Option<Aggregation>,
    timeouts: Timeouts,
    /// All plugins, or those that have to be here ([`Engine::split`]).
    crew: Crew,
    outlet: Outlet,
    /// Packets are shown to plugins, and no more.
    is_plain: bool,
    table: FlowTable,
    recency: Recency,
    fragments: Fragments,
    reassembly: Option<Box<Reassembly>>,
    counters: Counters,
    max_flows: usize,
    /// Settings keep some of the decoded packets from forming flows, or look at all of them.
    restricted: bool,
    last_id: u64,
    layers: Layers,
    due: Vec<u32>,
}

/// What becomes of packets and of flows that end.
enum Outlet {
    /// Plugins make their rows, and the records are written.
    Records(Box<Records>),
    /// They are noted for others who make the records.
    Notes(Box<Scribe>),
    /// All is done.
    Closed,
}

impl Engine {
    /// An engine with started plugins and sinks. `timeouts` holds the default value first and all that
    /// the plugins registered.
    fn new(
        run: Run,
        timeouts: Timeouts,
        plugins: Vec<Box<dyn HostedPlugin>>,
        output: Output,
        contents: Contents,
        max_flows: usize,
    ) -> Self {
        let recency = Recency::new(&timeouts);
        let is_plain = !run.packet_mode;
        let CoreToggles { fragmentation, frag_hlst_crft, eth_activate, .. } = run.core;
        let loads = run.core.min_max_estimate.then(|| Box::new(Loads::new(run.compat)));
        let restricted = !fragmentation || !frag_hlst_crft || eth_activate == 0 || loads.is_some();
        let describes = run.core.t2_pri_hdrdesc;
        let (compat, versions) = (run.compat, run.core.ipv6_activate);
        let counters = Counters { loads, compat, describes, versions, ..Counters::default() };
        Self {
            decoder: Decoder::new(&run),
            aggregation: Aggregation::new(&run.core, run.compat),
            reassembly: Reassembly::from_toggles(&run.core).map(Box::new),
            run,
            timeouts,
            crew: Crew::new(plugins),
            outlet: Outlet::Records(Box::new(Records::new(contents, output))),
            is_plain,
            table: FlowTable::default(),
            recency,
            fragments: Fragments::default(),
            counters,
            max_flows,
            restricted,
            last_id: 0,
            layers: Layers::default(),
            due: Vec::new(),
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
        if !self.run.core.plugin_report {
            return;
        }
        self.crew.report(&report::totals(&self.counters), out);
    }

    /// The decoder of this run, for those who decode ahead.
    pub fn decoder(&self) -> Decoder {
        self.decoder
    }

    /// Flows alive.
    pub fn live_flows(&self) -> usize {
        self.table.live()
    }

    /// Works on one packet. Fails only if a sink cannot take a record.
    #[inline]
    pub fn packet(&mut self, packet: &Packet<'_>) -> Result<(), SinkError> {
        let verdict = self.decoder.decode(packet, &mut self.layers);
        self.go_on(packet, verdict)
    }

    /// Works on one packet that [`Self::decoder`] has decoded: the packet of number `index` in its batch.
    #[inline]
    pub fn decoded(
        &mut self,
        index: u32,
        packet: &Packet<'_>,
        layers: &Layers,
        verdict: Verdict,
    ) -> Result<(), SinkError> {
        self.layers = *layers;
        if let Outlet::Notes(scribe) = &mut self.outlet {
            scribe.index = index;
        }
        self.go_on(packet, verdict)
    }

    /// The way of a packet behind the decoder.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "two callers, each on the way of all packets of a run")]
    fn go_on(&mut self, packet: &Packet<'_>, verdict: Verdict) -> Result<(), SinkError> {
        let cut;
        let packet = if self.run.core.tstamp_prec {
            packet
        } else {
            cut = in_microseconds(packet);
            &cut
        };
        if self.counters.packet(packet) {
            self.run.start = packet.ts;
        }
        self.sweep(packet.ts)?;
        self.counters.layers(packet, &self.layers);
        let verdict = if self.restricted { self.restrict(packet, verdict) } else { verdict };
        if let Err(reason) = verdict {
            self.counters.without_flow(packet, &self.layers, reason);
            return Ok(());
        }
        if self.divides() {
            return self.divided(packet);
        }
        let key = key_of(self.aggregation.as_ref(), &mut self.layers, packet.data);
        let (at, is_new) = self.flow_of(packet, &key)?;
        self.hooks(packet, at, is_new, &key)?;
        let status = self.table.slot(at).flow.status;
        self.counters.with_flow(packet, self.layers.net, status);
        Ok(())
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
    /// they want its packets.
    #[inline]
    fn hooks(
        &mut self,
        packet: &Packet<'_>,
        at: u32,
        is_new: bool,
        key: &FlowKey,
    ) -> Result<(), SinkError> {
        let related = if self.run.core.icmp_related { self.related(packet) } else { None };
        let datagram =
            self.reassembly.as_deref_mut().and_then(|r| r.packet(packet, &mut self.layers));
        let (slot, peer) = self.table.pair(at);
        let previous = slot.flow.last;
        slot.flow.last = packet.ts;
        slot.flow.status |= self.layers.status;
        let own = FlowIndex(at);
        let other = (slot.opposite != NIL).then_some(FlowIndex(slot.opposite));
        let landmarks;
        let mut cx = PacketContext {
            packet,
            layers: &self.layers,
            number: self.counters.read.packets,
            key,
            flow: &mut slot.flow,
            peer: peer.map(|p| &mut p.flow),
            landmarks: None,
            previous,
            datagram: None,
            related,
            run: &self.run,
            timeouts: &self.timeouts,
        };
        // Copied only if there is one: what is written in parts and read as a whole makes the processor wait
        // until all that was written before, a new slot too, has come to the cache.
        if datagram.is_some() {
            cx.datagram = datagram;
        }
        if is_new {
            landmarks = self.decoder.landmarks(packet, &self.layers);
            cx.landmarks = landmarks.as_ref();
            slot.interest = self.crew.ask(&cx, own);
        }
        let list = slot.interest;
        if self.is_plain {
            self.crew.packet(list, &mut cx, own, other);
            return Ok(());
        }
        let passage = Passage { own, other, is_new, list };
        match &mut self.outlet {
            Outlet::Records(records) => records.packet(&mut self.crew, &mut cx, own, other),
            Outlet::Notes(scribe) => {
                scribe.packet(&mut self.crew, &mut cx, passage);
                Ok(())
            }
            Outlet::Closed => Ok(()),
        }
    }
}

/// The packet without what its time has beyond microseconds.
#[cold]
fn in_microseconds<'a>(packet: &Packet<'a>) -> Packet<'a> {
    const MICROSECOND: i64 = 1_000;
    let Timestamp(nanos) = packet.ts;
    Packet { ts: Timestamp(nanos - nanos.rem_euclid(MICROSECOND)), ..*packet }
}
