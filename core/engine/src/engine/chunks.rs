//! SCTP packets whose chunks are packets of their own (`core.SCTP_ACTIVATE`): each part, the user data of
//! one chunk or the control chunks between two of them, goes to its flow and is shown to the plugins. In
//! the report the packet is one, in the direction of its first part.

use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::Packet;
use flowz_api::status::FlowStat;
use flowz_decode::sctp::{Part, Parts, tag};

use super::{Engine, EngineError};
use crate::keys::key_of;
use crate::table::Found;

/// Bits of the toggle.
const BY_STREAM: u8 = 1;
const BY_TAG: u8 = 2;

impl Engine {
    /// Whether chunks of SCTP packets are packets of their own.
    #[inline]
    pub(super) fn splits_chunks(&self) -> bool {
        self.run.core.sctp_activate != 0
    }

    /// The way of a packet behind the decoder if chunks of SCTP are packets of their own. Without a
    /// chunk that could be read, and for fragments, which do not show all chunks, a packet is its only part.
    #[cold]
    pub(super) fn process_chunks(&mut self, packet: &Packet<'_>) -> Result<(), EngineError> {
        self.current = None;
        self.of_parts.clear();
        let is_sctp = is_sctp(&self.layers);
        if self.run.compat && !is_sctp && self.layers.net == Net::V6 {
            // The reference forgets the payload of all else over IPv6.
            (self.layers.l7_len, self.layers.snap_l7_len) = (0, 0);
        }
        let whole = self.layers;
        let mut parts = Parts::from_packet(&whole, packet.data, self.run.compat).enumerate();
        let first = if is_sctp { parts.next() } else { None };
        let status = match first {
            Some((n, part)) if !whole.is_fragment() => self.part(packet, &whole, part, n)?,
            _ => self.process_part(packet, first.map_or(0, |(_, part)| part.stream))?,
        };
        if is_sctp && !whole.is_fragment() {
            for (n, part) in parts {
                self.part(packet, &whole, part, n)?;
            }
        }
        self.counters.with_flow(packet, whole.net, status);
        Ok(())
    }

    /// Works on part `n` of a packet.
    fn part(
        &mut self,
        packet: &Packet<'_>,
        whole: &Layers,
        part: Part,
        n: usize,
    ) -> Result<FlowStat, EngineError> {
        self.layers = *whole;
        let layers = &mut self.layers;
        layers.part = u16::try_from(n).unwrap_or(u16::MAX);
        layers.status |= part.status;
        if !part.is_data && self.run.compat {
            // The reference counts all that follows the common header for control chunks.
            layers.snap_l7_len = 0;
        } else {
            layers.l7 += part.at;
            layers.l7_len = part.len;
            layers.snap_l7_len = layers.snap_l7_len.saturating_sub(part.at).min(part.len);
        }
        self.counters.status |= part.status;
        self.process_part(packet, part.stream)
    }

    /// Gives the part at hand, or the whole packet, to its flow; yields the flow's status bits.
    fn process_part(&mut self, packet: &Packet<'_>, stream: u16) -> Result<FlowStat, EngineError> {
        let whole = self.layers;
        let mut key = key_of(self.aggregation.as_ref(), &mut self.layers, packet.data);
        self.complete_key(&mut key, &whole, packet.data, stream);
        let (at, is_new) = self.flow_of(packet, &key)?;
        self.dispatch(packet, at, is_new, &key)?;
        self.counters.sctp_parts += u64::from(is_sctp(&whole));
        let flow = self.table.slot(at).flow;
        self.of_parts.push(flow.id);
        if self.services.is_dirty() {
            self.serve(at)?;
        }
        Ok(flow.status)
    }

    /// Completes the key of a part. Later fragments show neither tag nor stream. The reference takes
    /// the same bytes of any payload of IP for a tag.
    fn complete_key(&self, key: &mut FlowKey, layers: &Layers, data: &[u8], stream: u16) {
        let by = self.run.core.sctp_activate;
        let has_tag = is_sctp(layers) && layers.fragment_offset == 0;
        if !has_tag && (!self.run.compat || layers.is_layer2()) {
            return;
        }
        if by & BY_STREAM != 0 {
            key.stream ^= stream;
        }
        if by & BY_TAG != 0 {
            key.tag ^= tag(layers, data);
        }
    }

    /// Completes the key of a packet that an ICMP error quotes: its first part.
    pub(super) fn quoted_part(&self, key: &mut FlowKey, layers: &Layers, data: &[u8]) {
        if is_sctp(layers) && self.splits_chunks() {
            let first = Parts::from_packet(layers, data, self.run.compat).next();
            self.complete_key(key, layers, data, first.map_or(0, |part| part.stream));
        }
    }

    /// Whether a new flow shares the number of the latest one. The reference does so for all parts
    /// that flow against the first one of an association.
    pub(super) fn shares_number(&self, key: &FlowKey) -> bool {
        if !self.run.compat || !self.splits_chunks() || key.net == Net::Layer2 {
            return false;
        }
        let first = FlowKey { stream: 0, tag: self.layers.tunnel_id, ..key.reversed() };
        matches!(self.table.find(&first), Found::Flow(_))
    }
}

fn is_sctp(layers: &Layers) -> bool {
    const SCTP: u8 = 132;
    layers.l4_proto == SCTP && !layers.is_layer2()
}
