//! Switches of descriptiveStats.

use flowz_api::Toggles;

/// What is computed.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Computes and shows the numbers of packet sizes.
    #[toggle(name = "DS_PS_CALC", default = true)]
    pub(crate) sizes: bool,
    /// Computes and shows the numbers of inter-arrival times.
    #[toggle(name = "DS_IAT_CALC", default = true)]
    pub(crate) gaps: bool,
    /// Quartiles between two values: 0 in proportion to where between, 1 in the middle.
    #[toggle(name = "DS_QUARTILES", default = 0, min = 0, max = 1)]
    pub(crate) quartiles: u8,
}
