use flowz_api::packet::Timestamp;

use super::{Acked, MOST, Segment, Sent, Sequence};

fn send(space: &mut Sequence, number: u32, bytes: u32, at: i64) -> (Sent, Vec<i64>) {
    let mut times = Vec::new();
    let sent = space.send(number, bytes, Timestamp(at), |known| times.push(at - known.sent.0));
    (sent, times)
}

fn new() -> Sent {
    Sent { repeated: 0, is_late: false }
}

fn ack(space: &mut Sequence, number: u32) -> (Option<Acked>, u64) {
    let mut beyond = 0;
    (space.acknowledge(number, &mut beyond), beyond)
}

#[test]
fn in_order_and_across_the_end_of_the_numbers() {
    let mut s = Sequence::default();
    assert_eq!(send(&mut s, u32::MAX - 9, 10, 1), (new(), vec![]));
    assert_eq!(send(&mut s, 0, 10, 2), (new(), vec![]));
    assert_eq!(s.place(10), (1 << 32) + 10);
    let last =
        Segment { start: 1 << 32, end: (1 << 32) + 10, sent: Timestamp(2), again: 0, acks: 1 };
    assert_eq!(ack(&mut s, 10), (Some(Acked::Clean(last)), 1));
    assert_eq!(ack(&mut s, 10), (Some(Acked::Again(1)), 0));
    assert_eq!(ack(&mut s, 5), (None, 0));
}

#[test]
fn a_hole_is_filled_and_its_segment_was_sent_later() {
    let mut s = Sequence::default();
    send(&mut s, 100, 10, 1);
    send(&mut s, 120, 10, 2);
    let (sent, _) = send(&mut s, 110, 10, 3);
    assert_eq!(sent, Sent { repeated: 0, is_late: true });
    assert_eq!(ack(&mut s, 130), (Some(Acked::BehindLoss), 2));
}

#[test]
fn sent_again_is_ambiguous() {
    let mut s = Sequence::default();
    send(&mut s, 100, 10, 1);
    assert_eq!(send(&mut s, 100, 10, 5), (Sent { repeated: 10, is_late: false }, vec![4]));
    let (acked, _) = ack(&mut s, 110);
    assert!(matches!(acked, Some(Acked::Ambiguous(Segment { again: 1, sent: Timestamp(5), .. }))));
}

#[test]
fn a_part_is_new() {
    let mut s = Sequence::default();
    send(&mut s, 100, 10, 1);
    let (sent, times) = send(&mut s, 95, 30, 5);
    assert_eq!((sent, times), (Sent { repeated: 10, is_late: true }, vec![4]));
    assert_eq!(s.highest(), Some(125));
}

#[test]
fn what_was_given_up_is_known_to_be_sent() {
    let mut s = Sequence::default();
    let most = u32::try_from(MOST).unwrap();
    for n in 0..most + 10 {
        send(&mut s, 1000 + 10 * n, 10, n.into());
    }
    assert_eq!(s.segments.len(), MOST);
    let (sent, times) = send(&mut s, 1000, 20, 9999);
    assert_eq!((sent, times), (Sent { repeated: 20, is_late: false }, vec![]));
    // In front of all that was ever sent.
    let (sent, _) = send(&mut s, 990, 10, 9999);
    assert_eq!(sent, Sent { repeated: 0, is_late: true });
}

#[test]
fn parts_that_were_acknowledged_count_as_such() {
    let mut s = Sequence::default();
    for n in 0..3 {
        send(&mut s, 100 + 100 * n, 100, n.into());
    }
    // The end of the second segment is not acknowledged, but some of it is.
    assert_eq!(ack(&mut s, 250), (None, 2));
    assert_eq!(ack(&mut s, 300), (Some(Acked::Again(1)), 0));
}

#[test]
fn only_the_lowest_of_several_has_a_new_time() {
    let mut s = Sequence::default();
    for n in 0..3 {
        send(&mut s, 100 + 100 * n, 100, n.into());
    }
    assert_eq!(send(&mut s, 100, 150, 10), (Sent { repeated: 150, is_late: false }, vec![10]));
    assert_eq!(send(&mut s, 250, 150, 20), (Sent { repeated: 150, is_late: false }, vec![19]));
    assert_eq!(ack(&mut s, 400), (Some(Acked::BehindLoss), 2));
}

#[test]
fn what_was_sent_again_behind_its_acknowledgement_is_waited_for_too() {
    let mut s = Sequence::default();
    send(&mut s, 100, 100, 1);
    send(&mut s, 200, 100, 2);
    ack(&mut s, 200);
    send(&mut s, 100, 100, 5);
    assert_eq!(ack(&mut s, 300), (Some(Acked::BehindLoss), 0));
}
