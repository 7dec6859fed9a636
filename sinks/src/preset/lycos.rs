//! LycoSTand: features of CICFlowMeter without its faults, by names of its own, with six digits behind the point.

use flowz_api::inventory;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::SinkInfo;

use super::layout::{Column, Layout, WriteCell};
use super::text::c::{fixed, fixed_behind_blank, int, micros, missing_int, unlabelled};
use super::text::plain;
use super::{Preset, PresetSink};

inventory::submit! { SinkEntry::new::<PresetSink<Lycos>>() }

/// The preset.
struct Lycos;

impl Preset for Lycos {
    const INFO: SinkInfo = SinkInfo {
        name: "lycos",
        toggles: "lycosSink",
        number: 916,
        summary: "The features of CICFlowMeter as LycoSTand writes them",
        requests: &["cic"],
        // The tool lets no row go but by packets of its own, and remembers what was forward before.
        preset: Some(&[
            "core.FLOW_TIMEOUT=1000000000",
            "core.OUTER_KEY=1",
            "core.MPLS=0",
            "core.FRAGMENTATION=0",
            "cic.CIC_MODE=2",
        ]),
        is_remote: false,
    };
    const TABLES: &'static [Layout] = &[Layout {
        table: "cic",
        suffix: "_lycos.csv",
        header: Some(("", "\n")),
        separator: ",",
        end: "\n",
        columns: COLUMNS,
        ..Layout::PLAIN
    }];
}

const fn column(name: &'static str, from: &'static str, write: WriteCell) -> Column {
    Column { name, from, write }
}

const COLUMNS: &[Column] = &[
    column("flow_id", "flow_id", plain),
    column("src_addr", "src_ip", plain),
    column("src_port", "src_port", plain),
    column("dst_addr", "dst_ip", plain),
    column("dst_port", "dst_port", plain),
    column("ip_prot", "protocol", plain),
    column("timestamp", "timestamp", micros),
    column("flow_duration", "flow_duration", int),
    column("down_up_ratio", "down_up_ratio", fixed),
    column("pkt_len_max", "packet_length_max", fixed),
    column("pkt_len_min", "packet_length_min", fixed),
    column("pkt_len_mean", "packet_length_mean", fixed),
    column("pkt_len_var", "packet_length_variance", fixed),
    column("pkt_len_std", "packet_length_std", fixed),
    column("bytes_per_s", "flow_bytes_per_s", fixed),
    column("pkt_per_s", "flow_packets_per_s", fixed),
    column("fwd_pkt_per_s", "fwd_packets_per_s", fixed),
    column("bwd_pkt_per_s", "bwd_packets_per_s", fixed),
    column("fwd_pkt_cnt", "total_fwd_packets", int),
    column("fwd_pkt_len_tot", "total_length_of_fwd_packets", int),
    column("fwd_pkt_len_max", "fwd_packet_length_max", fixed),
    column("fwd_pkt_len_min", "fwd_packet_length_min", fixed),
    column("fwd_pkt_len_mean", "fwd_packet_length_mean", fixed),
    column("fwd_pkt_len_std", "fwd_packet_length_std", fixed),
    column("fwd_pkt_hdr_len_tot", "fwd_header_length", int),
    column("fwd_pkt_hdr_len_min", "fwd_seg_size_min", int),
    column("fwd_non_empty_pkt_cnt", "fwd_act_data_packets", int),
    column("bwd_pkt_cnt", "total_bwd_packets", int),
    column("bwd_pkt_len_tot", "total_length_of_bwd_packets", int),
    column("bwd_pkt_len_max", "bwd_packet_length_max", fixed),
    column("bwd_pkt_len_min", "bwd_packet_length_min", fixed),
    column("bwd_pkt_len_mean", "bwd_packet_length_mean", fixed),
    column("bwd_pkt_len_std", "bwd_packet_length_std", fixed),
    column("bwd_pkt_hdr_len_tot", "bwd_header_length", int),
    column("bwd_pkt_hdr_len_min", "bwd_seg_size_min", int),
    column("bwd_non_empty_pkt_cnt", "bwd_act_data_packets", int),
    column("iat_max", "flow_iat_max", fixed),
    column("iat_min", "flow_iat_min", fixed),
    column("iat_mean", "flow_iat_mean", fixed),
    column("iat_std", "flow_iat_std", fixed),
    column("fwd_iat_tot", "fwd_iat_total", int),
    column("fwd_iat_max", "fwd_iat_max", fixed),
    column("fwd_iat_min", "fwd_iat_min", fixed),
    column("fwd_iat_mean", "fwd_iat_mean", fixed),
    column("fwd_iat_std", "fwd_iat_std", fixed),
    column("bwd_iat_tot", "bwd_iat_total", int),
    column("bwd_iat_max", "bwd_iat_max", fixed),
    column("bwd_iat_min", "bwd_iat_min", fixed),
    column("bwd_iat_mean", "bwd_iat_mean", fixed),
    column("bwd_iat_std", "bwd_iat_std", fixed),
    column("active_max", "active_max", fixed),
    column("active_min", "active_min", fixed),
    column("active_mean", "active_mean", fixed),
    column("active_std", "active_std", fixed),
    column("idle_max", "idle_max", fixed),
    column("idle_min", "idle_min", fixed),
    column("idle_mean", "idle_mean", fixed),
    column("idle_std", "idle_std", fixed),
    column("flag_SYN", "syn_flag_count", int),
    column("flag_fin", "fin_flag_count", int),
    column("flag_rst", "rst_flag_count", int),
    column("flag_ack", "ack_flag_count", int),
    column("flag_psh", "psh_flag_count", int),
    column("fwd_flag_psh", "fwd_psh_flags", int),
    column("bwd_flag_psh", "bwd_psh_flags", int),
    column("flag_urg", "urg_flag_count", int),
    column("fwd_flag_urg", "fwd_urg_flags", int),
    column("bwd_flag_urg", "bwd_urg_flags", int),
    column("flag_cwr", "cwr_flag_count", int),
    column("flag_ece", "ece_flag_count", int),
    column("fwd_bulk_bytes_mean", "fwd_bytes_per_bulk_avg", fixed),
    column("fwd_bulk_pkt_mean", "fwd_packets_per_bulk_avg", fixed),
    column("fwd_bulk_rate_mean", "fwd_bulk_rate_avg", fixed),
    column("bwd_bulk_bytes_mean", "bwd_bytes_per_bulk_avg", fixed),
    column("bwd_bulk_pkt_mean", "bwd_packets_per_bulk_avg", fixed),
    column("bwd_bulk_rate_mean", "bwd_bulk_rate_avg", fixed_behind_blank),
    column("fwd_subflow_bytes_mean", "subflow_fwd_bytes", fixed),
    column("fwd_subflow_pkt_mean", "subflow_fwd_packets", fixed),
    column("bwd_subflow_bytes_mean", "subflow_bwd_bytes", fixed),
    column("bwd_subflow_pkt_mean", "subflow_bwd_packets", fixed),
    column("fwd_tcp_init_win_bytes", "fwd_init_win_bytes", missing_int),
    column("bwd_tcp_init_win_bytes", "bwd_init_win_bytes", missing_int),
    column("label", "flow_id", unlabelled),
];
