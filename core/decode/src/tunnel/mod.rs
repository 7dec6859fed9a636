//! Tunnels: a packet inside a packet. The inner one forms the flow if it can be decoded; if not, or
//! if the outer one is asked for, the outer one does, and the chain of headers tells how far the
//! decoder came.

mod ayiya;
mod capwap;
mod erspan;
mod geneve;
mod gre;
mod gtp;
mod ip_in_ip;
mod l2tp;
mod lisp;
mod nsh;
mod teredo;
mod udp;
mod vxlan;

pub(crate) use ip_in_ip::is_carrier;
pub(crate) use udp::AYIYA;

use flowz_api::layers::Layers;
use flowz_api::status::FlowStat;

use crate::NoFlow;
use crate::dissector::{Dissector, Outcome};
use crate::settings::{Encapsulations, TunnelKeys};

/// The status bits that tell on which layer the flow is formed.
pub(crate) const FLOW_LAYER: FlowStat =
    FlowStat::IPV4_FLOW.union(FlowStat::IPV6_FLOW).union(FlowStat::LAYER2);

impl Dissector<'_> {
    /// Whether an encapsulation is to be unpacked.
    pub(crate) fn unpacks(&self, encapsulation: Encapsulations) -> bool {
        self.settings.encapsulations.contains(encapsulation)
    }

    /// Goes one level deeper, if the limit allows.
    pub(crate) fn enter(&mut self) -> Outcome {
        if self.nesting >= self.settings.max_nesting {
            self.mark(FlowStat::STOPPED);
            return Err(NoFlow::NestedTooDeep);
        }
        self.nesting += 1;
        Ok(())
    }

    /// Unpacks a packet inside the IP packet at hand. Where that fails, the outer packet forms the
    /// flow and the dissection counts as stopped.
    #[cold]
    pub(crate) fn unpack(&mut self, decode: impl FnOnce(&mut Self) -> Outcome) {
        let outer = *self.out;
        self.begin_inner();
        self.tunnels += 1;
        let mut outcome = self.enter().and_then(|()| decode(self));
        self.tunnels -= 1;
        if self.settings.compat && self.out.is_layer2() {
            // The reference forms flows of IP in there, and of nothing else.
            self.out.status -= FlowStat::ARP | FlowStat::RARP | FlowStat::LLDP;
            outcome = Err(NoFlow::SwitchedOff);
        }
        if outcome.is_ok() && !self.settings.outer_key {
            return;
        }
        let (chain, seen) = (self.out.chain, self.out.status);
        *self.out = outer;
        self.out.chain = chain;
        self.out.status = (seen - FLOW_LAYER) | outer.status;
        if outcome.is_err() {
            self.mark(FlowStat::STOPPED);
        }
    }

    /// Keeps the identifier of the tunnel that is entered for the key of the flow, if it is asked for. Those of
    /// tunnels around it are mixed in.
    pub(super) fn identify(&mut self, tunnel: TunnelKeys, id: u32) {
        /// Odd, so that no bit of what is around gets lost.
        const MIX: u32 = 0x9e37_79b1;
        if self.settings.tunnel_keys.contains(tunnel) {
            self.out.tunnel_id = self.out.tunnel_id.wrapping_mul(MIX).rotate_left(16) ^ id;
        }
    }

    /// Whether the dissector is inside an IP packet.
    pub(crate) fn is_tunneled(&self) -> bool {
        self.tunnels > 0
    }

    /// Forgets what belongs to the outer packet only.
    fn begin_inner(&mut self) {
        let out = &mut *self.out;
        out.status -= FLOW_LAYER;
        (out.src_port, out.dst_port, out.l4_proto) = (0, 0, 0);
        (out.fragment_offset, out.more_fragments, out.ip_id) = (0, false, 0);
        (out.hop_options, out.dest_options, out.routing) = Default::default();
        let Layers { snap_l4_len, snap_l7_len, l4_header_len, l7_len, .. } = out;
        (*snap_l4_len, *snap_l7_len, *l4_header_len, *l7_len) = (0, 0, 0, 0);
    }

    /// An Ethernet frame inside another packet. Its tags take the place of the outer ones, if it has
    /// any.
    pub(crate) fn inner_ethernet(&mut self, at: usize) -> Outcome {
        let (tags, first) = (self.out.vlan_tags, self.out.vlan);
        self.out.vlan_tags = 0;
        self.out.status -= FlowStat::NO_ETHERNET;
        let outcome = self.ethernet(at);
        if self.out.vlan_tags == 0 {
            (self.out.vlan_tags, self.out.vlan) = (tags, first);
        }
        outcome
    }

    /// The payload of the IP packet at hand, and where it begins.
    pub(crate) fn tunnel_payload(&self) -> (&[u8], usize) {
        (self.out.payload(self.data), self.out.l7 as usize)
    }
}
