//! Columns of macRecorder.

use flowz_api::Row;
use flowz_api::cell::{Cell, Hex8, Hex64, Label, List};
use flowz_api::cell_writer::CellWriter;
use flowz_api::column::Type;

use super::known::{KnownLabels, LabelId};
use super::pairs::{Pair, Pairs, number};
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
    pub(crate) pairs: PairList<'a>,
    /// Source, destination, packets of each pair, addresses as 64-bit numbers in hexadecimal.
    #[col(name = "srcMac_dstMac_numP", unit = "packets", show = t.mac_fmt == 0)]
    pub(crate) hex_pairs: HexPairList<'a>,
    /// Source, destination, packets of each pair, addresses as numbers.
    #[col(name = "srcMac_dstMac_numP", unit = "packets", show = t.mac_fmt == 2)]
    pub(crate) number_pairs: NumberPairList<'a>,
    /// Who made the devices, or what group an address is for.
    #[col(name = "srcMacLbl_dstMacLbl", show = t.maclbl > 0)]
    pub(crate) labels: LabelList<'a>,
}

/// The packet table's columns; empty where there is no Ethernet header.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow<'a> {
    /// Who made the sender, or what group its address is for.
    #[col(name = "srcMacLbl", show = t.maclbl > 0)]
    pub(crate) source: OneLabel<'a>,
    /// Who made the receiver, or what group its address is for.
    #[col(name = "dstMacLbl", show = t.maclbl > 0)]
    pub(crate) destination: OneLabel<'a>,
}

/// Source, destination, packets of a flow's pairs.
#[derive(Debug)]
pub(crate) struct PairList<'a>(pub(crate) &'a Pairs);

/// The same with addresses in hexadecimal.
#[derive(Debug)]
pub(crate) struct HexPairList<'a>(pub(crate) &'a Pairs);

/// The same with addresses as numbers.
#[derive(Debug)]
pub(crate) struct NumberPairList<'a>(pub(crate) &'a Pairs);

/// Labels of both addresses of pairs.
#[derive(Debug)]
pub(crate) struct LabelList<'a>(pub(crate) &'a KnownLabels, pub(crate) &'a [(LabelId, LabelId)]);

/// The label of an address, if there is an address.
#[derive(Debug)]
pub(crate) struct OneLabel<'a>(pub(crate) Option<&'a [u8]>);

impl Cell for OneLabel<'_> {
    const TYPE: Type = <Option<Label<'static>>>::TYPE;

    fn put(&self, out: &mut impl CellWriter) {
        match self.0 {
            Some(label) => Label(label).put_some(out),
            None => out.none(),
        }
    }
}

impl Cell for PairList<'_> {
    const TYPE: Type = <List<'_, Pair>>::TYPE;

    fn put(&self, out: &mut impl CellWriter) {
        out.list(self.0.kept(), self.0.iter());
    }
}

impl Cell for HexPairList<'_> {
    const TYPE: Type = <List<'_, (Hex64, Hex64, u64)>>::TYPE;

    fn put(&self, out: &mut impl CellWriter) {
        out.list(
            self.0.kept(),
            self.0.iter().map(|(source, destination, packets)| {
                (Hex64(number(source)), Hex64(number(destination)), packets)
            }),
        );
    }
}

impl Cell for NumberPairList<'_> {
    const TYPE: Type = <List<'_, (u64, u64, u64)>>::TYPE;

    fn put(&self, out: &mut impl CellWriter) {
        out.list(
            self.0.kept(),
            self.0.iter().map(|(source, destination, packets)| {
                (number(source), number(destination), packets)
            }),
        );
    }
}

impl Cell for LabelList<'_> {
    const TYPE: Type = <List<'_, (Label<'static>, Label<'static>)>>::TYPE;

    fn put(&self, out: &mut impl CellWriter) {
        out.list(
            self.1.len(),
            self.1.iter().map(|(source, destination)| {
                (Label(self.0.text(*source)), Label(self.0.text(*destination)))
            }),
        );
    }
}
