//! Toggles of this sink. Names that the reference's netflowSink has too are its.

use flowz_api::Toggles;

/// Where messages go, and what is in them.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct IpfixToggles {
    /// Host of the collector, by name or address.
    #[toggle(name = "NF_SERVADD", default = "127.0.0.1")]
    pub(super) address: String,
    /// Its port; that of IPFIX is 4739.
    #[toggle(name = "NF_DPORT", default = 9995, min = 1, max = 65535)]
    pub(super) port: u16,
    /// Messages go by UDP (0), by TCP (1), or into the file PREFIX_flows.ipfix (2).
    #[toggle(name = "NF_SOCKTYPE", default = 0, min = 0, max = 2)]
    pub(super) transport: u8,
    /// Version: IPFIX (10) or NetFlow 9 (9).
    #[toggle(name = "NF_VER", default = 10, min = 9, max = 10)]
    pub(super) version: u8,
    /// Most flows of IPv4 in a message.
    #[toggle(name = "NF_NUM4FLWS", default = 200, min = 1, max = 65535)]
    pub(super) most4: u16,
    /// Most other flows in a message.
    #[toggle(name = "NF_NUM6FLWS", default = 100, min = 1, max = 65535)]
    pub(super) most6: u16,
    /// Most bytes of a message by UDP, so that it fits into a packet; a row or a template that needs more has a larger message of its own.
    #[toggle(name = "NF_MTU", default = 1420, min = 512, max = 65507)]
    pub(super) mtu: u16,
    /// All columns: those for which IANA has no element become elements of the enterprise NF_ENTERPRISE. Only IPFIX.
    #[toggle(name = "NF_COLUMNS", default = false)]
    pub(super) all_columns: bool,
    /// Private enterprise number of these elements. 32473 is for examples (RFC 5612): have one of your own.
    #[toggle(name = "NF_ENTERPRISE", default = 32_473, min = 1, max = 4_294_967_295.0)]
    pub(super) enterprise: u32,
    /// One record for both directions, with reverse elements (RFC 5103). Only IPFIX, and not with NF_COLUMNS.
    #[toggle(name = "NF_BIFLOW", default = false)]
    pub(super) biflow: bool,
    /// Observation domain (IPFIX) or source (NetFlow 9).
    #[toggle(name = "NF_DOMAIN", default = 0)]
    pub(super) domain: u32,
    /// Seconds after which templates are sent again by UDP.
    #[toggle(name = "NF_TEMPLATE_S", default = 60, min = 1, max = 86400)]
    pub(super) template_seconds: u32,
    /// Messages after which templates are sent again by UDP.
    #[toggle(name = "NF_TEMPLATE_N", default = 100, min = 1, max = 1_000_000)]
    pub(super) template_messages: u32,
    /// Seconds for which a collector that is away is tried again by TCP; then its rows are lost.
    #[toggle(name = "NF_PATIENCE", default = 60, min = 0, max = 86400)]
    pub(super) patience: u32,
}
