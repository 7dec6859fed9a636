//! Which histograms there are.

/// Into which histograms the values of a quantity are sorted, and what stands behind its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Split {
    /// One.
    None,
    /// By whether source and destination are inside.
    Class,
    /// By who sends.
    Side,
}

impl Split {
    /// What stands behind the name.
    pub(super) const fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::None => &[""],
            Self::Class => &["_in", "_out", "_loc"],
            Self::Side => &["_c2s", "_s2c"],
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Quantity {
    IpProtocol,
    IpBytes,
    IpLength,
    IpTtl,
    IpTos,
    TcpClientMss,
    TcpServerMss,
    TcpPort,
    TcpBytes,
    TcpPackets,
    TcpDuration,
    TcpRate,
    TcpWindow,
    TcpFlight,
    TcpFirstFlight,
    TcpMeanRoundTrip,
    TcpLeastRoundTrip,
    TcpMostRoundTrip,
    TcpAnomalies,
    TcpProtocol,
    HttpStatus,
    UdpPort,
    UdpBytes,
    UdpPackets,
    UdpDuration,
    UdpProtocol,
    MediaPackets,
    MediaDuration,
    MediaRate,
    MediaJitter,
    MediaLoss,
}

/// A histogram, or those of one quantity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Histogram {
    pub(super) name: &'static str,
    /// What it is of, and its unit.
    pub(super) description: &'static str,
    /// Width of a bin.
    pub(super) bin: u32,
    /// Lower end of the last bin, which has all that is larger too.
    pub(super) max: u32,
    pub(super) split: Split,
}

impl Histogram {
    /// How many bins it has.
    pub(super) const fn bins(&self) -> usize {
        (self.max / self.bin) as usize + 1
    }
}

const fn of(
    name: &'static str,
    description: &'static str,
    (bin, max): (u32, u32),
    split: Split,
) -> Histogram {
    Histogram { name, description, bin, max, split }
}

/// All of them, in the order of [`Quantity`].
pub(super) const LIST: [Histogram; 31] = [
    of("ip_protocol", "IP protocol number [packets]", (1, 255), Split::Class),
    of("ip_bytes", "IP protocol number [byte]", (1, 255), Split::Class),
    of("ip_len", "IP packet length [byte]", (4, 1500), Split::Class),
    of("ip_ttl", "IP time to live or hop limit", (1, 255), Split::Class),
    of("ip_tos", "IP type of service or traffic class", (1, 255), Split::Class),
    of("tcp_mss_a", "TCP declared client MSS [byte]", (4, 1600), Split::None),
    of("tcp_mss_b", "TCP declared server MSS [byte]", (4, 1600), Split::None),
    of("tcp_port_dst", "TCP server port", (1, 1024), Split::None),
    of(
        "tcp_cl_b",
        "TCP payload of a connection without retransmissions [byte]",
        (500, 500_000),
        Split::Side,
    ),
    of("tcp_cl_p", "TCP packets of a connection", (1, 1000), Split::Side),
    of("tcp_tot_time", "TCP duration of a connection [ms]", (500, 600_000), Split::None),
    of(
        "tcp_thru",
        "TCP payload by the duration of its connection [kbit/s]",
        (50, 50_000),
        Split::Side,
    ),
    of("tcp_win_max", "TCP largest window, scaled [byte]", (1024, 1_048_576), Split::Side),
    of("tcp_cwnd_max", "TCP most bytes in flight [byte]", (256, 65_536), Split::Side),
    of(
        "tcp_cwnd_ini",
        "TCP bytes in flight in front of the first acknowledgement [byte]",
        (256, 65_536),
        Split::Side,
    ),
    of("tcp_rtt_avg", "TCP mean round-trip time [ms]", (5, 3500), Split::Side),
    of("tcp_rtt_min", "TCP least round-trip time [ms]", (5, 3500), Split::Side),
    of("tcp_rtt_max", "TCP greatest round-trip time [ms]", (5, 3500), Split::Side),
    of(
        "tcp_anomalies",
        "TCP segments that came again or late: 0 rto, 1 fs, 2 reor, 3 dup, 4 unk, 5 fc, 6 unrto, 7 unfs",
        (1, 7),
        Split::Side,
    ),
    of(
        "L7_TCP_num",
        "TCP connections by protocol: 0 unknown, n bit n - 1 of con_t",
        (1, 18),
        Split::None,
    ),
    of("http_res", "HTTP status of the first response", (1, 600), Split::None),
    of("udp_port_dst", "UDP server port", (1, 1024), Split::None),
    of("udp_cl_b", "UDP payload of a conversation [byte]", (500, 500_000), Split::Side),
    of("udp_cl_p", "UDP packets of a conversation", (1, 1000), Split::Side),
    of("udp_tot_time", "UDP duration of a conversation [ms]", (500, 600_000), Split::None),
    of("L7_UDP_num", "UDP conversations by protocol: c_type, s_type", (1, 31), Split::Side),
    of("mm_cl_p", "RTP packets of a stream", (10, 10_000), Split::None),
    of("mm_tot_time", "RTP duration of a stream [ms]", (500, 600_000), Split::None),
    of("mm_bitrate", "RTP payload by the duration of its stream [kbit/s]", (5, 5000), Split::None),
    of(
        "mm_jitter",
        "RTP jitter at the end by the clock of the payload type [ms]",
        (1, 1000),
        Split::None,
    ),
    of("mm_plr", "RTP lost packets of a stream [per mille]", (1, 1000), Split::None),
];

#[cfg(test)]
mod tests {
    use super::{LIST, Quantity};

    #[test]
    fn quantities_stand_where_their_histograms_do() {
        let places = [
            (Quantity::IpProtocol, "ip_protocol"),
            (Quantity::IpTos, "ip_tos"),
            (Quantity::TcpClientMss, "tcp_mss_a"),
            (Quantity::TcpRate, "tcp_thru"),
            (Quantity::TcpAnomalies, "tcp_anomalies"),
            (Quantity::HttpStatus, "http_res"),
            (Quantity::UdpProtocol, "L7_UDP_num"),
            (Quantity::MediaLoss, "mm_plr"),
        ];
        for (quantity, name) in places {
            assert_eq!(LIST[quantity as usize].name, name);
        }
        assert_eq!(Quantity::MediaLoss as usize + 1, LIST.len());
        for (n, one) in LIST.iter().enumerate() {
            assert!(LIST[..n].iter().all(|other| other.name != one.name), "{}", one.name);
            assert!(one.max % one.bin == 0 && one.bins() > 1, "{}", one.name);
        }
    }
}
