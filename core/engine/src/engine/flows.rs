//! Which flow a packet belongs to, and how flows begin.

use flowz_api::flow::{Flow, FlowId};
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{Packet, Timestamp};
use flowz_api::status::FlowStat;
use flowz_decode::NoFlow;

use super::{Engine, EngineError};
use crate::aggregation::Aggregation;
use crate::decoding::Verdict;
use crate::end_reason::EndReason;
use crate::keys::key_of;
use crate::table::{FlowTable, Found, NIL};

/// What a new flow comes from.
#[derive(Clone, Copy)]
enum Origin {
    /// The first packet of a conversation.
    First,
    /// The first packet in the peer direction of the flow in this slot.
    Peer(u32),
    /// A flow that had lived too long.
    Restarted(Flow),
    /// A flow of which an interim record was written ([`Engine::going_on`]).
    GoingOn,
}

impl Engine {
    /// The slot of the packet's flow, and whether the flow is new.
    #[inline]
    pub(super) fn flow_of(
        &mut self,
        packet: &Packet<'_>,
        key: &FlowKey,
    ) -> Result<(u32, bool), EngineError> {
        if self.layers.fragment_offset != 0 {
            if let Some(at) = self.flow_of_fragment(key) {
                return Ok((at, false));
            }
            self.layers.status |= FlowStat::FRAGMENT | FlowStat::FRAGMENT_NO_HEAD;
            self.counters.status |= FlowStat::FRAGMENT | FlowStat::FRAGMENT_NO_HEAD;
        }
        let found = match self.table.find(key) {
            Found::Flow(at) if self.outlived(at, packet.ts) => {
                return self.restart(packet, key, at);
            }
            found if self.run.core.tcp_reuse => self.reuse(packet, found)?,
            found => found,
        };
        let (at, is_new) = match found {
            Found::Flow(at) => {
                self.timeout_list.touch(self.table.slots_mut(), at);
                self.duplicate_id(packet, at);
                (at, false)
            }
            Found::Peer(peer) => (self.create(packet, key, Origin::Peer(peer))?, true),
            Found::Nothing => (self.create(packet, key, Origin::First)?, true),
        };
        self.note_fragment(at, key);
        if self.run.core.tcp_reuse {
            self.note_opening(packet, at);
        }
        Ok((at, is_new))
    }

    /// What rare settings make of a packet.
    #[cold]
    pub(super) fn restrict(&mut self, packet: &Packet<'_>, verdict: Verdict) -> Verdict {
        self.counters.interval(packet);
        verdict.and_then(|()| self.may_form_flow(packet))
    }

    /// Whether the settings let a packet form a flow.
    fn may_form_flow(&mut self, packet: &Packet<'_>) -> Result<(), NoFlow> {
        let core = &self.run.core;
        if self.layers.is_layer2() && core.eth_activate == 0 {
            return Err(NoFlow::SwitchedOff);
        }
        if self.layers.is_first_fragment() {
            return Ok(());
        }
        if !core.fragmentation {
            return Err(NoFlow::LaterFragment);
        }
        let key = key_of(self.aggregation.as_ref(), &mut { self.layers }, packet.data);
        if core.frag_hlst_crft || self.awaiting(&key).is_some() {
            return Ok(());
        }
        self.counters.status |= FlowStat::FRAGMENT | FlowStat::FRAGMENT_NO_HEAD;
        Err(NoFlow::HeadlessFragment)
    }

    /// The flow that awaits a later fragment.
    fn awaiting(&self, key: &FlowKey) -> Option<u32> {
        // The reference never finds the flow of an IPv6 fragment; where flows are over all protocols it
        // finds that, but not of IPv4.
        if self.run.compat && (key.net == Net::V6) != self.is_over_protocols() {
            return None;
        }
        let (at, flow) = self.fragments.find(&self.datagram(key), self.layers.ip_id)?;
        (is_alive(&self.table, at, flow) && self.is_direction(at, key)).then_some(at)
    }

    /// Whether a flow that goes on has taken the place of the other direction.
    fn is_direction(&self, at: u32, key: &FlowKey) -> bool {
        self.active.is_none() || self.table.key(at).src == key.src
    }

