//! Rows of flows, words, counters.

use flowz_api::cell::Hex16;
use flowz_api::merge::Merge as _;

use super::{RESPONSE, flow};
use crate::dns_decode::counts::Counts;
use crate::dns_decode::header::stat;
use crate::dns_decode::row::FlowRow;
use crate::dns_decode::state::State;
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
fn words_for_numbers() {
    let kinds = [0, 1, 28, 54, 65, 66, 249, 252, 255, 257, 258].map(words::kind);
    let expected =
        ["TYPE0", "A", "AAAA", "TYPE54", "HTTPS", "TYPE66", "TKEY", "AXFR", "*", "CAA", "TYPE258"];
    assert_eq!(kinds, expected);
    assert_eq!([0, 3, 5].map(|n| words::opcode(n, false)), ["QUERY", "OPCODE3", "UPDATE"]);
    assert_eq!(words::opcode(5, true), "REGISTRATION");
    let rcodes = [3, 15, 16, 23, 24].map(words::rcode);
    assert_eq!(rcodes, ["NXDOMAIN", "RCODE15", "BADVERS", "BADCOOKIE", "RCODE24"]);
}

#[test]
fn counts_add_up() {
    let flow = State { stat: 1, queries: 2, rcodes: 8, ..State::default() };
    let mut counts = Counts { stat: 2, replies: 3, ..Counts::default() };
    counts.merge(Counts::from_state(&flow));
    assert_eq!((counts.stat, counts.queries, counts.replies, counts.rcodes), (3, 2, 3, 8));
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
