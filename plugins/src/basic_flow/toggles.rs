//! Switches of basicFlow.

use flowz_api::Toggles;

/// What basicFlow shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Adds the number of the sensor as the first column.
    #[toggle(default = false)]
    pub(crate) bfo_sensorid: bool,
    /// Shows the hardware addresses.
    #[toggle(default = true)]
    pub(crate) bfo_mac: bool,
    /// Shows the ethertype.
    #[toggle(default = true)]
    pub(crate) bfo_ethertype: bool,
}
