//! Messages with literal bytes, whole and cut.

mod changed;
mod groups;
mod names;
mod queries;
mod records;
mod rows;
mod search;
mod segments;
mod streams;

use super::header::{Header, stat};
use super::message::{self, Reading};
use super::state::{Collector, State};
use super::toggles::Toggles;

/// A response: `a.b` is an alias of `c.b`, which has an IPv4 address; an OPT record.
pub(super) const RESPONSE: [u8; 71] = [
    0x12, 0x34, 0x85, 0x80, 0, 1, 0, 2, 0, 0, 0, 1, // header
    1, b'a', 1, b'b', 0, 0, 1, 0, 1, // question
    0xc0, 12, 0, 5, 0, 1, 0, 1, 0x86, 0xa0, 0, 4, 1, b'c', 0xc0, 14, // CNAME, 100000 s
    0xc0, 33, 0, 1, 0x80, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 9, // A
    0, 0, 41, 0x10, 0, 0, 0, 0x80, 0, 0, 7, 0, 8, 0, 3, 1, 2, 3, // OPT
];

/// A flow that has read these messages, all of them captured.
pub(super) fn flow(messages: &[&[u8]], toggles: &Toggles, compat: bool) -> State {
    let mut flow = State { stat: stat::DNS, ..State::default() };
    for bytes in messages {
        add(&mut flow, bytes, bytes.len(), toggles, compat);
    }
    flow
}

/// Reads what was captured of a message of this length.
pub(super) fn add(flow: &mut State, bytes: &[u8], length: usize, toggles: &Toggles, compat: bool) {
    let Some(header) = Header::from_message(bytes) else { return };
    let reading = Reading { netbios: false, whole: bytes.len() >= length, compat };
    let mut collector = Collector {
        flow,
        toggles,
        text_room: 1000,
        addresses: None,
        length,
        is_response: false,
        compat,
    };
    let bits = message::read(&header, bytes, reading, &mut collector);
    flow.stat |= bits;
}

#[test]
fn a_response() {
    let flow = flow(&[&RESPONSE], &Toggles::default(), false);
    assert_eq!((flow.stat, flow.bits, flow.opcodes, flow.rcodes), (stat::DNS, 0xd8, 1, 1));
    assert_eq!(flow.counts, [1, 2, 0, 1]);
    assert_eq!(flow.bytes, (71, 21));
    assert_eq!((&flow.questions()[0].name[..], flow.questions()[0].kind), (&b"a.b"[..], 1));
    let [alias, address, options] = flow.answers() else { panic!("{:?}", flow.answers()) };
    assert_eq!(
        (&alias.name[..], &alias.target[..], alias.ttl),
        (&b"a.b"[..], &b"c.b"[..], 100_000)
    );
    assert_eq!((&address.name[..], address.class), (&b"c.b"[..], 1));
    assert_eq!(address.v4, Some([192, 0, 2, 9]));
    assert_eq!((options.kind, options.class, options.ttl), (41, 0, 0));
    assert_eq!(options.options, 0x8000);
}

#[test]
fn cut_at_every_byte() {
    for length in 0..RESPONSE.len() {
        for compat in [false, true] {
            let (toggles, mut flow) = (Toggles::default(), State::default());
            add(&mut flow, &RESPONSE[..length], RESPONSE.len(), &toggles, compat);
            assert_eq!(flow.counts[0] == 1, length >= 12, "{length}");
            assert_eq!(flow.questions().len(), usize::from(length >= 21), "{length}");
            if !compat {
                assert_eq!(flow.stat, 0, "what was not captured is not missing: {length}");
                let complete = [33, 49, 64].iter().filter(|fixed| length >= **fixed).count();
                assert_eq!(flow.answers().len(), complete, "{length}");
            }
        }
        let (toggles, mut flow) = (Toggles::default(), State::default());
        add(&mut flow, &RESPONSE[..length], length, &toggles, false);
        assert_eq!(flow.stat & stat::LENGTH != 0, length >= 12, "{length}");
    }
}

#[test]
fn the_reference_reads_behind_an_opt_record() {
    let mut message = RESPONSE.to_vec();
    message[11] = 2;
    message.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 192, 0, 2, 1]);
    let right = flow(&[&message], &Toggles::default(), false);
    assert_eq!(right.answers()[3].v4, Some([192, 0, 2, 1]));
    let odd = flow(&[&message], &Toggles::default(), true);
    assert_eq!((odd.answers()[3].kind, odd.stat & stat::IGNORED), (0x2910, stat::IGNORED));
    assert_eq!(odd.answers()[0].ttl, 100_000 % 65536);
}
