//! Columns of descriptiveStats.

use flowz_api::Row;

use super::numbers::Numbers;
use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow {
    /// Smallest packet size.
    #[col(name = "dsMinPl", unit = "bytes", show = t.sizes)]
    pub(crate) size_min: f32,
    /// Largest packet size.
    #[col(name = "dsMaxPl", unit = "bytes", show = t.sizes)]
    pub(crate) size_max: f32,
    /// Mean packet size.
    #[col(name = "dsMeanPl", unit = "bytes", show = t.sizes)]
    pub(crate) size_mean: f32,
    /// Lower quartile of the packet size.
    #[col(name = "dsLowQuartilePl", unit = "bytes", show = t.sizes)]
    pub(crate) size_low_quartile: f32,
    /// Median of the packet size.
    #[col(name = "dsMedianPl", unit = "bytes", show = t.sizes)]
    pub(crate) size_median: f32,
    /// Upper quartile of the packet size.
    #[col(name = "dsUppQuartilePl", unit = "bytes", show = t.sizes)]
    pub(crate) size_upp_quartile: f32,
    /// Upper less lower quartile of the packet size.
    #[col(name = "dsIqdPl", unit = "bytes", show = t.sizes)]
    pub(crate) size_interquartile: f32,
    /// Most frequent packet size, the smallest of those.
    #[col(name = "dsModePl", unit = "bytes", show = t.sizes)]
    pub(crate) size_mode: f32,
    /// Largest less smallest packet size.
    #[col(name = "dsRangePl", unit = "bytes", show = t.sizes)]
    pub(crate) size_range: f32,
    /// Standard deviation of the packet size.
    #[col(name = "dsStdPl", unit = "bytes", show = t.sizes)]
    pub(crate) size_deviation: f32,
    /// Standard deviation of the packet size, or 0.7413 times the interquartile range if that is smaller.
    #[col(name = "dsRobStdPl", unit = "bytes", show = t.sizes)]
    pub(crate) size_robust_deviation: f32,
    /// Skewness of the packet size: third central moment by the variance to the power of 1.5.
    #[col(name = "dsSkewPl", show = t.sizes)]
    pub(crate) size_skewness: f32,
    /// Excess of the packet size: fourth central moment by the square of the variance, less 3.
    #[col(name = "dsExcPl", show = t.sizes)]
    pub(crate) size_excess: f32,
    /// Smallest inter-arrival time, in milliseconds.
    #[col(name = "dsMinIat", show = t.gaps)]
    pub(crate) gap_min: f32,
    /// Largest inter-arrival time, in milliseconds.
    #[col(name = "dsMaxIat", show = t.gaps)]
    pub(crate) gap_max: f32,
    /// Mean inter-arrival time, in milliseconds.
    #[col(name = "dsMeanIat", show = t.gaps)]
    pub(crate) gap_mean: f32,
    /// Lower quartile of the inter-arrival time, in milliseconds.
    #[col(name = "dsLowQuartileIat", show = t.gaps)]
    pub(crate) gap_low_quartile: f32,
    /// Median of the inter-arrival time, in milliseconds.
    #[col(name = "dsMedianIat", show = t.gaps)]
    pub(crate) gap_median: f32,
    /// Upper quartile of the inter-arrival time, in milliseconds.
    #[col(name = "dsUppQuartileIat", show = t.gaps)]
    pub(crate) gap_upp_quartile: f32,
    /// Upper less lower quartile of the inter-arrival time, in milliseconds.
    #[col(name = "dsIqdIat", show = t.gaps)]
    pub(crate) gap_interquartile: f32,
    /// Most frequent inter-arrival time, the smallest of those, in milliseconds.
    #[col(name = "dsModeIat", show = t.gaps)]
    pub(crate) gap_mode: f32,
    /// Largest less smallest inter-arrival time, in milliseconds.
    #[col(name = "dsRangeIat", show = t.gaps)]
    pub(crate) gap_range: f32,
    /// Standard deviation of the inter-arrival time, in milliseconds.
    #[col(name = "dsStdIat", show = t.gaps)]
    pub(crate) gap_deviation: f32,
    /// Standard deviation of the inter-arrival time, or 0.7413 times the interquartile range if that is smaller, in milliseconds.
    #[col(name = "dsRobStdIat", show = t.gaps)]
    pub(crate) gap_robust_deviation: f32,
    /// Skewness of the inter-arrival time: third central moment by the variance to the power of 1.5.
    #[col(name = "dsSkewIat", show = t.gaps)]
    pub(crate) gap_skewness: f32,
    /// Excess of the inter-arrival time: fourth central moment by the square of the variance, less 3.
    #[col(name = "dsExcIat", show = t.gaps)]
    pub(crate) gap_excess: f32,
}

impl FlowRow {
    /// From the numbers of sizes and times.
    pub(crate) fn from_numbers(size: &Numbers, gap: &Numbers) -> Self {
        Self {
            size_min: size.min as f32,
            size_max: size.max as f32,
            size_mean: size.mean as f32,
            size_low_quartile: size.quartiles[0] as f32,
            size_median: size.quartiles[1] as f32,
            size_upp_quartile: size.quartiles[2] as f32,
            size_interquartile: size.interquartile() as f32,
            size_mode: size.mode as f32,
            size_range: size.range() as f32,
            size_deviation: size.deviation as f32,
            size_robust_deviation: size.robust_deviation() as f32,
            size_skewness: size.skewness as f32,
            size_excess: size.excess as f32,
            gap_min: gap.min as f32,
            gap_max: gap.max as f32,
            gap_mean: gap.mean as f32,
            gap_low_quartile: gap.quartiles[0] as f32,
            gap_median: gap.quartiles[1] as f32,
            gap_upp_quartile: gap.quartiles[2] as f32,
            gap_interquartile: gap.interquartile() as f32,
            gap_mode: gap.mode as f32,
            gap_range: gap.range() as f32,
            gap_deviation: gap.deviation as f32,
            gap_robust_deviation: gap.robust_deviation() as f32,
            gap_skewness: gap.skewness as f32,
            gap_excess: gap.excess as f32,
        }
    }
}
