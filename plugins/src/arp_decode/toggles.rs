//! Switches of arpDecode.

use flowz_api::Toggles;

/// What arpDecode keeps.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Most pairs of addresses that are kept of a flow.
    #[toggle(name = "ARP_MAX_IP", default = 10, min = 1, max = 255)]
    pub(crate) max_ip: u8,
}
