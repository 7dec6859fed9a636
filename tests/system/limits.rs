//! Limits of memory and of life span: flows leave early, are marked and counted, and no packet is
//! lost.

use std::collections::HashMap;

use crate::kit::{Outcome, Scratch, Table, analyse, data};

const REMOVED: u64 = 1 << 41;
const REMOVED_FULL: u64 = 1 << 42;
const REMOVED_SAME_ID: u64 = 1 << 62;

/// The leading number of a report line.
#[track_caller]
fn count(seen: &Outcome, key: &str) -> u64 {
    let line = seen.report(key).unwrap_or_else(|| panic!("no line '{key}'"));
    line.split(' ').next().unwrap().parse().unwrap()
}

/// All packets are in both tables.
#[track_caller]
fn nothing_is_lost(seen: &Outcome) {
    let ledger = seen.ledger();
    assert!(ledger.adds_up() && ledger.without.is_empty(), "{ledger:?}");
    assert_eq!(seen.flow_table().numbers("pktsSnt").iter().sum::<u64>(), ledger.in_flows);
    assert_eq!(seen.packet_table().rows.len() as u64, ledger.in_flows);
}

/// Flow numbers of the rows with a status bit.
fn marked(flows: &Table, bit: u64) -> Vec<u64> {
    let rows = flows.numbers("flowInd").into_iter().zip(flows.numbers("flowStat"));
    rows.filter(|(_, status)| status & bit != 0).map(|(number, _)| number).collect()
}

fn limited(args: &[&str]) -> Outcome {
    let seen = analyse(&[&["-r", &data("many.pcap")], args].concat());
    nothing_is_lost(&seen);
    seen
}

#[test]
fn flows_leave_when_the_table_is_full() {
    for most in [2, 3, 10, 100, 570] {
        let seen = limited(&["--max-flows", &most.to_string()]);
        assert_eq!(count(&seen, "Max number of flows in memory"), most, "{most}");
        let flows = seen.flow_table();
        let mut rows_of = HashMap::new();
        flows.numbers("flowInd").into_iter().for_each(|n| *rows_of.entry(n).or_insert(0) += 1);
        // The mark is on the direction that was oldest; its peer leaves with it.
        let left: u64 = marked(&flows, REMOVED_FULL).iter().map(|n| rows_of[n]).sum();
        assert!(left > 0);
        let counted = count(&seen, "Number of flows terminated by autopilot");
        assert_eq!(counted, left, "--max-flows {most}");
    }
}

#[test]
fn the_oldest_flow_leaves() {
    let flows = limited(&["--max-flows", "10"]).flow_table();
    let rows = flows.column("timeLast").into_iter().zip(flows.numbers("flowStat"));
    let left: Vec<_> = rows.filter(|(_, status)| status & REMOVED_FULL != 0).collect();
    // All times have the same number of digits.
    assert!(left.is_sorted_by_key(|(last, _)| *last), "in the order in which they were last seen");
}

#[test]
fn a_table_that_is_large_enough_changes_nothing() {
    let free = analyse(&["-r", &data("many.pcap")]);
    let most = count(&free, "Max number of flows in memory");
    let seen = limited(&["--max-flows", &most.to_string()]);
    assert_eq!(seen.flows, free.flows);
    assert_eq!(seen.report("Number of flows terminated by autopilot"), None);
    assert_eq!(limited(&["--max-mem", "1G"]).flows, free.flows);
}

#[test]
fn memory_limits_flows() {
    let live = |memory: &str| {
        let seen = limited(&["--max-mem", memory]);
        assert!(!marked(&seen.flow_table(), REMOVED_FULL).is_empty(), "{memory}");
        count(&seen, "Max number of flows in memory")
    };
    let [little, more] = [live("50K"), live("0.1M")];
    assert!(little >= 2 && more >= 2 * little && more < 571, "{little}, {more}");
    // Fewer plugins need less memory per flow.
    let seen = analyse(&["-r", &data("many.pcap"), "--max-mem", "50K", "--plugins", "basicFlow"]);
    assert!(count(&seen, "Max number of flows in memory") > little);
}

#[test]
fn the_stricter_limit_counts() {
    let seen = limited(&["--max-flows", "7", "--max-mem", "1G"]);
    assert_eq!(count(&seen, "Max number of flows in memory"), 7);
}

/// Seconds of the first and last packet of each row.
fn spans(flows: &Table) -> Vec<(u64, u64)> {
    let seconds = |time: &str| time.split('.').next().unwrap().parse().unwrap();
    let rows = flows.select(["timeFirst", "timeLast"]);
    rows.into_iter().map(|[first, last]| (seconds(first), seconds(last))).collect()
}

