//! Which flow an ICMP error reports on.
//!
//! Errors quote the packet that they are about, at least its IP header and eight bytes more (RFC 792;
//! RFC 4443, section 2.4). What is quoted is decoded like any packet and looked up like one, tunnels
//! included; no flow is made for it. Captures on a trunk show the error and the packet with the same VLAN
//! in general, but a router may send the error without a tag.

use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet};

use super::Engine;
use crate::keys::key_of;
use crate::table::Found;

/// ICMP has type, code, checksum and four bytes more in front of the quoted packet.
const HEADER: usize = 8;
/// Longer than any packet: what a quoted header says about the length is never beyond the frame.
const LONGEST: u32 = 70_000;

impl Engine {
    /// The flow of the packet that an ICMP error quotes, if the packet at hand is an error and that flow
    /// is alive.
    #[cold]
    pub(super) fn related(&mut self, packet: &Packet<'_>) -> Option<FlowId> {
        let quoted = quoted(&self.layers, packet.data)?;
        let found = self.flow_of_quoted(packet, quoted);
        self.counters.icmp_errors[usize::from(found.is_some())] += 1;
        found
    }

    fn flow_of_quoted(&self, packet: &Packet<'_>, quoted: &[u8]) -> Option<FlowId> {
        let mut layers = Layers::default();
        let inner = Packet { wire_len: LONGEST, link: LinkType::RAW, data: quoted, ..*packet };
        self.decoder.decode(&inner, &mut layers).ok()?;
        if layers.is_layer2() {
            return None;
        }
        layers.tunnel_id = self.layers.tunnel_id;
        let whole = layers;
        let mut key = key_of(self.aggregation.as_ref(), &mut layers, quoted);
        self.quoted_part(&mut key, &whole, quoted);
        key.vlan = self.layers.vlan_id;
        let found = self.flow_number(&key, &layers);
        if found.is_some() || key.vlan == 0 {
            return found;
        }
        key.vlan = 0;
        self.flow_number(&key, &layers)
    }

    /// The number of the flow, or of its peer, that packets of this key belong to.
    fn flow_number(&self, key: &FlowKey, layers: &Layers) -> Option<FlowId> {
        if layers.fragment_offset != 0
            && let Some((at, flow)) = self.fragments.find(key, layers.ip_id)
        {
            return (self.table.slot(at).flow.id == flow).then_some(flow);
        }
        match self.table.find(key) {
            Found::Flow(at) | Found::Peer(at) => Some(self.table.slot(at).flow.id),
            Found::Nothing => None,
        }
    }
}

/// The packet that an ICMP error quotes: destination unreachable, source quench, redirect, time exceeded
/// and parameter problem; of ICMPv6 destination unreachable, packet too big, time exceeded and parameter
/// problem.
fn quoted<'a>(layers: &Layers, data: &'a [u8]) -> Option<&'a [u8]> {
    const ICMP: u8 = 1;
    const ICMPV6: u8 = 58;
    if !layers.is_first_fragment() {
        return None;
    }
    let message = layers.layer4(data);
    let kind = *message.first()?;
    let (is_error, version) = match (layers.net, layers.l4_proto) {
        (Net::V4, ICMP) => (matches!(kind, 3 | 4 | 5 | 11 | 12), 4),
        (Net::V6, ICMPV6) => (matches!(kind, 1..=4), 6),
        _ => return None,
    };
    let quoted = message.get(HEADER..)?;
    (is_error && quoted.first()? >> 4 == version).then_some(quoted)
}
