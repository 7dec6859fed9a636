//! Columns of basicStats.

use flowz_api::Row;

use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow {
    /// Packets sent in this direction.
    #[col(unit = "packets")]
    pub(crate) pkts_snt: u64,
    /// Packets sent in the opposite direction.
    #[col(unit = "packets", show = t.bs_rev_cnt)]
    pub(crate) pkts_rcvd: u64,
    /// Padding behind layer 3 in this direction.
    #[col(unit = "bytes", show = t.bs_pad)]
    pub(crate) pad_bytes_snt: i64,
    /// Payload sent in this direction.
    #[col(unit = "bytes")]
    pub(crate) l7_bytes_snt: u64,
    /// Payload sent in the opposite direction.
    #[col(unit = "bytes", show = t.bs_rev_cnt)]
    pub(crate) l7_bytes_rcvd: u64,
    /// Smallest payload of a packet.
    #[col(name = "minL7PktSz", unit = "bytes", show = t.sizes())]
    pub(crate) min_size: u16,
    /// Largest payload of a packet.
    #[col(name = "maxL7PktSz", unit = "bytes", show = t.sizes())]
    pub(crate) max_size: u16,
    /// Mean payload of the packets.
    #[col(name = "avgL7PktSz", unit = "bytes", show = t.sizes())]
    pub(crate) avg_size: f32,
    /// Deviation of the payload, recursive estimate.
    #[col(name = "stdL7PktSz", unit = "bytes", show = t.sizes())]
    pub(crate) std_size: f32,
    /// Smallest inter-arrival time; the first packet counts with 0.
    #[col(name = "minIAT", unit = "s", show = t.gaps())]
    pub(crate) min_gap: f32,
    /// Largest inter-arrival time.
    #[col(name = "maxIAT", unit = "s", show = t.gaps())]
    pub(crate) max_gap: f32,
    /// Mean inter-arrival time, recursive estimate.
    #[col(name = "avgIAT", unit = "s", show = t.gaps())]
    pub(crate) avg_gap: f32,
    /// Deviation of the inter-arrival time, recursive estimate.
    #[col(name = "stdIAT", unit = "s", show = t.gaps())]
    pub(crate) std_gap: f32,
    /// Packets per second; 0 for flows without duration.
    #[col(name = "pktps", unit = "packets/s")]
    pub(crate) packet_rate: f32,
    /// Payload bytes per second; 0 for flows without duration.
    #[col(name = "bytps", unit = "bytes/s")]
    pub(crate) byte_rate: f32,
    /// Packet asymmetry: (sent − received) / (sent + received).
    #[col(name = "pktAsm")]
    pub(crate) packet_asymmetry: f32,
    /// Byte asymmetry: (sent − received) / (sent + received), 0 without bytes.
    #[col(name = "bytAsm")]
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
    #[col(unit = "bytes")]
    pub(crate) l7_len: u16,
    /// Padding.
    #[col(unit = "bytes")]
    pub(crate) pad_len: i32,
}
