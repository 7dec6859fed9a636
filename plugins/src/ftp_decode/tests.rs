//! Bounds of what a flow keeps, and sizes.

use flowz_api::merge::Merge as _;

use super::Counts;
use super::reply::Reply;
use super::state::{Lists, State, announced_length, stat, unique_name};
use super::toggles::Toggles;

fn reply(code: u16, text: &[u8]) -> Reply {
    Reply { code, text: text.to_vec() }
}

#[test]
fn lists_are_bounded() {
    let t = Toggles { most: 2, most_links: 1, longest: 4, most_passwords: 1, ..Toggles::default() };
    let mut flow = State::default();
    flow.add_command(b"USER", &t);
    flow.add_command(b"PASS", &t);
    flow.add_command(b"USER", &t);
    assert_eq!(flow.stat, 0);
    flow.add_command(b"LIST", &t);
    assert_eq!(flow.stat, stat::FULL);
    let mut flow = State::default();
    flow.add_link(7, t.most_links);
    flow.add_link(7, t.most_links);
    assert_eq!((flow.stat, flow.lists().met), (stat::PARENT, 1));
    flow.add_link(8, t.most_links);
    assert_eq!((flow.stat, flow.lists().links.len()), (stat::PARENT | stat::FULL, 1));
    let mut flow = State::default();
    for password in [&b"one"[..], b"one", b"two"] {
        flow.add_argument(|lists| &mut lists.passwords, password, t.passwords());
    }
    assert_eq!((flow.stat, flow.lists().passwords.len()), (stat::FULL, 1));
    flow.add_argument(|lists| &mut lists.parameters, b"long-name", t.parameters());
    assert_eq!(flow.lists().parameters, [b"long"]);
}

#[test]
fn what_replies_say() {
    let lengths = [
        (150, &b"Opening for x (77 bytes)."[..], Some(77)),
        (125, b"(1 byte)", Some(1)),
        (150, b"Opening (x) (99999999999999999999 bytes)", None),
        (150, b"Opening (77)", None),
        (226, b"Done (77 bytes)", None),
    ];
    for (code, text, length) in lengths {
        assert_eq!(announced_length(&reply(code, text)), length, "{code}");
    }
    assert_eq!(unique_name(&reply(150, b"FILE: a.b ")), Some(&b"a.b"[..]));
    assert_eq!(unique_name(&reply(226, b"FILE: a.b")), None);
    let (mut flow, t) = (State::default(), Toggles::default());
    for (code, text) in
        [(215, &b"UNIX"[..]), (150, b"Opening for 'x' (7 bytes)"), (150, b"go"), (200, b"no")]
    {
        flow.add_said(&reply(code, text), &t, false);
    }
    assert_eq!(flow.lists().parameters, [&b"215 UNIX"[..], b"'x'", b"150 go"]);
}

#[test]
fn counts_add_up() {
    let mut counts = Counts { stat: 1, control_packets: 2, data_packets: 3 };
    counts.merge(Counts { stat: 2, control_packets: 5, data_packets: 7 });
    assert_eq!(counts, Counts { stat: 3, control_packets: 7, data_packets: 10 });
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 48, "{}", size_of::<State>());
    assert!(size_of::<Lists>() <= 192, "{}", size_of::<Lists>());
}
