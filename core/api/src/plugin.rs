//! What a plugin is: typed state per flow, hooks that the engine calls, a row at the end.

use std::fmt;

use crate::flow::{Flow, FlowId};
use crate::key::FlowKey;
use crate::landmarks::Landmarks;
use crate::layers::Layers;
use crate::packet::{NANOS, Packet, Timestamp};
use crate::report::{Report, Totals};
use crate::row::Row;
use crate::settings::Run;
use crate::toggles::Toggles;

/// What is known of a plugin before it is made.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Its name, as users type it.
    pub name: &'static str,
    /// Its place in the order of calls and columns (0 ..= 999, fact sheet section 7.0).
    pub number: u16,
    /// One line for lists.
    pub summary: &'static str,
    /// Plugins that must be selected too; they run earlier.
    pub requires: &'static [&'static str],
    /// Whether it is selected when the user names none.
    pub default: bool,
    /// Whether it changes timeouts or directions, so that it has to see every packet in order and
    /// before the flow table goes on. All others only record, perhaps on another thread and some packets later;
    /// the only thing of a flow that they may change are other status bits, of which plugins that steer do not hear.
    pub steers: bool,
}

/// Whether a plugin wants the packets of a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interest {
    /// Call the packet hooks.
    Packets,
    /// The flow is none of its business: the row is made from a fresh state.
    None,
}

impl Interest {
    /// Interest where the condition holds.
    pub fn when(wanted: bool) -> Self {
        if wanted { Self::Packets } else { Self::None }
    }
}

/// A timeout value that was registered with the engine at start.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TimeoutId(pub u8);

/// All timeout values in use, in seconds. The first one is the default of new flows.
#[derive(Clone, Debug, Default)]
pub struct Timeouts {
    values: Vec<f32>,
}

/// More values than a flow can refer to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("more than 250 different timeout values are registered")]
pub struct TooManyTimeouts;

impl Timeouts {
    /// Registers a value; the same value again yields the same identifier.
    pub fn register(&mut self, seconds: f32) -> Result<TimeoutId, TooManyTimeouts> {
        let known = self.values.iter().position(|v| v.to_bits() == seconds.to_bits());
        let at = known.unwrap_or_else(|| {
            self.values.push(seconds);
            self.values.len() - 1
        });
        u8::try_from(at).ok().filter(|n| *n < 250).map(TimeoutId).ok_or(TooManyTimeouts)
    }

    /// The value in seconds.
    #[inline]
    pub fn seconds(&self, id: TimeoutId) -> f32 {
        self.values.get(usize::from(id.0)).copied().unwrap_or(f32::INFINITY)
    }

    /// All values in the order of registration.
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// Why a plugin cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// See there.
    #[error(transparent)]
    Timeouts(#[from] TooManyTimeouts),
    /// Anything else, in a sentence.
    #[error("{0}")]
    Other(String),
}

/// What a plugin gets when it is made.
#[derive(Debug)]
pub struct Setup<'a, T> {
    /// Its settings.
    pub toggles: &'a T,
    /// Modes of the run.
    pub run: &'a Run,
    /// Where to register timeouts.
    pub timeouts: &'a mut Timeouts,
}

/// A datagram that was put together from fragments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Datagram<'a> {
    /// Protocol number of layer 4.
    pub proto: u8,
    /// Layer-4 header and payload; headers of layer 3 are not part of it.
    pub bytes: &'a [u8],
}

/// What the hooks of a packet see.
#[derive(Debug)]
pub struct PacketContext<'a> {
    /// The packet.
    pub packet: &'a Packet<'a>,
    /// What the decoder found in it.
    pub layers: &'a Layers,
    /// Number of the packet in the capture, from 1.
    pub number: u64,
    /// Key of the flow in the direction of this packet.
    pub key: &'a FlowKey,
    /// The flow of this packet; its `last` is the packet's time already.
    pub flow: &'a mut Flow,
    /// The other direction, if it was seen.
    pub peer: Option<&'a mut Flow>,
    /// Where the headers of tunnels are: in the first packet of a flow that has any.
    pub landmarks: Option<&'a Landmarks>,
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
    /// The timeout values behind [`Flow::timeout`].
    pub timeouts: &'a Timeouts,
}

impl PacketContext<'_> {
    /// Length of the packet, counted from the layer that `core.PACKETLENGTH` names; at most 65,535.
    #[inline]
    pub fn size(&self) -> u16 {
        let core = &self.run.core;
        if core.counts_payload() { self.layers.l7_len } else { self.size_from(core.layer()) }
    }

    #[cold]
    fn size_from(&self, layer: u8) -> u16 {
        let (once, compat) = (self.run.core.frgippktlenview, self.run.compat);
        let length = self.layers.length_from(layer, self.packet.wire_len, once, compat);
        // The reference keeps the lower 16 bits.
        if compat { length as u16 } else { length.min(u32::from(u16::MAX)) as u16 }
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

/// What the hook at the end of a flow sees.
#[derive(Debug)]
pub struct EndContext<'a> {
    /// Key of the flow.
    pub key: &'a FlowKey,
    /// The flow.
    pub flow: &'a Flow,
    /// The other direction, if there is one; it ends together with this one.
    pub peer: Option<&'a Flow>,
    /// Modes of the run.
    pub run: &'a Run,
}

/// A plugin. One value per run; `Flow` is its state per flow.
pub trait Plugin: Sized + Send + 'static {
    /// Name, number, needs.
    const INFO: Info;
    /// Its settings.
    type Toggles: Toggles;
    /// State of one flow. Keep the hot part within 64 bytes, rare things in an `Option<Box<_>>`.
    type Flow: Default + Send + fmt::Debug + 'static;
    /// Its columns of the flow table.
    type Row<'a>: Row<Toggles = Self::Toggles>;
    /// Its columns of the packet table.
    type PacketRow<'a>: Row<Toggles = Self::Toggles>;

    /// Makes the plugin; the place to register timeouts.
    fn new(setup: &mut Setup<'_, Self::Toggles>) -> Result<Self, SetupError>;

    /// A flow begins with this packet. The packet hook follows.
    fn on_new_flow(&mut self, cx: &PacketContext<'_>, flow: &mut Self::Flow) -> Interest {
        let _ = (cx, flow);
        Interest::Packets
    }

    /// A packet of a layer-2 flow.
    fn on_layer2(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut Self::Flow,
        peer: Option<&mut Self::Flow>,
    ) {
        let _ = (cx, flow, peer);
    }

    /// A packet of an IP flow.
    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut Self::Flow,
        peer: Option<&mut Self::Flow>,
    ) {
        let _ = (cx, flow, peer);
    }

    /// The plugin's columns for the packet whose hook has just run. Only called in packet mode; what
    /// the row needs of the packet is kept in the plugin or read again here.
    fn packet_row<'a>(
        &'a self,
        cx: &'a PacketContext<'_>,
        flow: &'a Self::Flow,
    ) -> Self::PacketRow<'a>;

    /// A flow ends. A is called before B; both states live until both are done.
    fn on_terminate<'a>(
        &'a mut self,
        cx: &'a EndContext<'_>,
        flow: &'a mut Self::Flow,
        peer: Option<&'a mut Self::Flow>,
    ) -> Self::Row<'a>;

    /// Status bits of the flow that the plugin adds to the run's (an alarm, say) are set through the
    /// contexts; here it adds its lines to the end report.
    fn report(&self, totals: &Totals, out: &mut Report) {
        let _ = (totals, out);
    }
}
