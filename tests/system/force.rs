//! `core.FORCE_MODE`: plugins that steer end flows.

use std::collections::BTreeMap;

use flowz_api::plugin::{Steer, SteerContext};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::settings::Run;
use flowz_api::toggles::NoToggles;
use flowz_engine::output::Choice;

use crate::kit::engines::Job;
use crate::kit::{Table, captures, data};

/// The bit of `flowStat`.
const REMOVED: u64 = 1 << 41;

/// Ends flows at the third packet of a direction.
#[derive(Merge)]
struct Cutter {
    #[merge(sum)]
    asked: u64,
}

#[derive(Default, Debug)]
struct Seen {
    packets: u64,
}

#[derive(Row, Debug)]
#[row(toggles = NoToggles)]
struct Columns {
    /// Packets.
    cutter: u64,
}

fn steer(plugin: &mut Cutter, cx: &mut SteerContext<'_>, flow: &mut Seen, _: Option<&mut Seen>) {
    flow.packets += 1;
    assert!(!cx.run.core.force_mode || flow.packets <= 3, "it lives on");
    if flow.packets == 3 {
        plugin.asked += 1;
        cx.end_flow();
    }
}

impl Plugin for Cutter {
    const INFO: Info = Info::new("cutter", 700, "Cuts");
    const STEER: Option<Steer<Self>> = Some(steer);
    type Toggles = NoToggles;
    type Flow = Seen;
    type Row<'a> = Columns;
    type PacketRow<'a> = Columns;

    fn new(_: &mut PluginSetup<'_, NoToggles>) -> Result<Self, PluginError> {
        Ok(Self { asked: 0 })
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a Seen) -> Columns {
        Columns { cutter: flow.packets }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut Seen,
        _: Option<&'a mut Seen>,
    ) -> Columns {
        Columns { cutter: flow.packets }
    }
}

fn job<'a>(path: &'a str, names: &'a [&'a str], force_mode: bool, packet_mode: bool) -> Job<'a> {
    let mut run = Run { packet_mode, ..Run::default() };
    run.core.force_mode = force_mode;
    let plugins = vec![PluginEntry::new::<Cutter>()];
    Job { plugins, names, run, choice: Choice::default(), path }
}

fn is_cut(table: &Table, row: &[String]) -> bool {
    let status = &row[table.place("flowStat")];
    u64::from_str_radix(&status[2..], 16).unwrap() & REMOVED != 0
}

const NAMES: [&str; 5] = ["basicFlow", "basicStats", "tcpFlags", "tcpStates", "cutter"];

#[test]
fn both_directions_end_behind_the_packet() {
    let mut cut_rows = 0;
    for path in captures() {
        let free = job(&path, &NAMES, false, false).alone();
        assert_eq!(free.counters.forced, 0);
        let cut = job(&path, &NAMES, true, false).everywhere();
        let table = cut.flow_table();
        let packets = table.numbers("cutter");
        let all: u64 = free.flow_table().numbers("cutter").iter().sum();
        assert_eq!(packets.iter().sum::<u64>(), all);
        // Both directions of a flow have the bit, or none; one of them had its third packet.
        let mut flows: BTreeMap<u64, Vec<(u64, bool)>> = BTreeMap::new();
        for ((id, n), row) in table.numbers("flowInd").into_iter().zip(packets).zip(&table.rows) {
            flows.entry(id).or_default().push((n, is_cut(&table, row)));
        }
        for (id, rows) in &flows {
            let ends = rows.iter().any(|(n, _)| *n == 3);
            assert!(
                rows.len() <= 2 && rows.iter().all(|(_, cut)| *cut == ends),
                "{path} {id}: {rows:?}"
            );
        }
        let expected: usize = flows.values().flatten().filter(|(_, cut)| *cut).count();
        assert_eq!(cut.counters.forced, expected as u64, "{path}");
        let told = format!("Number of flows terminated by force mode: {expected}");
        assert_eq!(cut.says(&told), expected > 0, "{:?}", cut.report);
        cut_rows += expected;
    }
    assert!(cut_rows > 100);
}

#[test]
fn without_the_mode_nothing_happens() {
    let path = data("loss.pcap");
    let asks = job(&path, &NAMES, false, false).everywhere();
    let table = asks.flow_table();
    assert!(table.numbers("cutter").iter().any(|n| *n > 3));
    assert!(!table.rows.iter().any(|row| is_cut(&table, row)));
    assert!(!asks.says("force mode"));
}

/// Packets of a packet table have the numbers of the flows that begin anew; parts of an SCTP packet may end a flow each.
#[test]
fn packet_tables_and_parts_of_packets() {
    for capture in captures() {
        let mut job = job(&capture, &NAMES, true, true);
        job.run.core.sctp_activate = 1;
        let left = job.everywhere();
        let file = left.files.iter().find(|(name, _)| name == "x_packets.txt");
        let packets = Table::parse(&String::from_utf8_lossy(&file.unwrap().1));
        let mut of_flow: BTreeMap<u64, u64> = BTreeMap::new();
        for id in packets.numbers("flowInd") {
            *of_flow.entry(id).or_default() += 1;
        }
        assert!(
            of_flow.values().all(|n| *n <= 5),
            "{capture}: two of one direction, three of the other"
        );
    }
}
