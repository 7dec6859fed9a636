//! What connections and conversations say: words, TLS, QUIC, names.

use flowz_api::cell::IpText;
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::packet::Timestamp;
use flowz_api::stream::{GapReason, Next, StreamData, StreamEvent, StreamGap};

use super::{at, datagram};
use crate::biflow::Side::{Backward, Forward};
use crate::quic_decode::tests::vectors::{CLIENT_V1, CLIENT_V2, SERVER_V1, SERVER_V2};
use crate::quic_decode::tests::wire::{Initial, client_hello, crypto, unhex};
use crate::tls::tests::{certificate, client_hello as client_hello_body};
use crate::tstat::layer7::Said;
use crate::tstat::names::{Names, Waiting};
use crate::tstat::segment::Segment;
use crate::tstat::tls::Tls;
use crate::tstat::udp::Talk;

/// Protocols of a connection in which client (0) and server (1) say this.
fn protocols(words: &[(usize, &[u8])]) -> u32 {
    let mut said = Said::default();
    for (from, payload) in words {
        said.add(*from, &Segment { payload, len: payload.len() as u32, ..Segment::default() });
    }
    said.protocols
}

#[test]
fn words_of_both_ends_tell_the_protocol() {
    let ready: (usize, &[u8]) = (1, b"220 mail.example ESMTP\r\n");
    assert_eq!(protocols(&[ready, (0, b"ehlo a.example\r\n")]), 1024);
    assert_eq!(protocols(&[ready, (0, b"USER anonymous\r\n")]), 0, "that is FTP");
    assert_eq!(protocols(&[(1, b"+OK ready\r\n"), (0, b"CAPA\r\n")]), 2048);
    assert_eq!(protocols(&[(1, b"* OK ready\r\n"), (0, b"a1 login b c\r\n")]), 4096);
    assert_eq!(protocols(&[(1, b"* OK ready\r\n"), (0, b"login b c\r\n")]), 0, "without a tag");
    assert_eq!(protocols(&[(0, b"OPTIONS * RTSP/1.0\r\n\r\n"), (1, b"RTSP/1.0 200 OK\r\n")]), 2);
    assert_eq!(protocols(&[(0, b"GET / HTTP/1.0\r\n\r\n"), (1, b"ICY 200 OK\r\n")]), 8);
    let xmpp = b"<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>";
    assert_eq!(protocols(&[(0, xmpp)]), 128);
    let hello = [3, 0, 0, 0, 1, 0, 0, 0, 0, 7];
    assert_eq!(protocols(&[(0, &hello), (1, &[3, 9])]), 65536);
    assert_eq!(
        protocols(&[(0, &[3, 0, 0, 43, 38, 224, 0, 0, 0, 0]), (1, &[3])]),
        0,
        "that is TPKT"
    );
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3][..], &(body.len() as u16).to_be_bytes(), body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &(body.len() as u32).to_be_bytes()[1..], body].concat()
}

/// Bytes from client (0) or server (1) at a millisecond.
fn hear(tls: &mut Option<Box<Tls>>, from: usize, millis: i64, bytes: &[u8]) -> Next {
    let data = StreamData { offset: 0, bytes, seen: 0, time: at(millis), number: 1 };
    Tls::event(tls, from, StreamEvent::Data(data), false)
}

#[test]
fn a_handshake_of_tls() {
    let mut tls = None;
    let hello = record(22, &message(1, &client_hello_body()));
    assert_eq!(hear(&mut tls, 0, 5, &hello[..7]), Next::Take(0), "too short to tell");
    assert_eq!(hear(&mut tls, 0, 6, &hello), Next::Take(hello.len()));
    let front = [&[3, 3][..], &[9; 32], &[0, 0x13, 2, 0]].concat();
    let answer = message(2, &[&front[..], &[0, 6, 0, 43, 0, 2, 3, 4]].concat());
    let certificate = certificate();
    let len = (certificate.len() as u32).to_be_bytes();
    let all = (certificate.len() as u32 + 3).to_be_bytes();
    let list = [&all[1..], &len[1..], &certificate].concat();
    let certificates = message(11, &list);
    // The certificates begin in the record of the hello.
    let (one, two) = certificates.split_at(20);
    let first = record(22, &[&answer[..], one].concat());
    hear(&mut tls, 1, 9, &first);
    hear(&mut tls, 1, 12, &record(22, two));
    hear(&mut tls, 0, 15, &record(20, &[1]));
    hear(&mut tls, 0, 15, &record(22, &[8; 40]));
    hear(&mut tls, 0, 20, &record(23, &[8; 100]));
    hear(&mut tls, 0, 25, &record(23, &[8; 50]));
    hear(&mut tls, 1, 30, &record(23, &[8; 7]));
    let tls = tls.expect("it begins with a hello");
    assert_eq!(
        (&tls.hellos.server_name[..], &tls.hellos.common_name[..]),
        (&b"a.b"[..], &b"x"[..])
    );
    assert_eq!((tls.hellos.versions, tls.hellos.session), ([Some(0x0304); 2], 1));
    let [client, server] = &tls.ways;
    assert_eq!((client.last_handshake, client.first_data), (Some(at(15)), Some(at(20))));
    assert_eq!((server.last_handshake, server.first_data), (Some(at(12)), Some(at(30))));
    assert_eq!((client.data_bytes, server.data_bytes), (150, 7));
}

