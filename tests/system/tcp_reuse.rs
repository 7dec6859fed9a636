//! `core.TCP_REUSE`: a connection between ports that another one had a moment ago.

use crate::kit::{Scratch, Table, flowz};
use crate::standards::{capture, segment};

const FIN_ACK: u8 = 0x11;
const SYN: u8 = 2;
const SYN_ACK: u8 = 0x12;
const PUSH_ACK: u8 = 0x18;

/// A connection with these first numbers; its first packet is sent twice.
fn connection(client: u32, server: u32) -> Vec<Vec<u8>> {
    let up = |ahead, flags, payload: &[u8]| {
        let ack = if flags == SYN { 0 } else { server + 1 };
        segment(false, (client + ahead, ack), flags, 4096, payload)
    };
    let down = |ahead, flags, payload: &[u8]| {
        segment(true, (server + ahead, client + 1), flags, 4096, payload)
    };
    vec![
        up(0, SYN, b""),
        up(0, SYN, b""),
        down(0, SYN_ACK, b""),
        down(0, SYN_ACK, b""),
        up(1, PUSH_ACK, b"hello"),
        down(1, PUSH_ACK, b"world!"),
        up(6, FIN_ACK, b""),
    ]
}

fn rows(packets: &[Vec<u8>], reuse: u8) -> Vec<String> {
    let dir = Scratch::new();
    dir.write("in.pcap", capture(packets));
    let setting = format!("core.TCP_REUSE={reuse}");
    flowz(&dir, &["-r", "in.pcap", "-w", "x", "-q", "-o", &setting, "-s"]).well();
    let table = Table::parse(&dir.read("x_flows.txt"));
    let columns = ["flowInd", "dir", "pktsSnt", "l7BytesSnt", "tcpISeqN"];
    table.select(columns).into_iter().map(|row| row.join(" ")).collect()
}

#[test]
fn a_new_connection_is_a_new_flow() {
    let packets = [connection(1000, 5000), connection(90_000, 70_000)].concat();
    assert_eq!(
        rows(&packets, 1),
        ["1 A 4 5 1000", "1 B 3 6 5000", "2 A 4 5 90000", "2 B 3 6 70000"]
    );
    assert_eq!(rows(&packets, 0).len(), 2);
}

/// What was seen from its middle has no first number: a SYN is of another connection.
#[test]
fn behind_one_that_was_seen_from_its_middle() {
    let packets = [connection(1000, 5000)[4..].to_vec(), connection(90_000, 70_000)].concat();
    assert_eq!(rows(&packets, 1).len(), 4);
}

/// Of one direction there are answers only.
#[test]
fn answers_alone() {
    let both = [connection(1000, 5000), connection(90_000, 70_000)].concat();
    let answers: Vec<_> = both.into_iter().filter(|packet| packet[26] == 198).collect();
    assert_eq!(answers.len(), 6);
    assert_eq!(rows(&answers, 1), ["1 A 3 6 5000", "2 A 3 6 70000"]);
}
