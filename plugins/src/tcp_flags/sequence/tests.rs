//! Tests of the analysis of sequence numbers.

use super::{Segment, Sequence, Verdict, anomaly, flag, stat};

/// A segment with ACK and an unchanged window.
fn ack(seq: u32, ack: u32, payload: u32) -> Segment {
    let flags = flag::ACK as u8;
    Segment { seq, ack, payload, flags, same_window: true, window: 100, ..Segment::default() }
}

/// Two directions that have shaken hands: the client is at 1001, the server at 2001.
fn established() -> (Sequence, Sequence) {
    let (mut client, mut server) = (Sequence::default(), Sequence::default());
    client.start(1000, 0);
    server.start(2000, 1001);
    let syn = |seq, ack, flags: u16| Segment {
        seq,
        ack,
        flags: flags as u8,
        first: true,
        ..Segment::default()
    };
    client.segment(&syn(1000, 0, flag::SYN), None);
    server.segment(&syn(2000, 1001, flag::SYN | flag::ACK), Some(&mut client));
    let third = client.segment(&ack(1001, 2001, 0), Some(&mut server));
    let expected = Verdict { highest: 1001, seq_step: 1, ..Verdict::default() };
    assert_eq!(third, expected);
    (client, server)
}

#[test]
fn data_and_acknowledgements_are_counted() {
    let (mut client, mut server) = established();
    client.segment(&ack(1001, 2001, 8), Some(&mut server));
    client.segment(&ack(1009, 2001, 8), Some(&mut server));
    assert_eq!((client.flight, client.bytes, client.sent), (16, 16, 8));
    let answer = server.segment(&ack(2001, 1017, 0), Some(&mut client));
    assert_eq!((answer.anomaly, answer.ack_bytes, answer.seq_bytes), (0, 16, 0));
    assert_eq!((client.flight, client.max_flight, server.acked), (0, 16, 16));
    assert_eq!((client.in_order, server.in_order), (3, 2));
}

#[test]
fn duplicate_acknowledgement_and_fast_retransmission() {
    let (mut client, mut server) = established();
    client.segment(&ack(1001, 2001, 8), Some(&mut server));
    server.segment(&ack(2001, 1001, 0), Some(&mut client));
    let duplicate = server.segment(&ack(2001, 1001, 0), Some(&mut client));
    assert_eq!(duplicate.anomaly, anomaly::DUPLICATE_ACK);
    let again = client.segment(&ack(1001, 2001, 8), Some(&mut server));
    assert_eq!(again.anomaly, anomaly::OUT_OF_ORDER | anomaly::RETRY_FAST);
    assert_eq!((server.ack_faults, client.faults), (2, 1));
}

#[test]
fn empty_segments_elsewhere_are_no_duplicates() {
    for (plain, expected) in [(false, 0), (true, anomaly::DUPLICATE_ACK)] {
        let (mut client, mut server) = established();
        let ahead = Segment { plain, ..ack(1009, 2001, 0) };
        let verdict = client.segment(&ahead, Some(&mut server));
        assert_eq!((verdict.anomaly, verdict.stat), (anomaly::GAP | expected, 0));
        let update = Segment { plain, same_window: false, ..ack(1005, 2001, 0) };
        let verdict = client.segment(&update, Some(&mut server));
        assert_eq!(verdict.stat & stat::WINDOW_UPDATE, 0);
        assert_eq!(verdict.anomaly & anomaly::DUPLICATE_ACK, 0);
    }
}

#[test]
fn window_updates_are_no_duplicates() {
    let (mut client, mut server) = established();
    let other = Segment { same_window: false, ..ack(1001, 2001, 0) };
    let update = client.segment(&other, Some(&mut server));
    assert_eq!((update.anomaly, update.stat), (0, stat::WINDOW_UPDATE));
}

#[test]
fn probes_of_a_closed_window() {
    let (mut client, mut server) = established();
    let probe = Segment { peer_window: Some(0), ..ack(1001, 2001, 1) };
    assert_eq!(client.segment(&probe, Some(&mut server)).stat, stat::ZERO_PROBE);
    let closed = Segment { window: 0, ..ack(2001, 1001, 0) };
    let answer = server.segment(&closed, Some(&mut client));
    assert_eq!((answer.anomaly, answer.stat), (0, stat::ZERO_PROBE_ACK));
}

#[test]
fn keep_alives() {
    let (mut client, mut server) = established();
    let ask = client.segment(&ack(1000, 2001, 0), Some(&mut server));
    assert_eq!(ask.anomaly, anomaly::KEEP_ALIVE);
    let answer = server.segment(&ack(2001, 1001, 0), Some(&mut client));
    assert_eq!(answer.anomaly, anomaly::KEEP_ALIVE_ACK);
}

#[test]
fn gaps_and_what_was_not_seen() {
    let (mut client, mut server) = established();
    let ahead = client.segment(&ack(1009, 2001, 8), Some(&mut server));
    assert_eq!(ahead.anomaly, anomaly::GAP);
    let unseen = server.segment(&ack(2001, 1025, 0), Some(&mut client));
    assert_eq!((unseen.anomaly, server.ack_faults), (anomaly::ACK_UNSEEN, 1));
}

#[test]
fn late_retransmission_of_acknowledged_data() {
    let (mut client, mut server) = established();
    client.segment(&ack(1001, 2001, 8), Some(&mut server));
    server.segment(&ack(2001, 1009, 0), Some(&mut client));
    let again = Segment { late: true, ..ack(1001, 2001, 8) };
    let spurious = anomaly::OUT_OF_ORDER | anomaly::SPURIOUS;
    let (mut own, mut peer) = (client, server);
    let verdict = own.segment(&Segment { plain: true, ..again }, Some(&mut peer));
    assert_eq!(verdict.anomaly, spurious);
    let verdict = client.segment(&again, Some(&mut server));
    assert_eq!(verdict.anomaly, spurious | anomaly::RETRY_TIMEOUT);
}

#[test]
fn numbers_roll_over() {
    for (plain, expected) in [(false, 0), (true, anomaly::OUT_OF_ORDER)] {
        let mut flow = Sequence::default();
        flow.start(u32::MAX - 7, 1);
        let first = Segment { plain, first: true, ..ack(u32::MAX - 7, 1, 8) };
        flow.segment(&Segment { payload: 4, ..first }, None);
        let second = Segment { plain, ..ack(u32::MAX - 3, 1, 8) };
        assert_eq!(flow.segment(&second, None).anomaly, 0);
        let third = Segment { plain, ..ack(4, 1, 8) };
        assert_eq!(flow.segment(&third, None).anomaly, expected);
    }
}

#[test]
fn scans_have_no_finer_anomalies() {
    let (mut client, mut server) = established();
    let scan = Segment { scan: true, ..ack(1001, 2001, 0) };
    assert_eq!(client.segment(&scan, Some(&mut server)).anomaly, 0);
}

#[test]
fn later_fragments_continue_a_segment() {
    let (mut client, mut server) = established();
    client.segment(&ack(1001, 2001, 8), Some(&mut server));
    client.continued(8);
    let answer = server.segment(&ack(2001, 1017, 0), Some(&mut client));
    assert_eq!((answer.anomaly, client.bytes), (0, 16));
}
