//! Messages as they are kept, queries and their responses.

use flowz_api::cell::{Hex16, IpText, Label, Seconds, Text};
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::packet::{NANOS, Timestamp};

use super::RESPONSE;
use crate::dns_decode::stored::{ANSWERS, Stored};
use crate::dns_decode::table::{self, Place};
use crate::dns_decode::transactions::{Room, Told, Transaction, Waiting};
use crate::dns_decode::transport::Piece;

pub(super) fn stored(bytes: &[u8]) -> Stored {
    Stored::read(Piece { bytes, length: bytes.len() }, false).unwrap()
}

pub(super) fn told(nanos: i64, bytes: &[u8]) -> Told {
    Told { time: Timestamp(nanos), connection: 0, message: stored(bytes) }
}

/// A query with this number for the name `a.b` and this type.
pub(super) fn query(id: u16, kind: u8) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    [&[high, low, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], &[1, b'a', 1, b'b', 0, 0, kind, 0, 1]].concat()
}

/// The response to it, of so many addresses.
pub(super) fn response(id: u16, kind: u8, records: u8) -> Vec<u8> {
    let mut bytes = query(id, kind);
    (bytes[2], bytes[7]) = (0x84, records);
    for n in 0..records {
        bytes.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, n]);
    }
    bytes
}

pub(super) fn room() -> Room {
    Room { most: 1 << 20, used: 0 }
}

#[test]
fn what_is_kept_of_a_message() {
    let message = stored(&RESPONSE);
    let question = message.question().unwrap();
    assert_eq!((question.name, question.kind, question.class), (&b"a.b"[..], 1, 1));
    let answers: Vec<_> = message.answers().map(|a| (a.name, a.kind, a.ttl, a.data)).collect();
    let expected = [(&b"a.b"[..], 5, 100_000, &b"c.b"[..]), (b"c.b", 1, 60, b"192.0.2.9")];
    assert_eq!(answers, expected);
    assert_eq!((message.size, message.missing, message.options.unwrap().size), (71, 0, 4096));
    assert!(Stored::read(Piece { bytes: &RESPONSE[..11], length: 11 }, false).is_none());
}

#[test]
fn cut_messages_say_what_is_missing() {
    for len in 12..RESPONSE.len() {
        let piece = Piece { bytes: &RESPONSE[..len], length: RESPONSE.len() };
        let message = Stored::read(piece, false).unwrap();
        assert_eq!((message.size, message.missing as usize), (71, 71 - len));
        assert_eq!(message.question().is_some(), len >= 21, "{len}");
        let texts: Vec<_> = message.answers().map(|answer| answer.data.to_vec()).collect();
        for (text, right) in texts.iter().zip([&b"c.b"[..], b"192.0.2.9"]) {
            assert!(text.is_empty() || text == right || text == b"c", "{len} {text:?}");
        }
    }
}

#[test]
fn extended_response_codes() {
    let mut bytes = RESPONSE;
    (bytes[3], bytes[58]) = (0x80, 1);
    assert_eq!(stored(&bytes).rcode(), 16);
}

#[test]
fn many_answers() {
    let message = stored(&response(1, 1, 200));
    let mut all = message.clone();
    all.append(&message);
    assert_eq!(all.answers().count(), usize::from(ANSWERS));
    assert_eq!((all.header.counts[1], all.size), (400, 2 * message.size));
}

#[test]
fn data_of_types() {
    let mut bytes = vec![0, 1, 0x80, 0, 0, 0, 0, 3, 0, 0, 0, 0];
    let soa = b"\x01m\0\x01r\0\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\x05";
    for (kind, data) in [(6, &soa[..]), (65, b"\0\x01\xab"), (6, &soa[..6])] {
        bytes.extend([0, 0, kind, 0, 1, 0, 0, 0, 9, 0, data.len() as u8]);
        bytes.extend(data);
    }
    let message = stored(&bytes);
    let texts: Vec<_> = message.answers().map(|answer| answer.data).collect();
    assert_eq!(texts, [&b"m r 1 2 3 4 5"[..], b"0x0001ab", b"m r"]);
}

#[test]
fn a_query_is_answered() {
    let (mut waiting, mut room) = (Waiting::default(), room());
    waiting.push(Transaction::asked(told(0, &query(7, 1))), &mut room);
    assert!(waiting.again(&told(5, &query(7, 1))), "sent again");
    assert!(!waiting.again(&told(5, &query(7, 28))), "asks something else");
    for other in [response(8, 1, 1), response(7, 28, 1)] {
        assert!(waiting.answer(told(8, &other), &mut room).is_err());
    }
    for time in [10, 20] {
        assert!(matches!(waiting.answer(told(time, &response(7, 1, 1)), &mut room), Ok(None)));
    }
    assert!(!waiting.again(&told(30, &query(7, 1))), "answered already");
    let [done] = &waiting.drain(&mut room)[..] else { panic!() };
    assert_eq!((done.tries, done.responses, done.latencies()), (2, 2, Some((10e-9, 5e-9))));
    assert_eq!(room.used, 0);
}

#[test]
fn ports_that_are_used_again() {
    let (mut waiting, mut room) = (Waiting::default(), room());
    waiting.push(Transaction::asked(told(0, &query(7, 1))), &mut room);
    let later = |bytes: &[u8]| Told { connection: 1, ..told(9, bytes) };
    assert!(!waiting.again(&later(&query(7, 1))));
    assert!(waiting.answer(later(&response(7, 1, 1)), &mut room).is_err());
}