    /// A later fragment's flow, if its first fragment was seen.
    fn flow_of_fragment(&mut self, key: &FlowKey) -> Option<u32> {
        let at = self.awaiting(key)?;
        if !self.layers.more_fragments {
            self.fragments.finish(&self.datagram(key), self.layers.ip_id);
            self.table.slot_mut(at).flow.status -= FlowStat::FRAGMENT_PENDING;
        }
        // It is seen, but keeps its place in the timeout list.
        self.timeout_list.seen(self.table.slots_mut(), at);
        Some(at)
    }

    /// The reference lets another flow that awaits the same datagram wait no more.
    #[cold]
    fn forget_pending(&mut self, key: &FlowKey, flow: FlowId) {
        if let Some((at, other)) = self.fragments.find(key, self.layers.ip_id)
            && other != flow
            && is_alive(&self.table, at, other)
        {
            self.table.slot_mut(at).flow.status -= FlowStat::FRAGMENT_PENDING;
        }
    }

    #[cold]
    fn is_over_protocols(&self) -> bool {
        self.aggregation.as_ref().is_some_and(Aggregation::over_protocols)
    }

    /// Keeps track of the fragments that a flow awaits.
    #[inline]
    fn note_fragment(&mut self, at: u32, key: &FlowKey) {
        let slot = self.table.slot_mut(at);
        let pending = slot.flow.status.contains(FlowStat::FRAGMENT_PENDING);
        if !self.layers.is_fragment() {
            if pending && self.run.compat && key.net == Net::V6 && self.run.core.frag_hlst_crft {
                // The reference takes a whole packet for the last fragment, if others form flows of their own.
                slot.flow.status -= FlowStat::FRAGMENT_PENDING;
            } else if pending {
                slot.flow.status |= FlowStat::FRAGMENT_ERROR;
            }
            return;
        }
        if !self.run.core.fragmentation {
            return;
        }
        let id = self.layers.ip_id;
        if pending && slot.fragment_id != id {
            slot.flow.status |= FlowStat::FRAGMENT_ERROR;
        }
        slot.flow.status |= FlowStat::FRAGMENT | FlowStat::FRAGMENT_PENDING;
        slot.fragment_id = id;
        let flow = slot.flow.id;
        let key = &self.datagram(key);
        if self.run.compat && self.is_over_protocols() {
            self.forget_pending(key, flow);
        }
        let table = &self.table;
        self.fragments.expect(key, id, at, flow, |slot, flow| is_alive(table, slot, flow));
    }

    /// What all fragments of a datagram share: behind further headers the first one's protocol is
    /// another than that of later ones.
    fn datagram(&self, key: &FlowKey) -> FlowKey {
        // Only the first fragment shows SCTP's tag and stream. The reference compares what it takes for them.
        let same = self.run.compat || !self.splits_chunks();
        let (stream, tag) = if same { (key.stream, key.tag) } else { (0, self.layers.tunnel_id) };
        FlowKey { proto: self.layers.datagram_proto, stream, tag, ..*key }
    }

