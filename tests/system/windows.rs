//! `--dedup` and `--reorder`: what they make of doubled and disordered packets, and that the
//! accounts hold.

use crate::kit::{Outcome, Pcap, Scratch, Table, analyse, data, flowz};

/// The packets of `many.pcap`, rearranged: the new order, as places in the old one.
fn rearranged(order: impl Fn(usize) -> Vec<usize>) -> (Scratch, String) {
    let capture = Pcap::read(&data("many.pcap"));
    let mut bytes = capture.part(0..0);
    for place in order(capture.len()) {
        bytes.extend_from_slice(&capture.part(place..place + 1)[24..]);
    }
    let dir = Scratch::new();
    dir.write("x.pcap", bytes);
    let path = dir.path("x.pcap").display().to_string();
    (dir, path)
}

fn whole() -> Outcome {
    analyse(&["-r", &data("many.pcap")])
}

#[test]
fn doubled_packets_are_dropped_and_counted() {
    let (_dir, path) = rearranged(|count| (0..2 * count).map(|place| place / 2).collect());
    for window in ["1p", "10ms", "0.01"] {
        let seen = analyse(&["-r", &path, "--dedup", window]);
        let ledger = seen.ledger();
        assert_eq!((ledger.read, ledger.in_flows), (3400, 1700));
        assert_eq!(ledger.without, [(1700, "duplicates".to_owned())]);
        assert_eq!(seen.flows, whole().flows);
        let dropped = seen.report("Number of duplicate packets dropped");
        assert!(dropped.unwrap().starts_with("1700 "), "{dropped:?}");
        assert_eq!(seen.report("Number of packets without flow"), None);
        // They keep their numbers.
        let numbers = seen.packet_table().numbers("pktNo");
        assert!(numbers.into_iter().eq((0..1700).map(|place| 2 * place + 1)));
    }
    assert_eq!(analyse(&["-r", &path]).ledger().in_flows, 3400, "off by default");
}

#[test]
fn disordered_packets_are_put_in_order_and_counted() {
    // Each pair of packets the other way round.
    let (_dir, path) = rearranged(|count| (0..count).map(|place| place ^ 1).collect());
    let (seen, whole) = (analyse(&["-r", &path, "--reorder", "1s"]), whole());
    assert!(seen.flows == whole.flows && seen.packets == whole.packets);
    let moved = seen.report("Number of packets put in order");
    assert!(moved.unwrap().starts_with("850 "), "{moved:?}");
    assert_eq!(seen.report("Number of packets too late to be put in order"), None);
    assert!(seen.ledger().adds_up());
    assert!(analyse(&["-r", &path]).packets != whole.packets, "off by default");
}

#[test]
fn packets_beyond_the_window_pass_as_they_are() {
    let (_dir, path) = rearranged(|count| (1..count).chain([0]).collect());
    let seen = analyse(&["-r", &path, "--reorder", "10ms"]);
    let late = seen.report("Number of packets too late to be put in order");
    assert!(late.unwrap().starts_with("1 "), "{late:?}");
    assert_eq!((seen.ledger().read, seen.ledger().in_flows), (1700, 1700));
}

#[test]
fn both_at_once() {
    let (_dir, path) =
        rearranged(|count| (0..2 * count).map(|place| (place / 4 * 2) + place % 2).collect());
    let seen = analyse(&["-r", &path, "--reorder", "1s", "--dedup", "1p"]);
    assert_eq!(seen.flows, whole().flows);
    assert_eq!(seen.ledger().without, [(1700, "duplicates".to_owned())]);
    let sent = Table::parse(&seen.flows).numbers("pktsSnt").iter().sum::<u64>();
    assert_eq!(sent, 1700);
}

#[test]
fn wrong_windows() {
    let (dir, web) = (Scratch::new(), data("web.pcap"));
    for (option, window) in
        [("--dedup", "10"), ("--dedup", "0p"), ("--dedup", "x"), ("--reorder", "9p")]
    {
        let done = flowz(&dir, &["-r", &web, "-w", "x", option, window]);
        let expected = if window == "10" { 0 } else { 2 };
        assert_eq!(done.code, expected, "{option} {window}: {}", done.stderr);
    }
}
