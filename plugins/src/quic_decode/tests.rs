//! Packets of the RFCs' appendices with literal bytes, and connections that are put together here.

pub(crate) mod vectors;
pub(crate) mod wire;

use flowz_api::packet::Timestamp;

use super::assembly::Assembly;
use super::bits::{hello, stat};
use super::frames;
use super::header::{Packet, Rest, answers_quic, begins_quic};
use super::id::Id;
use super::keys::Keys;
use super::reading::{Datagram, Reading};
use super::state::{Client, Server, Side, State};
use super::version::{Kind, V1, V2};
use vectors::{CLIENT_PAYLOAD, CLIENT_V1, CLIENT_V2, RETRY_V1, RETRY_V2, SERVER_PAYLOAD};
use vectors::{SERVER_V1, SERVER_V2};
use wire::{Initial, client_hello, crypto, long, seal, server_hello, unhex};

const CLIENT_ID: [u8; 8] = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];
const DRAFT_29: u32 = 0xff00_001d;

/// A conversation.
#[derive(Debug, Default)]
struct Talk {
    client: State,
    server: State,
    packets: u64,
    /// Connections that another one followed.
    over: usize,
}

impl Talk {
    fn says(&mut self, from_client: bool, bytes: &[u8]) -> Option<u64> {
        self.says_part(from_client, bytes, bytes.len())
    }

    /// A datagram of so many bytes on the wire.
    fn says_part(&mut self, from_client: bool, bytes: &[u8], len: usize) -> Option<u64> {
        self.packets += 1;
        let (own, peer) = if from_client {
            (&mut self.client, &mut self.server)
        } else {
            (&mut self.server, &mut self.client)
        };
        let mut room = Vec::new();
        let mut reading = Reading { most: 16 << 10, decode: true, room: &mut room };
        let (number, time) = (self.packets, Timestamp(0));
        let datagram = Datagram { bytes, len: len as u32, number, time };
        let first = reading.datagram(datagram, own, Some(peer), |_, _| self.over += 1);
        first.and_then(|first| first.number)
    }

    fn side(&self) -> &Side {
        self.client.side.as_deref().expect("the client has said something")
    }

    fn hello(&self) -> Option<&Client> {
        self.side().read.client.as_deref()
    }

    fn answer(&self) -> Option<&Server> {
        self.server.side.as_deref()?.read.server.as_deref()
    }

    fn name(&self) -> Option<&[u8]> {
        self.hello()?.hello.extensions.server_name.as_deref()
    }
}

/// The only packet of a datagram.
fn only(bytes: &[u8]) -> Packet<'_> {
    let mut rest = Rest { bytes, lost: 0 };
    let packet = rest.next(8).expect("there is a packet");
    assert!(rest.bytes.is_empty());
    packet
}

#[test]
fn keys_of_version_1() {
    // RFC 9001, appendix A.1.
    let keys = Keys::derive(V1, Id::new(&CLIENT_ID)).expect("the version is known");
    assert_eq!(keys.client.key[..], unhex("1f369613dd76d5467730efcbe3b1a22d"));
    assert_eq!(keys.client.iv[..], unhex("fa044b2f42a3fd3b46fb255c"));
    assert_eq!(keys.client.header[..], unhex("9f50449e04a0e810283a1e9933adedd2"));
    assert_eq!(keys.server.key[..], unhex("cf3a5331653c364c88f0f379b6067e37"));
    assert_eq!(keys.server.iv[..], unhex("0ac1493ca1905853b0bba03e"));
    assert_eq!(keys.server.header[..], unhex("c206b8d9b9f0f37644430b490eeaa314"));
}

