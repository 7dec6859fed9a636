//! Datagrams, and segments as the reference reads them.

use crate::dns_decode::header::stat;
use crate::dns_decode::state::State;
use crate::dns_decode::transport::{Piece, datagram, segment};

#[test]
fn lengths_of_datagrams() {
    let bytes = [0; 549];
    assert_eq!(datagram(&bytes[..11], 11, false), (None, stat::SHORT));
    assert_eq!(datagram(&bytes[..16], 16, true), (None, stat::SHORT | stat::CORRUPT));
    let piece = |length: usize| Some(Piece { bytes: &bytes[..length], length });
    assert_eq!(datagram(&bytes[..12], 12, false), (piece(12), 0));
    assert_eq!(datagram(&bytes[..548], 548, true), (piece(548), 0));
    assert_eq!(datagram(&bytes, 549, false), (piece(549), stat::LONG));
}

#[test]
fn two_messages_in_a_segment() {
    let mut flow = State::default();
    let (first, rest) = segment(&mut flow, b"\0\x02ab\0\x01c", 0).unwrap();
    assert_eq!((first, rest), (Piece { bytes: b"ab", length: 2 }, &b"\0\x01c"[..]));
    let (second, rest) = segment(&mut flow, rest, 0).unwrap();
    assert_eq!((second.bytes, rest, flow.stat), (&b"c"[..], &b""[..], 0));
    assert_eq!(segment(&mut flow, rest, 0), None);
}

#[test]
fn a_message_in_three_segments() {
    let mut flow = State::default();
    let (piece, rest) = segment(&mut flow, b"\0\x08abc", 0).unwrap();
    assert_eq!((piece.bytes, piece.is_whole(), rest), (&b"abc"[..], false, &b""[..]));
    assert_eq!((flow.missing, flow.stat), (5, stat::SEGMENTED));
    assert_eq!(segment(&mut flow, b"de", 0), None);
    assert_eq!((flow.missing, flow.stat), (3, stat::SEGMENTED | stat::CONTINUED));
    let (piece, _) = segment(&mut flow, b"fgh\0\x01x", 0).unwrap();
    assert_eq!((piece.bytes, flow.missing), (&b"x"[..], 0));
}

#[test]
fn what_was_not_captured_is_in_the_segment() {
    let mut flow = State::default();
    let (piece, _) = segment(&mut flow, b"\0\x08abc", 5).unwrap();
    assert_eq!((piece.is_whole(), flow.missing, flow.stat), (false, 0, 0));
}
