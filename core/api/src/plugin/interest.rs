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
    /// Not now: the flow's end is told all the same.
    None,
}

impl Interest {
    /// Interest where the condition holds.
    pub fn when(wanted: bool) -> Self {
        if wanted { Self::Packets } else { Self::None }
    }
}