#[test]
fn keys_of_version_2() {
    // RFC 9369, appendix A.1.
    let keys = Keys::derive(V2, Id::new(&CLIENT_ID)).expect("the version is known");
    assert_eq!(keys.client.key[..], unhex("8b1a0bc121284290a29e0971b5cd045d"));
    assert_eq!(keys.client.iv[..], unhex("91f73e2351d8fa91660e909f"));
    assert_eq!(keys.client.header[..], unhex("45b95e15235d6f45a6b19cbcb0294ba9"));
    assert_eq!(keys.server.key[..], unhex("82db637861d55e1d011f19ea71d5d2a7"));
    assert_eq!(keys.server.iv[..], unhex("dd13c276499c0249d3310652"));
    assert_eq!(keys.server.header[..], unhex("edf6d05c83121201b436e16877593c3a"));
}

#[test]
fn packets_of_the_appendices() {
    for (version, client, server) in [(V1, CLIENT_V1, SERVER_V1), (V2, CLIENT_V2, SERVER_V2)] {
        let keys = Keys::derive(version, Id::new(&CLIENT_ID)).expect("the version is known");
        let mut bytes = unhex(client);
        let packet = only(&bytes);
        let at = packet.number_at;
        assert_eq!((packet.kind, packet.version, bytes.len()), (Kind::Initial, version, 1200));
        let (number, payload) = keys.client.open(&mut bytes, at, None).expect("its tag is right");
        let expected = [unhex(CLIENT_PAYLOAD), vec![0; 917]].concat();
        assert_eq!((number, &bytes[payload]), (2, &expected[..]));

        let mut bytes = unhex(server);
        let at = only(&bytes).number_at;
        let (number, payload) = keys.server.open(&mut bytes, at, None).expect("its tag is right");
        assert_eq!((number, &bytes[payload]), (1, &unhex(SERVER_PAYLOAD)[..]));
    }
    for (retry, version) in [(RETRY_V1, V1), (RETRY_V2, V2)] {
        let bytes = unhex(retry);
        let packet = only(&bytes);
        assert_eq!(
            (packet.kind, packet.version, packet.token),
            (Kind::Retry, version, &b"token"[..])
        );
        assert_eq!(packet.source, unhex("f067a5502a4262b5"));
    }
}

#[test]
fn connections_of_the_appendices() {
    for (version, client, server) in [(V1, CLIENT_V1, SERVER_V1), (V2, CLIENT_V2, SERVER_V2)] {
        let mut talk = Talk::default();
        assert!(begins_quic(&unhex(client), 1200));
        assert_eq!(talk.says(true, &unhex(client)), Some(2));
        assert_eq!(talk.says(false, &unhex(server)), Some(1));
        assert_eq!((talk.client.version, talk.client.types), (version, 1));
        assert_eq!(talk.name(), Some(&b"example.com"[..]));
        let client = talk.hello().expect("it was read");
        assert_eq!(client.hello.extensions.alpn, [b"alpn"]);
        assert!(client.ja4.hash.starts_with("q13d0211an_"), "{}", client.ja4.hash);
        assert_eq!(talk.answer().map(|answer| answer.hello.cipher), Some(0x1301));
        assert_eq!(talk.side().bits(), hello::WHOLE);
    }
}

#[test]
fn a_hello_of_1900_bytes_in_two_initials_in_reverse_order() {
    let message = client_hello("two.example", 1900);
    assert_eq!(message.len(), 1900);
    let first = Initial::new(&crypto(0, &message[..1000])).sealed();
    let second = Initial { number: 1, ..Initial::new(&crypto(1000, &message[1000..])) }.sealed();
    for packets in [[&first, &second], [&second, &first]] {
        let mut talk = Talk::default();
        talk.says(true, packets[0]);
        assert_eq!((talk.name(), talk.side().bits()), (None, hello::MISSING));
        talk.says(true, packets[1]);
        assert_eq!(talk.name(), Some(&b"two.example"[..]));
        assert_eq!(
            (talk.side().bits(), &talk.side().hello_packets[..]),
            (hello::WHOLE, &[1, 2][..])
        );
        assert_eq!(talk.hello().map(|client| client.hello.len), Some(1900));
    }
}

