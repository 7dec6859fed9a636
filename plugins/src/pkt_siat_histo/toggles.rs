//! Switches of pktSIATHisto.

use flowz_api::Toggles;

use super::bins;

/// What is counted and shown.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Shows the columns; 0: the histogram is only made, for plugins that need it.
    #[toggle(name = "PRINT_HISTO", default = true)]
    pub(crate) print: bool,
    /// Shows the numbers of bins, from 0 on, in place of their lower edges.
    #[toggle(name = "HISTO_PRINT_BIN", default = false)]
    pub(crate) numbers: bool,
    /// Only packets longer than `PSI_XMIN` count.
    #[toggle(name = "PSI_XCLD", default = false)]
    pub(crate) exclude: bool,
    /// Longest packet that `PSI_XCLD` leaves out.
    #[toggle(name = "PSI_XMIN", default = 1)]
    pub(crate) limit: u32,
    /// Lengths are counted modulo this number; 0 counts them as they are.
    #[toggle(name = "PSI_MOD", default = 0)]
    pub(crate) modulus: u16,
    /// Sections of the scale of inter-arrival times; what is longer than the last one is in one bin.
    #[toggle(name = "IATSECMAX", default = 3, min = 1, max = bins::MOST_SECTIONS)]
    pub(crate) sections: u32,
}
