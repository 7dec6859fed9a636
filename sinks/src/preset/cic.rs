//! CICFlowMeter 4: its CSV by its own names (`cic`), by those of CSE-CIC-IDS2018 (`cic-short`), and with its faults (`cic-original`).

use flowz_api::inventory;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::SinkInfo;

use super::layout::{Column, Layout, WriteCell};
use super::text::java::{
    date, float, infinite, int, missing_int, missing_rate, undefined, unlabelled, whole,
};
use super::text::plain;
use super::{Preset, PresetSink};

inventory::submit! { SinkEntry::new::<PresetSink<Long>>() }
inventory::submit! { SinkEntry::new::<PresetSink<Short>>() }
inventory::submit! { SinkEntry::new::<PresetSink<Original>>() }

/// The corrected numbers by the names of version 4.
struct Long;
/// The corrected numbers by the names of CSE-CIC-IDS2018.
struct Short;
/// The numbers of version 4.
struct Original;

/// Flows that do not end on their own account, and tunnels that are not opened.
macro_rules! settings {
    ($mode:literal) => {
        Some(&[
            "core.FLOW_TIMEOUT=600",
            "core.OUTER_KEY=1",
            "core.MPLS=0",
            "core.FRAGMENTATION=0",
            $mode,
        ])
    };
}

const fn layout(suffix: &'static str, columns: &'static [Column]) -> Layout {
    let (header, separator, end) = (Some(("", "\n")), ",", "\n");
    Layout { table: "cic", suffix, header, separator, end, columns, ..Layout::PLAIN }
}

impl Preset for Long {
    const INFO: SinkInfo = SinkInfo {
        name: "cic",
        toggles: "cicSink",
        number: 913,
        summary: "The features of CICFlowMeter with its faults corrected, by their long names",
        requests: &["cic"],
        preset: settings!("cic.CIC_MODE=0"),
        is_remote: false,
    };
    const TABLES: &'static [Layout] = &[layout("_cic.csv", LONG)];
}

impl Preset for Short {
    const INFO: SinkInfo = SinkInfo {
        name: "cic-short",
        toggles: "cicShortSink",
        number: 914,
        summary: "The same by the short names of CSE-CIC-IDS2018",
        requests: &["cic"],
        preset: settings!("cic.CIC_MODE=0"),
        is_remote: false,
    };
    const TABLES: &'static [Layout] = &[layout("_cic-short.csv", SHORT)];
}

impl Preset for Original {
    const INFO: SinkInfo = SinkInfo {
        name: "cic-original",
        toggles: "cicOriginalSink",
        number: 915,
        summary: "The features of CICFlowMeter 4 with its faults, as that tool writes them",
        requests: &["cic"],
        preset: settings!("cic.CIC_MODE=1"),
        is_remote: false,
    };
    const TABLES: &'static [Layout] = &[layout("_cic-original.csv", ORIGINAL)];
}

const fn column(name: &'static str, from: &'static str, write: WriteCell) -> Column {
    Column { name, from, write }
}

