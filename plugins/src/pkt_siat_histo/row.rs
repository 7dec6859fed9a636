//! Columns of pktSIATHisto.

use flowz_api::Row;
use flowz_api::cell::{Each, List};

use super::toggles::Toggles;

/// Size, bin, and the packets with both, with this size, and in this bin.
pub(crate) type Entry = (u32, u32, u32, u32, u32);
/// The same as the reference has it: with a size of 16 bits.
pub(crate) type Entry16 = (u16, u32, u32, u32, u32);

/// An entry for the reference's columns.
fn in_16_bits(&(size, bin, both, of_size, in_bin): &Entry) -> Entry16 {
    (size as u16, bin, both, of_size, in_bin)
}

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// Number of pairs of size and inter-arrival time.
    #[col(name = "tCnt", show = t.print)]
    pub(crate) pairs: u32,
    /// Size, lower edge of the bin of the inter-arrival time in milliseconds, packets with both, packets of this size, packets
    /// in this bin.
    #[col(name = "Ps_Iat_Cnt_PsCnt_IatCnt", show = t.print && !t.numbers && !run.compat)]
    pub(crate) edges: List<'a, Entry>,
    /// The same with sizes in 16 bits.
    #[col(name = "Ps_Iat_Cnt_PsCnt_IatCnt", show = t.print && !t.numbers && run.compat)]
    pub(crate) edges_16: Each<'a, Entry, Entry16>,
    /// Size, number of the bin of the inter-arrival time, packets with both, packets of this size, packets in this
    /// bin.
    #[col(name = "Ps_IatBin_Cnt_PsCnt_IatCnt", show = t.print && t.numbers && !run.compat)]
    pub(crate) numbers: List<'a, Entry>,
    /// The same with sizes in 16 bits.
    #[col(name = "Ps_IatBin_Cnt_PsCnt_IatCnt", show = t.print && t.numbers && run.compat)]
    pub(crate) numbers_16: Each<'a, Entry, Entry16>,
}

impl<'a> FlowRow<'a> {
    /// The row of so many pairs.
    pub(crate) fn from_entries(entries: &'a [Entry]) -> Self {
        Self {
            pairs: entries.len() as u32,
            edges: List(entries),
            edges_16: Each(entries, in_16_bits),
            numbers: List(entries),
            numbers_16: Each(entries, in_16_bits),
        }
    }
}
