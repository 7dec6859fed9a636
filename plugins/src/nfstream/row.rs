//! The table of nfstream.

use flowz_api::Row;
use flowz_api::cell::{IpText, List, Mac};

use super::toggles::Toggles;

/// One record of a conversation, with the names of NFStream 6.6.0 (`statistical_analysis=True`). `src2dst` is the way of the record's first packet. Sizes are
/// those that `NFSTREAM_ACCOUNTING` asks for; moments are cut to milliseconds before differences are taken. Source of all columns: documentation of NFStream 6.6.0,
/// "NFlow", and its output.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "nfstream")]
pub(super) struct RecordRow<'a> {
    /// Why the record ended: 0 the conversation was idle or the capture ended, 1 it had lasted `NFSTREAM_ACTIVE`.
    #[col(name = "expiration_id")]
    pub(super) expiration_id: u8,
    /// Address of who sent the record's first packet.
    #[col(name = "src_ip")]
    pub(super) src: IpText,
    /// Source address of the frame that the first packet came in; empty without an Ethernet header.
    #[col(name = "src_mac")]
    pub(super) src_mac: Option<Mac>,
    /// Source port of the first packet; 0 unless TCP or UDP.
    #[col(name = "src_port")]
    pub(super) src_port: u16,
    /// Address of the other one.
    #[col(name = "dst_ip")]
    pub(super) dst: IpText,
    /// Destination address of the frame that the first packet came in; empty without an Ethernet header.
    #[col(name = "dst_mac")]
    pub(super) dst_mac: Option<Mac>,
    /// Destination port of the first packet; 0 unless TCP or UDP.
    #[col(name = "dst_port")]
    pub(super) dst_port: u16,
    /// Protocol number of IP, of IPv6 that behind extension headers.
    #[col(name = "protocol")]
    pub(super) protocol: u8,
    /// Version of IP.
    #[col(name = "ip_version")]
    pub(super) ip_version: u8,
    /// VLAN identifier of the innermost tag; 0 without a tag.
    #[col(name = "vlan_id")]
    pub(super) vlan_id: u16,
    /// Tunnel that the conversation is in, as a number of the tool: 0 none that it names, 1 GTP, 2 CAPWAP.
    #[col(name = "tunnel_id")]
    pub(super) tunnel_id: u8,
    /// Moment of the first packet of both directions, in milliseconds since 1970 without a fraction.
    #[col(name = "bidirectional_first_seen_ms", unit = "ms")]
    pub(super) all_first: i64,
    /// Moment of the last packet of both directions.
    #[col(name = "bidirectional_last_seen_ms", unit = "ms")]
    pub(super) all_last: i64,
    /// `last - first` of both directions; 0 without a packet.
    #[col(name = "bidirectional_duration_ms", unit = "ms")]
    pub(super) all_duration: u64,
    /// Packets of both directions.
    #[col(name = "bidirectional_packets", unit = "packets")]
    pub(super) all_packets: u64,
    /// Sum of the sizes (`NFSTREAM_ACCOUNTING`) of packets of both directions.
    #[col(name = "bidirectional_bytes", unit = "bytes")]
    pub(super) all_bytes: u64,
    /// Moment of the first packet of the direction of the first packet, in milliseconds since 1970 without a fraction.
    #[col(name = "src2dst_first_seen_ms", unit = "ms")]
    pub(super) forward_first: i64,
    /// Moment of the last packet of the direction of the first packet.
    #[col(name = "src2dst_last_seen_ms", unit = "ms")]
    pub(super) forward_last: i64,
    /// `last - first` of the direction of the first packet; 0 without a packet.
    #[col(name = "src2dst_duration_ms", unit = "ms")]
    pub(super) forward_duration: u64,
    /// Packets of the direction of the first packet.
    #[col(name = "src2dst_packets", unit = "packets")]
    pub(super) forward_packets: u64,
    /// Sum of the sizes (`NFSTREAM_ACCOUNTING`) of packets of the direction of the first packet.
    #[col(name = "src2dst_bytes", unit = "bytes")]
    pub(super) forward_bytes: u64,
    /// Moment of the first packet of the other direction, in milliseconds since 1970 without a fraction; empty without a packet.
    #[col(name = "dst2src_first_seen_ms", unit = "ms")]
    pub(super) backward_first: Option<i64>,
    /// Moment of the last packet of the other direction; empty without a packet.
    #[col(name = "dst2src_last_seen_ms", unit = "ms")]
    pub(super) backward_last: Option<i64>,
    /// `last - first` of the other direction; 0 without a packet.
    #[col(name = "dst2src_duration_ms", unit = "ms")]
    pub(super) backward_duration: u64,
    /// Packets of the other direction.
    #[col(name = "dst2src_packets", unit = "packets")]
    pub(super) backward_packets: u64,
    /// Sum of the sizes (`NFSTREAM_ACCOUNTING`) of packets of the other direction.
    #[col(name = "dst2src_bytes", unit = "bytes")]
    pub(super) backward_bytes: u64,
    /// Smallest packet size of both directions.
    #[col(name = "bidirectional_min_ps", unit = "bytes")]
    pub(super) all_size_min: u64,
    /// Mean packet size of both directions: `sum(x) / n`.
    #[col(name = "bidirectional_mean_ps", unit = "bytes")]
    pub(super) all_size_mean: f64,
    /// Standard deviation of packet sizes of both directions, that of the sample: `sqrt(sum((x - mean)^2) / (n - 1))`; 0 of fewer than two.
    #[col(name = "bidirectional_stddev_ps", unit = "bytes")]
    pub(super) all_size_deviation: f64,
    /// Largest packet size of both directions.
    #[col(name = "bidirectional_max_ps", unit = "bytes")]
    pub(super) all_size_max: u64,
    /// Smallest packet size of the direction of the first packet.
    #[col(name = "src2dst_min_ps", unit = "bytes")]
    pub(super) forward_size_min: u64,
    /// Mean packet size of the direction of the first packet: `sum(x) / n`.
    #[col(name = "src2dst_mean_ps", unit = "bytes")]
    pub(super) forward_size_mean: f64,
    /// Standard deviation of packet sizes of the direction of the first packet, that of the sample: `sqrt(sum((x - mean)^2) / (n - 1))`; 0 of fewer than two.
    #[col(name = "src2dst_stddev_ps", unit = "bytes")]
    pub(super) forward_size_deviation: f64,
    /// Largest packet size of the direction of the first packet.
    #[col(name = "src2dst_max_ps", unit = "bytes")]
    pub(super) forward_size_max: u64,
    /// Smallest packet size of the other direction; empty without any.
    #[col(name = "dst2src_min_ps", unit = "bytes")]
    pub(super) backward_size_min: Option<u64>,
    /// Mean packet size of the other direction: `sum(x) / n`; empty without any.
    #[col(name = "dst2src_mean_ps", unit = "bytes")]
    pub(super) backward_size_mean: Option<f64>,
    /// Standard deviation of packet sizes of the other direction, that of the sample: `sqrt(sum((x - mean)^2) / (n - 1))`; 0 of fewer than two.
    #[col(name = "dst2src_stddev_ps", unit = "bytes")]
    pub(super) backward_size_deviation: f64,
    /// Largest packet size of the other direction; empty without any.
    #[col(name = "dst2src_max_ps", unit = "bytes")]
    pub(super) backward_size_max: Option<u64>,
    /// Shortest time from a packet of both directions to the next one; empty of fewer than two packets.
    #[col(name = "bidirectional_min_piat_ms", unit = "ms")]
    pub(super) all_gap_min: Option<u64>,
    /// Mean of these times: `sum(x) / n`.
    #[col(name = "bidirectional_mean_piat_ms", unit = "ms")]
    pub(super) all_gap_mean: Option<f64>,
    /// Their standard deviation, that of the sample; 0 of fewer than two.
    #[col(name = "bidirectional_stddev_piat_ms", unit = "ms")]
    pub(super) all_gap_deviation: f64,
    /// The longest of them.
    #[col(name = "bidirectional_max_piat_ms", unit = "ms")]
    pub(super) all_gap_max: Option<u64>,
    /// Shortest time from a packet of the direction of the first packet to the next one; empty of fewer than two packets.
    #[col(name = "src2dst_min_piat_ms", unit = "ms")]
    pub(super) forward_gap_min: Option<u64>,
    /// Mean of these times: `sum(x) / n`.
    #[col(name = "src2dst_mean_piat_ms", unit = "ms")]
    pub(super) forward_gap_mean: Option<f64>,
    /// Their standard deviation, that of the sample; 0 of fewer than two.
    #[col(name = "src2dst_stddev_piat_ms", unit = "ms")]
    pub(super) forward_gap_deviation: f64,
    /// The longest of them.
    #[col(name = "src2dst_max_piat_ms", unit = "ms")]
    pub(super) forward_gap_max: Option<u64>,
    /// Shortest time from a packet of the other direction to the next one; empty of fewer than two packets.
    #[col(name = "dst2src_min_piat_ms", unit = "ms")]
    pub(super) backward_gap_min: Option<u64>,
    /// Mean of these times: `sum(x) / n`.
    #[col(name = "dst2src_mean_piat_ms", unit = "ms")]
    pub(super) backward_gap_mean: Option<f64>,
    /// Their standard deviation, that of the sample; 0 of fewer than two.
    #[col(name = "dst2src_stddev_piat_ms", unit = "ms")]
    pub(super) backward_gap_deviation: f64,
    /// The longest of them.
    #[col(name = "dst2src_max_piat_ms", unit = "ms")]
    pub(super) backward_gap_max: Option<u64>,
    /// TCP segments of both directions with the flag SYN.
    #[col(name = "bidirectional_syn_packets", unit = "packets")]
    pub(super) all_syn: u64,
    /// TCP segments of both directions with the flag CWR.
    #[col(name = "bidirectional_cwr_packets", unit = "packets")]
    pub(super) all_cwr: u64,
    /// TCP segments of both directions with the flag ECE.
    #[col(name = "bidirectional_ece_packets", unit = "packets")]
    pub(super) all_ece: u64,
    /// TCP segments of both directions with the flag URG.
    #[col(name = "bidirectional_urg_packets", unit = "packets")]
    pub(super) all_urg: u64,
    /// TCP segments of both directions with the flag ACK.
    #[col(name = "bidirectional_ack_packets", unit = "packets")]
    pub(super) all_ack: u64,
    /// TCP segments of both directions with the flag PSH.
    #[col(name = "bidirectional_psh_packets", unit = "packets")]
    pub(super) all_psh: u64,
    /// TCP segments of both directions with the flag RST.
    #[col(name = "bidirectional_rst_packets", unit = "packets")]
    pub(super) all_rst: u64,
    /// TCP segments of both directions with the flag FIN.
    #[col(name = "bidirectional_fin_packets", unit = "packets")]
    pub(super) all_fin: u64,
    /// TCP segments of the direction of the first packet with the flag SYN.
    #[col(name = "src2dst_syn_packets", unit = "packets")]
    pub(super) forward_syn: u64,
    /// TCP segments of the direction of the first packet with the flag CWR.
    #[col(name = "src2dst_cwr_packets", unit = "packets")]
    pub(super) forward_cwr: u64,
    /// TCP segments of the direction of the first packet with the flag ECE.
    #[col(name = "src2dst_ece_packets", unit = "packets")]
    pub(super) forward_ece: u64,
    /// TCP segments of the direction of the first packet with the flag URG.
    #[col(name = "src2dst_urg_packets", unit = "packets")]
    pub(super) forward_urg: u64,
    /// TCP segments of the direction of the first packet with the flag ACK.
    #[col(name = "src2dst_ack_packets", unit = "packets")]
    pub(super) forward_ack: u64,
    /// TCP segments of the direction of the first packet with the flag PSH.
    #[col(name = "src2dst_psh_packets", unit = "packets")]
    pub(super) forward_psh: u64,
    /// TCP segments of the direction of the first packet with the flag RST.
    #[col(name = "src2dst_rst_packets", unit = "packets")]
    pub(super) forward_rst: u64,
    /// TCP segments of the direction of the first packet with the flag FIN.
    #[col(name = "src2dst_fin_packets", unit = "packets")]
    pub(super) forward_fin: u64,
    /// TCP segments of the other direction with the flag SYN.
    #[col(name = "dst2src_syn_packets", unit = "packets")]
    pub(super) backward_syn: u64,
    /// TCP segments of the other direction with the flag CWR.
    #[col(name = "dst2src_cwr_packets", unit = "packets")]
    pub(super) backward_cwr: u64,
    /// TCP segments of the other direction with the flag ECE.
    #[col(name = "dst2src_ece_packets", unit = "packets")]
    pub(super) backward_ece: u64,
    /// TCP segments of the other direction with the flag URG.
    #[col(name = "dst2src_urg_packets", unit = "packets")]
    pub(super) backward_urg: u64,
    /// TCP segments of the other direction with the flag ACK.
    #[col(name = "dst2src_ack_packets", unit = "packets")]
    pub(super) backward_ack: u64,
    /// TCP segments of the other direction with the flag PSH.
    #[col(name = "dst2src_psh_packets", unit = "packets")]
    pub(super) backward_psh: u64,
    /// TCP segments of the other direction with the flag RST.
    #[col(name = "dst2src_rst_packets", unit = "packets")]
    pub(super) backward_rst: u64,
    /// TCP segments of the other direction with the flag FIN.
    #[col(name = "dst2src_fin_packets", unit = "packets")]
    pub(super) backward_fin: u64,
    /// Directions of the first `NFSTREAM_SPLT` packets: 0 that of the first one, 1 the other one; empty where there is no packet.
    #[col(name = "splt_direction")]
    pub(super) directions: List<'a, Option<u8>>,
    /// Their sizes.
    #[col(name = "splt_ps", unit = "bytes")]
    pub(super) sizes: List<'a, Option<u32>>,
    /// Times from the packet before of either direction; 0 of the first one.
    #[col(name = "splt_piat_ms", unit = "ms")]
    pub(super) gaps: List<'a, Option<u64>>,
}
