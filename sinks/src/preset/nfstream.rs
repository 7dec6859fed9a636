//! NFStream 6.6.0 with `statistical_analysis=True` and `splt_analysis=10`, its table as `to_csv` of pandas writes it.

use flowz_api::inventory;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::SinkInfo;

use super::layout::{Column, Layout, WriteCell};
use super::text::{float_or_zero, mac, or_zero, oui, quoted_list};
use super::{Preset, PresetSink};

inventory::submit! { SinkEntry::new::<PresetSink<NfStream>>() }

/// The preset.
struct NfStream;

impl Preset for NfStream {
    const INFO: SinkInfo = SinkInfo {
        name: "nfstream",
        toggles: "nfstreamSink",
        number: 917,
        summary: "The statistical features of NFStream, as that tool writes them",
        requests: &["nfstream"],
        // The plugin ends records by its own limits; tunnels other than those that the tool knows are not opened.
        preset: Some(&[
            "core.FLOW_TIMEOUT=121",
            "core.FRAGMENTATION=0",
            "core.GRE=0",
            "core.VXLAN=0",
            "core.GENEVE=0",
            "core.L2TP=0",
            "core.TEREDO=0",
            "core.AYIYA=0",
            "core.LISP=0",
            "core.ETHIP=0",
        ]),
        is_remote: false,
    };
    const TABLES: &'static [Layout] = &[Layout {
        table: "nfstream",
        suffix: "_nfstream.csv",
        header: Some(("", "\n")),
        separator: ",",
        end: "\n",
        columns: COLUMNS,
        ..Layout::PLAIN
    }];
}

/// A column of whole numbers or text; 0 for what is not there.
const fn plain(name: &'static str) -> Column {
    Column::same(name, or_zero as WriteCell)
}

/// A column of numbers with a fraction; 0.0 for what is not there.
const fn float(name: &'static str) -> Column {
    Column::same(name, float_or_zero as WriteCell)
}

/// The first packets.
const fn list(name: &'static str) -> Column {
    Column::same(name, quoted_list as WriteCell)
}

/// Something of a hardware address.
const fn of_mac(name: &'static str, from: &'static str, write: WriteCell) -> Column {
    Column { name, from, write }
}

const COLUMNS: &[Column] = &[
    plain("expiration_id"),
    plain("src_ip"),
    of_mac("src_mac", "src_mac", mac),
    of_mac("src_oui", "src_mac", oui),
    plain("src_port"),
    plain("dst_ip"),
    of_mac("dst_mac", "dst_mac", mac),
    of_mac("dst_oui", "dst_mac", oui),
    plain("dst_port"),
    plain("protocol"),
    plain("ip_version"),
    plain("vlan_id"),
    plain("tunnel_id"),
    plain("bidirectional_first_seen_ms"),
    plain("bidirectional_last_seen_ms"),
    plain("bidirectional_duration_ms"),
    plain("bidirectional_packets"),
    plain("bidirectional_bytes"),
    plain("src2dst_first_seen_ms"),
    plain("src2dst_last_seen_ms"),
    plain("src2dst_duration_ms"),
    plain("src2dst_packets"),
    plain("src2dst_bytes"),
    plain("dst2src_first_seen_ms"),
    plain("dst2src_last_seen_ms"),
    plain("dst2src_duration_ms"),
    plain("dst2src_packets"),
    plain("dst2src_bytes"),
    plain("bidirectional_min_ps"),
    float("bidirectional_mean_ps"),
    float("bidirectional_stddev_ps"),
    plain("bidirectional_max_ps"),
    plain("src2dst_min_ps"),
    float("src2dst_mean_ps"),
    float("src2dst_stddev_ps"),
    plain("src2dst_max_ps"),
    plain("dst2src_min_ps"),
    float("dst2src_mean_ps"),
    float("dst2src_stddev_ps"),
    plain("dst2src_max_ps"),
    plain("bidirectional_min_piat_ms"),
    float("bidirectional_mean_piat_ms"),
    float("bidirectional_stddev_piat_ms"),
    plain("bidirectional_max_piat_ms"),
    plain("src2dst_min_piat_ms"),
    float("src2dst_mean_piat_ms"),
    float("src2dst_stddev_piat_ms"),
    plain("src2dst_max_piat_ms"),
    plain("dst2src_min_piat_ms"),
    float("dst2src_mean_piat_ms"),
    float("dst2src_stddev_piat_ms"),
    plain("dst2src_max_piat_ms"),
    plain("bidirectional_syn_packets"),
    plain("bidirectional_cwr_packets"),
    plain("bidirectional_ece_packets"),
    plain("bidirectional_urg_packets"),
    plain("bidirectional_ack_packets"),
    plain("bidirectional_psh_packets"),
    plain("bidirectional_rst_packets"),
    plain("bidirectional_fin_packets"),
    plain("src2dst_syn_packets"),
    plain("src2dst_cwr_packets"),
    plain("src2dst_ece_packets"),
    plain("src2dst_urg_packets"),
    plain("src2dst_ack_packets"),
    plain("src2dst_psh_packets"),
    plain("src2dst_rst_packets"),
    plain("src2dst_fin_packets"),
    plain("dst2src_syn_packets"),
    plain("dst2src_cwr_packets"),
    plain("dst2src_ece_packets"),
    plain("dst2src_urg_packets"),
    plain("dst2src_ack_packets"),
    plain("dst2src_psh_packets"),
    plain("dst2src_rst_packets"),
    plain("dst2src_fin_packets"),
    list("splt_direction"),
    list("splt_ps"),
    list("splt_piat_ms"),
];
