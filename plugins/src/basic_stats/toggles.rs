//! Switches of basicStats.

use flowz_api::Toggles;

/// What basicStats counts and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Adds what both directions sent together.
    #[toggle(default = false)]
    pub(crate) bs_aggr_cnt: bool,
    /// Shows what the other direction sent.
    #[toggle(default = true)]
    pub(crate) bs_rev_cnt: bool,
    /// Lengths are counted modulo this number; 0 counts them as they are.
    #[toggle(default = 0)]
    pub(crate) bs_mod: u16,
    /// Shows the padding bytes.
    #[toggle(default = true)]
    pub(crate) bs_pad: bool,
    /// Shows rates, asymmetries and the statistics of sizes and inter-arrival times, and the largest
    /// rates in the report.
    #[toggle(default = true)]
    pub(crate) bs_stats: bool,
    /// Shows the statistics of packet sizes.
    #[toggle(default = true)]
    pub(crate) bs_pl_stats: bool,
    /// Shows the statistics of inter-arrival times.
    #[toggle(default = true)]
    pub(crate) bs_iat_stats: bool,
    /// Shows variances; skewness and kurtosis need it too.
    #[toggle(default = false)]
    pub(crate) bs_var: bool,
    /// Shows standard deviations.
    #[toggle(default = true)]
    pub(crate) bs_stddev: bool,
    /// Shows skewness and kurtosis, if `BS_VAR` is set.
    #[toggle(default = true)]
    pub(crate) bs_sk: bool,
    /// Packets that count for the statistics: 0 all, 1 longer than `BS_XMIN`, 2 shorter than
    /// `BS_XMAX`, 3 from `BS_XMIN` to `BS_XMAX`, 4 shorter than `BS_XMIN` or longer than `BS_XMAX`.
    #[toggle(default = 0, min = 0, max = 4)]
    pub(crate) bs_xcld: u8,
    /// Lower limit of `BS_XCLD`.
    #[toggle(default = 1)]
    pub(crate) bs_xmin: u32,
    /// Upper limit of `BS_XCLD`; with 65535 there is none.
    #[toggle(default = 65535)]
    pub(crate) bs_xmax: u32,
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

    /// Whether skewness and kurtosis are computed.
    pub(crate) fn shape(&self) -> bool {
        self.bs_stats && self.bs_var && self.bs_sk
    }

    /// Whether a packet of this length counts for the statistics.
    pub(crate) fn counts(&self, size: u32, compat: bool) -> bool {
        // Where lengths have 16 bits, this one is no shorter than the limit.
        let most = if self.bs_xmax == u16::MAX.into() && !compat { u32::MAX } else { self.bs_xmax };
        let (above, below) = (size > self.bs_xmin, size < most);
        match self.bs_xcld {
            0 => true,
            1 => above,
            2 => below,
            3 => (self.bs_xmin..=most).contains(&size),
            // The reference asks for both at once, which no packet can be.
            _ => !compat && (size < self.bs_xmin || size > most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Toggles;

    #[test]
    fn which_packets_count() {
        let counting = |bs_xcld, compat| {
            let t = Toggles { bs_xcld, bs_xmin: 10, bs_xmax: 20, ..Toggles::default() };
            [9, 10, 11, 19, 20, 21].map(|size| u8::from(t.counts(size, compat)))
        };
        assert_eq!(counting(0, false), [1, 1, 1, 1, 1, 1]);
        assert_eq!(counting(1, false), [0, 0, 1, 1, 1, 1]);
        assert_eq!(counting(2, false), [1, 1, 1, 1, 0, 0]);
        assert_eq!(counting(3, false), [0, 1, 1, 1, 1, 0]);
        assert_eq!(counting(4, false), [1, 0, 0, 0, 0, 1]);
        assert_eq!(counting(4, true), [0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn the_largest_limit_of_16_bits_is_none() {
        let counting = |bs_xcld, bs_xmax, compat| {
            let t = Toggles { bs_xcld, bs_xmin: 10, bs_xmax, ..Toggles::default() };
            [65_534, 65_535, 80_000].map(|size| u8::from(t.counts(size, compat)))
        };
        assert_eq!([2, 3, 4].map(|n| counting(n, 65_535, false)), [[1; 3], [1; 3], [0; 3]]);
        assert_eq!(counting(2, 65_535, true)[..2], [1, 0]);
        assert_eq!(counting(2, 70_000, false), [1, 1, 0]);
    }
}