#[test]
fn what_is_no_tls_or_has_a_gap_is_let_go() {
    let mut tls = None;
    assert_eq!(hear(&mut tls, 0, 1, b"GET / HTTP/1.0\r\n"), Next::Stop);
    assert!(tls.is_none());
    let hello = record(22, &message(1, &client_hello_body()));
    hear(&mut tls, 0, 1, &hello);
    let gap = |len| {
        StreamEvent::Gap(StreamGap { offset: 0, len, reason: GapReason::Acknowledged, rest: &[] })
    };
    // Within a record, and between records.
    hear(&mut tls, 0, 2, &record(23, &[7; 10])[..8]);
    assert_eq!(Tls::event(&mut tls, 0, gap(7), false), Next::Take(0));
    hear(&mut tls, 0, 3, &record(23, &[7; 5]));
    assert_eq!(Tls::event(&mut tls, 0, gap(1), false), Next::Stop);
    assert_eq!(tls.expect("it began").ways[0].data_bytes, 15);
}

#[test]
fn hellos_of_quic() {
    for (version, client, server) in
        [(1, CLIENT_V1, SERVER_V1), (0x6b33_43cf, CLIENT_V2, SERVER_V2)]
    {
        let mut talk = Talk::begin(Forward, at(0), None);
        let (client, server) = (unhex(client), unhex(server));
        talk.add(Forward, &datagram(0, client.len() as u32, [4000, 443], &client));
        talk.add(Backward, &datagram(1, server.len() as u32, [443, 4000], &server));
        assert_eq!([0, 1].map(|n: usize| talk.ways[n].kinds.number()), [27, 27]);
        let quic = talk.quic.expect("it is QUIC");
        assert_eq!(
            (&quic.server_name[..], quic.versions),
            (&b"example.com"[..], [Some(version); 2])
        );
        assert!(!quic.has_early_data && !quic.is_encrypted);
    }
    let mut talk = Talk::begin(Forward, at(0), None);
    let second = unhex(CLIENT_V2);
    let original = super::Datagram { original: true, ..datagram(0, 1200, [4000, 443], &second) };
    talk.add(Forward, &original);
    assert!(
        talk.quic.is_none() && talk.ways[0].kinds.number() == 0,
        "Tstat does not know version 2"
    );
}

#[test]
fn a_hello_in_two_datagrams() {
    let message = client_hello("two.example", 1900);
    let first = Initial::new(&crypto(0, &message[..1000])).sealed();
    let second = Initial { number: 1, ..Initial::new(&crypto(1000, &message[1000..])) }.sealed();
    let mut talk = Talk::begin(Forward, at(0), None);
    for packet in [&second, &first] {
        talk.add(Forward, &datagram(0, packet.len() as u32, [4000, 443], packet));
    }
    assert_eq!(talk.quic.expect("it is QUIC").server_name, b"two.example");
}

const CLIENT: [u8; 4] = [10, 0, 0, 2];
const RESOLVER: [u8; 4] = [10, 0, 0, 53];

fn key(from: ([u8; 4], u16), to: ([u8; 4], u16)) -> FlowKey {
    let mut key = FlowKey { net: Net::V4, src_port: from.1, dst_port: to.1, ..FlowKey::default() };
    key.src[..4].copy_from_slice(&from.0);
    key.dst[..4].copy_from_slice(&to.0);
    key
}

/// A query of this number for `a.example`, and its answer: an alias and this address.
fn asked(id: u8, address: [u8; 4]) -> [Vec<u8>; 2] {
    let question = b"\x01a\x07example\0\0\x01\0\x01";
    let query = [&[0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], question].concat();
    let alias = b"\xc0\x0c\0\x05\0\x01\0\0\0\x09\0\x04\x01b\xc0\x0e";
    let record = [b"\xc0\x27\0\x01\0\x01\0\0\0\x09\0\x04", &address[..]].concat();
    let head = [0, id, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0];
    [query, [&head[..], question, alias, &record].concat()]
}

#[test]
fn names_are_those_that_the_client_asked_for() {
    let mut names = Names::new(2, usize::MAX);
    let mut waiting: Option<Box<Waiting>> = None;
    let [to, back] = [key((CLIENT, 4000), (RESOLVER, 53)), key((RESOLVER, 53), (CLIENT, 4000))];
    let server = |last: u8| [192, 0, 2, last];
    for (id, last) in [(1, 1), (2, 2), (3, 3)] {
        let [query, answer] = asked(id, server(last));
        names.datagram(&to, at(i64::from(id) * 10), &query, &mut waiting);
        names.datagram(&back, at(i64::from(id) * 10 + 4), &answer, &mut waiting);
    }
    let find = |from: [u8; 4], last| names.find(&key((from, 5000), (server(last), 80)));
    assert_eq!(find(CLIENT, 1), None, "there is room for two");
    let third = find(CLIENT, 3).expect("it was asked for");
    assert_eq!((&third.name[..], third.resolver), (&b"a.example"[..], IpText::V4(RESOLVER)));
    assert_eq!((third.asked, third.answered), (Some(at(30)), at(34)));
    assert_eq!(find([10, 0, 0, 3], 3), None, "another client");

    // Without its query; one that failed; cut anywhere.
    let mut names = Names::new(2, usize::MAX);
    let [_, answer] = asked(4, server(4));
    names.datagram(&back, Timestamp(7), &answer, &mut waiting);
    let found = |names: &Names| names.find(&key((CLIENT, 1), (server(4), 2)));
    assert_eq!(found(&names).and_then(|name| name.asked), None);
    assert!(found(&names).is_some());
    let mut names = Names::new(2, usize::MAX);
    for len in 0..answer.len() {
        names.datagram(&back, Timestamp(7), &answer[..len], &mut waiting);
        assert!(found(&names).is_none(), "{len}");
    }
    let mut failed = answer;
    failed[3] |= 3;
    names.datagram(&back, Timestamp(7), &failed, &mut waiting);
    assert!(found(&names).is_none());
    assert!(Names::new(1000, 10).bytes() <= 10, "no room");
}
