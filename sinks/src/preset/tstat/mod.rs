//! Tstat 3.3: its logs of TCP, UDP and media.

mod columns;

use flowz_api::inventory;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::SinkInfo;

use super::layout::{Group, Layout, Set, WriteTitle};
use super::text::tstat::histogram;
use super::{Preset, PresetSink};
use columns::{BINS, CORE, END_TO_END, LAYER7, MEDIA, OPTIONS, P2P, UDP};

inventory::submit! { SinkEntry::new::<PresetSink<Tstat>>() }

/// The preset.
struct Tstat;

impl Preset for Tstat {
    const INFO: SinkInfo = SinkInfo {
        name: "tstat",
        toggles: "tstatSink",
        number: 920,
        summary: "Logs of TCP connections, UDP conversations and media, as Tstat writes them",
        requests: &["tstat_tcp", "tstat_udp", "tstat_mm", "tstat_hist"],
        // As the tool is delivered: the columns of the core; tunnels are not opened, but for MPLS and PPPoE; fragments are not put together.
        preset: Some(&[
            "core.FLOW_TIMEOUT=300",
            "core.OUTER_KEY=1",
            "core.FRAGMENTATION=0",
            "tstat.TSTAT_END_TO_END=0",
            "tstat.TSTAT_P2P=0",
            "tstat.TSTAT_OPTIONS=0",
            "tstat.TSTAT_LAYER7=0",
            "tstat.TSTAT_ORIGINAL=1",
        ]),
        is_remote: false,
    };
    const TABLES: &'static [Layout] = &[
        Layout {
            table: "tstat_tcp",
            suffix: "_log_tcp_complete",
            columns: CORE,
            sets: &[
                Set { columns: END_TO_END, ..SETS[0] },
                Set { columns: P2P, ..SETS[1] },
                Set { columns: OPTIONS, ..SETS[2] },
                Set { columns: LAYER7, ..SETS[3] },
            ],
            only: Some(("complete", 1)),
            ..LOG
        },
        Layout {
            table: "tstat_tcp",
            suffix: "_log_tcp_nocomplete",
            columns: CORE,
            // In the sum of the header only.
            sets: &SETS,
            only: Some(("complete", 0)),
            ..LOG
        },
        Layout { table: "tstat_udp", suffix: "_log_udp_complete", columns: UDP, ..LOG },
        Layout { table: "tstat_mm", suffix: "_log_mm_complete", columns: MEDIA, ..LOG },
        Layout {
            table: "tstat_hist",
            suffix: "_histograms",
            columns: BINS,
            separator: " ",
            group: Some(Group {
                columns: &["interval", "histogram", "description", "min", "bin_size", "max"],
                write: histogram as WriteTitle,
            }),
            ..Layout::PLAIN
        },
    ];
}

/// Which columns settings may take away, by a column of each.
const SETS: [Set; 4] = [
    Set { bit: 2, marker: "c_rtt_avg", columns: &[] },
    Set { bit: 4, marker: "p2p_st", columns: &[] },
    Set { bit: 8, marker: "c_f1323_opt", columns: &[] },
    Set { bit: 16, marker: "http_req_cnt", columns: &[] },
];

/// What all logs have in common.
const LOG: Layout =
    Layout { header: Some(("#", "\n")), separator: " ", numbered: true, ..Layout::PLAIN };
