//! No packet gets lost: the last line of the report adds up and agrees with both tables.

use crate::kit::{Outcome, analyse, broken, captures, data};

#[track_caller]
fn check(path: &str, seen: &Outcome) {
    let ledger = seen.ledger();
    assert!(ledger.adds_up(), "{path}: {ledger:?}");
    assert!(ledger.without.iter().all(|(number, reason)| *number > 0 && !reason.is_empty()));
    let packets = seen.packet_table();
    assert_eq!(packets.rows.len() as u64, ledger.in_flows, "{path}: packet rows");
    let numbers = packets.numbers("pktNo");
    assert!(numbers.is_sorted_by(|a, b| a < b), "{path}: packet numbers");
    assert!(numbers.last().is_none_or(|last| *last <= ledger.read), "{path}: packet numbers");
    if let Some(processed) = seen.report("Number of processed packets") {
        assert_eq!(processed.split(' ').next().unwrap(), ledger.read.to_string(), "{path}");
    }
}

/// Packets of each flow number, by the packet table and by the flow table.
#[track_caller]
fn check_flows(path: &str, seen: &Outcome) {
    let (flows, packets) = (seen.flow_table(), seen.packet_table());
    let most = flows.numbers("flowInd").into_iter().max().unwrap_or(0) as usize;
    let (mut said, mut found) = (vec![0; most + 1], vec![0; most + 1]);
    for (flow, sent) in flows.numbers("flowInd").into_iter().zip(flows.numbers("pktsSnt")) {
        said[flow as usize] += sent;
    }
    packets.numbers("flowInd").into_iter().for_each(|flow| found[flow as usize] += 1);
    assert_eq!(said, found, "{path}: packets by flow number");
}

#[test]
fn packets_add_up() {
    for path in captures() {
        let seen = analyse(&["-r", &path]);
        check(&path, &seen);
        check_flows(&path, &seen);
    }
}

#[test]
fn packets_of_broken_captures_add_up() {
    let readable = |path: &String| !path.ends_with("text.pcap") && !path.ends_with("zero.pcap");
    for path in broken().into_iter().filter(readable) {
        let seen = analyse(&["-r", &path]);
        check(&path, &seen);
        check_flows(&path, &seen);
    }
}

#[test]
fn reasons_are_counted() {
    let ledger = analyse(&["-r", &data("broken/snap.pcap")]).ledger();
    let expected = [(16, "link header cut".to_owned()), (28, "IP header cut".to_owned())];
    assert_eq!((ledger.read, ledger.in_flows, &ledger.without[..]), (81, 37, &expected[..]));
}

#[test]
fn flow_counts_of_the_report_are_those_of_the_table() {
    for path in captures() {
        let seen = analyse(&["-r", &path]);
        let flows = seen.flow_table();
        let all = seen.report("Number of processed      flows").unwrap();
        assert_eq!(all.split(' ').next().unwrap(), flows.rows.len().to_string(), "{path}");
    }
}
