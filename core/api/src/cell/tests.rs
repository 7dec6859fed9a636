//! Values of all kinds in a record.

use std::fmt::Debug;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{
    Bytes, Cell, Dir, Duration, Each, Hex8, Hex16, Hex32, Hex64, IpText, List, Mac, Seconds, Text,
    Time,
};
use crate::record::Record;

fn bytes(value: &impl Cell) -> Vec<u8> {
    let mut record = Record::new();
    value.put(&mut record);
    record.bytes().to_vec()
}

/// As a value, and as an optional one.
fn is<C: Cell + Debug + 'static>(value: C, expected: &[u8]) {
    assert_eq!(bytes(&value), expected, "{value:?}");
    assert_eq!(bytes(&Some(value)), [&[1], expected].concat());
    assert_eq!(bytes(&Option::<C>::None), [0]);
}

#[test]
fn moments_before_1970_count_back() {
    use crate::packet::Timestamp;
    let time = |nanos| Time::from(Timestamp(nanos));
    assert_eq!(time(7), Time { seconds: 0, nanos: 7 });
    let back = |Time { seconds, nanos }| Time::back_from_1970(seconds, nanos);
    assert_eq!(back(time(-4_999_999_000)), Some((4, 999_999_000)));
    assert_eq!(back(time(-1)), Some((0, 1)));
    assert_eq!(back(time(i64::MIN)), Some((9_223_372_036, 854_775_808)));
    for seconds in [0, 1 << 62, 3 << 62, u64::MAX] {
        assert_eq!(Time::back_from_1970(seconds, u32::MAX), None);
    }
    assert_eq!(Time::back_from_1970(1 << 63, 999_999_999), None);
}

#[test]
fn values() {
    is(7_u8, &[7]);
    is(-2_i16, &[0xfe, 0xff]);
    is(0x0102_0304_u32, &[4, 3, 2, 1]);
    is(1_u64, &[1, 0, 0, 0, 0, 0, 0, 0]);
    is(1.0_f32, &[0, 0, 0x80, 0x3f]);
    is(Hex8(0xab), &[0xab]);
    is(Hex16(0x0800), &[0, 8]);
    is(Hex32(1), &[1, 0, 0, 0]);
    is(Hex64(1 << 56), &[0, 0, 0, 0, 0, 0, 0, 1]);
    is(Seconds(1.0), &[0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
    is(Dir(b'A'), b"A");
    is((1_u8, 2_u16), &[1, 2, 0]);
}

#[test]
fn bytes_are_a_list() {
    for list in [&[][..], &[7], &[1, 2, 0xff]] {
        let items: Vec<_> = list.iter().copied().map(Hex8).collect();
        assert_eq!(bytes(&Bytes(list)), bytes(&List(&items)));
    }
    assert_eq!(Bytes::TYPE, <List<'_, Hex8>>::TYPE);
}

#[test]
fn one_value_of_each() {
    let items = [("x".to_owned(), 5_u16), ("yz".to_owned(), 6)];
    let numbers: Each<'_, _, u16> = Each(&items, |item| item.1);
    assert_eq!(bytes(&numbers), bytes(&List(&[5_u16, 6])));
    let texts: Each<'_, _, Text<'_>> = Each(&items, |item| Text(item.0.as_bytes()));
    assert_eq!(bytes(&texts), bytes(&List(&[Text(b"x"), Text(b"yz")])));
    assert_eq!(<Each<'_, u8, u16>>::TYPE, <List<'_, u16>>::TYPE);
}

#[test]
fn times_and_addresses() {
    is(Time { seconds: 1, nanos: 2 }, &[1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]);
    is(Duration { seconds: 3, nanos: 0 }, &[3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    is(Mac([1, 2, 3, 4, 5, 6]), &[1, 2, 3, 4, 5, 6]);
    is(Ipv4Addr::new(10, 0, 0, 1), &[10, 0, 0, 1]);
    is(Ipv6Addr::LOCALHOST, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    is(IpText::None, &[0]);
    is(IpText::V4([10, 0, 0, 1]), &[4, 10, 0, 0, 1]);
    is(IpText::V6([7; 16]), &[&[6][..], &[7; 16]].concat());
}
