//! Where the headers of tunnels are in a packet: more than [`Layers`] has room for.
//!
//! The engine looks for them in the first packet of a flow only, and only if a status bit tells that
//! there are any.
//!
//! [`Layers`]: crate::layers::Layers

/// A header inside an IP packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TunnelHeader {
    /// Offset of the IP header around it.
    pub ip: u32,
    /// Its own offset.
    pub at: u32,
}

/// The outermost header of each kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TunnelOffsets {
    /// PPP, from its framing on if it has one.
    pub ppp: Option<u32>,
    /// GRE.
    pub gre: Option<TunnelHeader>,
    /// L2TP, over UDP or IP.
    pub l2tp: Option<TunnelHeader>,
    /// Payload of UDP with Teredo: its indications, then IPv6.
    pub teredo: Option<u32>,
}
