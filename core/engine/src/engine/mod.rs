//! The way of a packet, a straight line: clock, sweep, decode, key, look-up, new flow, update, plugins.

mod ending;
mod flows;
mod related;
mod sctp;
mod start;

pub use start::{Setup, StartError};

use flowz_api::cell::Cell;
use flowz_api::host::HostedPlugin;
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{Packet, Timestamp};
use flowz_api::plugin::{PacketContext, Timeouts};
use flowz_api::record::Record;
use flowz_api::report::Report;
use flowz_api::settings::{CoreToggles, Run};
use flowz_api::sink::SinkError;
use flowz_api::slab::FlowIndex;
use flowz_api::status::FlowStat;

use crate::aggregation::Aggregation;
use crate::blame::{Blame, Hook};
use crate::content::Contents;
use crate::counters::Counters;
use crate::decoding::{Decoder, Verdict};
use crate::fragments::Fragments;
use crate::interests::Interests;
use crate::loads::Loads;
use crate::output::{Exchange, Output, Sinks};
use crate::reassembly::Reassembly;
use crate::recency::Recency;
use crate::report;
use crate::table::{FlowTable, NIL};

/// A run's state.
pub struct Engine {
    run: Run,
    decoder: Decoder,
    aggregation: Option<Aggregation>,
    timeouts: Timeouts,
    plugins: Vec<Box<dyn HostedPlugin>>,
    interests: Interests,
    output: Output,
    contents: Contents,
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
    record: Record,
    due: Vec<u32>,
    blame: Blame,
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
        let plugin_count = plugins.len();
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
            plugins,
            interests: Interests::new(plugin_count),
            output,
            contents,
            table: FlowTable::default(),
            recency,
            fragments: Fragments::default(),
            counters,
            max_flows,
            restricted,
            last_id: 0,
            layers: Layers::default(),
            record: Record::new(),
            due: Vec::new(),
            blame: Blame::default(),
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
        let totals = report::totals(&self.counters);
        for (n, plugin) in self.plugins.iter().enumerate() {
            out.section(plugin.info().name);
            self.blame.on(n, Hook::Report, || plugin.report(&totals, out));
        }
    }

    /// The decoder of this run, for those who decode ahead.
    pub fn decoder(&self) -> Decoder {
        self.decoder
    }

    /// Takes the sinks away: from now on records are handed over in portions, and [`Self::finish`] hands
    /// the last one over and leaves the files to the caller.
    pub fn hand_over(&mut self, exchange: Exchange) -> Sinks {
        self.output.hand_over(exchange)
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

    /// Works on one packet that [`Self::decoder`] has decoded.
    #[inline]
    pub fn decoded(
        &mut self,
        packet: &Packet<'_>,
        layers: &Layers,
        verdict: Verdict,
    ) -> Result<(), SinkError> {
        self.layers = *layers;
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
            slot.interest = self.interests.ask(&mut self.plugins, &cx, own, &self.blame);
        }
        if self.run.packet_mode {
            let record = &mut self.record;
            record.clear();
            if self.run.core.spktmd_pktno {
                cx.number.put(record);
            }
            cx.flow.id.0.put(record);
            // Every plugin has its columns in the packet table.
            for (n, plugin) in self.plugins.iter_mut().enumerate() {
                call(&self.blame, (n, plugin), &mut cx, own, other);
                self.blame.on(n, Hook::PacketRow, || plugin.packet_row(&cx, own, record));
            }
            self.contents.put(&self.layers, packet.data, record);
            return self.output.packet(record);
        }
        for &n in self.interests.of(slot.interest) {
            if let Some(plugin) = self.plugins.get_mut(usize::from(n)) {
                call(&self.blame, (n.into(), plugin), &mut cx, own, other);
            }
        }
        Ok(())
    }
}

/// Calls the hook of plugin number `n` for a packet.
#[inline]
fn call(
    blame: &Blame,
    (n, plugin): (usize, &mut Box<dyn HostedPlugin>),
    cx: &mut PacketContext<'_>,
    own: FlowIndex,
    other: Option<FlowIndex>,
) {
    if cx.layers.is_layer2() {
        blame.on(n, Hook::Layer2, || plugin.layer2(cx, own, other));
    } else {
        blame.on(n, Hook::Packet, || plugin.packet(cx, own, other));
    }
}

/// The packet without what its time has beyond microseconds.
#[cold]
fn in_microseconds<'a>(packet: &Packet<'a>) -> Packet<'a> {
    const MICROSECOND: i64 = 1_000;
    let Timestamp(nanos) = packet.ts;
    Packet { ts: Timestamp(nanos - nanos.rem_euclid(MICROSECOND)), ..*packet }
}

/// The key of a packet that forms a flow. What keys leave out is taken out of the layers too.
#[inline]
fn key_of(aggregation: Option<&Aggregation>, layers: &mut Layers, data: &[u8]) -> FlowKey {
    let Some(aggregation) = aggregation else { return full_key(layers, data) };
    aggregation.headers(layers);
    let mut key = full_key(layers, data);
    aggregation.addresses(&mut key);
    aggregation.hardware(&mut key, layers, data);
    key
}

/// The key with all its parts.
#[inline]
fn full_key(layers: &Layers, data: &[u8]) -> FlowKey {
    let (src, dst) = addresses(layers, data).unwrap_or_default();
    FlowKey {
        src: src.to_le_bytes(),
        dst: dst.to_le_bytes(),
        src_port: layers.src_port,
        dst_port: layers.dst_port,
        vlan: layers.vlan_id,
        ethertype: layers.ethertype,
        proto: layers.l4_proto,
        net: layers.net,
        stream: 0,
        tag: 0,
    }
}

/// The addresses of the layer that forms the flow, their first byte lowest. Numbers and no bytes: what
/// is written in pieces and read as a whole soon after makes the processor wait for the pieces.
#[inline]
fn addresses(layers: &Layers, data: &[u8]) -> Option<(u128, u128)> {
    match layers.net {
        Net::V4 => {
            let header = data.get(layers.l3 as usize..)?.get(12..)?.first_chunk::<8>()?;
            let ([src, dst], _) = header.as_chunks::<4>() else { return None };
            Some((u32::from_le_bytes(*src).into(), u32::from_le_bytes(*dst).into()))
        }
        Net::V6 => {
            let header = data.get(layers.l3 as usize..)?.get(8..)?.first_chunk::<32>()?;
            let ([src, dst], _) = header.as_chunks::<16>() else { return None };
            Some((u128::from_le_bytes(*src), u128::from_le_bytes(*dst)))
        }
        Net::Layer2 if layers.status.contains(FlowStat::NO_ETHERNET) => None,
        Net::Layer2 => {
            let header = data.get(layers.l2 as usize..)?;
            let hardware = |at: usize| {
                let [a, b, c, d, e, f] = *header.get(at..)?.first_chunk()?;
                Some(u64::from_le_bytes([a, b, c, d, e, f, 0, 0]).into())
            };
            hardware(6).zip(hardware(0))
        }
    }
}
