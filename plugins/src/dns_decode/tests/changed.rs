//! Messages with changed bytes: nothing panics, and what is found is within the bytes.

use flowz_api::stream::Found;

use super::RESPONSE;
use crate::dns_decode::header::stat;
use crate::dns_decode::search::find;
use crate::dns_decode::state::State;
use crate::dns_decode::stored::Stored;
use crate::dns_decode::stream::{self, Step};
use crate::dns_decode::transport::Piece;

/// Numbers that look random (xorshift).
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state as usize
}

#[test]
fn changed_messages() {
    let mut state = 88_172_645_463_325_252;
    let framed = [&[0, 71][..], &RESPONSE].concat();
    for _ in 0..20_000 {
        let mut bytes = framed.repeat(2);
        for _ in 0..=next(&mut state) % 4 {
            let at = next(&mut state) % bytes.len();
            bytes[at] = next(&mut state) as u8;
        }
        bytes.truncate(bytes.len() - next(&mut state) % 80);
        check(&bytes, next(&mut state) % bytes.len());
    }
}

/// Reads bytes as a message, as a stream from here on and with a hole, and looks for messages in them.
fn check(bytes: &[u8], from: usize) {
    let piece = Piece { bytes: &bytes[2..], length: 71 };
    if let Some(message) = Stored::read(piece, from.is_multiple_of(2)) {
        assert!(message.questions().count() <= 4 && message.answers().count() <= 142 / 11);
        let mut twice = message.clone();
        twice.append(&message);
        assert!(message.asks_as(&twice));
    }
    let found = find(&bytes[from..]);
    assert!(!matches!(found, Found::Message(len) if len < 14), "{found:?}");
    let mut flow = State { stat: stat::DNS, is_dns: true, ..State::default() };
    let mut at = from;
    while at < bytes.len() {
        match stream::next(&mut flow, &bytes[at..], 0) {
            Step::Message(piece, taken) => {
                assert_eq!((piece.bytes.len() + 2, piece.is_whole()), (taken, true));
                at += taken;
            }
            Step::Pass(taken) => at += taken,
            Step::Lost => at += 1,
            Step::Wait => {
                let (piece, is_known) = stream::gap(&mut flow, &bytes[at..], from as u64);
                assert!(piece.is_none_or(|piece| !piece.is_whole()));
                assert!(is_known || flow.missing == 0);
                return;
            }
        }
    }
}
