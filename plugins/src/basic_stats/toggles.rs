//! Switches of basicStats.

use flowz_api::Toggles;

/// What basicStats shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Shows what the opposite direction sent.
    #[toggle(default = true)]
    pub(crate) bs_rev_cnt: bool,
    /// Shows the padding bytes.
    #[toggle(default = true)]
    pub(crate) bs_pad: bool,
    /// Shows the statistics of sizes and inter-arrival times.
    #[toggle(default = true)]
    pub(crate) bs_stats: bool,
    /// Shows the statistics of packet sizes.
    #[toggle(default = true)]
    pub(crate) bs_pl_stats: bool,
    /// Shows the statistics of inter-arrival times.
    #[toggle(default = true)]
    pub(crate) bs_iat_stats: bool,
}

impl Toggles {
    /// Whether size statistics are shown.
    pub(crate) fn sizes(&self) -> bool {
        self.bs_stats && self.bs_pl_stats
    }

    /// Whether inter-arrival statistics are shown.
    pub(crate) fn gaps(&self) -> bool {
        self.bs_stats && self.bs_iat_stats
    }
}