#[test]
fn coalesced_packets() {
    let message = client_hello("one.example", 600);
    let first = Initial::new(&crypto(300, &message[300..])).sealed();
    let second = Initial { number: 1, ..Initial::new(&crypto(0, &message[..300])) }.sealed();
    let third = long(Kind::Handshake, V1, &CLIENT_ID, b"me", 50);
    let short = [&[0x41][..], &CLIENT_ID, &[7; 30]].concat();
    let stranger = [&[0x41][..], b"somebody", &[7; 30]].concat();
    let mut talk = Talk::default();
    talk.says(true, &[&first[..], &second, &third, &short].concat());
    assert_eq!((talk.name(), talk.client.types), (Some(&b"one.example"[..]), 5));
    assert_eq!((talk.client.counts.typed, talk.client.counts.short), ([2, 0, 1, 0], 1));
    assert_eq!(talk.client.stat, stat::HANDSHAKE);
    // Padding behind packets, and what goes to somebody else.
    let mut talk = Talk::default();
    talk.says(true, &[&first[..], &[0; 100]].concat());
    talk.says(true, &[&second[..], &stranger].concat());
    assert_eq!((talk.client.counts.typed, talk.client.counts.short), ([2, 0, 0, 0], 0));
    assert_eq!(talk.name(), Some(&b"one.example"[..]));
}

#[test]
fn a_retry() {
    let message = client_hello("retry.example", 400);
    let (other, token) = ([5; 8], [9; 61]);
    let first = Initial::new(&crypto(0, &message)).sealed();
    let retry = [&long(Kind::Retry, V1, b"me", &other, 0)[..], &token, &[0; 16]].concat();
    let again = crypto(0, &message);
    let again = Initial { id: &other, token: &token, number: 1, ..Initial::new(&again) };
    let answer = crypto(0, &server_hello());
    let answer = Initial { id: &other, server: true, ..Initial::new(&answer) };
    for with_first in [true, false] {
        let mut talk = Talk::default();
        if with_first {
            talk.says(true, &first);
        }
        talk.says(false, &retry);
        talk.says(true, &again.sealed());
        talk.says(false, &answer.sealed());
        assert_eq!((talk.name(), talk.over), (Some(&b"retry.example"[..]), 0));
        let server = talk.server.side.as_deref().expect("it has said something");
        assert_eq!(server.retry, Some((Id::new(&other), 61)));
        assert_eq!((talk.server.types, talk.side().token_len), (9, 61));
        assert_eq!(talk.side().keys.as_ref().map(|keys| keys.id), Some(Id::new(&other)));
        assert_eq!(talk.side().frames, 1, "those since the Retry packet");
        assert!(talk.answer().is_some());
        let original = if with_first { Id::new(&CLIENT_ID) } else { Id::default() };
        assert_eq!(server.original, original);
    }
}

#[test]
fn a_version_negotiation() {
    let old = client_hello("old.example", 400);
    let new = client_hello("new.example", 400);
    let first = Initial { version: 0x1a2a_3a4a, ..Initial::new(&crypto(0, &old)) }.sealed();
    let list =
        [&[0x80, 0, 0, 0, 0, 2][..], b"me", &[3], b"you", &[0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf]];
    let again = Initial { number: 1, ..Initial::new(&crypto(0, &new)) }.sealed();
    let mut talk = Talk::default();
    assert!(begins_quic(&first, 1200) && !begins_quic(&first, 1199), "a reserved version");
    talk.says(true, &first);
    assert!(begins_quic(&list.concat(), 19));
    talk.says(false, &list.concat());
    talk.says(true, &again);
    assert_eq!((talk.name(), talk.over), (Some(&b"new.example"[..]), 0));
    assert_eq!((talk.server.stat, talk.client.stat), (stat::NEGOTIATION, stat::VERSION));
    assert_eq!(talk.server.side.as_deref().map(|side| &side.offered[..]), Some(&[V1, V2][..]));
    assert_eq!((&talk.side().versions[..], talk.side().frames), (&[0x1a2a_3a4a, V1][..], 1));
}

