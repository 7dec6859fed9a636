//! The table of cic.

use flowz_api::Row;
use flowz_api::cell::{IpText, Text, Time};

use super::toggles::Toggles;

/// One row: 83 features of CICFlowMeter 4 in its order, whose CSV calls them by longer names, and four more. Lengths are those of
/// payload on layer 4 as the headers say, times microseconds; `n` packets have `sum` bytes; seconds in quotients. Sources: CSV of CICFlowMeter 4 (`cic`),
/// its corrected fork and LycoSTand, and what has been published on the faults of the first (WTMC 2021, ICISSP 2022).
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "cic")]
pub(super) struct FeatureRow<'a> {
    /// Addresses, ports and protocol: `src-dst-src_port-dst_port-proto`.
    #[col(name = "flow_id")]
    pub(super) id: Text<'a>,
    /// Address of the forward side.
    #[col(name = "src_ip")]
    pub(super) src: IpText,
    /// Its port; 0 unless TCP, UDP or SCTP.
    #[col(name = "src_port")]
    pub(super) src_port: u16,
    /// Address of the other side.
    #[col(name = "dst_ip")]
    pub(super) dst: IpText,
    /// Its port.
    #[col(name = "dst_port")]
    pub(super) dst_port: u16,
    /// Protocol number of IP; with the original's rules 0 unless TCP or UDP.
    #[col(name = "protocol")]
    pub(super) protocol: u8,
    /// Moment of the first packet.
    #[col(name = "timestamp")]
    pub(super) timestamp: Time,
    /// `last - first`.
    #[col(name = "flow_duration", unit = "us")]
    pub(super) duration: u64,
    /// `n_f`: packets forward.
    #[col(name = "total_fwd_packets", unit = "packets")]
    pub(super) forward_packets: u64,
    /// `n_b`: packets backward.
    #[col(name = "total_bwd_packets", unit = "packets")]
    pub(super) backward_packets: u64,
    /// `sum_f`: bytes of payload forward.
    #[col(name = "total_length_of_fwd_packets", unit = "bytes")]
    pub(super) forward_bytes: u64,
    /// `sum_b`: bytes of payload backward.
    #[col(name = "total_length_of_bwd_packets", unit = "bytes")]
    pub(super) backward_bytes: u64,
    /// Most payload of a packet forward; empty without a packet.
    #[col(name = "fwd_packet_length_max", unit = "bytes")]
    pub(super) forward_length_max: Option<u64>,
    /// Least payload of a packet forward; by the rules of LycoSTand 0 of the side that did not send the first packet (its fault).
    #[col(name = "fwd_packet_length_min", unit = "bytes")]
    pub(super) forward_length_min: Option<u64>,
    /// `sum_f / n_f`.
    #[col(name = "fwd_packet_length_mean", unit = "bytes")]
    pub(super) forward_length_mean: Option<f64>,
    /// Standard deviation of the sample, `sqrt(sum((x - mean)^2) / (n_f - 1))`; 0 of fewer than two.
    #[col(name = "fwd_packet_length_std", unit = "bytes")]
    pub(super) forward_length_std: f64,
    /// Most payload of a packet backward; empty without a packet.
    #[col(name = "bwd_packet_length_max", unit = "bytes")]
    pub(super) backward_length_max: Option<u64>,
    /// Least payload of a packet backward; by the rules of LycoSTand 0 of the side that did not send the first packet (its fault).
    #[col(name = "bwd_packet_length_min", unit = "bytes")]
    pub(super) backward_length_min: Option<u64>,
    /// `sum_b / n_b`.
    #[col(name = "bwd_packet_length_mean", unit = "bytes")]
    pub(super) backward_length_mean: Option<f64>,
    /// Standard deviation of the sample, `sqrt(sum((x - mean)^2) / (n_b - 1))`; 0 of fewer than two.
    #[col(name = "bwd_packet_length_std", unit = "bytes")]
    pub(super) backward_length_std: f64,
    /// `sum_f + sum_b`.
    #[col(name = "flow_bytes", unit = "bytes")]
    pub(super) all_bytes: u64,
    /// `(sum_f + sum_b) / duration`; empty if the duration is 0.
    #[col(name = "flow_bytes_per_s", unit = "bytes/s")]
    pub(super) bytes_per_second: Option<f64>,
    /// `(n_f + n_b) / duration`; empty if the duration is 0.
    #[col(name = "flow_packets_per_s", unit = "packets/s")]
    pub(super) packets_per_second: Option<f64>,
    /// Mean of the times from a packet of either direction to the next one; empty of fewer than two packets.
    #[col(name = "flow_iat_mean", unit = "us")]
    pub(super) gap_mean: Option<f64>,
    /// Standard deviation of these times, that of the sample; 0 of fewer than two.
    #[col(name = "flow_iat_std", unit = "us")]
    pub(super) gap_std: f64,
    /// The longest of them.
    #[col(name = "flow_iat_max", unit = "us")]
    pub(super) gap_max: Option<u64>,
    /// The shortest of them.
    #[col(name = "flow_iat_min", unit = "us")]
    pub(super) gap_min: Option<u64>,
    /// Sum of the times from a packet forward to the next one.
    #[col(name = "fwd_iat_total", unit = "us")]
    pub(super) forward_gap_total: u64,
    /// Mean of the times from a packet forward to the next one; empty of fewer than two packets.
    #[col(name = "fwd_iat_mean", unit = "us")]
    pub(super) forward_gap_mean: Option<f64>,
    /// Standard deviation of these times, that of the sample; 0 of fewer than two.
    #[col(name = "fwd_iat_std", unit = "us")]
    pub(super) forward_gap_std: f64,
    /// The longest of them.
    #[col(name = "fwd_iat_max", unit = "us")]
    pub(super) forward_gap_max: Option<u64>,
    /// The shortest of them.
    #[col(name = "fwd_iat_min", unit = "us")]
    pub(super) forward_gap_min: Option<u64>,
    /// Sum of the times from a packet backward to the next one.
    #[col(name = "bwd_iat_total", unit = "us")]
    pub(super) backward_gap_total: u64,
    /// Mean of the times from a packet backward to the next one; empty of fewer than two packets.
    #[col(name = "bwd_iat_mean", unit = "us")]
    pub(super) backward_gap_mean: Option<f64>,
    /// Standard deviation of these times, that of the sample; 0 of fewer than two.
    #[col(name = "bwd_iat_std", unit = "us")]
    pub(super) backward_gap_std: f64,
    /// The longest of them.
    #[col(name = "bwd_iat_max", unit = "us")]
    pub(super) backward_gap_max: Option<u64>,
    /// The shortest of them.
    #[col(name = "bwd_iat_min", unit = "us")]
    pub(super) backward_gap_min: Option<u64>,
    /// Segments forward with the flag PSH; with the original's rules only the row's first packet counts (its fault).
    #[col(name = "fwd_psh_flags", unit = "packets")]
    pub(super) forward_pushes: u64,
    /// Segments backward with the flag PSH; with the original's rules only the row's first packet counts (its fault).
    #[col(name = "bwd_psh_flags", unit = "packets")]
    pub(super) backward_pushes: u64,
    /// Segments forward with the flag URG; with the original's rules only the row's first packet counts (its fault).
    #[col(name = "fwd_urg_flags", unit = "packets")]
    pub(super) forward_urgents: u64,
    /// Segments backward with the flag URG; with the original's rules only the row's first packet counts (its fault).
    #[col(name = "bwd_urg_flags", unit = "packets")]
    pub(super) backward_urgents: u64,
    /// Sum of layer-4 header lengths forward: data offset of TCP, 8 of UDP.
    #[col(name = "fwd_header_length", unit = "bytes")]
    pub(super) forward_header_bytes: u64,
    /// Sum of layer-4 header lengths backward: data offset of TCP, 8 of UDP.
    #[col(name = "bwd_header_length", unit = "bytes")]
    pub(super) backward_header_bytes: u64,
    /// `n_f / duration`; empty if the duration is 0.
    #[col(name = "fwd_packets_per_s", unit = "packets/s")]
    pub(super) forward_packets_per_second: Option<f64>,
    /// `n_b / duration`; empty if the duration is 0.
    #[col(name = "bwd_packets_per_s", unit = "packets/s")]
    pub(super) backward_packets_per_second: Option<f64>,
    /// Least payload of a packet.
    #[col(name = "packet_length_min", unit = "bytes")]
    pub(super) length_min: Option<u64>,
    /// Most payload of a packet.
    #[col(name = "packet_length_max", unit = "bytes")]
    pub(super) length_max: Option<u64>,
    /// Mean payload of a packet, `sum(x) / n`; with the original's rules the first packet counts twice (its fault).
    #[col(name = "packet_length_mean", unit = "bytes")]
    pub(super) length_mean: Option<f64>,
    /// Standard deviation of payloads, that of the sample; with the original's rules the first packet counts twice (its fault).
    #[col(name = "packet_length_std", unit = "bytes")]
    pub(super) length_std: f64,
    /// Variance of payloads, `sum((x - mean)^2) / (n - 1)`; with the original's rules the first packet counts twice (its fault).
    #[col(name = "packet_length_variance", unit = "bytes^2")]
    pub(super) length_variance: f64,
    /// Segments of both directions with the flag FIN.
    #[col(name = "fin_flag_count", unit = "packets")]
    pub(super) fins: u64,
    /// Segments of both directions with the flag SYN.
    #[col(name = "syn_flag_count", unit = "packets")]
    pub(super) syns: u64,
    /// Segments of both directions with the flag RST.
    #[col(name = "rst_flag_count", unit = "packets")]
    pub(super) rsts: u64,
    /// Segments of both directions with the flag PSH.
    #[col(name = "psh_flag_count", unit = "packets")]
    pub(super) pshs: u64,
    /// Segments of both directions with the flag ACK.
    #[col(name = "ack_flag_count", unit = "packets")]
    pub(super) acks: u64,
    /// Segments of both directions with the flag URG.
    #[col(name = "urg_flag_count", unit = "packets")]
    pub(super) urgs: u64,
    /// Segments of both directions with the flag CWR.
    #[col(name = "cwr_flag_count", unit = "packets")]
    pub(super) cwrs: u64,
    /// Segments of both directions with the flag ECE.
    #[col(name = "ece_flag_count", unit = "packets")]
    pub(super) eces: u64,
    /// `n_b / n_f`; empty without a packet forward; with the original's rules without its fraction (its fault).
    #[col(name = "down_up_ratio")]
    pub(super) down_up: Option<f64>,
    /// `sum(payload) / n`; with the original's rules the first packet counts twice (its fault) in the sum.
    #[col(name = "average_packet_size", unit = "bytes")]
    pub(super) average_size: Option<f64>,
    /// The same as `fwd_packet_length_mean`.
    #[col(name = "fwd_segment_size_avg", unit = "bytes")]
    pub(super) forward_segment_mean: Option<f64>,
    /// The same as `bwd_packet_length_mean`.
    #[col(name = "bwd_segment_size_avg", unit = "bytes")]
    pub(super) backward_segment_mean: Option<f64>,
    /// Bytes of payload in bulks forward by their number; empty without one. A bulk is a run of at least 4 packets with payload with at most 1 s between two and none of the other direction; with the original's rules bulks of both directions are found backward, and quotients have no fraction (its faults).
    #[col(name = "fwd_bytes_per_bulk_avg", unit = "bytes")]
    pub(super) forward_bulk_bytes: Option<f64>,
    /// Packets in bulks forward by their number.
    #[col(name = "fwd_packets_per_bulk_avg", unit = "packets")]
    pub(super) forward_bulk_packets: Option<f64>,
    /// Bytes of payload in bulks forward by the seconds from the first to the last packet of each; empty if there are none.
    #[col(name = "fwd_bulk_rate_avg", unit = "bytes/s")]
    pub(super) forward_bulk_rate: Option<f64>,
    /// Bytes of payload in bulks backward by their number; empty without one. A bulk is a run of at least 4 packets with payload with at most 1 s between two and none of the other direction; with the original's rules bulks of both directions are found backward, and quotients have no fraction (its faults).
    #[col(name = "bwd_bytes_per_bulk_avg", unit = "bytes")]
    pub(super) backward_bulk_bytes: Option<f64>,
    /// Packets in bulks backward by their number.
    #[col(name = "bwd_packets_per_bulk_avg", unit = "packets")]
    pub(super) backward_bulk_packets: Option<f64>,
    /// Bytes of payload in bulks backward by the seconds from the first to the last packet of each; empty if there are none.
    #[col(name = "bwd_bulk_rate_avg", unit = "bytes/s")]
    pub(super) backward_bulk_rate: Option<f64>,
    /// `n_f / subflows`. Subflows are divided by pauses of more than 1 s; with the original's rules their number is that of the pauses, and quotients have no fraction (its faults), empty without a pause.
    #[col(name = "subflow_fwd_packets", unit = "packets")]
    pub(super) forward_subflow_packets: Option<f64>,
    /// `sum_f / subflows`.
    #[col(name = "subflow_fwd_bytes", unit = "bytes")]
    pub(super) forward_subflow_bytes: Option<f64>,
    /// `n_b / subflows`. Subflows are divided by pauses of more than 1 s; with the original's rules their number is that of the pauses, and quotients have no fraction (its faults), empty without a pause.
    #[col(name = "subflow_bwd_packets", unit = "packets")]
    pub(super) backward_subflow_packets: Option<f64>,
    /// `sum_b / subflows`.
    #[col(name = "subflow_bwd_bytes", unit = "bytes")]
    pub(super) backward_subflow_bytes: Option<f64>,
    /// Window field of the first segment forward, unscaled; empty without one (by the rules of LycoSTand 0 of a TCP connection).
    #[col(name = "fwd_init_win_bytes", unit = "bytes")]
    pub(super) forward_window: Option<u16>,
    /// Window field of the first segment backward; with the original's rules of the last one (its fault).
    #[col(name = "bwd_init_win_bytes", unit = "bytes")]
    pub(super) backward_window: Option<u16>,
    /// Packets forward with payload; with the original's rules without the row's first packet (its fault).
    #[col(name = "fwd_act_data_packets", unit = "packets")]
    pub(super) forward_with_payload: u64,
    /// Shortest layer-4 header forward.
    #[col(name = "fwd_seg_size_min", unit = "bytes")]
    pub(super) forward_header_min: Option<u32>,
    /// Mean of active times: from a packet to the last one in front of an idle time, if longer than 0; empty without one.
    #[col(name = "active_mean", unit = "us")]
    pub(super) active_mean: Option<f64>,
    /// Their standard deviation, that of the sample; 0 of fewer than two.
    #[col(name = "active_std", unit = "us")]
    pub(super) active_std: f64,
    /// The longest of them.
    #[col(name = "active_max", unit = "us")]
    pub(super) active_max: Option<u64>,
    /// The shortest of them.
    #[col(name = "active_min", unit = "us")]
    pub(super) active_min: Option<u64>,
    /// Mean of idle times: more than `CIC_IDLE` without a packet of either direction; empty without one.
    #[col(name = "idle_mean", unit = "us")]
    pub(super) idle_mean: Option<f64>,
    /// Their standard deviation, that of the sample; 0 of fewer than two.
    #[col(name = "idle_std", unit = "us")]
    pub(super) idle_std: f64,
    /// The longest of them.
    #[col(name = "idle_max", unit = "us")]
    pub(super) idle_max: Option<u64>,
    /// The shortest of them.
    #[col(name = "idle_min", unit = "us")]
    pub(super) idle_min: Option<u64>,
    /// Packets backward with payload (LycoSTand and the corrected fork).
    #[col(name = "bwd_act_data_packets", unit = "packets")]
    pub(super) backward_with_payload: u64,
    /// Shortest layer-4 header backward (LycoSTand and the corrected fork).
    #[col(name = "bwd_seg_size_min", unit = "bytes")]
    pub(super) backward_header_min: Option<u32>,
    /// Time from the first packet of the connection, if rows before this one ended by time alone, to the last packet (corrected fork).
    #[col(name = "total_connection_flow_time", unit = "us")]
    pub(super) connection_time: u64,
}
