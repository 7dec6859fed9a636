//! Data of records, and lists that are full.

use super::flow;
use crate::dns_decode::answer::{Answer, lifetime, text};
use crate::dns_decode::header::stat;
use crate::dns_decode::state::State;
use crate::dns_decode::toggles::Toggles;

/// A response of records of these types with these data, all owned by the root.
fn message(records: &[(u16, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0, 1, 0x80, 0, 0, 0, 0, records.len() as u8, 0, 0, 0, 0];
    for (kind, data) in records {
        bytes.push(0);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 0, 30]);
        bytes.extend((data.len() as u16).to_be_bytes());
        bytes.extend(*data);
    }
    bytes
}

fn read(records: &[(u16, &[u8])]) -> State {
    flow(&[&message(records)], &Toggles::default(), false)
}

fn one(kind: u16, data: &[u8]) -> Answer {
    read(&[(kind, data)]).answers()[0].clone()
}

#[test]
fn names_numbers_and_addresses() {
    for kind in [2, 5, 12] {
        assert_eq!(one(kind, b"\x01n\0").target, b"n");
    }
    let mail = one(15, b"\0\x0a\x01m\0");
    assert_eq!((mail.preference, &mail.target[..]), (10, &b"m"[..]));
    let service = one(33, b"\0\x01\0\x02\0\x35\x01s\0");
    assert_eq!((service.service, &service.target[..]), ([1, 2, 53], &b"s"[..]));
    assert_eq!(one(28, &[0x20; 16]).v6, Some([0x20; 16]));
    assert_eq!((one(1, &[1, 2, 3]).v4, one(28, &[1]).v6), (None, None), "too short");
    assert_eq!(one(15, b"").preference, 0);
}

#[test]
fn a_start_of_authority_is_two() {
    let data = b"\x01m\0\x01r\x01d\0\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\x01\x86\xa0";
    let flow = read(&[(6, data)]);
    let [server, mailbox] = flow.answers() else { panic!("{:?}", flow.answers()) };
    assert_eq!((server.kind, &server.target[..], server.ttl), (6, &b"m"[..], 30));
    assert_eq!((mailbox.kind, &mailbox.target[..], mailbox.ttl), (0, &b"r.d"[..], 100_000));
}

#[test]
fn a_start_of_authority_that_is_too_short() {
    let flow = read(&[(6, b"\x01m\0\x01r\0\0\0\0\x01")]);
    let [_, mailbox] = flow.answers() else { panic!("{:?}", flow.answers()) };
    assert_eq!((&mailbox.target[..], mailbox.ttl), (&b"r"[..], 0));
}

#[test]
fn texts() {
    assert_eq!(text(b"\x03a=1\x02bc", false), b"a=1 bc");
    assert_eq!(text(b"\x03a=1\x02bc", true), b"\x03a=1\x02bc");
    assert_eq!(
        (text(b"\x03a=1", false), text(b"\x03a=1", true)),
        (b"a=1".to_vec(), b"a=1".to_vec())
    );
    assert_eq!((text(b"", false), text(b"\0", true)), (Vec::new(), Vec::new()));
    assert_eq!(text(b"\x09ab", false), b"ab", "a length that is too large");
}

#[test]
fn lifetimes() {
    assert_eq!([0x1_0001, 0x8000_0000].map(|n| lifetime(n, false)), [0x1_0001, 0]);
    assert_eq!(lifetime(0x1_0001, true), 1);
}

#[test]
fn bits_for_types() {
    for (kind, bit) in [(251, stat::IXFR), (252, stat::AXFR), (255, stat::ANY), (65, 0)] {
        assert_eq!(read(&[(kind, b"")]).stat, stat::DNS | stat::IGNORED | bit);
    }
    assert_eq!(read(&[(46, b"")]).stat, stat::DNS);
}

#[test]
fn a_full_list() {
    let toggles = Toggles { max_records: 2, ..Toggles::default() };
    let records = [(2, &b"\x01a\0"[..]), (2, b"\x01b\0"), (1, b"\x01\x02\x03\x04")];
    let right = flow(&[&message(&records)], &toggles, false);
    assert_eq!(right.stat, stat::DNS | stat::RECORDS_FULL);
    assert_eq!((right.answers().len(), &right.answers()[1].target[..]), (2, &b"b"[..]));
    let odd = flow(&[&message(&records)], &toggles, true);
    assert_eq!(odd.stat, stat::DNS);
    let last = &odd.answers()[1];
    assert_eq!((last.kind, &last.target[..], last.v4), (1, &b"b"[..], Some([1, 2, 3, 4])));
    let full = flow(&[&message(&records[..1]), &message(&[])], &toggles, true);
    assert_eq!(full.stat, stat::DNS | stat::RECORDS_FULL, "one early");
}

#[test]
fn the_same_record_only_once() {
    let toggles = Toggles { distinct: true, max_records: 1, ..Toggles::default() };
    let message = message(&[(2, b"\x01a\0"), (2, b"\x01a\0")]);
    let flow = flow(&[&message, &message], &toggles, false);
    assert_eq!((flow.answers().len(), flow.stat), (1, stat::DNS));
}

/// The collector of these tests has room for 1000 bytes of texts that are longer than names.
#[test]
fn long_texts_keep_to_their_room() {
    let long = |byte: u8| [&[255][..], &[byte; 255], &[145], &[byte; 145]].concat();
    let texts: Vec<_> = (0..4).map(long).collect();
    let records: Vec<_> = texts.iter().map(|text| (16, &text[..])).collect();
    let flow = read(&[&records[..], &[(16, b"\x02ok")]].concat());
    let lengths: Vec<_> = flow.answers().iter().map(|answer| answer.target.len()).collect();
    assert_eq!(lengths, [401, 401, 0, 0, 2]);
    assert_eq!(flow.stat & stat::RECORDS_FULL, stat::RECORDS_FULL);
    let few = Toggles { max_records: 1, ..Toggles::default() };
    // The reference writes over the last one: its room is free again.
    let message = message(&records);
    for (compat, kept) in [(true, 402), (false, 401)] {
        let flow = super::flow(&[&message], &few, compat);
        assert_eq!((flow.answers().len(), flow.rare.as_ref().unwrap().texts), (1, kept));
    }
}
