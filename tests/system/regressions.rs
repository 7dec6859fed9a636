//! Faults that were found once and are repaired: one test each, with what was wrong.

use std::collections::HashSet;

use crate::kit::{Done, Scratch, Table, analyse, data, flowz};

/// No part of the sentence is there twice.
#[track_caller]
fn says_nothing_twice(done: &Done) {
    let mut parts = HashSet::new();
    for part in done.stderr.trim_end().split(": ") {
        assert!(parts.insert(part), "'{part}' is there twice: {}", done.stderr);
    }
}

/// Errors showed their cause in their own sentence, and the chain of causes repeated it.
#[test]
fn messages_tell_the_cause_once() {
    let (dir, web) = (Scratch::new(), data("web.pcap"));
    std::fs::create_dir(dir.path("x_flows.txt")).unwrap();
    says_nothing_twice(&flowz(&dir, &["-r", &web, "-w", "x"]));
    says_nothing_twice(&flowz(&dir, &["-r", &web, "-o", "basicStats.BS_PAD=blue"]));
    says_nothing_twice(&flowz(&dir, &["-r", &web, "-o", "core.FLOW_TIMEOUT=-1"]));
}

/// NaN was neither below nor above the range.
#[test]
fn nan_is_out_of_range() {
    let (dir, web) = (Scratch::new(), data("web.pcap"));
    let done = flowz(&dir, &["-r", &web, "-w", "x", "-o", "core.FLOW_TIMEOUT=nan"]);
    done.is_refused(&["FLOW_TIMEOUT", "out of range"]);
}

/// Lengths of layer 7 were subtracted in 16 bits and wrapped where headers lie.
#[test]
fn payload_is_not_longer_than_its_packet() {
    let packets = analyse(&["-r", &data("rare.pcap")]).packet_table();
    let lengths = packets.numbers("l7Len").into_iter().zip(packets.numbers("pktLen"));
    for (row, (payload, frame)) in lengths.enumerate() {
        assert!(payload <= frame, "row {row}: {payload} bytes in a frame of {frame}");
    }
}

/// Durations were printed as unsigned numbers.
#[test]
fn no_flow_is_older_than_the_universe() {
    let seen = analyse(&["-r", &data("backwards.pcap")]);
    let durations = |table: Table, column: &str| -> Vec<f64> {
        table.column(column).into_iter().map(|seconds| seconds.parse().unwrap()).collect()
    };
    let flows = durations(seen.flow_table(), "duration");
    let packets = durations(seen.packet_table(), "flowDuration");
    assert!(flows.iter().chain(&packets).all(|seconds| seconds.abs() < 1e6));
}

/// The pseudo header had the destination of the IPv6 header, not that of the routing header.
#[test]
fn checksums_behind_routing_headers_are_right() {
    const LAYER_4_CHECKSUM: u64 = 0x0800;
    let flows = analyse(&["-r", &data("rare.pcap")]).flow_table();
    let rows = flows.numbers("srcPort").into_iter().zip(flows.numbers("ipFlags"));
    for (port, flags) in rows.filter(|(port, _)| (4014..=4016).contains(port)) {
        assert_eq!(flags & LAYER_4_CHECKSUM, 0, "port {port}");
    }
}

/// The number of a FIN with payload was taken to be that of its first byte.
#[test]
fn a_fin_with_payload_ends_a_connection() {
    let flows = analyse(&["-r", &data("loss.pcap"), "tcp"]).flow_table();
    assert_eq!(flows.column("tcpStatesAFlags"), ["0x00"; 4]);
}
