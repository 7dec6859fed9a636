//! Switches of macRecorder.

use flowz_api::Toggles;

/// What macRecorder shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Hardware addresses: 0 in hexadecimal, 1 as usual, 2 as a number.
    #[toggle(name = "MR_MAC_FMT", default = 1, min = 0, max = 2)]
    pub(crate) mac_fmt: u8,
    /// Shows the number of different pairs.
    #[toggle(name = "MR_NPAIRS", default = true)]
    pub(crate) npairs: bool,
    /// Labels of addresses: 0 none, 1 their first 24 bits, 2 short names, 3 long ones.
    #[toggle(name = "MR_MACLBL", default = 2, min = 0, max = 3)]
    pub(crate) maclbl: u8,
    /// Most pairs that are kept of a flow.
    #[toggle(name = "MR_MAX_MAC", default = 16, min = 1, max = 255)]
    pub(crate) max_mac: u8,
    /// Longest short label, with comma and country.
    #[toggle(name = "MAC_SORGLEN", default = 12, min = 4, max = 64)]
    pub(crate) sorglen: u8,
    /// Longest long label, with comma and country.
    #[toggle(name = "MAC_ORGLEN", default = 44, min = 4, max = 64)]
    pub(crate) orglen: u8,
}