#[test]
fn a_life_span_cuts_flows() {
    let zerowin = data("zerowin.pcap");
    let free = analyse(&["-r", &zerowin]).flow_table();
    assert!(spans(&free).iter().any(|(first, last)| last - first > 2), "else nothing to cut");
    let seen = analyse(&["-r", &zerowin, "-o", "core.FDURLIMIT=2"]);
    nothing_is_lost(&seen);
    let flows = seen.flow_table();
    assert!(spans(&flows).iter().all(|(first, last)| last - first < 2));
    let cut = marked(&flows, REMOVED);
    let numbers = |table: &Table| table.numbers("flowInd").into_iter().max().unwrap();
    assert_eq!(numbers(&flows) - numbers(&free), cut.len() as u64, "one more number for each cut");
}

#[test]
fn flows_cut_by_life_span_may_keep_their_number() {
    let args = ["-r", &data("zerowin.pcap"), "-o", "core.FDURLIMIT=2"];
    let seen = analyse(&[&args[..], &["-o", "core.FDLSFINDEX=1"]].concat());
    nothing_is_lost(&seen);
    let flows = seen.flow_table();
    let renumbered = analyse(&args).flow_table();
    assert_eq!(marked(&flows, REMOVED).len(), marked(&renumbered, REMOVED).len());
    // Each of them goes on in one more, whose peer says so too.
    let goes_on = marked(&flows, REMOVED_SAME_ID).len();
    assert!(
        goes_on >= marked(&flows, REMOVED).len() && marked(&renumbered, REMOVED_SAME_ID).is_empty()
    );
    let free = analyse(&args[..2]).flow_table();
    let numbers = |table: &Table| table.numbers("flowInd").into_iter().max().unwrap();
    assert_eq!(numbers(&flows), numbers(&free));
}

/// A capture of raw IP packets and the seconds at which they come.
fn raw(packets: &[(u32, Vec<u8>)]) -> Vec<u8> {
    const RAW_IP: u32 = 101;
    let header = [0xa1b2_c3d4, 2 | 4 << 16, 0, 0, 65_535, RAW_IP];
    let mut bytes: Vec<u8> = header.into_iter().flat_map(u32::to_le_bytes).collect();
    for (seconds, packet) in packets {
        let length = packet.len() as u32;
        bytes.extend([*seconds, 0, length, length].into_iter().flat_map(u32::to_le_bytes));
        bytes.extend(packet);
    }
    bytes
}

fn with_life_span(capture: &[u8], settings: &[&str]) -> Table {
    let dir = Scratch::new();
    dir.write("made.pcap", capture);
    let path = dir.path("made.pcap").to_string_lossy().into_owned();
    analyse(&[&["-r", &path, "-o", "core.FDURLIMIT=2"], settings].concat()).flow_table()
}

#[test]
fn flows_from_an_end_to_itself_keep_their_number() {
    let mut packet = vec![0x45, 0, 0, 20, 0, 0, 0, 0, 64, 253, 0, 0];
    packet.extend([10, 0, 0, 1, 10, 0, 0, 1]);
    let capture = raw(&[(1, packet.clone()), (9, packet)]);
    for (mode, expected) in [("", [1, 1]), ("--compat", [1, 2])] {
        let mut settings = vec!["-o", "core.FDLSFINDEX=1", mode];
        settings.retain(|word| !word.is_empty());
        let flows = with_life_span(&capture, &settings);
        assert_eq!(flows.numbers("flowInd"), expected, "{mode}");
        assert_eq!(marked(&flows, REMOVED_SAME_ID), expected[1..], "{mode}");
    }
}

/// An IPv6 fragment of 8 bytes, with more behind it.
fn fragment(id: u8, offset: u8) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0, 0, 16, 44, 64];
    packet.extend([[0x20; 16], [0x21; 16]].concat());
    packet.extend([17, 0, 0, offset << 3 | 1, 0, 0, 0, id, 0, 9, 0, 9, 0, 90, 0, 0]);
    packet
}

#[test]
fn fragments_are_awaited_whatever_is_renewed() {
    const PENDING: u64 = 1 << 39;
    let capture = raw(&[(1, fragment(1, 1)), (9, fragment(2, 0)), (9, fragment(2, 1))]);
    assert_eq!(marked(&with_life_span(&capture, &[]), PENDING), [1, 2]);
    // For the reference the last one belongs to the flow of the first, and renews it.
    assert_eq!(marked(&with_life_span(&capture, &["--compat"]), PENDING), [1, 3]);
}

/// Lists count in full: whoever asks for long ones gets fewer flows for the same memory.
#[test]
fn lists_of_plugins_count() {
    let live = |option: &str| {
        let args =
            ["-r", &data("many.pcap"), "--max-mem", "100K", "--plugins", "basicFlow", "-o", option];
        let seen = analyse(&args);
        let ledger = seen.ledger();
        assert!(ledger.adds_up() && ledger.without.is_empty(), "{ledger:?}");
        count(&seen, "Max number of flows in memory")
    };
    let [usual, long] = [live("basicFlow.BFO_MAX_MAC=3"), live("basicFlow.BFO_MAX_MAC=255")];
    assert!(long >= 2 && usual > 5 * long, "{usual}, {long}");
}
