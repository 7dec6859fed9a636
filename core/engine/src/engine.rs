//! The way of a packet, a straight line: clock, sweep, decode, key, look-up, new flow, update, plugins.

use flowz_api::cell::{Cell, Content, Dir};
use flowz_api::flow::{Flow, FlowId};
use flowz_api::host::HostedPlugin;
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{Packet, Timestamp};
use flowz_api::plugin::{EndContext, Interest, PacketContext, TimeoutId, Timeouts};
use flowz_api::record::Record;
use flowz_api::settings::Run;
use flowz_api::sink::SinkError;
use flowz_api::slab::FlowIndex;
use flowz_api::status::FlowStat;

use crate::counters::Counters;
use crate::fragments::Fragments;
use crate::output::Output;
use crate::recency::Recency;
use crate::table::{FlowTable, Found, NIL};

/// The timeout of new flows: the first value registered.
const DEFAULT_TIMEOUT: TimeoutId = TimeoutId(0);

/// What a new flow comes from.
#[derive(Clone, Copy)]
enum Origin {
    /// The first packet of a conversation.
    First,
    /// The first packet in the opposite direction of the flow in this slot.
    Opposite(u32),
    /// A flow that had lived too long.
    Renewed(Flow),
}

/// A run's state.
pub struct Engine {
    run: Run,
    timeouts: Timeouts,
    plugins: Vec<Box<dyn HostedPlugin>>,
    /// Interest masks in use, by the number that a slot holds.
    interests: Vec<u128>,
    output: Output,
    table: FlowTable,
    recency: Recency,
    fragments: Fragments,
    counters: Counters,
    max_flows: usize,
    last_id: u64,
    layers: Layers,
    record: Record,
    due: Vec<u32>,
}

impl Engine {
    /// An engine with started plugins and sinks. `timeouts` holds the default value first and all that
    /// the plugins registered.
    pub fn new(
        run: Run,
        timeouts: Timeouts,
        plugins: Vec<Box<dyn HostedPlugin>>,
        output: Output,
        max_flows: usize,
    ) -> Self {
        let recency = Recency::new(&timeouts);
        Self {
            run,
            timeouts,
            plugins,
            interests: vec![u128::MAX],
            output,
            table: FlowTable::default(),
            recency,
            fragments: Fragments::default(),
            counters: Counters::default(),
            max_flows,
            last_id: 0,
            layers: Layers::default(),
            record: Record::new(),
            due: Vec::new(),
        }
    }

    /// Counters so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The plugins, for their reports.
    pub fn plugins(&self) -> &[Box<dyn HostedPlugin>] {
        &self.plugins
    }

    /// Flows alive.
    pub fn live_flows(&self) -> usize {
        self.table.live()
    }

    /// Works on one packet. Fails only if a sink cannot take a record.
    #[inline]
    pub fn packet(&mut self, packet: &Packet<'_>) -> Result<(), SinkError> {
        self.counters.packet(packet);
        self.sweep(packet.ts)?;
        let decoded = flowz_decode::decode(packet, &mut self.layers);
        self.counters.layers(packet, &self.layers);
        if let Err(reason) = decoded {
            self.counters.without_flow(reason);
            return Ok(());
        }
        let key = key_of(&self.layers, packet.data);
        let (at, is_new) = self.flow_of(packet, &key)?;
        if is_new {
            self.new_flow(packet, at, &key);
        }
        self.hooks(packet, at, &key)?;
        let status = self.table.slot(at).flow.status;
        self.counters.with_flow(packet, self.layers.net, status);
        Ok(())
    }

    /// The input is over: all flows leave, the oldest first, and the sinks complete their files.
    pub fn finish(&mut self) -> Result<(), SinkError> {
        let flushed = self.flush();
        let finished = self.output.finish();
        flushed.and(finished)
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        while let Some(at) = self.recency.oldest(self.table.slots_mut()) {
            self.unlink(at);
            self.emit(at)?;
        }
        Ok(())
    }

    /// Lets all flows leave that are due.
    #[inline]
    fn sweep(&mut self, now: Timestamp) -> Result<(), SinkError> {
        self.recency.sweep(self.table.slots_mut(), &self.timeouts, now, &mut self.due);
        if self.due.is_empty() {
            return Ok(());
        }
        let mut due = std::mem::take(&mut self.due);
        let outcome = due.iter().try_for_each(|&at| self.emit(at));
        due.clear();
        self.due = due;
        outcome
    }

