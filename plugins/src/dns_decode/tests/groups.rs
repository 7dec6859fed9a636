//! Queries to groups of hosts, and responses from other flows.

use flowz_api::cell::IpText;
use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::packet::NANOS;

use super::queries::{query, response, room, told};
use crate::dns_decode::groups::{Asked, Groups, is_to_group};
use crate::dns_decode::header::Header;
use crate::dns_decode::transactions::Transaction;

fn key(src: u8, src_port: u16, dst: [u8; 4], dst_port: u16) -> FlowKey {
    let mut key = FlowKey { net: Net::V4, src_port, dst_port, proto: 17, ..FlowKey::default() };
    key.src[..4].copy_from_slice(&[192, 0, 2, src]);
    key.dst[..4].copy_from_slice(&dst);
    key
}

fn asked(flow: u64, key: FlowKey, time: i64, bytes: &[u8]) -> Asked {
    let transaction = Transaction::asked(told(time, bytes));
    Asked { flow: FlowId(flow), key, netbios: false, responder: IpText::None, transaction }
}

const LLMNR: [u8; 4] = [224, 0, 0, 252];
const MDNS: [u8; 4] = [224, 0, 0, 251];

#[test]
fn who_is_asked() {
    let header = |flags| Header { flags, ..Header::default() };
    assert!(is_to_group(&key(1, 50_001, LLMNR, 5355), header(0), false));
    assert!(is_to_group(&key(1, 5353, [192, 0, 2, 9], 5353), header(0), false));
    assert!(is_to_group(&key(1, 137, [192, 0, 2, 255], 137), header(0x0110), true));
    assert!(!is_to_group(&key(1, 137, [192, 0, 2, 5], 137), header(0x0100), true));
    assert!(!is_to_group(&key(1, 4000, [192, 0, 2, 5], 53), header(0x0110), false));
    let mut six = FlowKey { net: Net::V6, ..FlowKey::default() };
    assert!(!is_to_group(&six, header(0), false));
    six.dst[0] = 0xff;
    assert!(is_to_group(&six, header(0), false));
}

#[test]
fn a_response_to_the_address_that_asked() {
    let (mut groups, mut room) = (Groups::default(), room());
    for time in [0, 5] {
        groups.query(asked(3, key(1, 50_001, LLMNR, 5355), time, &query(7, 1)), &mut room);
    }
    let answer = response(7, 1, 1);
    for (from, to, port) in [(9, 2, 50_001), (9, 1, 50_002)] {
        let key = key(from, 5355, [192, 0, 2, to], port);
        assert!(groups.answer(&key, told(9, &answer), &mut room).is_err(), "{to} {port}");
    }
    let back = key(9, 5355, [192, 0, 2, 1], 50_001);
    assert!(groups.answer(&back, told(11 * NANOS, &answer), &mut room).is_err(), "late");
    assert!(groups.answer(&back, told(9, &answer), &mut room).is_ok());
    assert!(groups.announce(&back, told(9, &answer), &mut room).is_err());
    assert!(groups.of(FlowId(4), &mut room).is_empty());
    let [done] = &groups.of(FlowId(3), &mut room)[..] else { panic!() };
    assert_eq!(done.responder, IpText::V4([192, 0, 2, 9]));
    assert_eq!((done.transaction.tries, done.transaction.responses, room.used), (2, 1, 0));
}

#[test]
fn any_response_with_the_record() {
    let (mut groups, mut room) = (Groups::default(), room());
    let from = |host| key(host, 5353, MDNS, 5353);
    for (flow, kind) in [(1, 1), (2, 28), (3, 255)] {
        groups.query(asked(flow, from(flow as u8), 0, &query(0, kind)), &mut room);
    }
    let mut answer = response(0, 1, 1);
    answer[13] = b'A';
    assert!(groups.announce(&from(9), told(9, &answer), &mut room).is_ok());
    assert!(groups.announce(&from(9), told(9, &answer), &mut room).is_err(), "all have theirs");
    let mut responses = |flow| groups.of(FlowId(flow), &mut room)[0].transaction.responses;
    assert_eq!([1, 2, 3].map(&mut responses), [1, 0, 1]);
}

#[test]
fn a_flood_of_queries() {
    let (mut groups, mut room) = (Groups::default(), room());
    for n in 0..1000 {
        groups.query(asked(n, key(1, 50_001, LLMNR, 5355), 0, &query(7, 1)), &mut room);
        let out: Vec<_> = std::iter::from_fn(|| groups.surplus(&mut room)).collect();
        assert_eq!(out.len(), usize::from(n >= 128));
        assert!(out.iter().all(|asked| asked.flow == FlowId(n - 128)));
    }
    let used = room.used;
    room.most = used - 1;
    assert!(groups.surplus(&mut room).is_some());
    assert!(groups.surplus(&mut room).is_none());
}
