//! The table of histograms.

use flowz_api::Row;
use flowz_api::cell::{Label, Time};

use crate::tstat::toggles::Toggles;

/// A bin of a histogram of an interval that is not empty.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "tstat_hist")]
pub(crate) struct HistogramRow<'a> {
    /// Number of the interval, 0 for the one that begins with the first packet. Intervals without anything have no rows.
    #[col(name = "interval")]
    pub(super) interval: u64,
    /// When it begins.
    #[col(name = "start")]
    pub(super) start: Time,
    /// Name of the histogram; behind it `_in`, `_out` or `_loc` (both ends are inside), or `_c2s` or `_s2c`.
    #[col(name = "histogram")]
    pub(super) histogram: Label<'a>,
    /// What it is of, with the unit.
    #[col(name = "description")]
    pub(super) description: Label<'a>,
    /// Lower end of its first bin.
    #[col(name = "min")]
    pub(super) min: u32,
    /// Width of its bins.
    #[col(name = "bin_size")]
    pub(super) bin_size: u32,
    /// Lower end of its last bin, which has all larger values too.
    #[col(name = "max")]
    pub(super) max: u32,
    /// Lower end of the bin.
    #[col(name = "bin")]
    pub(super) bin: u32,
    /// Values in it; of `ip_bytes` their bytes.
    #[col(name = "count")]
    pub(super) count: u64,
}
