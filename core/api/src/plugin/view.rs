//! What hooks look at.

use super::Timeouts;
use crate::flow::{Flow, FlowId};
use crate::key::FlowKey;
use crate::layers::Layers;
use crate::packet::{NANOS, Packet, Timestamp};
use crate::settings::Run;
use crate::tunnel_offsets::TunnelOffsets;

/// A datagram that was put together from fragments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Datagram<'a> {
    /// Protocol number of layer 4.
    pub proto: u8,
    /// Layer-4 header and payload; headers of layer 3 are not part of it.
    pub bytes: &'a [u8],
}

/// A packet and its flow, to be looked at.
#[derive(Clone, Copy, Debug)]
pub struct PacketView<'a> {
    /// The packet.
    pub packet: &'a Packet<'a>,
    /// What the decoder found in it.
    pub layers: &'a Layers,
    /// Number of the packet in the capture, from 1.
    pub number: u64,
    /// Key of the flow in the direction of this packet.
    pub key: &'a FlowKey,
    /// The flow of this packet; its `last` is the packet's time already.
    pub flow: &'a Flow,
    /// The other direction, if it was seen.
    pub peer: Option<&'a Flow>,
    /// Where the headers of tunnels are: in the first packet of a flow that has any.
    pub tunnel_offsets: Option<&'a TunnelOffsets>,
    /// Time of the flow's previous packet; the packet's own time for the first one.
    pub previous: Timestamp,
    /// The whole datagram, if this packet is the fragment that completes it. Only with
    /// `core.REASSEMBLE`; fragments are shown as packets nevertheless.
    pub datagram: Option<Datagram<'a>>,
    /// The flow that the packet reports on, if it is an ICMP error about a packet of a flow that is alive.
    /// Only with `core.ICMP_RELATED`.
    pub related: Option<FlowId>,
    /// Modes of the run.
    pub run: &'a Run,
    /// The timeout values in use.
    pub timeouts: &'a Timeouts,
}

impl PacketView<'_> {
    /// Length of the packet, counted from the layer that `core.PACKETLENGTH` names. With `--compat` at
    /// most 65,535.
    #[inline]
    pub fn size(&self) -> u32 {
        let core = &self.run.core;
        if core.counts_payload() { self.layers.l7_len } else { self.size_from(core.layer()) }
    }

    #[cold]
    fn size_from(&self, layer: u8) -> u32 {
        let (once, compat) = (self.run.core.frgippktlenview, self.run.compat);
        let length = self.layers.length_from(layer, self.packet.wire_len, once, compat);
        // The reference keeps the lower 16 bits.
        if compat { length & 0xffff } else { length }
    }

    /// Seconds since the flow's previous packet, 0 for the first one. The reference takes the
    /// difference of the seconds as unsigned, so a step back in time is a very long pause there.
    #[inline]
    pub fn interval(&self) -> f64 {
        let (now, before) = (self.flow.last, self.previous);
        if !self.run.compat {
            return (now - before) as f64 / NANOS as f64;
        }
        let nanos = f64::from(now.subsec_nanos()) - f64::from(before.subsec_nanos());
        f64::from((now.seconds() - before.seconds()) as u32) + nanos / NANOS as f64
    }
}

/// The first packet of a new flow, for plugins that know its direction better than the ports tell.
#[derive(Clone, Copy, Debug)]
pub struct NewFlow<'a> {
    /// The packet.
    pub packet: &'a Packet<'a>,
    /// What the decoder found in it.
    pub layers: &'a Layers,
    /// Key of the flow in the direction of this packet.
    pub key: &'a FlowKey,
    /// The flow, with the direction that it has so far.
    pub flow: &'a Flow,
    /// The other direction, if it was seen.
    pub peer: Option<&'a Flow>,
    /// Modes of the run.
    pub run: &'a Run,
}

/// A flow that ends, to be looked at.
#[derive(Clone, Copy, Debug)]
pub struct EndView<'a> {
    /// Key of the flow.
    pub key: &'a FlowKey,
    /// The flow.
    pub flow: &'a Flow,
    /// The other direction, if there is one; it ends together with this one.
    pub peer: Option<&'a Flow>,
    /// Number of this end among those of all flows, from 1: each direction counts.
    pub order: u64,
    /// Modes of the run.
    pub run: &'a Run,
}

/// What is looked at is about one flow.
pub trait FlowView {
    /// The flow.
    fn flow(&self) -> &Flow;
}

/// What is looked at is about a flow that goes on.
pub trait LiveView: FlowView {}

impl LiveView for PacketView<'_> {}

impl FlowView for PacketView<'_> {
    #[inline]
    fn flow(&self) -> &Flow {
        self.flow
    }
}

impl FlowView for EndView<'_> {
    #[inline]
    fn flow(&self) -> &Flow {
        self.flow
    }
}
