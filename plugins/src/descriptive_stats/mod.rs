//! Numbers that describe how a flow's packet sizes and inter-arrival times are distributed.
//!
//! They are those of the histogram of pktSIATHisto: sizes as they are, times as the middles of its bins, the last of which,
//! having no upper edge, counts with its lower one.
//!
//! | number | of sizes | of times |
//! |---|---|---|
//! | what counts | all packets | all but the first one, which has no packet before it |
//! | quartiles | values at the places n·q + ½, between two places in proportion (`DS_QUARTILES=1`: in the middle) | the same |
//! | mode | the smallest of the most frequent values | the same |
//! | deviation | with the number of values | with the number of values less one |
//! | robust deviation | 0.7413 times the interquartile range (for normal distributions that is the deviation), or the deviation if that is smaller | the same |
//! | skewness, excess | central moments by the number of values: third by the variance to the power of 1.5; fourth by the square of the variance, less 3 | the same |
//!
//! All times are 0 in flows of one packet. In flows of two packets the one time is shown as the lower edge of its bin.
//!
//! With `--compat` quartiles of times are the values behind the places (n − 1)·q + 1, as in the reference, so that the median of two
//! values is the larger one; the largest of times that are all in the first bin is 0; and sums are rounded to single precision.

mod gaps;
mod moments;
mod numbers;
mod quantile;
mod row;
mod sizes;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::fact::FactId;
use flowz_api::inventory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;

use crate::pkt_siat_histo::bins::Bins;
use crate::pkt_siat_histo::fact::HistogramFact;
use moments::Precision;
use numbers::Numbers;
use row::FlowRow;
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<DescriptiveStats>() }

/// An entry of the histogram: packets of this size in the bin of times with this lower edge in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Pair {
    pub(crate) size: u32,
    pub(crate) edge: u32,
    pub(crate) count: u32,
}

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct DescriptiveStats {
    #[merge(keep)]
    toggles: Toggles,
}

impl Plugin for DescriptiveStats {
    const INFO: Info = Info::new(
        "descriptiveStats",
        702,
        "Quartiles, moments and more of packet sizes and inter-arrival times",
    )
    .requires(&["pktSIATHisto"])
    .reads(&[FactId::of::<HistogramFact>()]);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = ();
    type Row<'a> = FlowRow;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self { toggles: setup.toggles.clone() })
    }

    fn on_new_flow(&mut self, _: &mut PacketContext<'_>, (): &mut ()) -> Interest {
        Interest::None
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, (): &'a ()) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        (): &'a mut (),
        _: Option<&'a mut ()>,
    ) -> FlowRow {
        let histogram = cx.fact::<Self, HistogramFact>();
        let [sizes, gaps] = histogram.map_or_else(Default::default, |histogram| {
            let bins = Bins::new(histogram.sections);
            describe(&pairs(&histogram), &self.toggles, bins, cx.run.compat)
        });
        FlowRow::from_numbers(&sizes, &gaps)
    }
}

/// The entries of a histogram.
fn pairs(histogram: &HistogramFact) -> Vec<Pair> {
    let HistogramFact { sizes, edges, counts, .. } = histogram;
    let all = sizes.iter().zip(edges).zip(counts);
    all.map(|((&size, &edge), &count)| Pair { size, edge, count }).collect()
}

/// The numbers of sizes and of times in a histogram that is in the order of sizes.
fn describe(pairs: &[Pair], toggles: &Toggles, bins: Bins, compat: bool) -> [Numbers; 2] {
    let middle = toggles.quartiles != 0;
    // The reference adds up in single precision.
    let precision = if compat { Precision::Single } else { Precision::Double };
    let mut numbers = [Numbers::default(); 2];
    if toggles.sizes {
        numbers[0] = sizes::describe(pairs, middle, precision);
    }
    if toggles.gaps {
        numbers[1] = gaps::describe(pairs, bins, middle, compat);
    }
    numbers
}