/// The columns by one of both lists of names; how rates, their absence, and quotients are written differs.
macro_rules! columns {
    ($name:ident, $bytes:expr, $packets:expr, $quotient:expr) => {
        &[
            column($name("Flow ID", "Flow ID"), "flow_id", plain),
            column($name("Src IP", "Src IP"), "src_ip", plain),
            column($name("Src Port", "Src Port"), "src_port", int),
            column($name("Dst IP", "Dst IP"), "dst_ip", plain),
            column($name("Dst Port", "Dst Port"), "dst_port", int),
            column($name("Protocol", "Protocol"), "protocol", int),
            column($name("Timestamp", "Timestamp"), "timestamp", date),
            column($name("Flow Duration", "Flow Duration"), "flow_duration", int),
            column($name("Total Fwd Packet", "Tot Fwd Pkts"), "total_fwd_packets", int),
            column($name("Total Bwd packets", "Tot Bwd Pkts"), "total_bwd_packets", int),
            column(
                $name("Total Length of Fwd Packet", "TotLen Fwd Pkts"),
                "total_length_of_fwd_packets",
                float,
            ),
            column(
                $name("Total Length of Bwd Packet", "TotLen Bwd Pkts"),
                "total_length_of_bwd_packets",
                float,
            ),
            column(
                $name("Fwd Packet Length Max", "Fwd Pkt Len Max"),
                "fwd_packet_length_max",
                float,
            ),
            column(
                $name("Fwd Packet Length Min", "Fwd Pkt Len Min"),
                "fwd_packet_length_min",
                float,
            ),
            column(
                $name("Fwd Packet Length Mean", "Fwd Pkt Len Mean"),
                "fwd_packet_length_mean",
                float,
            ),
            column(
                $name("Fwd Packet Length Std", "Fwd Pkt Len Std"),
                "fwd_packet_length_std",
                float,
            ),
            column(
                $name("Bwd Packet Length Max", "Bwd Pkt Len Max"),
                "bwd_packet_length_max",
                float,
            ),
            column(
                $name("Bwd Packet Length Min", "Bwd Pkt Len Min"),
                "bwd_packet_length_min",
                float,
            ),
            column(
                $name("Bwd Packet Length Mean", "Bwd Pkt Len Mean"),
                "bwd_packet_length_mean",
                float,
            ),
            column(
                $name("Bwd Packet Length Std", "Bwd Pkt Len Std"),
                "bwd_packet_length_std",
                float,
            ),
            column($name("Flow Bytes/s", "Flow Byts/s"), "flow_bytes_per_s,flow_bytes", $bytes),
            column($name("Flow Packets/s", "Flow Pkts/s"), "flow_packets_per_s", $packets),
            column($name("Flow IAT Mean", "Flow IAT Mean"), "flow_iat_mean", float),
            column($name("Flow IAT Std", "Flow IAT Std"), "flow_iat_std", float),
            column($name("Flow IAT Max", "Flow IAT Max"), "flow_iat_max", float),
            column($name("Flow IAT Min", "Flow IAT Min"), "flow_iat_min", float),
            column($name("Fwd IAT Total", "Fwd IAT Tot"), "fwd_iat_total", float),
            column($name("Fwd IAT Mean", "Fwd IAT Mean"), "fwd_iat_mean", float),
            column($name("Fwd IAT Std", "Fwd IAT Std"), "fwd_iat_std", float),
            column($name("Fwd IAT Max", "Fwd IAT Max"), "fwd_iat_max", float),
            column($name("Fwd IAT Min", "Fwd IAT Min"), "fwd_iat_min", float),
            column($name("Bwd IAT Total", "Bwd IAT Tot"), "bwd_iat_total", float),
            column($name("Bwd IAT Mean", "Bwd IAT Mean"), "bwd_iat_mean", float),
            column($name("Bwd IAT Std", "Bwd IAT Std"), "bwd_iat_std", float),
            column($name("Bwd IAT Max", "Bwd IAT Max"), "bwd_iat_max", float),
            column($name("Bwd IAT Min", "Bwd IAT Min"), "bwd_iat_min", float),
            column($name("Fwd PSH Flags", "Fwd PSH Flags"), "fwd_psh_flags", int),
            column($name("Bwd PSH Flags", "Bwd PSH Flags"), "bwd_psh_flags", int),
            column($name("Fwd URG Flags", "Fwd URG Flags"), "fwd_urg_flags", int),
            column($name("Bwd URG Flags", "Bwd URG Flags"), "bwd_urg_flags", int),
            column($name("Fwd Header Length", "Fwd Header Len"), "fwd_header_length", int),
            column($name("Bwd Header Length", "Bwd Header Len"), "bwd_header_length", int),
            column($name("Fwd Packets/s", "Fwd Pkts/s"), "fwd_packets_per_s", float),
            column($name("Bwd Packets/s", "Bwd Pkts/s"), "bwd_packets_per_s", float),
            column($name("Packet Length Min", "Pkt Len Min"), "packet_length_min", float),
            column($name("Packet Length Max", "Pkt Len Max"), "packet_length_max", float),
            column($name("Packet Length Mean", "Pkt Len Mean"), "packet_length_mean", float),
            column($name("Packet Length Std", "Pkt Len Std"), "packet_length_std", float),
            column($name("Packet Length Variance", "Pkt Len Var"), "packet_length_variance", float),
            column($name("FIN Flag Count", "FIN Flag Cnt"), "fin_flag_count", int),
            column($name("SYN Flag Count", "SYN Flag Cnt"), "syn_flag_count", int),
            column($name("RST Flag Count", "RST Flag Cnt"), "rst_flag_count", int),
            column($name("PSH Flag Count", "PSH Flag Cnt"), "psh_flag_count", int),
            column($name("ACK Flag Count", "ACK Flag Cnt"), "ack_flag_count", int),
            column($name("URG Flag Count", "URG Flag Cnt"), "urg_flag_count", int),
            column($name("CWR Flag Count", "CWE Flag Count"), "cwr_flag_count", int),
            column($name("ECE Flag Count", "ECE Flag Cnt"), "ece_flag_count", int),
            column($name("Down/Up Ratio", "Down/Up Ratio"), "down_up_ratio", float),
            column($name("Average Packet Size", "Pkt Size Avg"), "average_packet_size", float),
            column(
                $name("Fwd Segment Size Avg", "Fwd Seg Size Avg"),
                "fwd_segment_size_avg",
                float,
            ),
            column(
                $name("Bwd Segment Size Avg", "Bwd Seg Size Avg"),
                "bwd_segment_size_avg",
                float,
            ),
            column(
                $name("Fwd Bytes/Bulk Avg", "Fwd Byts/b Avg"),
                "fwd_bytes_per_bulk_avg",
                $quotient,
            ),
            column(
                $name("Fwd Packet/Bulk Avg", "Fwd Pkts/b Avg"),
                "fwd_packets_per_bulk_avg",
                $quotient,
            ),
            column($name("Fwd Bulk Rate Avg", "Fwd Blk Rate Avg"), "fwd_bulk_rate_avg", $quotient),
            column(
                $name("Bwd Bytes/Bulk Avg", "Bwd Byts/b Avg"),
                "bwd_bytes_per_bulk_avg",
                $quotient,
            ),
            column(
                $name("Bwd Packet/Bulk Avg", "Bwd Pkts/b Avg"),
                "bwd_packets_per_bulk_avg",
                $quotient,
            ),
            column($name("Bwd Bulk Rate Avg", "Bwd Blk Rate Avg"), "bwd_bulk_rate_avg", $quotient),
            column(
                $name("Subflow Fwd Packets", "Subflow Fwd Pkts"),
                "subflow_fwd_packets",
                $quotient,
            ),
            column($name("Subflow Fwd Bytes", "Subflow Fwd Byts"), "subflow_fwd_bytes", $quotient),
            column(
                $name("Subflow Bwd Packets", "Subflow Bwd Pkts"),
                "subflow_bwd_packets",
                $quotient,
            ),
            column($name("Subflow Bwd Bytes", "Subflow Bwd Byts"), "subflow_bwd_bytes", $quotient),
            column(
                $name("FWD Init Win Bytes", "Init Fwd Win Byts"),
                "fwd_init_win_bytes",
                missing_int,
            ),
            column(
                $name("Bwd Init Win Bytes", "Init Bwd Win Byts"),
                "bwd_init_win_bytes",
                missing_int,
            ),
            column($name("Fwd Act Data Pkts", "Fwd Act Data Pkts"), "fwd_act_data_packets", int),
            column($name("Fwd Seg Size Min", "Fwd Seg Size Min"), "fwd_seg_size_min", int),
            column($name("Active Mean", "Active Mean"), "active_mean", float),
            column($name("Active Std", "Active Std"), "active_std", float),
            column($name("Active Max", "Active Max"), "active_max", float),
            column($name("Active Min", "Active Min"), "active_min", float),
            column($name("Idle Mean", "Idle Mean"), "idle_mean", float),
            column($name("Idle Std", "Idle Std"), "idle_std", float),
            column($name("Idle Max", "Idle Max"), "idle_max", float),
            column($name("Idle Min", "Idle Min"), "idle_min", float),
            column("Label", "flow_id", unlabelled),
        ]
    };
}

const fn long(name: &'static str, _: &'static str) -> &'static str {
    name
}

const fn short(_: &'static str, name: &'static str) -> &'static str {
    name
}

const LONG: &[Column] = columns!(long, missing_rate, missing_rate, float);
const SHORT: &[Column] = columns!(short, missing_rate, missing_rate, float);
const ORIGINAL: &[Column] = columns!(long, undefined, infinite, whole);
