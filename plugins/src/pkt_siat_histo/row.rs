//! Columns of pktSIATHisto.

use flowz_api::Row;
use flowz_api::cell::List;

use super::toggles::Toggles;

/// Size, bin, and the packets with both, with this size, and in this bin.
pub(crate) type Entry = (u16, u32, u32, u32, u32);

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// Number of pairs of size and inter-arrival time.
    #[col(name = "tCnt", show = t.print)]
    pub(crate) pairs: u32,
    /// Size, lower edge of the bin of the inter-arrival time in milliseconds, packets with both, packets of this size, packets
    /// in this bin.
    #[col(name = "Ps_Iat_Cnt_PsCnt_IatCnt", show = t.print && !t.numbers)]
    pub(crate) edges: List<'a, Entry>,
    /// Size, number of the bin of the inter-arrival time, packets with both, packets of this size, packets in this
    /// bin.
    #[col(name = "Ps_IatBin_Cnt_PsCnt_IatCnt", show = t.print && t.numbers)]
    pub(crate) numbers: List<'a, Entry>,
}
