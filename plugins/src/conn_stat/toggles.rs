//! Switches of connStat.

use flowz_api::Toggles;

/// What is counted and reported.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Connections are counted while they live; 0: they count until the end of the run.
    #[toggle(name = "CS_HSDRM", default = true)]
    pub(crate) live: bool,
    /// Names the addresses with most peers in the report: 0 not, 1 it does.
    #[toggle(name = "CS_SDIPMAX", default = 1, min = 0, max = 1)]
    pub(crate) name_most: u8,
    /// Shows packets and bytes of the sender, and who sent most in the report.
    #[toggle(name = "CS_PBNMAX", default = true)]
    pub(crate) traffic: bool,
}
