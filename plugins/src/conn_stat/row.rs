//! Columns of connStat.

use flowz_api::Row;

use super::connections::Counts;
use super::toggles::Toggles;

/// The flow table's columns, all 0 for layer-2 flows.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow {
    /// Peers of the source address, in the role that it has in this flow.
    #[col(name = "connSip")]
    pub(crate) source: u32,
    /// Peers of the destination address, in the role that it has in this flow.
    #[col(name = "connDip")]
    pub(crate) destination: u32,
    /// Flows between client and server.
    #[col(name = "connSipDip")]
    pub(crate) pair: u32,
    /// Flows of the client with this port of any server.
    #[col(name = "connSipDprt")]
    pub(crate) port: u32,
    /// Flows with the port by peers of the source: connSipDprt / connSip.
    #[col(name = "connF")]
    pub(crate) port_by_source: f32,
    /// Flows with the port by flows of the pair: connSipDprt / connSipDip.
    #[col(name = "connG")]
    pub(crate) port_by_pair: f32,
    /// Packets that the source address has sent.
    #[col(name = "connNumPCnt", unit = "packets", show = t.traffic)]
    pub(crate) packets: u64,
    /// Bytes that the source address has sent.
    #[col(name = "connNumBCnt", unit = "bytes", show = t.traffic)]
    pub(crate) bytes: u64,
}

impl FlowRow {
    /// From what was counted when the flow ended.
    pub(crate) fn from_counts(counts: Counts) -> Self {
        Self {
            source: counts.source,
            destination: counts.destination,
            pair: counts.pair,
            port: counts.port,
            port_by_source: ratio(counts.port, counts.source),
            port_by_pair: ratio(counts.port, counts.pair),
            packets: counts.packets,
            bytes: counts.bytes,
        }
    }
}

/// n/of; 0 of nothing.
pub(crate) fn ratio(n: u32, of: u32) -> f32 {
    if of == 0 { 0.0 } else { n as f32 / of as f32 }
}
