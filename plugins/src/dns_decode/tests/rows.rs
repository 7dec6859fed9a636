//! Rows of flows and of the table of messages, words, counters.

use flowz_api::cell::{Hex16, Label, Seconds, Text, Time};
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::merge::Merge as _;
use flowz_api::packet::Timestamp;

use super::{RESPONSE, flow};
use crate::dns_decode::counts::Counts;
use crate::dns_decode::header::stat;
use crate::dns_decode::message::Reading;
use crate::dns_decode::queries::Queries;
use crate::dns_decode::row::FlowRow;
use crate::dns_decode::state::State;
use crate::dns_decode::table::Parsed;
use crate::dns_decode::toggles::Toggles;
use crate::dns_decode::words;

#[test]
fn amplification_and_codes() {
    let flow = flow(&[&RESPONSE, &RESPONSE], &Toggles::default(), false);
    let row = FlowRow::from_state(&flow, false);
    assert_eq!((row.amplification, row.flags), (71.0 / 21.0, Hex16(0x8580)));
    assert_eq!(
        (row.code_numbers.1, &*row.code_words.1.0, &*row.code_words.2.0),
        (0, "QUERY", "NOERROR")
    );
    assert_eq!(row.question_names.0.len(), 2, "one for each message");
    assert_eq!((row.v4.0.len(), row.v6.0.len()), (6, 0));
}

#[test]
fn the_reference_keeps_the_latest_questions() {
    let flow = flow(&[&RESPONSE, &RESPONSE], &Toggles::default(), true);
    assert_eq!(FlowRow::from_state(&flow, true).question_names.0.len(), 1);
}

#[test]
fn modes() {
    for (mode, questions, records) in [(0, 0, 0), (1, 1, 0), (2, 1, 2), (3, 1, 2), (4, 1, 3)] {
        let flow = flow(&[&RESPONSE], &Toggles { mode, ..Toggles::default() }, false);
        assert_eq!((flow.questions().len(), flow.answers().len()), (questions, records));
    }
}

#[test]
fn full_questions() {
    let toggles = Toggles { max_questions: 1, ..Toggles::default() };
    assert_eq!(
        flow(&[&RESPONSE, &RESPONSE], &toggles, false).stat,
        stat::DNS | stat::QUESTIONS_FULL
    );
    let toggles = Toggles { distinct: true, ..toggles };
    assert_eq!(flow(&[&RESPONSE, &RESPONSE], &toggles, false).stat, stat::DNS);
}

#[test]
fn a_row_of_the_table() {
    let key = FlowKey { net: Net::V4, src_port: 53, proto: 17, ..FlowKey::default() };
    let reading = Reading { whole: true, ..Reading::default() };
    let parsed = Parsed::from_message(&RESPONSE, reading, 20).unwrap();
    let row = parsed.row(Time::default(), &key, Some(0.25));
    assert_eq!((row.id, row.kind, &*row.rcode.0), (Hex16(0x1234), Label(b"response"), "NOERROR"));
    assert_eq!((row.query, &*row.query_type.0), (Text(b"a.b"), "A"));
    assert_eq!(row.answers.0, [b"c.b".to_vec(), b"192.0.2.9".to_vec()]);
    assert_eq!((row.lifetimes.0, row.round_trip), (&[100_000, 60][..], Some(Seconds(0.25))));
    assert!(Parsed::from_message(&RESPONSE[..11], reading, 20).is_none());
    assert_eq!(
        Parsed::from_message(&RESPONSE, reading, 1)
            .unwrap()
            .row(Time::default(), &key, None)
            .answers
            .0
            .len(),
        1
    );
}

#[test]
fn round_trips() {
    let mut queries = Queries::default();
    queries.sent(7, Timestamp(1));
    queries.sent(7, Timestamp(2));
    assert_eq!((queries.answered(7), queries.answered(7)), (Some(Timestamp(1)), None));
    for id in 0..9 {
        queries.sent(id, Timestamp(id.into()));
    }
    assert_eq!((queries.answered(0), queries.answered(8)), (None, Some(Timestamp(8))));
}

#[test]
fn words_for_numbers() {
    let kinds = [0, 1, 28, 54, 65, 66, 249, 252, 255, 257, 258].map(words::kind);
    let expected =
        ["TYPE0", "A", "AAAA", "TYPE54", "HTTPS", "TYPE66", "TKEY", "AXFR", "*", "CAA", "TYPE258"];
    assert_eq!(kinds, expected);
    assert_eq!([0, 3, 5].map(|n| words::opcode(n, false)), ["QUERY", "OPCODE3", "UPDATE"]);
    assert_eq!(words::opcode(5, true), "REGISTRATION");
    assert_eq!([3, 15].map(words::rcode), ["NXDOMAIN", "RCODE15"]);
}

#[test]
fn counts_add_up() {
    let flow = State { stat: 1, queries: 2, rcodes: 8, ..State::default() };
    let mut counts = Counts { stat: 2, replies: 3, ..Counts::default() };
    counts.merge(Counts::from_state(&flow));
    assert_eq!((counts.stat, counts.queries, counts.replies, counts.rcodes), (3, 2, 3, 8));
}

#[test]
fn time_from_query_to_response() {
    let parsed = |bytes: &[u8]| Parsed::from_message(bytes, Reading::default(), 20).unwrap();
    let (mut client, mut server) = (State::default(), State::default());
    let query = parsed(&[0x12, 0x34, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(query.round_trip(Timestamp(5), &mut client, Some(&mut server)), None);
    let response = parsed(&RESPONSE);
    let now = Timestamp(250_000_005);
    assert_eq!(response.round_trip(now, &mut server, None), None, "the query was not seen");
    assert_eq!(response.round_trip(now, &mut server, Some(&mut client)), Some(0.25));
    assert_eq!(response.round_trip(now, &mut server, Some(&mut client)), None, "a second response");
}

#[test]
fn something_else_on_the_port() {
    for bit in [stat::SHORT, stat::CORRUPT] {
        let flow = State { stat: stat::DNS | bit, ..State::default() };
        assert!(flow.is_something_else(false));
        assert_eq!(flow.is_something_else(true), bit == stat::CORRUPT);
        let flow = State { is_dns: true, ..flow };
        assert!(!flow.is_something_else(false), "a message could be read");
        assert_eq!(flow.is_something_else(true), bit == stat::CORRUPT);
    }
    assert!(!State { stat: stat::DNS | stat::LENGTH, ..State::default() }.is_something_else(false));
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
}