    /// The slot of the packet's flow, and whether the flow is new.
    #[inline]
    fn flow_of(&mut self, packet: &Packet<'_>, key: &FlowKey) -> Result<(u32, bool), SinkError> {
        if self.layers.fragment_offset != 0 {
            if let Some(at) = self.flow_of_fragment(key) {
                return Ok((at, false));
            }
            self.layers.status |= FlowStat::FRAGMENT | FlowStat::FRAGMENT_NO_HEAD;
            self.counters.status |= FlowStat::FRAGMENT | FlowStat::FRAGMENT_NO_HEAD;
        }
        let found = match self.table.find(key) {
            Found::Flow(at) if self.outlived(at, packet.ts) => return self.renew(packet, key, at),
            found => found,
        };
        let (at, is_new) = match found {
            Found::Flow(at) => {
                self.recency.touch(self.table.slots_mut(), at);
                self.duplicate_id(at);
                (at, false)
            }
            Found::Opposite(peer) => (self.create(packet, key, Origin::Opposite(peer))?, true),
            Found::Nothing => (self.create(packet, key, Origin::First)?, true),
        };
        self.note_fragment(at, key);
        Ok((at, is_new))
    }

    /// A later fragment's flow, if its first fragment was seen.
    fn flow_of_fragment(&mut self, key: &FlowKey) -> Option<u32> {
        // The reference never finds the flow of an IPv6 fragment.
        if self.run.compat && key.net == Net::V6 {
            return None;
        }
        let (at, flow) = self.fragments.find(key, self.layers.ip_id)?;
        if !is_alive(&self.table, at, flow) {
            return None;
        }
        if !self.layers.more_fragments {
            self.fragments.finish(key, self.layers.ip_id);
            self.table.slot_mut(at).flow.status -= FlowStat::FRAGMENT_PENDING;
        }
        // It is seen, but keeps its place in the recency list.
        self.recency.seen(self.table.slots_mut(), at);
        Some(at)
    }

    /// Keeps track of the fragments that a flow awaits.
    #[inline]
    fn note_fragment(&mut self, at: u32, key: &FlowKey) {
        let slot = self.table.slot_mut(at);
        let pending = slot.flow.status.contains(FlowStat::FRAGMENT_PENDING);
        if !self.layers.is_fragment() {
            if pending {
                slot.flow.status |= FlowStat::FRAGMENT_ERROR;
            }
            return;
        }
        let id = self.layers.ip_id;
        if pending && slot.fragment_id != id {
            slot.flow.status |= FlowStat::FRAGMENT_ERROR;
        }
        slot.flow.status |= FlowStat::FRAGMENT | FlowStat::FRAGMENT_PENDING;
        slot.fragment_id = id;
        let flow = slot.flow.id;
        let table = &self.table;
        self.fragments.expect(key, id, at, flow, |slot, flow| is_alive(table, slot, flow));
    }

    /// Marks a flow whose packets carry the same IP identification twice in a row.
    #[inline]
    fn duplicate_id(&mut self, at: u32) {
        let slot = self.table.slot_mut(at);
        let id = self.layers.ip_id as u16;
        if self.layers.net == Net::V4 && id != 0 && id == slot.last_ip_id {
            slot.flow.status |= FlowStat::DUPLICATE_IPID;
        }
        slot.last_ip_id = id;
    }

    /// Whether a flow has lived longer than the limit allows. Layer-2 flows have no limit.
    #[inline]
    fn outlived(&self, at: u32, now: Timestamp) -> bool {
        let limit = self.run.core.fdurlimit;
        if limit == 0 || self.layers.is_layer2() {
            return false;
        }
        now.seconds() - self.table.slot(at).flow.first.seconds() >= i64::from(limit)
    }

    /// Ends a biflow that has lived too long and begins it anew with this packet.
    fn renew(
        &mut self,
        packet: &Packet<'_>,
        key: &FlowKey,
        at: u32,
    ) -> Result<(u32, bool), SinkError> {
        let keep = self.run.core.fdlsfindex;
        let bit = if keep { FlowStat::REMOVED_SAME_ID } else { FlowStat::REMOVED };
        let old = self.table.slot(at).flow;
        self.table.slot_mut(at).flow.status |= bit;
        self.unlink(at);
        self.emit(at)?;
        let at = self.create(packet, key, Origin::Renewed(old))?;
        self.note_fragment(at, key);
        Ok((at, true))
    }

