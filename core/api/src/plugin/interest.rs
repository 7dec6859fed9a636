//! Whether a plugin wants the packets of a flow.

/// Whether a plugin wants the packets of a flow. It is asked when the flow begins, and may think again at any
/// packet of the flow or of its peer ([`PacketContext::set_interest`]). Where a packet table is written, a plugin with
/// columns in it is shown all packets, because each has a row.
///
/// [`PacketContext::set_interest`]: super::PacketContext::set_interest
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interest {
    /// Call the packet hooks.
    Packets,
    /// Call [`Plugin::on_stream`](super::Plugin::on_stream) with the bytes of this direction of a TCP flow, and no packet hooks. Of other
    /// flows it is as none. The description must say [`Info::streams`](super::Info::streams).
    Stream,
    /// Both: the bytes that a packet brings are shown in front of its hooks.
    StreamAndPackets,
    /// Not now: the flow's end is told all the same.
    None,
}

impl Interest {
    /// Interest where the condition holds.
    pub fn when(wanted: bool) -> Self {
        if wanted { Self::Packets } else { Self::None }
    }

    /// Whether the packet hooks are to be called.
    pub fn in_packets(self) -> bool {
        matches!(self, Self::Packets | Self::StreamAndPackets)
    }

    /// Whether the bytes of the stream are wanted.
    pub fn in_stream(self) -> bool {
        matches!(self, Self::Stream | Self::StreamAndPackets)
    }
}
