//! Messages in streams: cut anywhere, with holes in front of, in and between them.

use super::RESPONSE;
use crate::dns_decode::header::stat;
use crate::dns_decode::state::State;
use crate::dns_decode::stream::{self, Step};
use crate::dns_decode::transport::Piece;

/// The response behind its length.
fn framed() -> Vec<u8> {
    [&(RESPONSE.len() as u16).to_be_bytes()[..], &RESPONSE].concat()
}

fn whole() -> Piece<'static> {
    Piece { bytes: &RESPONSE, length: RESPONSE.len() }
}

fn dns() -> State {
    State { stat: stat::DNS, is_dns: true, in_step: true, ..State::default() }
}

#[test]
fn cut_at_every_byte() {
    let bytes = framed();
    for cut in 1..bytes.len() {
        let mut flow = dns();
        assert_eq!(stream::next(&mut flow, &bytes[..cut], 0), Step::Wait, "{cut}");
        assert_eq!(stream::next(&mut flow, &bytes, cut), Step::Message(whole(), 73));
        assert_eq!(flow.stat, stat::DNS | stat::SEGMENTED | stat::CONTINUED);
    }
}

#[test]
fn several_in_a_segment() {
    let (mut flow, bytes) = (dns(), framed().repeat(2));
    assert_eq!(stream::next(&mut flow, &bytes, 0), Step::Message(whole(), 73));
    assert_eq!(stream::next(&mut flow, &bytes[73..], 0), Step::Message(whole(), 73));
    assert_eq!(flow.stat, stat::DNS);
}

#[test]
fn something_that_is_no_message() {
    let mut flow = State { stat: stat::DNS, ..State::default() };
    assert_eq!(stream::next(&mut flow, b"GET / HTTP/1.1\r\n", 0), Step::Lost);
    assert!(flow.is_something_else(false));
}

#[test]
fn a_hole_in_a_message_costs_that_one() {
    let bytes = framed();
    for from in 2..bytes.len() {
        let mut flow = dns();
        assert_eq!(stream::next(&mut flow, &bytes[..from], 0), Step::Wait);
        let (piece, is_known) = stream::gap(&mut flow, &bytes[..from], 1);
        assert_eq!(piece.map(|p| p.length), (from >= 14).then_some(71), "{from}");
        assert!(is_known && flow.stat & stat::HOLE != 0);
        let rest = 73 - from - 1;
        let behind = [&bytes[from + 1..], &bytes].concat();
        if rest > 0 {
            assert_eq!(stream::next(&mut flow, &behind, 0), Step::Pass(rest));
        }
        assert_eq!(stream::next(&mut flow, &behind[rest..], 0), Step::Message(whole(), 73));
    }
}

#[test]
fn two_holes_in_a_message() {
    let (mut flow, bytes) = (dns(), framed());
    assert!(stream::gap(&mut flow, &bytes[..20], 10).1);
    assert_eq!((flow.missing, stream::next(&mut flow, &[0; 3], 0)), (43, Step::Pass(3)));
    assert_eq!(stream::gap(&mut flow, &[], 40), (None, true));
    assert_eq!(stream::next(&mut flow, &bytes, 0), Step::Message(whole(), 73));
    assert!(stream::gap(&mut flow, &bytes[..20], 10).1);
    assert_eq!(stream::gap(&mut flow, &[], 44), (None, false), "over the end of it");
    assert_eq!((flow.missing, flow.in_step), (0, false));
}

#[test]
fn holes_behind_which_nothing_is_known() {
    let bytes = framed();
    for (rest, lost) in [(0, 1), (1, 1), (2, 72), (20, 54)] {
        let mut flow = dns();
        assert!(!stream::gap(&mut flow, &bytes[..rest], lost).1, "{rest} {lost}");
        // What is looked at in search of a message is none.
        assert_eq!(stream::gap(&mut flow, &bytes[..20], 1), (None, false));
        assert_eq!(stream::end(&mut flow, &bytes[..20]), None);
    }
    let mut flow = State { stat: stat::DNS, ..State::default() };
    assert!(!stream::gap(&mut flow, &[], 1).1, "the first segment");
    assert_eq!(flow.stat, stat::DNS, "of which nothing is known");
}

#[test]
fn the_end_of_a_stream() {
    let (mut flow, bytes) = (dns(), framed());
    assert_eq!(stream::end(&mut flow, &[]), None);
    assert_eq!(flow.stat, stat::DNS);
    let piece = stream::end(&mut flow, &bytes[..20]);
    assert_eq!(piece, Some(Piece { bytes: &RESPONSE[..18], length: 71 }));
    assert_eq!(flow.stat, stat::DNS | stat::HOLE);
    stream::closed(&mut flow);
    assert_eq!((flow.missing, flow.in_step), (0, false));
}

#[test]
fn lengths_at_both_ends() {
    let mut flow = dns();
    assert!(matches!(stream::next(&mut flow, &[0, 0, 9], 0), Step::Message(p, 2) if p.length == 0));
    let mut longest = [&[0xff, 0xff][..], &RESPONSE].concat();
    longest.resize(65_537, 0);
    assert!(matches!(stream::next(&mut flow, &longest, 0), Step::Message(_, 65_537)));
    assert!(stream::gap(&mut flow, &longest[..2], 1).1);
    assert_eq!(flow.missing, 65_534);
}
