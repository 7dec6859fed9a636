//! Switches of nfstream.

use flowz_api::Toggles;

/// What sizes are, when records end, how many packets are listed.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// What the size of a packet is: 0 that of the frame, 1 from the IP header on as that says, 2 the same without the IP header, 3 without the layer-4 header
    /// too (`accounting_mode` of the tool). 2 and 3 are 0 unless TCP, UDP (whose own length does not count) or ICMP (8 bytes of header).
    #[toggle(name = "NFSTREAM_ACCOUNTING", default = 0, min = 0, max = 3)]
    pub(crate) accounting: u8,
    /// Seconds without a packet behind which a record ends (`idle_timeout`). A smaller `core.FLOW_TIMEOUT` ends it earlier.
    #[toggle(name = "NFSTREAM_IDLE", default = 120, min = 1, max = 86_400)]
    pub(crate) idle: u32,
    /// Seconds behind a record's first packet behind which the next packet begins another one (`active_timeout`).
    #[toggle(name = "NFSTREAM_ACTIVE", default = 1800, min = 1, max = 604_800)]
    pub(crate) active: u32,
    /// Packets of which direction, size and time are listed (`splt_analysis`).
    #[toggle(name = "NFSTREAM_SPLT", default = 10, min = 1, max = 255)]
    pub(crate) splt: u8,
}
