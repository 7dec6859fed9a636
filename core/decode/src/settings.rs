//! What the decoder unpacks.

pub use flowz_api::settings::{Encapsulations, TunnelKeys};

/// Settings of the decoder, the same for all packets of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Encapsulations to unpack.
    pub encapsulations: Encapsulations,
    /// Most of them inside each other.
    pub max_nesting: u8,
    /// Tunnels whose identifiers are kept for the key of the flow.
    pub tunnel_keys: TunnelKeys,
    /// The outermost IP header forms the flow. The chain of headers shows the inner ones all the same.
    pub outer_key: bool,
    /// What the ethertype says counts where the IP version disagrees.
    pub interpret_ipvx: bool,
    /// Ethernet pseudowires below MPLS may have a control word.
    pub control_word: bool,
    /// LAPD is a link type that is decoded.
    pub lapd: bool,
    /// Headers are described: only then unknown ones end the dissection in the reference.
    pub describes: bool,
    /// IPv4 packets form flows; if not, they are a protocol above layer 2.
    pub ipv4: bool,
    /// IPv6 packets form flows.
    pub ipv6: bool,
    /// Unpack what the reference unpacks and nothing else.
    pub compat: bool,
}

impl Default for Settings {
    /// All encapsulations, 64 levels, the innermost header forms the flow.
    fn default() -> Self {
        let encapsulations = Encapsulations::all();
        Self {
            encapsulations,
            max_nesting: 64,
            tunnel_keys: TunnelKeys::empty(),
            outer_key: false,
            interpret_ipvx: false,
            control_word: true,
            lapd: true,
            describes: true,
            ipv4: true,
            ipv6: true,
            compat: false,
        }
    }
}
