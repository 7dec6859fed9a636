//! Bytes of a frame to [`Layers`]: where each header is, what was odd, which layer forms the flow.
//!
//! Decoding is total: any bytes end in `Layers`, never in an error or a panic, and nothing is
//! allocated. One folder per layer, one file per protocol; each reads what it needs through
//! [`bytes`], appends its token to the chain and says where the next header begins.
#![forbid(unsafe_code)]

mod bytes;
mod dissector;
mod fast;
mod heuristics;
mod link;
mod network;
mod settings;
mod tokens;
mod transport;
mod tunnel;

#[cfg(test)]
mod tests;

pub use settings::{Encapsulations, Settings, TunnelKeys};
pub use transport::sctp;

use flowz_api::layers::Layers;
use flowz_api::packet::Packet;
use flowz_api::tunnel_offsets::TunnelOffsets;

/// Why a packet forms no flow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NoFlow {
    /// The link type is not decoded.
    UnsupportedLink,
    /// Less was captured than the smallest link header, or the link header makes no sense.
    LinkHeaderCut,
    /// The IP header was not captured whole.
    IpHeaderCut,
    /// An IPv4 header that says it is shorter than 20 bytes.
    IpHeaderTooShort,
    /// A management or control frame of 802.11.
    WlanManagement,
    /// An encrypted data frame of 802.11.
    WlanEncrypted,
    /// A data frame of 802.11 that carries none, such as those that only tell of sleep.
    WlanWithoutData,
    /// More encapsulations inside each other than the limit allows, and none of them IP.
    NestedTooDeep,
    /// A setting lets this layer form no flows.
    SwitchedOff,
    /// A later fragment, and a setting lets them form no flows.
    LaterFragment,
    /// A later fragment without its first one, and a setting lets them form no flows.
    HeadlessFragment,
    /// A PPP packet without IP on a PPP link, of which the reference forms no flow.
    PppWithoutIp,
}

impl NoFlow {
    /// Whether settings keep fragments from forming flows.
    pub fn is_fragment(self) -> bool {
        matches!(self, Self::LaterFragment | Self::HeadlessFragment)
    }

    /// All reasons, in the order of the report.
    pub const ALL: [Self; 12] = [
        Self::UnsupportedLink,
        Self::LinkHeaderCut,
        Self::IpHeaderCut,
        Self::IpHeaderTooShort,
        Self::WlanManagement,
        Self::WlanEncrypted,
        Self::WlanWithoutData,
        Self::NestedTooDeep,
        Self::SwitchedOff,
        Self::LaterFragment,
        Self::HeadlessFragment,
        Self::PppWithoutIp,
    ];

    /// The reason in the words of the end report.
    pub const fn text(self) -> &'static str {
        match self {
            Self::UnsupportedLink => "unsupported link type",
            Self::LinkHeaderCut => "link header cut",
            Self::IpHeaderCut => "IP header cut",
            Self::IpHeaderTooShort => "IPv4 header length below 20",
            Self::WlanManagement => "802.11 management or control",
            Self::WlanEncrypted => "802.11 encrypted",
            Self::WlanWithoutData => "802.11 without data",
            Self::NestedTooDeep => "nested too deep",
            Self::SwitchedOff => "of a layer switched off",
            Self::LaterFragment => "later fragments",
            Self::HeadlessFragment => "fragments without first one",
            Self::PppWithoutIp => "PPP without IP",
        }
    }
}

/// Where the headers of tunnels are: decodes the packet once more and takes notes.
#[cold]
pub fn tunnel_offsets(packet: &Packet<'_>, settings: Settings) -> TunnelOffsets {
    let (mut layers, mut tunnel_offsets) = (Layers::default(), TunnelOffsets::default());
    let mut dissector = dissector::Dissector::new(packet, settings, &mut layers);
    dissector.tunnel_offsets = Some(&mut tunnel_offsets);
    // Whether it forms a flow is known already.
    let _ = dissector.run(packet.link);
    tunnel_offsets
}

/// Decodes one packet. The layers are valid in any case; `Err` says that they form no flow.
#[inline]
pub fn decode(packet: &Packet<'_>, settings: Settings, layers: &mut Layers) -> Result<(), NoFlow> {
    // A static, because a value built on the stack is written in parts and read back as a whole: the
    // processor waits for the parts.
    static NOTHING: Layers = Layers::NOTHING;
    if fast::decode(packet, settings, layers) {
        return Ok(());
    }
    *layers = NOTHING;
    dissector::Dissector::new(packet, settings, layers).run(packet.link)
}
