//! Decoding with the settings of a run.

use flowz_api::layers::Layers;
use flowz_api::packet::Packet;
use flowz_api::settings::{Run, TunnelKeys};
use flowz_api::status::FlowStat;
use flowz_api::tunnel_offsets::TunnelOffsets;
use flowz_decode::NoFlow;

/// Whether a packet forms a flow, and if not, why.
pub type Verdict = Result<(), NoFlow>;

/// The decoder of a run. It remembers nothing, so packets may be decoded ahead and elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Decoder {
    settings: flowz_decode::Settings,
}

impl Decoder {
    /// The decoder with the settings of this run.
    pub fn new(run: &Run) -> Self {
        Self { settings: settings(run) }
    }

    /// Decodes a packet.
    #[inline]
    pub fn decode(&self, packet: &Packet<'_>, layers: &mut Layers) -> Verdict {
        let verdict = flowz_decode::decode(packet, self.settings, layers);
        // The reference keeps 16 bits of a longer payload.
        if self.settings.compat && layers.l7_len > 0 {
            layers.l7_len = layers.wrapped_l7_len(packet.wire_len).into();
        }
        verdict
    }

    /// Where the headers of tunnels are, if there are any.
    #[inline]
    pub fn tunnel_offsets(&self, packet: &Packet<'_>, layers: &Layers) -> Option<TunnelOffsets> {
        let tunnels = layers.status.intersects(TUNNELS);
        tunnels.then(|| flowz_decode::tunnel_offsets(packet, self.settings))
    }
}

/// Status bits of packets whose tunnels' headers plugins may want to see.
const TUNNELS: FlowStat = FlowStat::GRE
    .union(FlowStat::L2TP)
    .union(FlowStat::PPP)
    .union(FlowStat::PPPOE_SESSION)
    .union(FlowStat::TEREDO);

/// What the decoder unpacks in this run.
fn settings(run: &Run) -> flowz_decode::Settings {
    flowz_decode::Settings {
        encapsulations: run.core.encapsulations(),
        max_nesting: u8::try_from(run.core.max_nesting).unwrap_or(u8::MAX),
        tunnel_keys: TunnelKeys::from_bits_truncate(run.core.tunnel_key),
        outer_key: run.core.outer_key,
        interpret_ipvx: run.core.ipvx_interpret,
        control_word: run.core.pw_eth_cw,
        lapd: run.core.lapd_activate,
        describes: run.core.t2_pri_hdrdesc,
        ipv4: run.core.ipv6_activate != 1,
        ipv6: run.core.ipv6_activate != 0,
        compat: run.compat,
    }
}
