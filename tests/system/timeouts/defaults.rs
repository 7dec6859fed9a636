//! Where flows of `backwards.pcap` split: the capture leaves each connection alone for a while that
//! is just too short or just too long (`data/scripts/backwards.py`).

use std::collections::BTreeSet;

use crate::kit::{Table, analyse, data};

/// How many flow numbers the packets of a client port are spread over.
fn flows_of(table: &Table, port: &str) -> usize {
    let rows = table.select(["srcPort", "dstPort", "flowInd"]);
    let rows = rows.into_iter().filter(|[src, dst, _]| *src == port || *dst == port);
    rows.map(|[.., flow]| flow).collect::<BTreeSet<_>>().len()
}

fn check(more: &[&str], expected: &[(&str, usize)]) {
    let seen = analyse(&[&["-r", &data("backwards.pcap")], more].concat());
    assert_eq!((seen.done.code, seen.done.stderr.as_str()), (0, ""));
    let table = seen.flow_table();
    for &(port, flows) in expected {
        assert_eq!(flows_of(&table, port), flows, "port {port} with {more:?}");
    }
}

#[test]
fn silence_of_182_seconds_ends_a_flow() {
    // Gaps of 100 s, of 130 s, of 190 s and 708 s, of 1495 s; ports 7xxx are TCP.
    let udp = [("6001", 1), ("6002", 1), ("6003", 3), ("6004", 2)];
    check(&["--plugins", "basicFlow"], &udp);
    check(&["--plugins", "basicFlow"], &[("7001", 2), ("7003", 1), ("7005", 1), ("7007", 1)]);
    check(&[], &udp);
}

#[test]
fn the_default_timeout_is_a_toggle() {
    let set = |seconds: u32| format!("core.FLOW_TIMEOUT={seconds}");
    check(&["--plugins", "basicFlow", "-o", &set(120)], &[("6001", 1), ("6002", 2), ("6003", 3)]);
    check(&["--plugins", "basicFlow", "-o", &set(200)], &[("6002", 1), ("6003", 2)]);
    check(&["--plugins", "basicFlow", "-o", &set(99)], &[("6001", 3)]);
}

#[test]
fn tcp_states_have_timeouts_of_their_own() {
    let expected = [
        // Established: 300 s of silence are allowed, 700 s are not.
        ("7001", 1),
        ("7002", 2),
        // Used again 15 s, then 5 s after the end.
        ("7003", 2),
        ("7004", 1),
        // Used again 0.2 s, then 0.05 s after a reset.
        ("7005", 2),
        ("7006", 1),
        // A second SYN after 125 s, then after 60 s.
        ("7007", 2),
        ("7008", 1),
    ];
    check(&["--plugins", "basicFlow,tcpStates"], &expected);
}
