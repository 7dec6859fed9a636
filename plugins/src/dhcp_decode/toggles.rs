//! Switches of dhcpDecode.

use flowz_api::Toggles;

/// What dhcpDecode keeps and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Message types and options as: 0 bit fields, 1 lists of numbers.
    #[toggle(name = "DHCPMOTOUT", default = 1, min = 0, max = 1)]
    pub(crate) lists: u8,
    /// Most options in the list of a flow.
    #[toggle(name = "DHCPOPTMAX", default = 20, min = 1, max = 255)]
    pub(crate) max_options: u8,
    /// Most message types in the list of a flow.
    #[toggle(name = "DHCPMSGMAX", default = 20, min = 1, max = 255)]
    pub(crate) max_types: u8,
    /// Most hardware addresses, host names and domain names that a flow keeps of each.
    #[toggle(name = "DHCPNMMAX", default = 10, min = 1, max = 255)]
    pub(crate) max_names: u8,
    /// Shows the network mask as: 0 a hexadecimal number, 1 an address.
    #[toggle(name = "DHCPMASKFRMT", default = 1, min = 0, max = 1)]
    pub(crate) mask_as_address: u8,
    /// Shows with each hardware address, host name and domain name how often it was seen.
    #[toggle(name = "DHCP_ADD_CNT", default = false)]
    pub(crate) with_counts: bool,
    /// Shows for the IPv4 addresses of every flow to which hardware addresses they were given.
    #[toggle(name = "DHCP_FLAG_MAC", default = false)]
    pub(crate) leases: bool,
}

impl Toggles {
    /// Message types and options are lists.
    pub(crate) fn as_lists(&self) -> bool {
        self.lists == 1
    }
}