#[test]
fn from_version_1_to_2() {
    let hello = client_hello("both.example", 400);
    let mut talk = Talk::default();
    talk.says(true, &Initial::new(&crypto(0, &hello[..200])).sealed());
    // Keys of version 2 follow from the same id (RFC 9369, section 4.1).
    let answer = crypto(0, &server_hello());
    let answer = Initial { version: V2, server: true, ..Initial::new(&answer) };
    talk.says(false, &answer.sealed());
    let rest = crypto(200, &hello[200..]);
    let rest = Initial { version: V2, number: 1, to: b"you", ..Initial::new(&rest) };
    talk.says(true, &rest.sealed());
    assert_eq!((talk.name(), talk.over), (Some(&b"both.example"[..]), 0));
    assert!(talk.answer().is_some());
    assert_eq!((talk.client.types, talk.client.version), (1, V2));
}

#[test]
fn version_2_and_drafts() {
    for version in [V2, DRAFT_29, 0xff00_0016, 0xff00_001b, 0xff00_0022, 0xface_b002] {
        let hello = client_hello("draft.example", 300);
        let mut talk = Talk::default();
        let packet = Initial { version, ..Initial::new(&crypto(0, &hello)) }.sealed();
        assert!(begins_quic(&packet, 1200));
        talk.says(true, &packet);
        assert_eq!(
            (talk.name(), talk.client.types),
            (Some(&b"draft.example"[..]), 1),
            "{version:x}"
        );
    }
    // No draft is read by the keys of another one.
    let hello = client_hello("draft.example", 300);
    let mut packet = Initial { version: DRAFT_29, ..Initial::new(&crypto(0, &hello)) }.sealed();
    packet[4] = 0x1c;
    let mut talk = Talk::default();
    talk.says(true, &packet);
    assert_eq!((talk.name(), talk.side().bits()), (None, hello::SEALED));
}

#[test]
fn half_a_hello() {
    let hello = client_hello("half.example", 1500);
    for (offset, part) in [(0, &hello[..900]), (900, &hello[900..])] {
        let mut talk = Talk::default();
        talk.says(true, &Initial::new(&crypto(offset, part)).sealed());
        talk.says(
            false,
            &Initial { server: true, ..Initial::new(&crypto(0, &server_hello())) }.sealed(),
        );
        assert_eq!((talk.name(), talk.side().bits()), (None, hello::MISSING));
        assert!(talk.answer().is_some(), "the keys are known");
    }
}

#[test]
fn a_wrong_tag() {
    let hello = client_hello("wrong.example", 300);
    let packet = Initial::new(&crypto(0, &hello)).sealed();
    for at in [0, 20, 40, packet.len() - 1] {
        let mut wrong = packet.clone();
        wrong[at] ^= 1;
        let mut talk = Talk::default();
        talk.says(true, &wrong);
        assert_eq!((talk.name(), talk.side().bits()), (None, hello::SEALED), "{at}");
        assert_eq!(talk.side().keys, None);
        // A copy that is right is read all the same.
        talk.says(true, &packet);
        assert_eq!(talk.name(), Some(&b"wrong.example"[..]));
    }
}

#[test]
fn packets_that_cannot_be_opened_do_not_cost_much() {
    let packet = Initial::new(&crypto(0, &client_hello("a", 200))).sealed();
    let mut wrong = packet.clone();
    wrong[50] ^= 1;
    let mut talk = Talk::default();
    for _ in 0..20 {
        talk.says(true, &wrong);
    }
    talk.says(true, &packet);
    assert_eq!((talk.name(), talk.client.counts.typed[0]), (None, 21), "no new keys are tried");
}

