//! How many packets came inside what, as far as the end report tells.

use flowz_api::Checkpoint;
use flowz_api::layers::Layers;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

/// Headers of a plain packet: Ethernet, IP, TCP. Among so few there is no LLC in front of IP.
const PLAIN_DEPTH: u16 = 3;
/// Tunnels and oddities that have a counter.
const TUNNELS: FlowStat = FlowStat::GRE
    .union(FlowStat::TEREDO)
    .union(FlowStat::AYIYA)
    .union(FlowStat::LAPD)
    .union(FlowStat::IPVX);

/// Packets by encapsulation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub struct EncapsulationCounts {
    /// LLC frames.
    pub llc: u64,
    /// GRE packets.
    pub gre: u64,
    /// LAPD frames.
    pub lapd: u64,
    /// Teredo packets.
    pub teredo: u64,
    /// AYIYA packets.
    pub ayiya: u64,
    /// Packets whose IP version and ethertype disagree.
    pub ipvx: u64,
}

impl EncapsulationCounts {
    /// Counts a packet.
    #[inline]
    pub fn add(&mut self, layers: &Layers) {
        if layers.chain.depth() > PLAIN_DEPTH || layers.is_layer2() {
            self.llc += u64::from(layers.chain.tokens().contains(&Token::Llc));
        }
        if layers.status.intersects(TUNNELS) {
            self.tunnels(layers.status);
        }
    }

    #[cold]
    fn tunnels(&mut self, status: FlowStat) {
        self.gre += u64::from(status.contains(FlowStat::GRE));
        self.lapd += u64::from(status.contains(FlowStat::LAPD));
        self.teredo += u64::from(status.contains(FlowStat::TEREDO));
        self.ayiya += u64::from(status.contains(FlowStat::AYIYA));
        self.ipvx += u64::from(status.contains(FlowStat::IPVX));
    }
}
