//! Bounds of what a flow keeps, and sizes.

use super::login::Prompt;
use super::{Lists, State, TelnetDecode, Toggles, stat};

fn plugin(toggles: Toggles, compat: bool) -> TelnetDecode {
    TelnetDecode { toggles, compat, latest: None, latest_packet: 0, stats: 0, packets: 0 }
}

#[test]
fn lists_are_bounded() {
    let toggles = Toggles { most_commands: 1, most_options: 1, ..Toggles::default() };
    let (mut plugin, mut flow) = (plugin(toggles, false), State::default());
    plugin.read(&mut flow, None, b"\xff\xfb\x01\xff\xfb\x01");
    assert_eq!(flow.stat, 0);
    plugin.read(&mut flow, None, b"\xff\xfd\x03\xff\xef");
    assert_eq!(flow.stat, stat::COMMANDS_FULL | stat::OPTIONS_FULL);
    let Lists { commands, options, command_bits, option_bits, .. } = *flow.lists.unwrap();
    assert_eq!((commands, options, command_bits, option_bits), (vec![251], vec![1], 0x2800, 10));
}

#[test]
fn the_reference_has_fewer() {
    let (mut plugin, mut flow) = (plugin(Toggles::default(), true), State::default());
    plugin.read(&mut flow, None, b"\xff\xef\xff\xfa\x25\x02\xff\xf0");
    let Lists { commands, options, option_bits, .. } = *flow.lists.unwrap();
    assert_eq!((commands, options, option_bits), (vec![250], vec![], 0x20));
}

#[test]
fn a_login() {
    let mut plugin = plugin(Toggles { longest: 3, ..Toggles::default() }, false);
    let (mut server, mut client) =
        (State::default(), State { to_server: true, ..State::default() });
    plugin.read(&mut client, None, b"before\r\n");
    plugin.read(&mut server, Some(&mut client), b"login: ");
    assert_eq!(client.asked, Some(Prompt::User));
    plugin.read(&mut client, None, b"m\te\r");
    plugin.read(&mut server, Some(&mut client), b"m\te\r\n");
    assert_eq!(client.asked, None);
    plugin.read(&mut server, Some(&mut client), b"Password:");
    plugin.read(&mut client, None, b"secret\r");
    assert_eq!(client.stat, stat::USER | stat::PASSWORD | stat::CUT);
    let lists = client.lists.unwrap();
    assert_eq!((&lists.user[..], &lists.password[..]), (&b"me"[..], &b"sec"[..]));
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 72, "{}", size_of::<State>());
}