#[test]
fn a_hello_that_never_completes() {
    // It says that it has 16,000 bytes, of which some come, and more than there is room for.
    let message = client_hello("never.example", 16_000);
    let mut talk = Talk::default();
    for number in 0..40 {
        let from = 10 + number as usize * 300;
        let payload = crypto(from as u64, &message[from..from + 250]);
        talk.says(true, &Initial { number, ..Initial::new(&payload) }.sealed());
    }
    let beyond = crypto(1 << 40, &[1; 300]);
    talk.says(true, &Initial { number: 40, ..Initial::new(&beyond) }.sealed());
    assert_eq!((talk.name(), talk.side().bits()), (None, hello::MISSING));
    assert_eq!(talk.side().frames, 41);
    // One that says that it is longer is given up at once.
    let long = [&[1, 0, 0x40, 0][..], &[0; 200]].concat();
    let mut talk = Talk::default();
    talk.says(true, &Initial::new(&crypto(0, &long)).sealed());
    assert_eq!(talk.side().bits(), hello::MALFORMED);
}

#[test]
fn another_key_share() {
    let hello = client_hello("share.example", 300);
    let mut retry = server_hello();
    retry[6..38].copy_from_slice(&unhex(
        "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c",
    ));
    let both = [&retry[..], &server_hello()].concat();
    let mut talk = Talk::default();
    talk.says(true, &Initial::new(&crypto(0, &hello)).sealed());
    talk.says(false, &Initial { server: true, ..Initial::new(&crypto(0, &retry)) }.sealed());
    let again = crypto(300, &client_hello("other.example", 300));
    talk.says(true, &Initial { number: 1, ..Initial::new(&again) }.sealed());
    let answer = crypto(retry.len() as u64, &both[retry.len()..]);
    talk.says(false, &Initial { server: true, number: 1, ..Initial::new(&answer) }.sealed());
    assert_eq!(talk.name(), Some(&b"share.example"[..]));
    let answer = talk.answer().expect("it was read");
    assert!(answer.was_retry && !answer.hello.is_retry());
}

#[test]
fn another_connection_between_the_same_ports() {
    let mut talk = Talk::default();
    for (source, name) in [(b"me", "first.example"), (b"ot", "other.example")] {
        let id = [source[0]; 8];
        let hello = crypto(0, &client_hello(name, 300));
        talk.says(true, &Initial { id: &id, from: source, ..Initial::new(&hello) }.sealed());
        let answer = crypto(0, &server_hello());
        talk.says(false, &Initial { id: &id, server: true, ..Initial::new(&answer) }.sealed());
        assert_eq!(talk.name(), Some(name.as_bytes()));
        assert!(talk.answer().is_some());
    }
    assert_eq!((talk.over, talk.client.counts.typed[0], talk.side().counts.typed[0]), (1, 2, 1));
    let shown = talk.client.shown().and_then(|hello| hello.client.as_deref());
    let name = shown.and_then(|client| client.hello.extensions.server_name.as_deref());
    assert_eq!(name, Some(&b"first.example"[..]), "columns show the first one");
}

#[test]
fn cut_at_every_byte() {
    let packet = unhex(CLIENT_V1);
    for len in 0..packet.len() {
        let mut talk = Talk::default();
        assert_eq!(talk.says_part(true, &packet[..len], 1200), None);
        assert_eq!(talk.client.stat, stat::SNAPPED, "{len}");
        assert!(talk.client.side.is_none_or(|side| side.read.client.is_none()));
    }
}

#[test]
fn ids_of_short_headers() {
    let mut talk = Talk::default();
    talk.says(true, &Initial::new(&crypto(0, &client_hello("a", 200))).sealed());
    talk.says(false, &Initial { server: true, from: b"1234", ..Initial::new(&[1; 30]) }.sealed());
    talk.says(true, &[&[0x41][..], b"1234", &[7; 30]].concat());
    let destination = |talk: &Talk| talk.side().destination;
    assert_eq!((destination(&talk), talk.client.stat), (Id::new(b"1234"), stat::DESTINATION));
    talk.says(true, &[&[0x41][..], b"5678", &[7; 30]].concat());
    assert_eq!(destination(&talk), Id::new(b"5678"));
}