    /// Marks a flow whose packets carry the same IP identification twice in a row.
    #[inline]
    fn duplicate_id(&mut self, packet: &Packet<'_>, at: u32) {
        let slot = self.table.slot_mut(at);
        let id = self.layers.ip_id as u16;
        if self.layers.net == Net::V4 && id != 0 && id == slot.last_ip_id {
            // Parts of one packet have one identification.
            let same_packet = self.layers.part > 0 && slot.flow.last == packet.ts;
            if !same_packet {
                slot.flow.status |= FlowStat::DUPLICATE_IPID;
            }
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
    fn restart(
        &mut self,
        packet: &Packet<'_>,
        key: &FlowKey,
        at: u32,
    ) -> Result<(u32, bool), EngineError> {
        let old = self.table.slot(at).flow;
        self.table.slot_mut(at).flow.status |= FlowStat::REMOVED;
        // The reference tells of their direction too.
        if self.run.compat {
            self.counters.status |= old.status & FlowStat::INVERTED;
        }
        self.unlink(at);
        self.export(at, EndReason::DurationLimit)?;
        let at = self.create(packet, key, Origin::Restarted(old))?;
        if self.run.compat && self.layers.is_fragment() {
            self.forget_pending(&self.datagram(key), self.table.slot(at).flow.id);
        }
        self.note_fragment(at, key);
        Ok((at, true))
    }

    /// Makes a flow for this packet.
    fn create(
        &mut self,
        packet: &Packet<'_>,
        key: &FlowKey,
        origin: Origin,
    ) -> Result<u32, EngineError> {
        let mut origin = self.make_room(origin)?;
        if self.active.is_some() && matches!(origin, Origin::First) {
            origin = if self.goes_on(packet, key) { Origin::GoingOn } else { origin };
        }
        let peer = if let Origin::Peer(peer) = origin { Some(peer) } else { None };
        let (id, direction) = self.number(key, packet.data, origin);
        let status = self.layers.status | direction;
        let flow = Flow { id, first: packet.ts, last: packet.ts, status };
        let at = self.table.insert(key, flow, peer);
        // The reference does not remember the identification of a flow's first packet.
        if !self.run.compat {
            self.table.slot_mut(at).last_ip_id = self.layers.ip_id as u16;
        }
        if self.active.is_some() {
            self.note_beginning(at);
        }
        self.timeout_list.push(self.table.slots_mut(), at);
        self.counters.max_live = self.counters.max_live.max(self.table.live());
        match peer {
            Some(_) => self.counters.flows.b += 1,
            None => self.counters.flows.a += 1,
        }
        Ok(at)
    }

    /// The number and the direction bits of a new flow.
    fn number(&mut self, key: &FlowKey, data: &[u8], origin: Origin) -> (FlowId, FlowStat) {
        if let Origin::Peer(peer) = origin {
            let flow = &self.table.slot(peer).flow;
            let goes_on = flow.status & (FlowStat::REMOVED_SAME_ID | FlowStat::CONTINUED);
            return (flow.id, (FlowStat::INVERTED - flow.status) | goes_on);
        }
        if let (Origin::GoingOn, Some(flow)) = (origin, self.going_on()) {
            return (flow.id, flow.status());
        }
        if let Origin::Restarted(old) = origin
            && self.run.core.fdlsfindex
        {
            let direction = (old.status & FlowStat::INVERTED) | FlowStat::REMOVED_SAME_ID;
            // The reference says so too of flows from an end to itself, and gives them a new number.
            let is_numbered_anew = self.run.compat && key.is_symmetric();
            self.last_id += u64::from(is_numbered_anew) * self.id_step;
            let id = if is_numbered_anew { FlowId(self.last_id) } else { old.id };
            return (id, direction);
        }
        if !(matches!(origin, Origin::First) && self.shares_number(key)) {
            self.last_id += self.id_step;
        }
        let direction = match origin {
            Origin::Restarted(old) => old.status & FlowStat::INVERTED,
            _ => first_status(key, &self.layers, data),
        };
        (FlowId(self.last_id), direction)
    }

    /// Lets the oldest flow leave if the table is full. The peer of the flow to come may be it:
    /// then there is no peer any more.
    fn make_room(&mut self, origin: Origin) -> Result<Origin, EngineError> {
        if self.table.live() < self.max_flows {
            return Ok(origin);
        }
        match self.remove_oldest()? {
            Some((oldest, peer)) if matches!(origin, Origin::Peer(at) if at == oldest || at == peer) => {
                Ok(Origin::First)
            }
            _ => Ok(origin),
        }
    }

    /// Lets the oldest flow leave early, with its peer. Yields both slots.
    fn remove_oldest(&mut self) -> Result<Option<(u32, u32)>, EngineError> {
        let Some(oldest) = self.timeout_list.oldest(self.table.slots_mut()) else {
            return Ok(None);
        };
        let peer = self.table.slot(oldest).peer;
        self.counters.evicted += 1 + u64::from(peer != NIL);
        self.table.slot_mut(oldest).flow.status |= FlowStat::REMOVED_FULL;
        self.unlink(oldest);
        self.export(oldest, EndReason::Evicted)?;
        Ok(Some((oldest, peer)))
    }

    /// Writes interim records that are due, and lets the oldest flows leave while all have grown too much.
    #[cold]
    pub(super) fn watch(&mut self, now: Timestamp) -> Result<(), EngineError> {
        self.interim(now)?;
        if self.growth.is_some() { self.shrink() } else { Ok(()) }
    }

    fn shrink(&mut self) -> Result<(), EngineError> {
        let is_over = |engine: &Self| {
            let live = engine.table.live();
            live > 0 && engine.growth.as_ref().is_some_and(|growth| growth.is_over(live))
        };
        while is_over(self) {
            self.remove_oldest()?;
        }
        Ok(())
    }
}

/// Status bits of a flow without peer: whether its first packet looks like a reply, and whether
/// both ends are the same.
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
