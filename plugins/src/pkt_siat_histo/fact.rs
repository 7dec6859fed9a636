//! What other plugins may know of a flow that ends.

use flowz_api::Fact;

use super::bins::Bins;
use super::histogram::Histogram;

/// The histogram: an element of each list per pair, in the order of sizes, then of times.
#[derive(Fact, Clone, PartialEq, Eq, Debug)]
#[fact(plugin = "pktSIATHisto", name = "histogram", version = 2)]
pub(crate) struct HistogramFact {
    /// Sections of the scale of inter-arrival times.
    pub(crate) sections: u32,
    /// Packet sizes.
    pub(crate) sizes: Vec<u32>,
    /// Lower edges of the bins of inter-arrival times, in milliseconds.
    pub(crate) edges: Vec<u32>,
    /// Packets with both.
    pub(crate) counts: Vec<u32>,
}

impl HistogramFact {
    /// The fact of a flow.
    pub(crate) fn from_histogram(histogram: &Histogram, sections: u32) -> Self {
        let bins = Bins::new(sections);
        Self {
            sections,
            sizes: histogram.iter().map(|pair| pair.0).collect(),
            edges: histogram.iter().map(|pair| bins.edge(pair.1)).collect(),
            counts: histogram.iter().map(|pair| pair.2).collect(),
        }
    }
}
