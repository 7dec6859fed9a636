use std::net::{IpAddr, Ipv4Addr};

use flowz_api::flow::FlowId;
use flowz_api::packet::{NANOS, Timestamp};

use super::{Calls, MOST_AT_PLACE, Message, Step};
use crate::sessions::conversation::{Kind, Note, Place, Reason, Seen};
use crate::voip::media::{self, Media};

fn place(host: u8, port: u16) -> Place {
    (IpAddr::V4(Ipv4Addr::new(192, 0, 2, host)), port)
}

fn media(host: u8, port: u16) -> Media {
    let mut address = [0; 16];
    address[..4].copy_from_slice(&[192, 0, 2, host]);
    Media { address, port, rtcp_port: port + 1, ..Media::default() }
}

fn seen(seconds: i64, flow: u64) -> Seen {
    let (from, to) = (place(1, 5060), place(2, 5060));
    Seen {
        time: Timestamp(seconds * NANOS),
        flow: FlowId(flow),
        from,
        to,
        is_tcp: false,
        octets: 10,
    }
}

/// Calls with what was told of them.
struct Bench {
    calls: Calls,
    next: u64,
    notes: Vec<Note>,
}

impl Bench {
    fn new(expire: Option<i64>, most: usize) -> Self {
        Self { calls: Calls::new(expire, most), next: 0, notes: Vec::new() }
    }

    fn message(&mut self, seconds: i64, id: &[u8], step: Step, media: &[Media]) -> Option<u64> {
        let message =
            Message { id, kind: Kind::Sip, step, media: [media, &[]], connections: [&[]; 2] };
        let seen = seen(seconds, 1);
        self.calls.advance(seen.time, &mut self.notes);
        self.calls.message(message, &seen, &mut self.next, &mut self.notes)
    }

    /// Numbers of sessions that have ended since, and why.
    fn closed(&mut self) -> Vec<(u64, Reason)> {
        let closed = |note| match note {
            Note::Closed(session, reason) => Some((session.number, reason)),
            _ => None,
        };
        self.notes.drain(..).filter_map(closed).collect()
    }
}

#[test]
fn media_are_where_both_sides_want_them() {
    let mut bench = Bench::new(None, 9);
    assert_eq!(bench.message(0, b"a", Step::Begins, &[media(1, 4000)]), Some(1));
    assert_eq!(bench.message(1, b"b", Step::Begins, &[media(1, 4000)]), Some(2));
    bench.message(2, b"a", Step::Answers, &[media(2, 5000)]);
    let wants = |bench: &Bench, from, to| bench.calls.wants(from, to);
    assert_eq!(wants(&bench, place(2, 5000), place(1, 4000)), Some((1, false)));
    assert_eq!(wants(&bench, place(9, 9), place(1, 4000)), Some((2, false)));
    assert_eq!(wants(&bench, place(9, 9), place(1, 4001)), Some((2, true)));
    assert_eq!(wants(&bench, place(2, 5001), place(9, 9)), Some((1, true)));
    assert_eq!(wants(&bench, place(9, 9), place(9, 9)), None);
    bench.message(3, b"b", Step::Ends, &[]);
    assert_eq!(bench.closed(), [(2, Reason::Closed)]);
    assert_eq!(wants(&bench, place(9, 9), place(1, 4000)), Some((1, false)));
}

#[test]
fn parts_end_with_their_call() {
    let mut bench = Bench::new(None, 9);
    bench.message(0, b"a", Step::Begins, &[media(1, 4000)]);
    let Bench { calls, next, notes } = &mut bench;
    let first = calls.packet((1, false), None, &seen(1, 7), next, notes).unwrap();
    let again = calls.packet((1, false), Some(first), &seen(2, 7), next, notes).unwrap();
    assert_eq!((first, again.number), (again, 2));
    bench.message(3, b"a", Step::Leaves, &[]);
    assert!(bench.calls.is_open(1));
    bench.message(4, b"a", Step::Ends, &[]);
    assert_eq!(bench.closed(), [(2, Reason::Parent), (1, Reason::Closed)]);
    // What comes late belongs to nothing, and begins nothing; another INVITE does.
    assert_eq!(bench.message(5, b"a", Step::Tells, &[]), None);
    assert_eq!(bench.message(6, b"a", Step::Begins, &[]), Some(3));
}

#[test]
fn refusals_and_silence() {
    let mut bench = Bench::new(None, 9);
    bench.message(0, b"a", Step::Begins, &[]);
    bench.message(1, b"a", Step::Fails, &[]);
    bench.message(2, b"a", Step::Confirms, &[]);
    assert_eq!(bench.closed(), [(1, Reason::Refused)]);
    bench.message(3, b"b", Step::Begins, &[]);
    bench.message(4, b"b", Step::Fails, &[]);
    bench.message(5, b"c", Step::Begins, &[]);
    bench.message(5, b"c", Step::Leaves, &[]);
    bench.message(40, b"d", Step::Belongs, &[]);
    assert_eq!(bench.closed(), [(2, Reason::Refused), (3, Reason::Closed)]);
    // An answered call does not fail with a later request.
    bench.message(41, b"e", Step::Begins, &[]);
    bench.message(42, b"e", Step::Answers, &[]);
    bench.message(43, b"e", Step::Fails, &[]);
    bench.message(99, b"e", Step::Confirms, &[]);
    assert!(bench.closed().is_empty() && bench.calls.is_open(4));
    bench.calls.finish(&mut bench.notes);
    assert_eq!(bench.closed(), [(4, Reason::Open)]);
}

