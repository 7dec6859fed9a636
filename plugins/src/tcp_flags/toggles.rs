//! Settings of the plugin.

use flowz_api::Toggles;

/// Settings of `tcpFlags`.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct TcpFlagsToggles {
    /// How the type of service is shown: 0 as the byte, 1 as DSCP and ECN, 2 as precedence and ECN.
    #[toggle(name = "IPTOS", default = 0, min = 0, max = 2)]
    pub(crate) ip_tos: u8,
    /// Round-trip times; 0: what is sent again after 0.9 s counts as sent again after a timeout.
    #[toggle(name = "RTT_ESTIMATE", default = true)]
    pub(crate) rtt: bool,
    /// Checksums: 0 none, 1 of the IPv4 header, 2 of layer 4 too.
    #[toggle(name = "IPCHECKSUM", default = 2, min = 0, max = 2)]
    pub(crate) checksum: u8,
    /// Statistics of the receive window.
    #[toggle(name = "WINDOWSIZE", default = true)]
    pub(crate) window: bool,
    /// Windows below so many bytes are counted as low.
    #[toggle(name = "WINMIN", default = 1)]
    pub(crate) window_min: u32,
    /// Analysis of sequence and acknowledgement numbers.
    #[toggle(name = "SEQ_ACK_NUM", default = true)]
    pub(crate) sequence: bool,
    /// Analysis of fragments.
    #[toggle(name = "FRAG_ANALYZE", default = true)]
    pub(crate) fragments: bool,
    /// Boot time of the sender from its timestamp option.
    #[toggle(name = "NAT_BT_EST", default = true)]
    pub(crate) boot_time: bool,
    /// Marks short flows with opening or closing flags as scans when they end.
    #[toggle(name = "SCAN_DETECTOR", default = true)]
    pub(crate) scan: bool,
    /// Multipath TCP options.
    #[toggle(name = "MPTCP", default = true)]
    pub(crate) mptcp: bool,
    /// JA4T fingerprint of the SYN packets.
    #[toggle(name = "TCPJA4T", default = true)]
    pub(crate) ja4t: bool,
    /// Most option kinds in a JA4T fingerprint.
    #[toggle(name = "JA4TOPTMX", default = 20, min = 1, max = 40)]
    pub(crate) ja4t_options: u8,
    /// Counts packets per flag and combination.
    #[toggle(name = "TCPFLGCNT", default = false)]
    pub(crate) flag_counts: bool,
    /// Packet file: sequence and acknowledgement numbers relative to the first ones.
    #[toggle(name = "SPKTMD_SEQACKREL", default = false)]
    pub(crate) relative: bool,
    /// Packet file: sequence and acknowledgement numbers in hexadecimal.
    #[toggle(name = "SPKTMD_SEQACKHEX", default = false)]
    pub(crate) hexadecimal: bool,
}

impl TcpFlagsToggles {
    /// Whether all parts of the analysis are asked for, and flags are not counted, as the fast path takes
    /// for granted: so by default.
    pub(crate) fn allow_fast_path(&self) -> bool {
        let headers = self.checksum >= 2 && self.fragments && self.boot_time;
        headers && self.rtt && self.window && self.sequence && !self.flag_counts
    }
}
