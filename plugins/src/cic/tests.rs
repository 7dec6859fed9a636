//! Rules and faults, one by one, with values worked out by hand.

use flowz_api::key::{FlowKey, TCP};
use flowz_api::layers::Net;

use super::conversation::Conversation;
use super::flow::{ACK, FIN, Flow, Mode, PSH, RST, Rules, SYN, Seen, URG};
use super::row::FeatureRow;
use crate::biflow::Side;
use Side::{Backward, Forward};

const SECOND: i64 = 1_000_000;

fn rules(mode: Mode) -> Rules {
    Rules { mode, timeout: 120_000_000, idle: 5_000_000, last_active: false }
}

/// A segment so many microseconds behind 1970.
fn segment(micros: i64, side: Side, flags: u8, payload: u32) -> Seen {
    let answers = flags & (SYN | ACK) == SYN | ACK;
    Seen { micros, side, payload, header: 20, tcp: Some((flags, 100)), answers }
}

/// Rows that end with packets, and the one that the conversation leaves: packets forward and backward.
fn rows(mode: Mode, packets: &[Seen]) -> Vec<[u64; 2]> {
    let mut conversation = Conversation::default();
    let mut all = Vec::new();
    for packet in packets {
        conversation.add(packet, &rules(mode), |flow| all.push(flow.clone()));
    }
    all.extend(conversation.end(1000 * SECOND, &rules(mode)));
    all.iter().map(|flow| [0, 1].map(|n| flow.ways[n].lengths.count())).collect()
}

/// All packets in one row.
fn flow(mode: Mode, packets: &[Seen]) -> Flow {
    let mut flow = Flow::new(packets[0].side, packets[0].micros, packets[0].micros);
    for packet in packets {
        flow.add(packet, false, &rules(mode));
    }
    flow
}

