//! Bounds of what a flow keeps, and sizes.

use flowz_api::packet::Timestamp;
use flowz_api::stream::{Next, StreamData};

use super::{IrcDecode, State, Toggles, stat};

fn say(plugin: &IrcDecode, flow: &mut State, text: &[u8]) -> Next {
    let mut rest = text;
    loop {
        let data = StreamData { offset: 0, bytes: rest, seen: 0, time: Timestamp(0), number: 1 };
        match plugin.data(flow, &data) {
            Next::Take(len) if len > 0 && len < rest.len() => rest = &rest[len..],
            next => return next,
        }
    }
}

fn plugin(toggles: Toggles, compat: bool) -> IrcDecode {
    IrcDecode { toggles, compat, stats: 0, packets: 0 }
}

#[test]
fn lists_are_bounded() {
    let plugin = plugin(Toggles { most: 1, most_nicks: 1, ..Toggles::default() }, false);
    let mut flow = State { to_server: true, ..State::default() };
    say(&plugin, &mut flow, b"NICK a\r\nnick a\r\n");
    assert_eq!(flow.stat, 0);
    say(&plugin, &mut flow, b"NICK b\r\n");
    assert_eq!((flow.stat, flow.lists.as_ref().unwrap().nicks.len()), (stat::FULL, 1));
    let mut flow = State { to_server: true, ..State::default() };
    let many = [b"JOIN #a".to_vec(), b",#x".repeat(500), b"\r\n".to_vec()].concat();
    say(&plugin, &mut flow, &many);
    assert_eq!((flow.stat, flow.lists.unwrap().channels.len()), (stat::FULL, 1));
}

#[test]
fn replies_mean_something() {
    let mut flow = State::default();
    say(
        &plugin(Toggles::default(), false),
        &mut flow,
        b":x 001 a\r\n:x 464 a\r\n:x 421 a\r\nJOIN #a\r\n",
    );
    assert_eq!(flow.stat, stat::REGISTERED | stat::WRONG_PASSWORD | stat::UNKNOWN_COMMAND);
    assert!(flow.lists.unwrap().commands.is_empty(), "those of the server are none");
}

#[test]
fn something_else_on_the_port() {
    let plugin = plugin(Toggles::default(), false);
    let mut flow = State { to_server: true, ..State::default() };
    assert_eq!(say(&plugin, &mut flow, b"GET / HTTP/1.1\r\n"), Next::Stop);
    assert_eq!(flow.stat, stat::MALFORMED);
    let mut flow = State::default();
    assert_eq!(say(&plugin, &mut flow, b"\x16\x03\x01\x00\x05"), Next::Stop);
    assert!(flow.encrypted && flow.stat == 0);
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 24, "{}", size_of::<State>());
}
