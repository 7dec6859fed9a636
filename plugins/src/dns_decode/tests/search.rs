//! Where messages are found, and where none is.

use flowz_api::stream::Found;

use super::RESPONSE;
use crate::dns_decode::search::find;

fn framed(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u16).to_be_bytes()[..], message].concat()
}

/// A query for `a.b`.
const QUERY: [u8; 21] = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, b'a', 1, b'b', 0, 0, 28, 0, 1];

#[test]
fn messages() {
    let refused = [0, 7, 0x80, 5, 0, 0, 0, 0, 0, 0, 0, 0];
    for message in [&RESPONSE[..], &QUERY, &refused] {
        let bytes = framed(message);
        assert_eq!(find(&bytes), Found::Message(bytes.len()));
        assert_eq!(find(&[&bytes[..], b"more"].concat()), Found::Message(bytes.len()));
    }
}

#[test]
fn beginnings_of_messages() {
    for message in [&RESPONSE[..], &QUERY] {
        let bytes = framed(message);
        for cut in 0..bytes.len() {
            let found = find(&bytes[..cut]);
            // Behind the question nothing more is needed.
            let enough = cut >= 2 + QUERY.len();
            let expected = if enough { Found::Message(bytes.len()) } else { Found::NeedMore };
            assert_eq!(found, expected, "{cut}");
        }
    }
}

#[test]
fn no_message_begins_within_one() {
    for message in [&RESPONSE[..], &QUERY] {
        let bytes = framed(message).repeat(2);
        for at in 1..bytes.len() / 2 {
            let found = find(&bytes[at..]);
            assert!(matches!(found, Found::NotHere(1)), "{at} {found:?}");
        }
    }
}

#[test]
fn other_bytes() {
    let text = b"The quick brown fox jumps over the lazy dog, again and again and again.".repeat(4);
    for bytes in [&[0; 300][..], &[1; 300], &[0xff; 300], &text] {
        for at in 0..100 {
            assert_eq!(find(&bytes[at..]), Found::NotHere(1), "{at}");
        }
    }
}

#[test]
fn what_makes_a_message_none() {
    let spoilt = |at: usize, byte: u8| {
        let mut bytes = framed(&RESPONSE);
        bytes[2 + at] = byte;
        find(&bytes)
    };
    for (at, byte, what) in [
        (2, 0xf8, "opcode"),
        (3, 0xc0, "reserved bit"),
        (5, 2, "questions"),
        (6, 1, "more records than fit"),
        (7, 1, "ends behind its records"),
        (13, b' ', "name"),
        (14, 0x81, "kind of label"),
        (18, 0, "type"),
        (20, 7, "class"),
        (22, 60, "a pointer forwards"),
        (22, 3, "a pointer into the header"),
        (32, 5, "length of data"),
    ] {
        assert_eq!(spoilt(at, byte), Found::NotHere(1), "{what}");
    }
    let mut query = framed(&QUERY);
    query[9] = 1;
    assert_eq!(find(&query), Found::NotHere(1), "a query with an answer");
}
