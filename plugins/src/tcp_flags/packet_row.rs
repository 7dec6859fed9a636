//! Columns of the packet table.

use flowz_api::Row;
use flowz_api::cell::{Bytes, Hex8, Hex16, Hex32};

use super::toggles::TcpFlagsToggles;

/// Columns of the packet table. Layer-2 packets leave all empty, other protocols those of TCP.
#[derive(Row, Debug, Default)]
#[row(toggles = TcpFlagsToggles)]
pub(crate) struct PacketRow<'a> {
    /// Type of service or traffic class.
    #[col(name = "ipToS", show = t.ip_tos == 0)]
    pub(crate) tos: Option<Hex8>,
    /// Differentiated services code point and congestion notification.
    #[col(name = "ipToSDscp_ecn", show = t.ip_tos == 1)]
    pub(crate) dscp: Option<(u8, u8)>,
    /// Precedence and congestion notification.
    #[col(name = "ipToSPrec_ecn", show = t.ip_tos == 2)]
    pub(crate) precedence: Option<(u8, u8)>,
    /// IPv4 identification.
    #[col(name = "ipID")]
    pub(crate) id: Option<u16>,
    /// Distance to the identification of the flow's previous packet.
    #[col(name = "ipIDDiff")]
    pub(crate) id_gap: Option<i32>,
    /// Flags and fragment offset as in the header.
    #[col(name = "ipFrag")]
    pub(crate) fragment: Option<Hex16>,
    /// Time to live or hop limit.
    #[col(name = "ipTTL", unit = "hops")]
    pub(crate) ttl: Option<u8>,
    /// Checksum in the IPv4 header.
    #[col(name = "ipHdrChkSum")]
    pub(crate) l3_sum: Option<Hex16>,
    /// What it should be (RFC 1071).
    #[col(name = "ipCalChkSum")]
    pub(crate) l3_computed: Option<Hex16>,
    /// Checksum in the layer-4 header.
    #[col(name = "l4HdrChkSum")]
    pub(crate) l4_sum: Option<Hex16>,
    /// What it should be.
    #[col(name = "l4CalChkSum")]
    pub(crate) l4_computed: Option<Hex16>,
    /// What is odd about this packet, bits as in the flow column.
    #[col(name = "ipFlags")]
    pub(crate) ip_flags: Option<Hex16>,
    /// Length of the IPv6 hop-by-hop options.
    #[col(name = "ip6HHOptLen", show = run.core.ipv6_activate != 0, unit = "bytes")]
    pub(crate) hop_len: Option<u16>,
    /// IPv6 hop-by-hop options.
    #[col(name = "ip6HHOpts", show = run.core.ipv6_activate != 0)]
    pub(crate) hop: Bytes<'a>,
    /// Length of the IPv6 destination options.
    #[col(name = "ip6DOptLen", show = run.core.ipv6_activate != 0, unit = "bytes")]
    pub(crate) dest_len: Option<u16>,
    /// IPv6 destination options.
    #[col(name = "ip6DOpts", show = run.core.ipv6_activate != 0)]
    pub(crate) dest: Bytes<'a>,
    /// Length of the IPv4 options.
    #[col(name = "ipOptLen", show = run.core.ipv6_activate != 1, unit = "bytes")]
    pub(crate) ip_option_len: Option<u16>,
    /// IPv4 options.
    #[col(name = "ipOpts", show = run.core.ipv6_activate != 1)]
    pub(crate) ip_options: Bytes<'a>,
    /// Sequence number.
    #[col(name = "seq", show = t.sequence && !t.hexadecimal)]
    pub(crate) seq: Option<u32>,
    /// Acknowledgement number.
    #[col(name = "ack", show = t.sequence && !t.hexadecimal)]
    pub(crate) ack: Option<u32>,
    /// One past the highest sequence number before this packet.
    #[col(name = "seqMax", show = t.sequence && !t.hexadecimal)]
    pub(crate) highest: Option<u32>,
    /// Sequence number.
    #[col(name = "seq", show = t.sequence && t.hexadecimal)]
    pub(crate) seq_hex: Option<Hex32>,
    /// Acknowledgement number.
    #[col(name = "ack", show = t.sequence && t.hexadecimal)]
    pub(crate) ack_hex: Option<Hex32>,
    /// One past the highest sequence number before this packet.
    #[col(name = "seqMax", show = t.sequence && t.hexadecimal)]
    pub(crate) highest_hex: Option<Hex32>,
    /// Step of the sequence number from the previous packet.
    #[col(name = "seqDiff", unit = "bytes", show = t.sequence)]
    pub(crate) seq_step: Option<i32>,
    /// Step of the acknowledgement number from the previous packet.
    #[col(name = "ackDiff", unit = "bytes", show = t.sequence)]
    pub(crate) ack_step: Option<i32>,
    /// The part of the step that counts as data sent.
    #[col(name = "seqLen", unit = "bytes", show = t.sequence)]
    pub(crate) seq_bytes: Option<u32>,
    /// The part of the step that counts as data acknowledged.
    #[col(name = "ackLen", unit = "bytes", show = t.sequence)]
    pub(crate) ack_bytes: Option<u32>,
    /// Data sent so far.
    #[col(name = "seqFlowLen", unit = "bytes", show = t.sequence)]
    pub(crate) sent: Option<u64>,
    /// Data acknowledged so far.
    #[col(name = "ackFlowLen", unit = "bytes", show = t.sequence)]
    pub(crate) acked: Option<u64>,
    /// Payload of all packets so far.
    #[col(name = "tcpMLen", unit = "bytes", show = t.sequence)]
    pub(crate) bytes: Option<u64>,
    /// Bytes in flight.
    #[col(name = "tcpBFlgt", unit = "bytes", show = t.sequence)]
    pub(crate) flight: Option<u32>,
    /// State of the analysis, bits as in the flow column.
    #[col(name = "tcpFStat")]
    pub(crate) stat: Option<Hex16>,
    /// TCP flags and combinations, bits as in the flow column.
    #[col(name = "tcpFlags")]
    pub(crate) flags: Option<Hex16>,
    /// Anomalies, bits as in the flow column.
    #[col(name = "tcpAnomaly")]
    pub(crate) anomaly: Option<Hex16>,
    /// Receive window with its scale.
    #[col(name = "tcpWin", unit = "bytes")]
    pub(crate) window: Option<u32>,
    /// Factor of the window, 0 where scaling is not in use.
    #[col(name = "tcpWS")]
    pub(crate) scale: Option<u16>,
    /// Latest maximum segment size.
    #[col(name = "tcpMSS", unit = "bytes")]
    pub(crate) mss: Option<u16>,
    /// Latest timestamp value.
    #[col(name = "tcpTmS", unit = "ticks", show = t.boot_time)]
    pub(crate) timestamp: Option<u32>,
    /// Latest timestamp echo reply.
    #[col(name = "tcpTmER", unit = "ticks", show = t.boot_time)]
    pub(crate) echo: Option<u32>,
    /// Multipath subtype.
    #[col(name = "tcpMPTyp", show = t.mptcp)]
    pub(crate) mptcp_type: Option<u8>,
    /// Multipath flags.
    #[col(name = "tcpMPF", show = t.mptcp)]
    pub(crate) mptcp_flags: Option<Hex8>,
    /// Multipath address identifier.
    #[col(name = "tcpMPAID", show = t.mptcp)]
    pub(crate) mptcp_address: Option<u8>,
    /// Multipath data sequence signal flags.
    #[col(name = "tcpMPDSSF", show = t.mptcp)]
    pub(crate) mptcp_dss: Option<Hex8>,
    /// Length of the TCP options.
    #[col(name = "tcpOptLen", unit = "bytes")]
    pub(crate) option_len: Option<i32>,
    /// TCP options.
    #[col(name = "tcpOpts")]
    pub(crate) options: Bytes<'a>,
}