/// What a function sees in the row of these packets, corrected and with the original's faults.
fn both<T>(packets: &[Seen], see: impl Fn(&FeatureRow<'_>) -> T) -> [T; 2] {
    [Mode::Corrected, Mode::Original].map(|mode| {
        let key = FlowKey { proto: TCP, net: Net::V4, ..FlowKey::default() };
        see(&FeatureRow::new(&key, b"", &flow(mode, packets), &rules(mode)))
    })
}

/// A complete connection: handshake, a question, an answer, both ends.
fn connection() -> Vec<Seen> {
    let steps = [
        (Forward, SYN, 0),
        (Backward, SYN | ACK, 0),
        (Forward, ACK, 0),
        (Forward, ACK | PSH, 10),
        (Backward, ACK | PSH, 20),
        (Forward, FIN | ACK, 0),
        (Backward, FIN | ACK, 0),
        (Forward, ACK, 0),
    ];
    let at = |(n, (side, flags, payload))| segment(n as i64 * 100, side, flags, payload);
    steps.into_iter().enumerate().map(at).collect()
}

#[test]
fn ends_of_a_connection() {
    let mut packets = connection();
    assert_eq!(rows(Mode::Corrected, &packets), [[5, 3]]);
    // The FIN backward ends the row; the last ACK is a row of one packet, which is dropped.
    assert_eq!(rows(Mode::Original, &packets), [[4, 3]]);
    assert_eq!(rows(Mode::Lycos, &packets), [[4, 2]], "the first FIN ends it");
    packets.push(segment(900, Backward, RST, 0));
    assert_eq!(rows(Mode::Corrected, &packets), [[5, 4]], "what comes behind belongs to it");
    assert_eq!(rows(Mode::Original, &packets), [[4, 3], [1, 1]], "another row of the rest");
    assert_eq!(rows(Mode::Lycos, &packets), [[4, 2]]);
    packets.push(segment(1000, Forward, SYN, 0));
    packets.push(segment(1100, Backward, RST | ACK, 0));
    assert_eq!(rows(Mode::Corrected, &packets), [[5, 4], [1, 1]]);
    assert_eq!(rows(Mode::Lycos, &packets), [[4, 2], [1, 1]]);
}

#[test]
fn a_second_fin_forward_is_passed_over() {
    let packets = [
        segment(0, Forward, SYN, 0),
        segment(1, Forward, FIN, 0),
        segment(2, Forward, FIN, 0),
        segment(3, Backward, ACK, 0),
    ];
    assert_eq!(rows(Mode::Original, &packets), [[2, 1]]);
    assert_eq!(rows(Mode::Corrected, &packets), [[3, 1]]);
}

#[test]
fn rows_of_one_packet() {
    let packets = [segment(0, Forward, SYN, 0)];
    assert_eq!(rows(Mode::Corrected, &packets), [[1, 0]]);
    assert_eq!(rows(Mode::Original, &packets), [[0_u64; 2]; 0]);
    assert_eq!(rows(Mode::Lycos, &packets), [[0_u64; 2]; 0]);
    let datagram = Seen { tcp: None, ..packets[0] };
    assert_eq!(rows(Mode::Lycos, &[datagram]), [[1, 0]]);
}

#[test]
fn a_row_lasts_120_seconds() {
    let at = |seconds: i64, side| segment(seconds * SECOND, side, ACK, 1);
    let packets = [at(0, Forward), at(120, Backward), at(121, Backward), at(122, Forward)];
    // What is forward stays so, but with the original.
    assert_eq!(rows(Mode::Corrected, &packets), [[1, 1], [1, 1]]);
    let [corrected, original] = [Mode::Corrected, Mode::Original].map(|mode| {
        let mut conversation = Conversation::default();
        for packet in &packets {
            conversation.add(packet, &rules(mode), |_| {});
        }
        conversation.end(0, &rules(mode)).unwrap()
    });
    assert_eq!((corrected.forward, original.forward), (Forward, Backward));
    assert_eq!((corrected.since, original.since), (0, 121 * SECOND));
}

#[test]
fn what_the_end_of_the_capture_cuts_off_lycostand_does_not_write() {
    let ends = |now| {
        let mut conversation = Conversation::default();
        conversation.add(
            &Seen { tcp: None, ..segment(0, Forward, 0, 1) },
            &rules(Mode::Lycos),
            |_| {},
        );
        conversation.end(now, &rules(Mode::Lycos)).is_some()
    };
    assert_eq!([120 * SECOND, 120 * SECOND + 1].map(ends), [false, true]);
}

#[test]
fn an_answer_first() {
    let forward = |mode| {
        let mut conversation = Conversation::default();
        conversation.add(&segment(0, Forward, SYN | ACK, 0), &rules(mode), |_| {});
        conversation.add(&segment(1, Backward, ACK, 0), &rules(mode), |_| {});
        conversation.end(1000 * SECOND, &rules(mode)).unwrap().forward
    };
    assert_eq!(
        [Mode::Corrected, Mode::Original, Mode::Lycos].map(forward),
        [Backward, Forward, Backward]
    );
}

#[test]
fn the_first_packet_twice() {
    let packets = [10, 40, 40].map(|payload| segment(0, Forward, 0, payload));
    // 10, 40, 40 and 10, 10, 40, 40.
    assert_eq!(both(&packets, |row| row.length_mean), [Some(30.0), Some(25.0)]);
    assert_eq!(both(&packets, |row| row.length_variance), [300.0, 300.0]);
    assert_eq!(both(&packets, |row| row.average_size), [Some(30.0), Some(100.0 / 3.0)]);
    assert_eq!(both(&packets, |row| (row.length_min, row.length_max)), [(Some(10), Some(40)); 2]);
    assert_eq!(both(&packets, |row| row.forward_length_mean), [Some(30.0); 2]);
}

#[test]
fn flags_by_direction_of_the_first_packet_only() {
    let packets = [
        segment(0, Forward, PSH, 1),
        segment(1, Forward, PSH | URG, 1),
        segment(2, Backward, PSH, 1),
    ];
    assert_eq!(both(&packets, |row| [row.forward_pushes, row.backward_pushes]), [[2, 1], [1, 0]]);
    assert_eq!(both(&packets, |row| row.forward_urgents), [1, 0]);
    assert_eq!(both(&packets, |row| (row.pshs, row.urgs)), [(3, 1); 2], "not those of both");
    assert_eq!(both(&packets, |row| row.forward_with_payload), [2, 1]);
}

#[test]
fn quotients_without_a_fraction() {
    let mut packets = [0, 1, 2, 3].map(|n| segment(n, Forward, 0, 3)).to_vec();
    packets.push(segment(2 * SECOND, Backward, 0, 5));
    packets.push(segment(4 * SECOND, Backward, 0, 5));
    packets.push(segment(4 * SECOND + 1, Backward, 0, 5));
    assert_eq!(both(&packets, |row| row.down_up), [Some(0.75), Some(0.0)]);
    // Two pauses: three subflows, or two.
    assert_eq!(both(&packets, |row| row.forward_subflow_packets), [Some(4.0 / 3.0), Some(2.0)]);
    assert_eq!(both(&packets, |row| row.backward_subflow_bytes), [Some(5.0), Some(7.0)]);
    // Without a pause there is one, or none.
    let few = &packets[..4];
    assert_eq!(both(few, |row| row.forward_subflow_packets), [Some(4.0), None]);
}

#[test]
fn bulks_of_one_direction_or_of_any() {
    let mut packets: Vec<_> = (0..4).map(|n| segment(n * 1000, Forward, 0, 100)).collect();
    assert_eq!(both(&packets, |row| row.forward_bulk_bytes), [Some(400.0), None]);
    assert_eq!(both(&packets, |row| row.backward_bulk_bytes), [None, Some(400.0)]);
    assert_eq!(both(&packets, |row| row.backward_bulk_rate), [None, Some(133_333.0)]);
    assert_eq!(both(&packets, |row| row.forward_bulk_rate), [Some(400.0 / 0.003), None]);
    // A packet of the other direction between them ends a run; the original does not see that.
    packets[2].side = Backward;
    assert_eq!(both(&packets, |row| row.forward_bulk_packets), [None, None]);
    assert_eq!(both(&packets, |row| row.backward_bulk_packets), [None, Some(4.0)]);
}

#[test]
fn a_bulk_needs_four_within_a_second_each() {
    let at = |n, gap: i64| segment(n * gap, Forward, 0, 10);
    let bulk = |packets: &[Seen]| {
        both(packets, |row| (row.forward_bulk_packets, row.forward_bulk_rate))[0]
    };
    let within: Vec<_> = (0..6).map(|n| at(n, SECOND)).collect();
    assert_eq!(bulk(&within[..3]), (None, None));
    assert_eq!(bulk(&within), (Some(6.0), Some(12.0)), "60 bytes in 5 seconds");
    let apart: Vec<_> = (0..6).map(|n| at(n, SECOND + 1)).collect();
    assert_eq!(bulk(&apart), (None, None));
}

#[test]
fn the_window_backward() {
    let window = |window, side| Seen { tcp: Some((ACK, window)), ..segment(0, side, 0, 0) };
    let packets =
        [window(1, Forward), window(2, Forward), window(3, Backward), window(4, Backward)];
    assert_eq!(both(&packets, |row| row.forward_window), [Some(1), Some(1)]);
    assert_eq!(both(&packets, |row| row.backward_window), [Some(3), Some(4)]);
    let datagram = Seen { tcp: None, ..packets[0] };
    assert_eq!(both(&[datagram], |row| row.forward_window), [None; 2]);
}

#[test]
fn active_and_idle_times() {
    let packets: Vec<_> = [0, 2, 3, 9, 20, 21].map(|s| segment(s * SECOND, Forward, 0, 1)).into();
    let mut flow = flow(Mode::Corrected, &packets);
    let seen = |samples: crate::samples::Samples| (samples.count(), samples.sum());
    // Idle from 3 to 9 and from 9 to 20; active to 3, not at 9 alone; what is active at the end counts only if asked for.
    assert_eq!(seen(flow.idle), (2, 17_000_000));
    assert_eq!(seen(flow.active(&rules(Mode::Corrected))), (1, 3_000_000));
    let with_last = Rules { last_active: true, ..rules(Mode::Corrected) };
    assert_eq!(seen(flow.active(&with_last)), (2, 4_000_000));
    // LycoSTand does not look at the time in front of the packet that ends a row.
    flow.add(&segment(40 * SECOND, Forward, FIN, 0), true, &rules(Mode::Lycos));
    assert_eq!(seen(flow.idle), (2, 17_000_000));
}

#[test]
fn no_time_no_rate() {
    let packets = [segment(5, Forward, 0, 7), segment(5, Backward, 0, 0)];
    assert_eq!(
        both(&packets, |row| (row.bytes_per_second, row.packets_per_second)),
        [(None, None); 2]
    );
    assert_eq!(both(&packets, |row| row.all_bytes), [7, 7]);
    let apart = [segment(0, Forward, 0, 7), segment(500_000, Backward, 0, 0)];
    assert_eq!(both(&apart, |row| row.bytes_per_second), [Some(14.0); 2]);
    assert_eq!(both(&apart, |row| row.backward_packets_per_second), [Some(2.0); 2]);
}

#[test]
fn time_that_goes_back_stands_still() {
    let packets =
        [segment(50, Forward, 0, 0), segment(20, Backward, 0, 0), segment(60, Forward, 0, 0)];
    assert_eq!(
        both(&packets, |row| (row.duration, row.gap_min, row.gap_max)),
        [(10, Some(0), Some(10)); 2]
    );
}
