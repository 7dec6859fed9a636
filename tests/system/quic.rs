//! quicDecode by default and as the reference has it (`--compat`).

use std::fs;

use crate::compatible::{Run, Timed, both};
use crate::kit::workspace;

/// The packets of a case of the plugin, a second apart.
fn case(name: &str) -> Vec<Timed> {
    let path = workspace().join("plugins/src/quic_decode/cases").join(name);
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let bytes = lines.map(|line| {
        let digits = line.split_once(' ').unwrap().1.as_bytes();
        let pairs = digits.as_chunks::<2>().0.iter();
        pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    });
    (1_700_000_000..).map(|second| (second, 0)).zip(bytes).collect()
}

/// Ports, ids, types and packets of a datagram (RFC 8999, RFC 9369): each as it is, and as the reference reads it.
#[test]
fn by_default_and_compatible() {
    let packets = case("connections.txt");
    let [usual, compat] = both(&packets, &["--plugins", "basicFlow,quicDecode"]);
    let column = |run: &Run, name: &str| run.flows.column(name).join(" ");
    assert_eq!(column(&usual, "quicStat"), "0x13 0x03 0x11 0x21 0x09 0x07 0x01 0x01");
    assert_eq!(column(&compat, "quicStat"), "0x11 0x01 0x11 0x11 0x09 0x01 0x00 0x00");
    assert_eq!(column(&usual, "quicPktTypes"), "0x05 0x05 0x01 0x09 0x01 0x05 0x03 0x01");
    assert_eq!(column(&compat, "quicPktTypes"), "0x01 0x01 0x01 0x09 0x03 0x02 0x00 0x00");
    assert!(usual.flows.column("quicServerName").contains(&r#""v2.example.org""#));
    assert!(!compat.flows.columns.contains(&"quicServerName".to_owned()));
    let first = |run: &Run| run.packets.select(["quicStat", "quicPktNum"])[..3].concat().join(" ");
    assert_eq!(first(&usual), "0x01 1 0x01 0 0x03 0");
    assert_eq!(first(&compat), "0x01 1180 0x01 1180 0x01 120");
}

/// What is not QUIC is not looked at for ever, and QUIC behind other datagrams is found.
#[test]
fn behind_other_datagrams() {
    let packets = case("odd.txt");
    let late = packets
        .iter()
        .find(|(_, bytes)| bytes.len() > 1000 && bytes[34..36] == 50_016_u16.to_be_bytes());
    let late = late.unwrap().clone();
    let stun = packets.iter().find(|(_, bytes)| bytes[34..36] == 50_016_u16.to_be_bytes());
    let stun = stun.unwrap().clone();
    for (others, name) in [(3, r#""late.example.org""#), (4, r#""""#)] {
        let mut talk = vec![stun.clone(); others];
        talk.push(late.clone());
        let [usual, _] = both(&talk, &["--plugins", "basicFlow,quicDecode"]);
        assert_eq!(usual.flows.column("quicServerName"), [name]);
    }
}