#[test]
fn upper_case_and_no_question_at_all() {
    let (mut waiting, mut room) = (Waiting::default(), room());
    let mut asked = query(7, 1);
    asked[13] = b'A';
    for answer in [&response(7, 1, 1)[..], &[0, 7, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0]] {
        waiting.push(Transaction::asked(told(0, &asked)), &mut room);
        assert!(waiting.answer(told(8, answer), &mut room).is_ok());
        assert!(waiting.drain(&mut room)[0].response.is_some());
    }
}

#[test]
fn a_response_in_front_of_its_query() {
    let (mut waiting, mut room) = (Waiting::default(), room());
    waiting.push(Transaction::unasked(told(0, &response(7, 1, 1))), &mut room);
    assert!(waiting.early(&told(NANOS + 1, &query(7, 1)), &mut room).is_none(), "too early");
    let early = waiting.early(&told(4000, &query(7, 1)), &mut room).unwrap();
    assert_eq!((early.responses, room.used), (1, 0));
}

#[test]
fn a_zone_transfer_is_one() {
    let (mut waiting, mut room) = (Waiting::default(), room());
    waiting.push(Transaction::asked(told(0, &query(7, 252))), &mut room);
    for _ in 0..3 {
        assert!(waiting.answer(told(9, &response(7, 252, 2)), &mut room).is_ok());
    }
    // Later messages need not have the question.
    let mut last = response(7, 252, 1);
    last.drain(12..21);
    (last[5], last[12], last[13]) = (0, 0, 0);
    last.remove(13);
    assert!(waiting.answer(told(9, &last), &mut room).is_ok());
    let [done] = &waiting.drain(&mut room)[..] else { panic!() };
    let message = &done.response.as_ref().unwrap().message;
    assert_eq!((done.responses, message.answers().count(), message.header.counts[1]), (4, 7, 7));
}

#[test]
fn a_flood_of_queries() {
    let (mut waiting, mut room) = (Waiting::default(), room());
    let mut out = Vec::new();
    for id in 0..1000 {
        waiting.push(Transaction::asked(told(0, &query(id, 1))), &mut room);
        out.extend(std::iter::from_fn(|| waiting.surplus(&mut room)));
        assert!(room.used < 64 << 10);
    }
    assert_eq!(out.len(), 1000 - 64);
    assert!(out.iter().enumerate().all(|(n, t)| t.first().unwrap().message.header.id == n as u16));
    // What is answered leaves first.
    assert!(waiting.answer(told(9, &response(999, 1, 1)), &mut room).is_ok());
    waiting.push(Transaction::asked(told(0, &query(1000, 1))), &mut room);
    assert!(waiting.surplus(&mut room).unwrap().response.is_some());
    assert_eq!(waiting.drain(&mut room).len(), 64);
    assert_eq!(room.used, 0);
}

#[test]
fn no_more_room() {
    let (mut waiting, mut room) = (Waiting::default(), Room { most: 1000, used: 0 });
    waiting.push(Transaction::asked(told(0, &query(1, 1))), &mut room);
    assert!(waiting.surplus(&mut room).is_none());
    let done = waiting.answer(told(9, &response(1, 1, 40)), &mut room).unwrap().unwrap();
    assert_eq!((done.responses, room.used), (1, 0), "it gets its row at once");
    room.used = 990;
    waiting.push(Transaction::asked(told(0, &query(1, 1))), &mut room);
    assert!(waiting.surplus(&mut room).is_some());
    assert_eq!(room.used, 990);
}

#[test]
fn a_row() {
    let key =
        FlowKey { net: Net::V4, src_port: 4000, dst_port: 53, proto: 17, ..FlowKey::default() };
    let mut asked = query(0x1234, 1);
    asked[12..17].copy_from_slice(&[1, b'a', 1, b'b', 0]);
    let mut transaction = Transaction::asked(told(0, &asked));
    transaction.answered(told(250_000_000, &RESPONSE));
    let place = Place { key: &key, netbios: false, responder: None };
    let mut rows = 0;
    table::show(&transaction, place, |row| {
        rows += 1;
        assert_eq!((row.id, row.kind, &*row.rcode.0), (Hex16(0x1234), Label(b"query"), "NOERROR"));
        assert_eq!((row.flags, row.response_flags), (Some(Hex16(0x0100)), Some(Hex16(0x8580))));
        assert_eq!((row.query, &*row.query_type.0, row.src_port), (Text(b"a.b"), "A", 4000));
        assert_eq!((row.answers.0.len(), row.round_trip), (2, Some(Seconds(0.25))));
        assert_eq!((row.truncated, row.counts, row.tries), (Some(0), (1, 2, 0, 1), 1));
    });
    table::show(&Transaction::asked(told(0, &asked)), place, |row| {
        rows += 1;
        assert_eq!((&*row.rcode.0, row.truncated, row.responder), ("", None, IpText::None));
        assert_eq!((row.round_trip, row.response_size), (None, None));
    });
    let place = Place { key: &key.reversed(), ..place };
    table::show(&Transaction::unasked(told(0, &RESPONSE)), place, |row| {
        rows += 1;
        assert_eq!((row.kind, row.src_port, row.flags), (Label(b"response"), 4000, None));
        assert_eq!((row.tries, row.responses, row.query_size), (0, 1, None));
    });
    assert_eq!(rows, 3);
}
