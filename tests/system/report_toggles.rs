//! What toggles of the report change: `core.MIN_MAX_ESTIMATE`, extremes over time, reckoned anew from the packet
//! table; `core.PLUGIN_REPORT`.

use crate::kit::{Outcome, analyse, data};

/// Bytes per packet from clients, and bits per second, of each interval.
fn intervals(seen: &Outcome) -> Vec<[f64; 2]> {
    let (mut found, mut begin, mut from_clients, mut bytes) = (Vec::new(), None, Vec::new(), 0.0);
    let table = seen.packet_table();
    for [time, length, status] in table.select(["time", "pktLen", "flowStat"]) {
        let (time, length): (f64, f64) = (time.parse().unwrap(), length.parse().unwrap());
        let begin = begin.get_or_insert(time);
        bytes += length;
        if u64::from_str_radix(&status[2..], 16).unwrap() & 1 == 0 {
            from_clients.push(length);
        }
        if time - *begin > 0.1 {
            let load = from_clients.iter().sum::<f64>() / from_clients.len().max(1) as f64;
            found.push([load, 8.0 * bytes / (time - *begin)]);
            (*begin, bytes) = (time, 0.0);
            from_clients.clear();
        }
    }
    found
}

/// The number behind a key of the report.
fn reported(seen: &Outcome, key: &str) -> Option<f64> {
    let line = seen.done.stdout.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix(": "))?;
    line.split(' ').next()?.parse().ok()
}

#[test]
fn largest_and_smallest() {
    let capture = data("web.pcap");
    let seen = analyse(&["-r", &capture, "-o", "core.MIN_MAX_ESTIMATE=1"]);
    let found = intervals(&seen);
    assert!(found.len() > 2, "{found:?}");
    for (n, key) in ["A packet load", "raw bandwidth"].iter().enumerate() {
        let values = found.iter().map(|interval| interval[n]);
        let (max, min) = (values.clone().fold(0.0, f64::max), values.fold(f64::MAX, f64::min));
        for (what, expected) in [("Max", max), ("Min", min)] {
            let told = reported(&seen, &format!("{what} {key}")).unwrap();
            assert!((told - expected).abs() <= 0.5, "{what} {key}: {told}, not {expected}");
        }
    }
    let plain = analyse(&["-r", &capture]);
    assert_eq!(reported(&plain, "Max A packet load"), None);
    assert_eq!(plain.flow_table().rows, seen.flow_table().rows);
}

#[test]
fn lines_of_plugins_can_be_left_out() {
    let capture = data("web.pcap");
    let [all, few] = ["1", "0"].map(|value| {
        let setting = format!("core.PLUGIN_REPORT={value}");
        analyse(&["-r", &capture, "-o", &setting])
    });
    let of_plugins =
        |line: &&str| line.starts_with("basicStats: ") || line.starts_with("tcpFlags: ");
    let key = "Number of processed packets";
    assert!(all.done.stdout.lines().filter(of_plugins).count() > 2);
    assert_eq!(few.done.stdout.lines().filter(of_plugins).count(), 0);
    assert_eq!((reported(&few, key), few.flows), (reported(&all, key), all.flows));
}

#[test]
fn settings_of_their_own_go_together() {
    let all = ["core.MIN_MAX_ESTIMATE=1", "-o", "core.ETH_ACTIVATE=0"];
    let seen = analyse(&[&["-r", &data("web.pcap"), "-o"][..], &all].concat());
    assert!(seen.ledger().adds_up() && !seen.ledger().without.is_empty());
    assert!(reported(&seen, "Max raw bandwidth") > Some(0.0));
}
