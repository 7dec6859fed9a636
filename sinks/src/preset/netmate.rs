//! NetMate with the module netai_flowstats ("flowcalc", 0.9.5): 44 integers without a header.

use flowz_api::inventory;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::SinkInfo;

use super::layout::{Column, Layout, WriteCell};
use super::text::{or_minus_one, plain};
use super::{Preset, PresetSink};

inventory::submit! { SinkEntry::new::<PresetSink<NetMate>>() }

/// The preset.
struct NetMate;

impl Preset for NetMate {
    const INFO: SinkInfo = SinkInfo {
        name: "netmate",
        toggles: "netmateSink",
        number: 911,
        summary: "The 44 features of NetMate flowcalc, as that tool writes them",
        requests: &["netai"],
        // The rule file that published feature sets were made with: flows end after 600 seconds; tunnels are not opened.
        preset: Some(&[
            "core.FLOW_TIMEOUT=600",
            "core.OUTER_KEY=1",
            "core.MPLS=0",
            "core.FRAGMENTATION=0",
            "netai.NETAI_STRICT=1",
            "netai.NETAI_ORIGINAL=1",
        ]),
        is_remote: false,
    };
    const TABLES: &'static [Layout] =
        &[Layout { table: "netai", suffix: "_netmate.csv", columns: COLUMNS, ..Layout::PLAIN }];
}

/// A column whose values are always there.
const fn int(name: &'static str) -> Column {
    Column::same(name, plain as WriteCell)
}

/// A column whose values may be unknown: -1.
const fn opt(name: &'static str) -> Column {
    Column::same(name, or_minus_one as WriteCell)
}

const COLUMNS: &[Column] = &[
    int("srcip"),
    int("srcport"),
    int("dstip"),
    int("dstport"),
    int("proto"),
    int("total_fpackets"),
    int("total_fvolume"),
    int("total_bpackets"),
    int("total_bvolume"),
    opt("min_fpktl"),
    opt("mean_fpktl"),
    opt("max_fpktl"),
    int("std_fpktl"),
    opt("min_bpktl"),
    opt("mean_bpktl"),
    opt("max_bpktl"),
    int("std_bpktl"),
    int("min_fiat"),
    int("mean_fiat"),
    int("max_fiat"),
    int("std_fiat"),
    int("min_biat"),
    int("mean_biat"),
    int("max_biat"),
    int("std_biat"),
    int("duration"),
    int("min_active"),
    int("mean_active"),
    int("max_active"),
    int("std_active"),
    int("min_idle"),
    int("mean_idle"),
    int("max_idle"),
    int("std_idle"),
    int("sflow_fpackets"),
    int("sflow_fbytes"),
    int("sflow_bpackets"),
    int("sflow_bbytes"),
    int("fpsh_cnt"),
    int("bpsh_cnt"),
    int("furg_cnt"),
    int("burg_cnt"),
    int("total_fhlen"),
    int("total_bhlen"),
];