    /// Makes a flow for this packet.
    fn create(
        &mut self,
        packet: &Packet<'_>,
        key: &FlowKey,
        origin: Origin,
    ) -> Result<u32, SinkError> {
        let origin = self.make_room(origin)?;
        let opposite = if let Origin::Opposite(peer) = origin { Some(peer) } else { None };
        let (id, direction) = self.number(key, packet.data, origin);
        let status = self.layers.status | direction;
        let flow = Flow { id, first: packet.ts, last: packet.ts, status, timeout: DEFAULT_TIMEOUT };
        let at = self.table.insert(key, flow, opposite);
        // The reference does not remember the identification of a flow's first packet.
        if !self.run.compat {
            self.table.slot_mut(at).last_ip_id = self.layers.ip_id as u16;
        }
        self.recency.push(self.table.slots_mut(), at);
        self.counters.max_live = self.counters.max_live.max(self.table.live());
        match opposite {
            Some(_) => self.counters.flows.b += 1,
            None => self.counters.flows.a += 1,
        }
        Ok(at)
    }

    /// The number and the direction bits of a new flow.
    fn number(&mut self, key: &FlowKey, data: &[u8], origin: Origin) -> (FlowId, FlowStat) {
        if let Origin::Opposite(peer) = origin {
            let flow = &self.table.slot(peer).flow;
            return (flow.id, FlowStat::INVERTED - flow.status);
        }
        if let Origin::Renewed(old) = origin
            && self.run.core.fdlsfindex
        {
            return (old.id, old.status & FlowStat::INVERTED);
        }
        self.last_id += 1;
        let direction = match origin {
            Origin::Renewed(old) => old.status & FlowStat::INVERTED,
            _ => first_status(key, &self.layers, data),
        };
        (FlowId(self.last_id), direction)
    }

    /// Lets the oldest flow leave if the table is full. The opposite of the flow to come may be it:
    /// then there is no opposite any more.
    fn make_room(&mut self, origin: Origin) -> Result<Origin, SinkError> {
        if self.table.live() < self.max_flows {
            return Ok(origin);
        }
        let Some(oldest) = self.recency.oldest(self.table.slots_mut()) else { return Ok(origin) };
        let peer = self.table.slot(oldest).opposite;
        self.counters.evicted += 1 + u64::from(peer != NIL);
        self.table.slot_mut(oldest).flow.status |= FlowStat::REMOVED_FULL;
        self.unlink(oldest);
        self.emit(oldest)?;
        match origin {
            Origin::Opposite(at) if at == oldest || at == peer => Ok(Origin::First),
            origin => Ok(origin),
        }
    }

    /// The plugins' part of a flow's creation.
    fn new_flow(&mut self, packet: &Packet<'_>, at: u32, key: &FlowKey) {
        let (slot, peer) = self.table.pair(at);
        let previous = slot.flow.last;
        let cx = PacketContext {
            packet,
            layers: &self.layers,
            number: self.counters.read.packets,
            key,
            flow: &mut slot.flow,
            peer: peer.map(|p| &mut p.flow),
            previous,
            run: &self.run,
            timeouts: &self.timeouts,
        };
        let mut mask = 0;
        for (n, plugin) in self.plugins.iter_mut().enumerate() {
            if plugin.new_flow(&cx, FlowIndex(at)) == Interest::Packets {
                mask |= 1 << n;
            }
        }
        slot.interest = interest_number(&mut self.interests, mask);
    }

    /// Notes the packet in the flow and calls the plugins.
    #[inline]
    fn hooks(&mut self, packet: &Packet<'_>, at: u32, key: &FlowKey) -> Result<(), SinkError> {
        let (slot, peer) = self.table.pair(at);
        let previous = slot.flow.last;
        slot.flow.last = packet.ts;
        slot.flow.status |= self.layers.status;
        let (own, other) =
            (FlowIndex(at), (slot.opposite != NIL).then_some(FlowIndex(slot.opposite)));
        let mut mask = self.interests[usize::from(slot.interest)];
        let mut cx = PacketContext {
            packet,
            layers: &self.layers,
            number: self.counters.read.packets,
            key,
            flow: &mut slot.flow,
            peer: peer.map(|p| &mut p.flow),
            previous,
            run: &self.run,
            timeouts: &self.timeouts,
        };
        let layer2 = self.layers.is_layer2();
        let packet_mode = self.run.packet_mode;
        if packet_mode {
            self.record.clear();
            cx.number.put(&mut self.record);
            cx.flow.id.0.put(&mut self.record);
            // Every plugin has its columns in the packet table.
            mask = u128::MAX;
        }
        for (n, plugin) in self.plugins.iter_mut().enumerate() {
            if mask >> n & 1 == 0 {
                continue;
            }
            if layer2 {
                plugin.layer2(&mut cx, own, other);
            } else {
                plugin.packet(&mut cx, own, other);
            }
            if packet_mode {
                plugin.packet_row(&cx, own, &mut self.record);
            }
        }
        if packet_mode {
            Content(self.layers.payload(packet.data)).put(&mut self.record);
            self.output.packet(&self.record)?;
        }
        Ok(())
    }

