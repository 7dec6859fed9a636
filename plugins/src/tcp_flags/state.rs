//! State of one direction of a flow.

use super::boottime::Clock;
use super::ip::IpState;
use super::options::{MoreKinds, Options};
use super::rtt::Rtt;
use super::sequence::Sequence;
use super::window::Window;
use flowz_api::Checkpoint;

/// State of one direction.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct FlowState {
    /// IP headers.
    pub(crate) ip: IpState,
    /// Waiting times.
    pub(crate) rtt: Rtt,
    /// Packets.
    pub(crate) packets: u32,
    /// Bits of `tcpFStat` that last from packet to packet.
    pub(crate) lasting: u16,
    /// All bits of `tcpFStat`.
    pub(crate) stat: u16,
    /// TCP.
    pub(crate) tcp: TcpState,
}

/// The TCP part of it.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct TcpState {
    /// Packets.
    pub(crate) packets: u32,
    /// All bits of `tcpFlags`.
    pub(crate) flags: u16,
    /// All bits of `tcpAnomaly`.
    pub(crate) anomaly: u16,
    /// Receive window.
    pub(crate) window: Window,
    /// Sequence and acknowledgement numbers.
    pub(crate) sequence: Sequence,
    /// Options.
    pub(crate) options: Options,
    /// Timestamp options.
    pub(crate) clock: Clock,
    /// What few flows have.
    pub(crate) rare: Option<Box<Rare>>,
}

/// What few flows have.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Rare {
    /// Packets per flag and combination, if they are counted.
    pub(crate) counts: [u16; 16],
    /// Kinds of options in SYN packets beyond the usual number.
    pub(crate) kinds: MoreKinds,
}

#[cfg(test)]
mod tests {
    use super::FlowState;

    #[test]
    fn the_state_stays_small() {
        assert!(size_of::<FlowState>() <= 256);
    }
}
