//! Columns of macRecorder.

use flowz_api::Row;
use flowz_api::cell::{Hex8, Hex64, List, Mac};

use super::label::Label;
use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// 01: there were more pairs than are kept.
    #[col(name = "macStat")]
    pub(crate) stat: Hex8,
    /// Different pairs of source and destination address that were kept.
    #[col(name = "macPairs", show = t.npairs)]
    pub(crate) count: u32,
    /// Source, destination, packets of each pair.
    #[col(name = "srcMac_dstMac_numP", unit = "packets", show = t.mac_fmt == 1)]
    pub(crate) pairs: List<'a, (Mac, Mac, u64)>,
    /// Source, destination, packets of each pair, addresses as 64-bit numbers in hexadecimal.
    #[col(name = "srcMac_dstMac_numP", unit = "packets", show = t.mac_fmt == 0)]
    pub(crate) hex_pairs: List<'a, (Hex64, Hex64, u64)>,
    /// Source, destination, packets of each pair, addresses as numbers.
    #[col(name = "srcMac_dstMac_numP", unit = "packets", show = t.mac_fmt == 2)]
    pub(crate) number_pairs: List<'a, (u64, u64, u64)>,
    /// Who made the devices, or what group an address is for.
    #[col(name = "srcMacLbl_dstMacLbl", show = t.maclbl > 0)]
    pub(crate) labels: List<'a, (Label, Label)>,
}

/// The packet table's columns; empty where there is no Ethernet header.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// Who made the sender, or what group its address is for.
    #[col(name = "srcMacLbl", show = t.maclbl > 0)]
    pub(crate) source: Option<Label>,
    /// Who made the receiver, or what group its address is for.
    #[col(name = "dstMacLbl", show = t.maclbl > 0)]
    pub(crate) destination: Option<Label>,
}