#[test]
fn a_call_is_silent_if_its_media_are() {
    let mut bench = Bench::new(Some(10 * NANOS), 9);
    bench.message(0, b"a", Step::Begins, &[media(1, 4000)]);
    let Bench { calls, next, notes } = &mut bench;
    calls.packet((1, false), None, &seen(8, 7), next, notes).unwrap();
    calls.advance(Timestamp(17 * NANOS), notes);
    assert!(calls.is_open(1));
    calls.advance(Timestamp(18 * NANOS), notes);
    assert_eq!(bench.closed(), [(2, Reason::Parent), (1, Reason::Idle)]);
}

#[test]
fn no_more_calls_than_there_is_room_for() {
    let mut bench = Bench::new(None, 3);
    for n in 0..100_u8 {
        bench.message(n.into(), &[n], Step::Begins, &[media(1, 4000)]);
    }
    assert_eq!(bench.closed().len(), 97);
    let Calls { calls, by_id, by_place, due, .. } = &bench.calls;
    assert_eq!((calls.len(), by_id.len(), by_place.len()), (3, 3, 2));
    assert!(due.is_empty());
    let mut bench = Bench::new(None, 100);
    for n in 0..100_u8 {
        bench.message(0, &[n], Step::Begins, &[media(1, 4000)]);
    }
    assert!(bench.calls.by_place.values().all(|there| there.len() == MOST_AT_PLACE));
    for n in 0..100_u8 {
        bench.message(1, &[n], Step::Ends, &[]);
    }
    bench.message(99, b"x", Step::Belongs, &[]);
    let Calls { calls, by_id, by_place, due, .. } = &bench.calls;
    assert_eq!((calls.len(), by_id.len(), by_place.len(), due.len()), (0, 0, 0, 0));
}

#[test]
fn what_a_gatekeeper_admits_it_must_dismiss() {
    let mut bench = Bench::new(None, 9);
    for step in [Step::Begins, Step::Admits, Step::Begins, Step::Admits, Step::Answers] {
        bench.message(0, b"a", step, &[]);
    }
    bench.message(1, b"a", Step::Releases, &[]);
    bench.message(1, b"a", Step::Dismisses, &[]);
    assert!(bench.calls.is_open(1));
    bench.message(2, b"a", Step::Dismisses, &[]);
    assert!(bench.calls.is_open(1));
    bench.calls.disconnects(&[1], &mut bench.notes);
    assert_eq!(bench.closed(), [(1, Reason::Closed)]);
    // Without a gatekeeper the end of the connection is the end, behind the release; a refusal only without signalling.
    bench.message(3, b"b", Step::Begins, &[]);
    bench.calls.disconnects(&[2], &mut bench.notes);
    assert!(bench.calls.is_open(2));
    bench.message(3, b"b", Step::Releases, &[]);
    bench.calls.disconnects(&[2], &mut bench.notes);
    bench.message(4, b"c", Step::Begins, &[]);
    bench.message(4, b"c", Step::Refuses, &[]);
    assert_eq!(bench.closed(), [(2, Reason::Closed), (3, Reason::Refused)]);
    bench.message(5, b"d", Step::Begins, &[]);
    let message = Message {
        id: b"d",
        kind: Kind::H323,
        step: Step::Tells,
        media: [&[]; 2],
        connections: [&[media::Place::default()], &[]],
    };
    let signalled = Seen { is_tcp: true, ..seen(5, 2) };
    bench.calls.message(message, &signalled, &mut bench.next, &mut bench.notes);
    bench.message(6, b"d", Step::Refuses, &[]);
    assert!(bench.calls.is_open(4) && bench.closed().is_empty());
    // Its connections are known from their beginning, and only as long as it is open.
    let place = (Ipv4Addr::UNSPECIFIED.into(), 0);
    let connection = Seen { to: place, ..seen(7, 3) };
    assert_eq!(bench.calls.connects(&connection, &mut bench.notes), Some(4));
    assert_eq!(bench.notes, [Note::Flow(4, FlowId(3))]);
    bench.message(8, b"d", Step::Ends, &[]);
    assert_eq!(bench.calls.connects(&connection, &mut bench.notes), None);
    assert!(bench.calls.by_connection.is_empty());
}

#[test]
fn signalling_where_others_have_theirs() {
    let mut bench = Bench::new(None, 9);
    let there = media::Place {
        address: [192, 0, 2, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        is_v6: false,
        port: 1720,
    };
    for (id, step) in [(b"a", Step::Begins), (b"a", Step::Admits)] {
        let connections: [&[media::Place]; 2] = [&[], &[there]];
        let message = Message { id, kind: Kind::H323, step, media: [&[]; 2], connections };
        let Bench { calls, next, notes } = &mut bench;
        calls.message(message, &seen(0, 1), next, notes);
    }
    let connection = |from, flow| Seen { from, to: place(9, 1720), ..seen(1, flow) };
    // Somebody else calls there; the caller does; and does again when the call is under way.
    assert_eq!(bench.calls.connects(&connection(place(7, 99), 2), &mut bench.notes), None);
    assert_eq!(bench.calls.connects(&connection(place(1, 99), 3), &mut bench.notes), Some(1));
    let message = Message {
        id: b"a",
        kind: Kind::H323,
        step: Step::Begins,
        media: [&[]; 2],
        connections: [&[]; 2],
    };
    let setup = Seen { is_tcp: true, ..connection(place(1, 99), 3) };
    bench.calls.message(message, &setup, &mut bench.next, &mut bench.notes);
    assert_eq!(bench.calls.connects(&connection(place(1, 100), 4), &mut bench.notes), None);
}
