//! tcpWin on `zerowin.pcap`: two zero windows of a direction, or a pause of 1.2 s, and the next packet
//! of the connection begins a new flow.

use std::collections::{BTreeSet, HashMap};

use crate::kit::{Outcome, Pcap, Table, analyse, data, golden};

use super::model::{Side, predict};

/// tcpWinStat: the flow was cut in this direction.
const CUT: u64 = 0x40;

fn walk() -> Outcome {
    analyse(&["-r", &data("zerowin.pcap"), "--plugins", "basicFlow,tcpWin"])
}

/// Rows of TCP packets.
fn tcp_only(table: &Table) -> Table {
    let place = table.place("l4Proto");
    let rows = table.rows.iter().filter(|row| row[place] == "6").cloned().collect();
    Table { columns: table.columns.clone(), rows }
}

/// Per row of the packet table: the connection, named by the client's port.
fn connections(packets: &Table) -> Vec<u64> {
    let ports = packets.numbers("srcPort").into_iter().zip(packets.numbers("dstPort"));
    ports.map(|(source, target)| source.max(target)).collect()
}

/// Per row of the packet table: which flow of its connection, from 1.
fn ordinals(packets: &Table) -> Vec<u32> {
    let mut latest: HashMap<u64, (u64, u32)> = HashMap::new();
    let rows = connections(packets).into_iter().zip(packets.numbers("flowInd"));
    let ordinal = |(connection, flow)| {
        let (last, ordinal) = latest.entry(connection).or_insert((flow, 1));
        if *last != flow {
            assert!(*last < flow, "flow numbers grow");
            (*last, *ordinal) = (flow, *ordinal + 1);
        }
        *ordinal
    };
    rows.map(ordinal).collect()
}

#[test]
fn connections_split_where_the_rules_say() {
    let packets = tcp_only(&walk().packet_table());
    let numbers = packets.numbers("pktNo").into_iter().map(|number| number as usize);
    let found: Vec<_> = numbers.zip(ordinals(&packets)).collect();
    let prediction = predict(&Pcap::read(&data("zerowin.pcap")));
    assert_eq!(found, prediction.flow_of);
}

#[test]
fn columns_are_what_the_rules_say() {
    let row = |side: &Side| {
        let time = format!("{}.{:09}", side.first / 1_000_000_000, side.first % 1_000_000_000);
        let (source, target) = side.ports;
        [
            time,
            source.to_string(),
            target.to_string(),
            format!("0x{:02x}", side.stat),
            format!("0x{:02x}", side.state),
            side.count.to_string(),
        ]
    };
    let prediction = predict(&Pcap::read(&data("zerowin.pcap")));
    let mut expected: Vec<_> = prediction.sides.iter().map(row).collect();
    expected.sort();
    let flows = tcp_only(&walk().flow_table());
    let names = ["timeFirst", "srcPort", "dstPort", "tcpWinStat", "tcpWinState", "tcpWinThCnt"];
    let found = flows.select(names).into_iter().map(|row| row.map(str::to_owned));
    let mut found: Vec<_> = found.collect();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn the_timeout_falls_at_the_second_zero_window() {
    let packets = tcp_only(&walk().packet_table());
    let timeouts = packets.column("flowTmout");
    let (stats, counts) = (packets.numbers("tcpWinStat"), packets.numbers("tcpWinThCnt"));
    let windows = packets.numbers("tcpWinRaw");
    let (connections, ordinals) = (connections(&packets), ordinals(&packets));
    let mut falls = 0;
    for at in 0..packets.rows.len() {
        // 0x40 says that this direction was cut: here, if this is its second zero window.
        if windows[at] != 0 || counts[at] != 2 || stats[at] & CUT == 0 {
            continue;
        }
        falls += 1;
        assert_eq!(timeouts[at], "0.001000", "row {at}");
        let is_mine = |other: &usize| connections[*other] == connections[at];
        let before = (0..at).rev().find(is_mine).unwrap();
        assert_eq!((timeouts[before], ordinals[before]), ("1.200000", ordinals[at]), "row {at}");
        if let Some(next) = (at + 1..packets.rows.len()).find(is_mine) {
            assert_eq!(ordinals[next], ordinals[at] + 1, "the next packet is in a new flow");
        }
    }
    assert!(falls >= 5, "only {falls} flows were cut at a zero window");
}

#[test]
fn timeouts_are_those_of_the_table() {
    let walk = walk();
    let packets = walk.packet_table();
    let all: BTreeSet<_> = packets.column("flowTmout").into_iter().collect();
    let expected = ["0.001000", "1.000000", "1.200000", "182.000000"];
    assert_eq!(all.into_iter().collect::<Vec<_>>(), expected);
    let below = "Number of TCP winsize packets below threshold 1";
    let zero = tcp_only(&packets).column("tcpWinRaw").iter().filter(|w| **w == "0").count();
    let line = format!("tcpWin: {below}: {zero} [");
    assert!(walk.done.stdout.contains(&line), "{line}\n{}", walk.done.stdout);
}

#[test]
fn without_tcp_win_nothing_splits() {
    let packets = tcp_only(&analyse(&["-r", &data("zerowin.pcap")]).packet_table());
    assert!(ordinals(&packets).iter().all(|&ordinal| ordinal == 1));
}

#[test]
fn a_higher_threshold_counts_more() {
    let args = ["-r", &data("zerowin.pcap"), "--plugins", "basicFlow,tcpWin"];
    let counted = |more: &[&str]| -> u64 {
        analyse(&[&args[..], more].concat()).flow_table().numbers("tcpWinThCnt").iter().sum()
    };
    assert!(counted(&["-o", "tcpWin.TCPWIN_THRES=20000"]) > counted(&[]));
    assert_eq!(counted(&["-o", "tcpWin.TCPWIN_THRES=0"]), 0);
}

#[test]
fn walk_through() {
    let flows = tcp_only(&walk().flow_table());
    let mut text = String::from("flowInd dir srcPort dstPort stat state count\n");
    let names =
        ["flowInd", "dir", "srcPort", "dstPort", "tcpWinStat", "tcpWinState", "tcpWinThCnt"];
    for row in flows.select(names) {
        text += &(row.join(" ") + "\n");
    }
    golden("tutorial", &text);
}
