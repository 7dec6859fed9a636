//! Columns of tcpWin.

use flowz_api::Row;
use flowz_api::cell::Hex8;

use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow {
    /// Flags seen, windows below the threshold (0x80), flow cut (0x40).
    #[col(name = "tcpWinStat")]
    pub(crate) stat: Hex8,
    /// State of the direction: 0 new, 1 begun, 2 established, 4 to be cut.
    #[col(name = "tcpWinState")]
    pub(crate) state: Hex8,
    /// Packets with a window below the threshold.
    #[col(name = "tcpWinThCnt", unit = "packets", counter = true)]
    pub(crate) count: u32,
}

/// The packet table's columns; empty where the packet has no TCP header.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// Flags seen so far, windows below the threshold (0x80), flow cut (0x40).
    #[col(name = "tcpWinStat")]
    pub(crate) stat: Hex8,
    /// State of the direction after this packet.
    #[col(name = "tcpWinState")]
    pub(crate) state: Hex8,
    /// Window field of this packet, not scaled.
    #[col(name = "tcpWinRaw")]
    pub(crate) window: Option<u16>,
    /// Packets with a window below the threshold so far.
    #[col(name = "tcpWinThCnt", unit = "packets")]
    pub(crate) count: u32,
    /// Timeout of the flow after this packet.
    #[col(name = "flowTmout", unit = "s")]
    pub(crate) timeout: f64,
}
