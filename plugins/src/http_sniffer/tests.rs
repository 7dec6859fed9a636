//! Which responses go to which requests.

use super::exchange::{Exchange, MOST_INTERIM, Request, Response};
use super::waiting::{LostResponses, Waiting};

const SURE: LostResponses = LostResponses { at_least: 0, perhaps: false };

fn ask(waiting: &mut Waiting, path: &str, is_sure: bool) -> u32 {
    let request = Request { target: path.as_bytes().to_vec(), ..Request::default() };
    let exchange = Exchange { request: Some(request), ..Exchange::default() };
    waiting.ask(Box::new(exchange), is_sure)
}

/// What the next response answers, and how many requests had none.
fn answer(waiting: &mut Waiting, lost: LostResponses) -> (String, usize) {
    let (exchange, unanswered) = waiting.answer(lost);
    let target = exchange.request.map(|request| request.target).unwrap_or_default();
    (String::from_utf8(target).expect("the tests have text"), unanswered.len())
}

#[test]
fn responses_come_in_the_order_of_requests() {
    let mut waiting = Waiting::default();
    assert_eq!(["a", "b", "c"].map(|path| ask(&mut waiting, path, true)), [1, 2, 3]);
    for path in ["a", "b", "c", ""] {
        assert_eq!(answer(&mut waiting, SURE), (path.to_owned(), 0));
    }
}

#[test]
fn a_lost_request_has_its_response() {
    let mut waiting = Waiting::default();
    ask(&mut waiting, "a", true);
    waiting.lose(1);
    assert_eq!(ask(&mut waiting, "c", true), 3);
    assert_eq!(["a", "", "c"].map(|_| answer(&mut waiting, SURE).0), ["a", "", "c"]);
}

#[test]
fn a_lost_response_leaves_its_request_alone() {
    let mut waiting = Waiting::default();
    assert_eq!(["a", "b", "c"].map(|path| ask(&mut waiting, path, true)), [1, 2, 3]);
    assert_eq!(answer(&mut waiting, SURE), ("a".to_owned(), 0));
    let lost = LostResponses { at_least: 1, perhaps: true };
    assert_eq!(answer(&mut waiting, lost), ("c".to_owned(), 1));
}

#[test]
fn who_never_pipelined_waits_for_one_response_only() {
    let mut waiting = Waiting::default();
    ask(&mut waiting, "a", true);
    ask(&mut waiting, "b", false);
    let lost = LostResponses { at_least: 0, perhaps: true };
    assert_eq!(answer(&mut waiting, lost), ("b".to_owned(), 1));
}

#[test]
fn a_response_may_come_in_front_of_its_request() {
    let mut waiting = Waiting::default();
    assert_eq!(waiting.answer(SURE).0.number, 0, "of the first one nothing is known");
    ask(&mut waiting, "a", true);
    waiting.answer(SURE);
    assert_eq!(waiting.answer(SURE).0.number, 2);
    assert_eq!((waiting.owed(), waiting.owed()), (Some(2), None));
    waiting.lose(1);
    waiting.answer(SURE);
    assert_eq!(waiting.answer(SURE).0.number, 0, "it answers what was lost");
}

#[test]
fn more_requests_than_are_kept_do_not_shift_responses() {
    let mut waiting = Waiting::default();
    let mut given_up = Vec::new();
    for path in ["a", "b", "c", "d"] {
        ask(&mut waiting, path, true);
        given_up.extend(waiting.make_room(2).map(|exchange| exchange.number));
    }
    assert_eq!(given_up, [1, 2]);
    assert_eq!(["", "", "c", "d"].map(|_| answer(&mut waiting, SURE).0), ["", "", "c", "d"]);
}

#[test]
fn interim_responses_without_end_are_not_all_kept() {
    let mut response = Response::default();
    (0..1000).for_each(|_| response.add_interim(103));
    assert_eq!(response.interim, [103; MOST_INTERIM]);
}
