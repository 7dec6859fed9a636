//! Columns of the flow table.

use flowz_api::Row;
use flowz_api::cell::{Cell, Hex8, Hex16, Hex32, Label, Time};
use flowz_api::cell_writer::{CellWriter, Parts};
use flowz_api::column::Type;

use super::toggles::TcpFlagsToggles;

/// Packets per flag and combination, in the order of the bits of `tcpFlags`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FlagCounts(pub(crate) [u16; 16]);

impl Cell for FlagCounts {
    const TYPE: Type = Type::Compound(&[Type::U16; 16]);

    fn put(&self, out: &mut impl CellWriter) {
        out.compound(self);
    }
}

impl Parts for FlagCounts {
    fn put_parts(&self, out: &mut impl CellWriter) {
        self.0.iter().for_each(|n| out.part(n));
    }
}

/// Columns of the flow table.
#[derive(Row, Debug, Default)]
#[row(toggles = TcpFlagsToggles)]
pub(crate) struct FlowRow<'a> {
    /// State of the analysis, bits: see the plugin's chapter.
    #[col(name = "tcpFStat")]
    pub(crate) stat: Hex16,
    /// Smallest distance of the IPv4 identifications of two packets (RFC 791); 65535 before the
    /// second packet.
    #[col(name = "ipMindIPID")]
    pub(crate) min_id_gap: u16,
    /// Largest distance of the IPv4 identifications of two packets.
    #[col(name = "ipMaxdIPID")]
    pub(crate) max_id_gap: u16,
    /// Smallest time to live or hop limit (RFC 791, RFC 8200).
    #[col(name = "ipMinTTL", unit = "hops")]
    pub(crate) min_ttl: u8,
    /// Largest time to live or hop limit.
    #[col(name = "ipMaxTTL", unit = "hops")]
    pub(crate) max_ttl: u8,
    /// How often the time to live changed from one packet to the next.
    #[col(name = "ipTTLChg")]
    pub(crate) ttl_changes: u8,
    /// Type of service or traffic class, all bits seen (RFC 2474).
    #[col(name = "ipToS", show = t.ip_tos == 0)]
    pub(crate) tos: Hex8,
    /// Differentiated services code point and congestion notification, all bits seen (RFC 2474, RFC
    /// 3168).
    #[col(name = "ipToSDscp_ecn", show = t.ip_tos == 1)]
    pub(crate) dscp: (u8, u8),
    /// Precedence and congestion notification, all bits seen (RFC 791, RFC 3168).
    #[col(name = "ipToSPrec_ecn", show = t.ip_tos == 2)]
    pub(crate) precedence: (u8, u8),
    /// What was odd about IP headers, lengths, checksums and times, bits: see the plugin's chapter.
    #[col(name = "ipFlags")]
    pub(crate) ip_flags: Hex16,
    /// Number of IPv4 options (RFC 791, section 3.1).
    #[col(name = "ipOptCnt", show = run.core.ipv6_activate != 1, counter = true)]
    pub(crate) ip_options: u16,
    /// IPv4 options: copy and class bits, and the numbers seen as bits.
    #[col(name = "ipOptCpCl_Num", show = run.core.ipv6_activate != 1)]
    pub(crate) ip_option_types: (Hex8, Hex32),
    /// Number of options in IPv6 hop-by-hop and destination options headers (RFC 8200, section 4.2).
    #[col(name = "ip6OptCntHH_D", show = run.core.ipv6_activate != 0)]
    pub(crate) ip6_options: (u16, u16),
    /// IPv6 hop-by-hop and destination options: the types modulo 32 as bits.
    #[col(name = "ip6OptHH_D", show = run.core.ipv6_activate != 0)]
    pub(crate) ip6_option_types: (Hex32, Hex32),
    /// Sequence number of the first packet (RFC 9293, section 3.4).
    #[col(name = "tcpISeqN", show = t.sequence)]
    pub(crate) initial: u32,
    /// Packets with the sequence number that the one before let expect.
    #[col(name = "tcpPSeqCnt", unit = "packets", show = t.sequence)]
    pub(crate) in_order: u16,
    /// Bytes sent, as sum of the steps forward of the sequence number.
    #[col(name = "tcpSeqSntBytes", unit = "bytes", show = t.sequence)]
    pub(crate) sent: u64,
    /// Retransmissions, by timeout and fast ones.
    #[col(name = "tcpSeqFaultCnt", unit = "packets", show = t.sequence)]
    pub(crate) seq_faults: u16,
    /// Packets with an acknowledgement.
    #[col(name = "tcpPAckCnt", unit = "packets", show = t.sequence, counter = true)]
    pub(crate) acks: u16,
    /// Bytes acknowledged, as sum of the steps forward of the acknowledgement number.
    #[col(name = "tcpFlwLssAckRcvdBytes", unit = "bytes", show = t.sequence)]
    pub(crate) acked: u64,
    /// Duplicate acknowledgements, and those of data that was not seen (RFC 5681).
    #[col(name = "tcpAckFaultCnt", unit = "packets", show = t.sequence)]
    pub(crate) ack_faults: u16,
    /// Most bytes sent between two pure acknowledgements of the other direction.
    #[col(name = "tcpBFlgtMx", unit = "bytes", show = t.sequence)]
    pub(crate) max_flight: u32,
    /// First receive window (RFC 9293, section 3.1).
    #[col(name = "tcpInitWinSz", unit = "bytes", show = t.window)]
    pub(crate) window_init: u32,
    /// Running mean of the receive window; the newest weighs 0.3.
    #[col(name = "tcpAvgWinSz", unit = "bytes", show = t.window)]
    pub(crate) window_mean: f32,
    /// Smallest receive window.
    #[col(name = "tcpMinWinSz", unit = "bytes", show = t.window)]
    pub(crate) window_min: u32,
    /// Largest receive window.
    #[col(name = "tcpMaxWinSz", unit = "bytes", show = t.window)]
    pub(crate) window_max: u32,
    /// How often the receive window became smaller.
    #[col(name = "tcpWinSzDwnCnt", show = t.window)]
    pub(crate) window_down: u16,
    /// How often the receive window became larger.
    #[col(name = "tcpWinSzUpCnt", show = t.window)]
    pub(crate) window_up: u16,
    /// How often the receive window changed between growing and shrinking.
    #[col(name = "tcpWinSzChgDirCnt", show = t.window)]
    pub(crate) window_turns: u16,
    /// Share of the packets with a window below `WINMIN`.
    #[col(name = "tcpWinSzThRt", show = t.window)]
    pub(crate) window_low: f32,
    /// All TCP flags seen and combinations of them, bits: see the plugin's chapter.
    #[col(name = "tcpFlags")]
    pub(crate) flags: Hex16,
    /// Anomalies seen, bits: see the plugin's chapter.
    #[col(name = "tcpAnomaly")]
    pub(crate) anomaly: Hex16,
    /// Packets per flag and combination, in the order of the bits of `tcpFlags`.
    #[col(name = "tcpCntF_S_R_P_A_U_E_C_FA_SA_RA_N_SF_SFR_RF_X", show = t.flag_counts)]
    pub(crate) flag_counts: FlagCounts,
    /// JA4T fingerprint: first window, option kinds of the SYN packets, segment size, window shift.
    #[col(name = "tcpJA4T", show = t.ja4t)]
    pub(crate) ja4t: Label<'a>,
    /// Packets with TCP options.
    #[col(name = "tcpOptPktCnt", unit = "packets", counter = true)]
    pub(crate) option_packets: u16,
    /// Number of TCP options.
    #[col(name = "tcpOptCnt", counter = true)]
    pub(crate) options: u16,
    /// Kinds of TCP options seen, bit n for kind n, bit 31 for all above.
    #[col(name = "tcpOptions")]
    pub(crate) option_kinds: Hex32,
    /// Latest maximum segment size (RFC 9293, section 3.7.1).
    #[col(name = "tcpMSS", unit = "bytes")]
    pub(crate) mss: u16,
    /// Factor of the window scale option, 0 where scaling is not in use (RFC 7323, section 2).
    #[col(name = "tcpWS")]
    pub(crate) scale: u16,
    /// Multipath subtypes seen, as bits (RFC 8684, section 3).
    #[col(name = "tcpMPTBF", show = t.mptcp)]
    pub(crate) mptcp_types: Hex16,
    /// Multipath flags seen.
    #[col(name = "tcpMPF", show = t.mptcp)]
    pub(crate) mptcp_flags: Hex8,
    /// Latest multipath address identifier.
    #[col(name = "tcpMPAID", show = t.mptcp)]
    pub(crate) mptcp_address: u8,
    /// Multipath data sequence signal flags seen (RFC 8684, section 3.3).
    #[col(name = "tcpMPDSSF", show = t.mptcp)]
    pub(crate) mptcp_dss: Hex8,
    /// Latest timestamp value (RFC 7323, section 3).
    #[col(name = "tcpTmS", unit = "ticks", show = t.boot_time)]
    pub(crate) timestamp: u32,
    /// Latest timestamp echo reply.
    #[col(name = "tcpTmER", unit = "ticks", show = t.boot_time)]
    pub(crate) echo: u32,
    /// Estimated length of a timestamp tick.
    #[col(name = "tcpEcI", unit = "s", show = t.boot_time)]
    pub(crate) tick: f32,
    /// Estimated time since the sender started.
    #[col(name = "tcpUtm", unit = "s", show = t.boot_time)]
    pub(crate) uptime: f64,
    /// Estimated time when the sender started.
    #[col(name = "tcpBtm", show = t.boot_time)]
    pub(crate) boot: Time,
    /// Time until the other direction answered the first packet (of TCP: the SYN, or SYN and ACK).
    #[col(name = "tcpSSASAATrip", unit = "s", show = t.rtt)]
    pub(crate) trip: f32,
    /// Shortest time until the other direction sent a packet; 65535 if it never did.
    #[col(name = "tcpRTTAckTripMin", unit = "s", show = t.rtt)]
    pub(crate) trip_min: f32,
    /// Longest time until the other direction sent a packet.
    #[col(name = "tcpRTTAckTripMax", unit = "s", show = t.rtt)]
    pub(crate) trip_max: f32,
    /// Running mean of these times.
    #[col(name = "tcpRTTAckTripAvg", unit = "s", show = t.rtt)]
    pub(crate) trip_mean: f32,
    /// Jitter of these times: root of the running mean of squared deviations.
    #[col(name = "tcpRTTAckTripJitAvg", unit = "s", show = t.rtt)]
    pub(crate) trip_jitter: f32,
    /// Round trip of both directions: of the handshake (A) or on average (B).
    #[col(name = "tcpRTTSseqAA", unit = "s", show = t.rtt)]
    pub(crate) round_trip: f32,
    /// Jitter of the round trip, in B only.
    #[col(name = "tcpRTTAckJitAvg", unit = "s", show = t.rtt)]
    pub(crate) round_jitter: f32,
}
