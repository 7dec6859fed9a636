//! Columns of basicStats.

use flowz_api::Row;

use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow {
    /// Packets sent in this direction.
    #[col(unit = "packets", counter = true)]
    pub(crate) pkts_snt: u64,
    /// Packets sent in the other direction.
    #[col(unit = "packets", show = t.bs_rev_cnt)]
    pub(crate) pkts_rcvd: u64,
    /// Packets sent in both directions.
    #[col(name = "pktsRTAggr", unit = "packets", show = t.bs_aggr_cnt)]
    pub(crate) pkts_both: u64,
    /// Padding behind layer 3 in this direction.
    #[col(unit = "bytes", show = t.bs_pad, counter = true)]
    pub(crate) pad_bytes_snt: i64,
    /// Bytes sent in this direction, counted from the layer in the column's name.
    #[col(name = run.core.layer_name("l#BytesSnt"), unit = "bytes", counter = true)]
    pub(crate) bytes_snt: u64,
    /// Bytes sent in the other direction.
    #[col(name = run.core.layer_name("l#BytesRcvd"), unit = "bytes", show = t.bs_rev_cnt)]
    pub(crate) bytes_rcvd: u64,
    /// Bytes sent in both directions.
    #[col(name = run.core.layer_name("l#BytesRTAggr"), unit = "bytes", show = t.bs_aggr_cnt)]
    pub(crate) bytes_both: u64,
    /// Length of the shortest packet; 65535 if none counted.
    #[col(name = run.core.layer_name("minL#PktSz"), unit = "bytes", show = t.sizes() && !run.compat)]
    pub(crate) min_size: u32,
    /// Length of the shortest packet in 16 bits; 65535 if none counted.
    #[col(name = run.core.layer_name("minL#PktSz"), unit = "bytes", show = t.sizes() && run.compat)]
    pub(crate) min_size_16: u16,
    /// Length of the longest packet.
    #[col(name = run.core.layer_name("maxL#PktSz"), unit = "bytes", show = t.sizes() && !run.compat)]
    pub(crate) max_size: u32,
    /// Length of the longest packet in 16 bits.
    #[col(name = run.core.layer_name("maxL#PktSz"), unit = "bytes", show = t.sizes() && run.compat)]
    pub(crate) max_size_16: u16,
    /// Mean length of the packets.
    #[col(name = run.core.layer_name("avgL#PktSz"), unit = "bytes", show = t.sizes())]
    pub(crate) avg_size: f32,
    /// Deviation of the length, online estimate.
    #[col(name = run.core.layer_name("stdL#PktSz"), unit = "bytes", show = t.sizes() && t.bs_stddev)]
    pub(crate) std_size: f32,
    /// Variance of the length, online estimate.
    #[col(name = run.core.layer_name("varL#PktSz"), show = t.sizes() && t.bs_var)]
    pub(crate) var_size: f32,
    /// Skewness of the length, online estimate; 0 without variance.
    #[col(name = run.core.layer_name("skewL#PktSz"), show = t.sizes() && t.shape())]
    pub(crate) skew_size: f32,
    /// Kurtosis of the length, online estimate; 0 without variance.
    #[col(name = run.core.layer_name("kurL#PktSz"), show = t.sizes() && t.shape())]
    pub(crate) kurtosis_size: f32,
    /// Smallest inter-arrival time; the first packet counts with 0.
    #[col(name = "minIAT", unit = "s", show = t.gaps())]
    pub(crate) min_gap: f32,
    /// Largest inter-arrival time.
    #[col(name = "maxIAT", unit = "s", show = t.gaps())]
    pub(crate) max_gap: f32,
    /// Mean inter-arrival time, online estimate.
    #[col(name = "avgIAT", unit = "s", show = t.gaps())]
    pub(crate) avg_gap: f32,
    /// Deviation of the inter-arrival time, online estimate.
    #[col(name = "stdIAT", unit = "s", show = t.gaps() && t.bs_stddev)]
    pub(crate) std_gap: f32,
    /// Variance of the inter-arrival time, online estimate.
    #[col(name = "varIAT", show = t.gaps() && t.bs_var)]
    pub(crate) var_gap: f32,
    /// Skewness of the inter-arrival time, online estimate; 0 without variance.
    #[col(name = "skewIAT", show = t.gaps() && t.shape())]
    pub(crate) skew_gap: f32,
    /// Kurtosis of the inter-arrival time, online estimate; 0 without variance.
    #[col(name = "kurIAT", show = t.gaps() && t.shape())]
    pub(crate) kurtosis_gap: f32,
    /// Packets per second; 0 for flows without duration.
    #[col(name = "pktps", unit = "packets/s", show = t.bs_stats)]
    pub(crate) packet_rate: f32,
    /// Bytes per second; 0 for flows without duration.
    #[col(name = "bytps", unit = "bytes/s", show = t.bs_stats)]
    pub(crate) byte_rate: f32,
    /// Packet asymmetry: (sent − received) / (sent + received).
    #[col(name = "pktAsm", show = t.bs_stats)]
    pub(crate) packet_asymmetry: f32,
    /// Byte asymmetry: (sent − received) / (sent + received), 0 without bytes.
    #[col(name = "bytAsm", show = t.bs_stats)]
    pub(crate) byte_asymmetry: f32,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// Length of the frame on the wire.
    #[col(unit = "bytes")]
    pub(crate) pkt_len: u32,
    /// Captured bytes from layer 3 on.
    #[col(unit = "bytes")]
    pub(crate) snap_l3_len: u32,
    /// Captured bytes from layer 4 on.
    #[col(unit = "bytes")]
    pub(crate) snap_l4_len: u32,
    /// Captured payload.
    #[col(unit = "bytes")]
    pub(crate) snap_l7_len: u32,
    /// Length of layer 3 by its header.
    #[col(unit = "bytes")]
    pub(crate) l3_len: u32,
    /// Length in the UDP header, 0 for others.
    #[col(unit = "bytes")]
    pub(crate) udp_len: u16,
    /// Payload.
    #[col(unit = "bytes", show = !run.compat)]
    pub(crate) l7_len: u32,
    /// Payload in 16 bits.
    #[col(name = "l7Len", unit = "bytes", show = run.compat)]
    pub(crate) l7_len_16: u16,
    /// Length modulo `BS_MOD`.
    #[col(unit = "bytes", show = t.bs_mod != 0)]
    pub(crate) pkt_len_mod: u16,
    /// Padding.
    #[col(unit = "bytes")]
    pub(crate) pad_len: i32,
}
