//! Switches of basicFlow.

use flowz_api::Toggles;
use flowz_api::settings::Run;

/// What basicFlow shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Adds the number of the sensor as the first column of the flow table.
    #[toggle(default = false)]
    pub(crate) bfo_sensorid: bool,
    /// Adds to each header chain how many packets had it.
    #[toggle(default = false)]
    pub(crate) bfo_hdrdesc_pktcnt: bool,
    /// Shows the hardware addresses of flows.
    #[toggle(default = true)]
    pub(crate) bfo_mac: bool,
    /// Shows the ethertype of flows.
    #[toggle(default = true)]
    pub(crate) bfo_ethertype: bool,
    /// MPLS: 0 nothing, 1 labels, 2 labels in hexadecimal, 3 whole headers, 4 label, traffic class,
    /// bottom of stack and time to live.
    #[toggle(default = 0, min = 0, max = 4)]
    pub(crate) bfo_mpls: u8,
    /// VLAN tags: 0 nothing, 1 identifiers, 2 control word and the type behind it, 3 type, priority,
    /// drop bit and identifier.
    #[toggle(default = 1, min = 0, max = 3)]
    pub(crate) bfo_vlan: u8,
    /// Shows GRE header and addresses of the tunnel.
    #[toggle(default = false)]
    pub(crate) bfo_gre: bool,
    /// Shows L2TP header and addresses of the tunnel.
    #[toggle(default = false)]
    pub(crate) bfo_l2tp: bool,
    /// Shows the PPP header.
    #[toggle(default = false)]
    pub(crate) bfo_ppp: bool,
    /// Shows the fields of LAPD.
    #[toggle(default = false)]
    pub(crate) bfo_lapd: bool,
    /// Shows what Teredo tells of servers and clients.
    #[toggle(default = false)]
    pub(crate) bfo_teredo: bool,
    /// Shows where addresses belong (`core.SUBNET_ON`): the country, and what the next ones ask for.
    #[toggle(default = true)]
    pub(crate) bfo_subnet_test: bool,
    /// Shows the organisations that have the addresses.
    #[toggle(default = true)]
    pub(crate) bfo_subnet_org: bool,
    /// Shows the autonomous systems that announce the addresses.
    #[toggle(default = false)]
    pub(crate) bfo_subnet_asn: bool,
    /// Most different header chains that a flow keeps; 0 shows none.
    #[toggle(default = 4)]
    pub(crate) bfo_max_hdrdesc: u8,
    /// Most hardware addresses per side that a flow keeps; 0 shows none.
    #[toggle(default = 3)]
    pub(crate) bfo_max_mac: u8,
    /// Most MPLS labels shown.
    #[toggle(default = 3)]
    pub(crate) bfo_max_mpls: u8,
    /// Most VLAN tags shown.
    #[toggle(default = 3)]
    pub(crate) bfo_max_vlan: u8,
}

impl Toggles {
    /// Whether all that flows keep has its usual size and form.
    pub(crate) fn is_plain(&self) -> bool {
        let lists = (self.bfo_max_hdrdesc, self.bfo_max_mac, self.bfo_max_vlan) == (4, 3, 3);
        let stacks = self.bfo_vlan == 1 && self.bfo_mpls == 0;
        let tunnels = self.bfo_gre || self.bfo_l2tp || self.bfo_ppp || self.bfo_teredo;
        lists && stacks && !tunnels && !self.bfo_hdrdesc_pktcnt && !self.bfo_lapd
    }

    /// Whether columns of places are shown.
    pub(crate) fn places(&self, run: &Run) -> bool {
        self.bfo_subnet_test && run.core.subnet_on
    }

    /// Whether MAC columns are shown.
    pub(crate) fn macs(&self) -> bool {
        self.bfo_mac && self.bfo_max_mac > 0
    }
}
