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
use flowz_api::plugin::{Interest, PacketContext, Timeouts};
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
    /// Interest masks in use, by the number that a slot holds.
    interests: Vec<u128>,
    output: Output,
    contents: Contents,
    table: FlowTable,
    recency: Recency,
    fragments: Fragments,
    reassembly: Option<Box<Reassembly>>,
    counters: Counters,
    max_flows: usize,
    /// Settings keep some of the decoded packets from forming flows.
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
        let CoreToggles { fragmentation, frag_hlst_crft, eth_activate, .. } = run.core;
        let restricted = !fragmentation || !frag_hlst_crft || eth_activate == 0;
        let describes = run.core.t2_pri_hdrdesc;
        let counters = Counters { compat: run.compat, describes, ..Counters::default() };
        Self {
            decoder: Decoder::new(&run),
            aggregation: Aggregation::new(&run.core, run.compat),
            reassembly: Reassembly::from_toggles(&run.core).map(Box::new),
            run,
            timeouts,
            plugins,
            interests: vec![u128::MAX],
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
        let verdict = if self.restricted {
            verdict.and_then(|()| self.may_form_flow(packet))
        } else {
            verdict
        };
        if let Err(reason) = verdict {
            self.counters.without_flow(packet, reason);
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
            datagram,
            related,
            run: &self.run,
            timeouts: &self.timeouts,
        };
        if is_new {
            landmarks = self.decoder.landmarks(packet, &self.layers);
            cx.landmarks = landmarks.as_ref();
            let mask = interest(&mut self.plugins, &cx, own, &self.blame);
            slot.interest = interest_number(&mut self.interests, mask);
        }
        let mut mask = self.interests[usize::from(slot.interest)];
        let layer2 = self.layers.is_layer2();
        let packet_mode = self.run.packet_mode;
        if packet_mode {
            self.record.clear();
            if self.run.core.spktmd_pktno {
                cx.number.put(&mut self.record);
            }
            cx.flow.id.0.put(&mut self.record);
            // Every plugin has its columns in the packet table.
            mask = u128::MAX;
        }
        for (n, plugin) in self.plugins.iter_mut().enumerate() {
            if mask >> n & 1 == 0 {
                continue;
            }
            self.blame.on(n, if layer2 { Hook::Layer2 } else { Hook::Packet }, || {
                if layer2 {
                    plugin.layer2(&mut cx, own, other);
                } else {
                    plugin.packet(&mut cx, own, other);
                }
            });
            if packet_mode {
                let record = &mut self.record;
                self.blame.on(n, Hook::PacketRow, || plugin.packet_row(&cx, own, record));
            }
        }
        if packet_mode {
            self.contents.put(&self.layers, packet.data, &mut self.record);
            self.output.packet(&self.record)?;
        }
        Ok(())
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
    key
}

/// The key with all its parts.
#[inline]
fn full_key(layers: &Layers, data: &[u8]) -> FlowKey {
    let mut key = FlowKey {
        src_port: layers.src_port,
        dst_port: layers.dst_port,
        vlan: layers.vlan_id,
        ethertype: layers.ethertype,
        proto: layers.l4_proto,
        net: layers.net,
        ..FlowKey::default()
    };
    if layers.is_layer2() && layers.status.contains(FlowStat::NO_ETHERNET) {
        return key;
    }
    match layers.net {
        Net::V4 => ends::<4>(&mut key, data, layers.l3, 12, 16),
        Net::V6 => ends::<16>(&mut key, data, layers.l3, 8, 24),
        Net::Layer2 => ends::<6>(&mut key, data, layers.l2, 6, 0),
    }
    key
}

/// Copies addresses of `N` bytes from a header at `at` into the key. Their length is a constant, so that
/// no call is made for four bytes.
#[inline]
fn ends<const N: usize>(key: &mut FlowKey, data: &[u8], at: u32, src: usize, dst: usize) {
    let header = data.get(at as usize..).unwrap_or(&[]);
    let address = |from: usize| header.get(from..).and_then(|bytes| bytes.first_chunk::<N>());
    if let (Some(from), Some(to)) = (address(src), address(dst)) {
        key.src[..N].copy_from_slice(from);
        key.dst[..N].copy_from_slice(to);
    }
}

/// Which plugins want the packets of a new flow.
fn interest(
    plugins: &mut [Box<dyn HostedPlugin>],
    cx: &PacketContext<'_>,
    at: FlowIndex,
    blame: &Blame,
) -> u128 {
    let plugins = plugins.iter_mut().enumerate();
    let wanted = plugins.map(|(n, p)| (n, blame.on(n, Hook::NewFlow, || p.new_flow(cx, at))));
    wanted.fold(0, |mask, (n, wants)| mask | u128::from(wants == Interest::Packets) << n)
}

/// The number of an interest mask; number 0 is all plugins.
fn interest_number(masks: &mut Vec<u128>, mask: u128) -> u16 {
    let known = masks.iter().position(|m| *m == mask);
    let at = known.unwrap_or_else(|| {
        masks.push(mask);
        masks.len() - 1
    });
    // More than 65,536 different masks: flows beyond are shown to all plugins.
    u16::try_from(at).unwrap_or(0)
}