    /// Takes a biflow out of the recency list.
    fn unlink(&mut self, at: u32) {
        let peer = self.table.slot(at).opposite;
        self.recency.unlink(self.table.slots_mut(), at);
        if peer != NIL {
            self.recency.unlink(self.table.slots_mut(), peer);
        }
    }

    /// Writes both directions of a biflow, A first, and frees their slots.
    fn emit(&mut self, at: u32) -> Result<(), SinkError> {
        let peer = self.table.slot(at).opposite;
        let outcome = if peer == NIL {
            self.emit_one(at, NIL, b'A')
        } else {
            let inverted = self.table.slot(at).flow.status.contains(FlowStat::INVERTED);
            let (a, b) = if inverted { (peer, at) } else { (at, peer) };
            self.emit_one(a, b, b'A').and_then(|()| self.emit_one(b, a, b'B'))
        };
        self.table.remove_pair(at);
        outcome
    }

    fn emit_one(&mut self, at: u32, peer: u32, letter: u8) -> Result<(), SinkError> {
        let key = self.table.key(at);
        let flow = self.table.slot(at).flow;
        let other = (peer != NIL).then(|| self.table.slot(peer).flow);
        let cx = EndContext { key, flow: &flow, peer: other.as_ref(), run: &self.run };
        self.record.clear();
        Dir(letter).put(&mut self.record);
        flow.id.0.put(&mut self.record);
        let peer_index = (peer != NIL).then_some(FlowIndex(peer));
        for plugin in &mut self.plugins {
            plugin.terminate(&cx, FlowIndex(at), peer_index, &mut self.record);
        }
        self.counters.end(&flow, key.net, peer == NIL);
        self.output.flow(&self.record)
    }
}

/// The key of a packet that forms a flow.
#[inline]
fn key_of(layers: &Layers, data: &[u8]) -> FlowKey {
    let mut key = FlowKey {
        src_port: layers.src_port,
        dst_port: layers.dst_port,
        vlan: layers.vlan_id,
        ethertype: layers.ethertype,
        proto: layers.l4_proto,
        net: layers.net,
        ..FlowKey::default()
    };
    let (at, src, dst, len) = match layers.net {
        Net::V4 => (layers.l3, 12, 16, 4),
        Net::V6 => (layers.l3, 8, 24, 16),
        Net::Layer2 => (layers.l2, 6, 0, 6),
    };
    let header = data.get(at as usize..).unwrap_or(&[]);
    if let (Some(src), Some(dst)) = (header.get(src..src + len), header.get(dst..dst + len)) {
        key.src[..len].copy_from_slice(src);
        key.dst[..len].copy_from_slice(dst);
    }
    key
}

/// Status bits of a flow without opposite: whether its first packet looks like a reply, and whether
/// both ends are the same (fact sheet, section 2.10).
fn first_status(key: &FlowKey, layers: &Layers, data: &[u8]) -> FlowStat {
    const TCP: u8 = 6;
    const SYN_ACK: u8 = 0x12;
    if key.is_symmetric() {
        return if key.proto == TCP { FlowStat::LAND_ATTACK } else { FlowStat::empty() };
    }
    let well_known = key.src_port < 1024 && key.src_port < key.dst_port;
    let proxy = key.src_port & 0xfff6 == 8080;
    let flags = layers.layer4(data).get(13).filter(|_| layers.is_first_fragment());
    let syn_ack = key.proto == TCP && flags.is_some_and(|f| f & SYN_ACK == SYN_ACK);
    if well_known || proxy || syn_ack { FlowStat::INVERTED } else { FlowStat::empty() }
}

/// Whether a flow is still in its slot.
fn is_alive(table: &FlowTable, at: u32, flow: FlowId) -> bool {
    table.slot(at).flow.id == flow
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