#[test]
fn the_fixed_bit_may_mean_nothing() {
    let answer = Initial { server: true, ..Initial::new(&crypto(0, &server_hello())) }.sealed();
    let mut packet = answer.clone();
    packet[0] &= !0x40;
    assert!(begins_quic(&answer, 200) && !begins_quic(&packet, 200));
    assert!(answers_quic(&packet, b"me"));
    let short = [&[0x01][..], b"me", &[7; 30]].concat();
    assert!(answers_quic(&short, b"me") && !answers_quic(&short, b"you"));
    assert!(answers_quic(&[0x41, 7, 7], b""), "and no id");
    assert!(!answers_quic(&[0x80, 1, 2, 3, 4, 0, 0], b""), "a version that nobody knows");
}

#[test]
fn parts_in_any_order() {
    let all: Vec<u8> = (0..200).collect();
    let mut assembly = Assembly::default();
    for (from, to) in [(150, 200), (10, 20), (15, 60), (100, 110), (0, 5), (5, 10), (5, 160)] {
        assert!(assembly.add(from as u64, &all[from..to], 1000));
    }
    assert_eq!(assembly.front(), all);
    assembly.pass(50);
    assert_eq!((assembly.front().len(), assembly.front()[0]), (150, 50));
    assert!(assembly.add(0, &[9; 60], 1000), "what is read does not come again");
    assert_eq!(assembly.front()[0], 50);
    assert!(!assembly.add(1049, &[9; 2], 1000), "no more room");
    assembly.pass(150);
    assert!(!assembly.is_empty() && assembly.front().is_empty());
}

#[test]
fn the_first_of_two_bytes_counts() {
    let mut assembly = Assembly::default();
    assembly.add(2, &[1; 3], 100);
    assembly.add(0, &[2; 8], 100);
    assert_eq!(assembly.front(), [2, 2, 1, 1, 1, 2, 2, 2]);
}

#[test]
fn frames_that_are_not_allowed() {
    struct Nothing;
    impl frames::Sink for Nothing {
        fn crypto(&mut self, _: u64, _: &[u8]) {}
        fn closed(&mut self, _: u64) {}
    }
    let read = |payload: &[u8]| frames::read(payload, &mut Nothing).is_some();
    assert!(read(&[0, 0, 1, 2, 5, 0, 1, 2, 0, 1, 3, 0, 0, 0, 0, 1, 2, 3, 6, 0, 1, 9]));
    assert!(read(&[0x1c, 0x41, 0x28, 6, 2, b'n', b'o']));
    for wrong in [&[8][..], &[0x1d, 0, 0], &[6, 0, 2, 9], &[6, 0], &[2, 5, 0, 3, 0], &[0x1c, 0]] {
        assert!(!read(wrong), "{wrong:?}");
    }
}

#[test]
fn closed_in_an_initial_packet() {
    let mut talk = Talk::default();
    talk.says(true, &Initial::new(&crypto(0, &client_hello("a", 200))).sealed());
    let close = [0x1c, 0x41, 0x28, 0, 0, 0, 0, 0];
    talk.says(false, &Initial { server: true, ..Initial::new(&close) }.sealed());
    let server = talk.server.side.as_deref().expect("it has said something");
    assert_eq!((server.error, server.bits()), (Some(0x128), hello::CLOSE));
}

#[test]
fn packets_are_sealed_as_they_are_opened() {
    let keys = Keys::derive(V1, Id::new(&CLIENT_ID)).expect("the version is known");
    let header = unhex("c300000001088394c8f03e5157080000449e00000002");
    let payload = [unhex(CLIENT_PAYLOAD), vec![0; 917]].concat();
    assert_eq!(seal(&keys.client, &header, &payload, 2, 4), unhex(CLIENT_V1));
}
