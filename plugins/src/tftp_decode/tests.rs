//! Packets with literal bytes, whole and cut.

use flowz_api::expect::{Announcement, Expectations};
use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use flowz_api::merge::Merge as _;
use flowz_api::packet::Timestamp;
use flowz_api::slab::FlowIndex;

use super::packet::{Packet, word};
use super::row::FlowRow;
use super::state::{State, stat};
use super::toggles::Toggles;
use super::transfers::{of_request, patience};
use super::{Counts, with_other};

const REQUEST: &[u8] = b"\0\x01boot/a-long-name.bin\0octet\0blksize\x001428\0";

fn flow(packets: &[&[u8]], t: &Toggles, compat: bool) -> State {
    let mut flow = State { stat: stat::TFTP | stat::PASSIVE, ..State::default() };
    for payload in packets {
        flow.add(&Packet::from_payload(payload).unwrap(), true, t, compat);
    }
    flow
}

fn bits(packets: &[&[u8]]) -> u16 {
    flow(packets, &Toggles::default(), false).stat & !(stat::TFTP | stat::PASSIVE)
}

#[test]
fn a_request() {
    let flow = flow(&[REQUEST], &Toggles::default(), false);
    assert_eq!(flow.stat, stat::TFTP | stat::PASSIVE | stat::READ | stat::CUT);
    let row = FlowRow::from_state(&flow, flow.stat, 3);
    assert_eq!((row.other, row.opcode_count, row.opcode_bits.0), (3, 1, 2));
    let expected = [&b"boot/a-long-nam"[..], b"octet", b"blksize", b"1428"];
    assert_eq!((row.parameters.0, row.parameter_count), (&expected.map(<[u8]>::to_vec)[..], 4));
    assert_eq!(word(1), b"RRQ");
}

#[test]
fn cut_at_every_byte() {
    for length in 0..REQUEST.len() {
        let Some(packet) = Packet::from_payload(&REQUEST[..length]) else {
            assert!(length < 2);
            continue;
        };
        let mut flow = State::default();
        flow.add(&packet, false, &Toggles::default(), false);
        assert_eq!(flow.stat & stat::PARAMETER, 0, "what was not captured is not missing");
        let ends = REQUEST[2..length].split(|b| *b == 0).count() - 1;
        assert_eq!(flow.rare.unwrap().parameters.len(), ends);
        let mut flow = State::default();
        flow.add(&packet, true, &Toggles::default(), false);
        let complete = length == REQUEST.len() - 13;
        assert_eq!(flow.stat & stat::PARAMETER == 0, complete, "{length}");
    }
}

#[test]
fn requests_that_are_not_well_formed() {
    let bad: [&[u8]; 6] = [
        b"\0\x01",
        b"\0\x02a\0",
        b"\0\x02a\0mode\0",
        b"\0\x02\0octet\0",
        b"\0\x06a\0",
        b"\0\x04\0",
    ];
    for payload in bad {
        assert_eq!(bits(&[payload]) & stat::PARAMETER, stat::PARAMETER, "{payload:?}");
    }
    assert_eq!(bits(&[b"\0\x02a\0NetASCII\0"]), stat::WRITE);
    assert_eq!(Packet::from_payload(b"\0\x07"), None);
    assert_eq!(Packet::from_payload(b"\x01\x01"), None);
}

#[test]
fn blocks_in_order() {
    assert_eq!(bits(&[b"\0\x03\0\x01a", b"\0\x03\0\x01a", b"\0\x03\0\x02b"]), 0);
    assert_eq!(bits(&[b"\0\x03\0\x02"]), stat::DATA_ORDER);
    assert_eq!(bits(&[b"\0\x03\0\x01", b"\0\x03\0\x03"]), stat::DATA_ORDER);
    assert_eq!(bits(&[b"\0\x04\0\0", b"\0\x04\0\x01", b"\0\x04\0\x01"]), 0);
    assert_eq!(bits(&[b"\0\x04\0\x02"]), stat::ACK_ORDER);
    assert_eq!(bits(&[b"\0\x06windowsize\x004\0", b"\0\x04\0\x04"]), 0);
}

#[test]
fn blocks_behind_the_last_number() {
    for next in [0, 1] {
        let mut packets = vec![[0, 3, 0, 1]];
        packets.extend((2_u16..=u16::MAX).map(|n| [0, 3, n.to_be_bytes()[0], n.to_be_bytes()[1]]));
        packets.push([0, 3, 0, next]);
        let packets: Vec<&[u8]> = packets.iter().map(|p| &p[..]).collect();
        assert_eq!(bits(&packets), 0);
    }
}

#[test]
fn the_reference_expects_data_elsewhere() {
    let mut flow = State { stat: stat::TFTP | stat::ACTIVE, ..State::default() };
    flow.add(&Packet::from_payload(b"\0\x03\0\x01").unwrap(), true, &Toggles::default(), true);
    assert_eq!(flow.stat, stat::TFTP | stat::ACTIVE | stat::DATA_ORDER);
}

#[test]
fn errors() {
    assert_eq!(bits(&[b"\0\x05\0\x01not found\0"]), stat::FILE_ERROR);
    assert_eq!(bits(&[b"\0\x05\0\x04\0"]), stat::PROTOCOL);
    let flow = flow(&[b"\0\x05\0\0", b"\0\x05\0\0", b"\0\x05\0\x07"], &Toggles::default(), false);
    assert_eq!(flow.rare.unwrap().errors, [0, 7]);
}

#[test]
fn full_lists() {
    let t = Toggles { limit: 1, ..Toggles::default() };
    let twice: [&[u8]; 2] = [b"\0\x04\0\0", b"\0\x04\0\x01"];
    assert_eq!(flow(&twice, &t, false).stat & stat::FULL, 0);
    let t = Toggles { distinct: false, ..t };
    assert_eq!(flow(&twice, &t, false).stat & stat::FULL, stat::FULL);
}

#[test]
fn a_transfer_from_a_new_port() {
    let request = FlowKey {
        src: [1; 16],
        dst: [2; 16],
        src_port: 4000,
        dst_port: 69,
        proto: 17,
        ..FlowKey::default()
    };
    let transfer = FlowKey { src_port: 5000, ..request.reversed() };
    let announcement = Announcement { by: FlowId(1), tag: 0, slot: FlowIndex(0) };
    let mut expected = Expectations::default();
    let until = Timestamp(patience(1.0));
    expected.announce(of_request(&request, until), announcement);
    let other = FlowKey { dst_port: 4001, ..transfer };
    let id = FlowId(2);
    assert_eq!(expected.begins(&other, id, Timestamp(5)), None);
    assert_eq!(expected.begins(&transfer, id, Timestamp(5)), Some(announcement));
    assert_eq!(expected.begins(&transfer.reversed(), id, Timestamp(6)), Some(announcement));
    assert!(expected.is_empty());
    expected.announce(of_request(&request, until), announcement);
    assert_eq!(expected.begins(&transfer, id, Timestamp(1_000_000_001)), None, "too late");
    expected.announce(of_request(&request, until), announcement);
    let begun = expected.begins(&transfer.reversed(), id, Timestamp(5));
    assert_eq!(begun, Some(announcement), "the server's first packet is missing");
}

#[test]
fn one_direction_may_know_the_other_part() {
    let knows = State { stat: stat::TFTP, other: 7, ..State::default() };
    let other = State { stat: stat::TFTP, ..State::default() };
    assert_eq!((knows.other_part(Some(&other)), other.other_part(Some(&knows))), (7, 7));
    assert_eq!((other.other_part(None), State::default().other_part(Some(&knows))), (0, 0));
    assert_eq!(with_other(0x1001, true), 0x2001);
    assert_eq!(with_other(0x1001, false), 0x1001);
}

#[test]
fn blocks_that_are_saved() {
    let saved = |windowed, blocks: &[u16]| {
        let mut flow = State { windowed, ..State::default() };
        blocks.iter().copied().filter(|block| flow.is_new_block(*block)).collect::<Vec<_>>()
    };
    assert_eq!(saved(false, &[1, 1, 2, 4, 3, 5]), [1, 2, 4, 5], "block 3 was not captured in time");
    assert_eq!(saved(true, &[1, 3, 4, 2, 3, 4]), [1, 2, 3, 4]);
    assert_eq!(saved(false, &[32_000, 64_000, u16::MAX, 0, 1]), [32_000, 64_000, u16::MAX, 0, 1]);
    assert_eq!(saved(true, &[1, 1]), [1]);
    assert_eq!(Packet::from_payload(b"\0\x03\0\x05ab").unwrap().block(), Some((5, &b"ab"[..])));
    assert_eq!(Packet::from_payload(b"\0\x03\0").unwrap().block(), None);
    assert_eq!(Packet::from_payload(b"\0\x04\0\x05").unwrap().block(), None);
}

#[test]
fn names_of_files() {
    let mut request = State::default();
    request.note_name(&Packet::from_payload(REQUEST).unwrap());
    let mut transfer = State::default();
    transfer.take_name(&request);
    transfer.note_name(&Packet::from_payload(b"\0\x06blksize\x008\0").unwrap());
    assert_eq!(transfer.name(), Some(&b"boot/a-long-name.bin"[..]));
    assert_eq!(State::default().name(), None);
}

#[test]
fn something_else_on_the_port() {
    let mut flow = State { stat: stat::TFTP | stat::PROTOCOL, ..State::default() };
    assert!(flow.is_something_else());
    flow.add(&Packet::from_payload(b"\0\x04\0\0").unwrap(), true, &Toggles::default(), false);
    assert!(!flow.is_something_else());
}

#[test]
fn counts_add_up() {
    let mut counts = Counts { stat: 1, packets: 2 };
    counts.merge(Counts { stat: 0x1000, packets: 3 });
    assert_eq!(counts, Counts { stat: 0x1001, packets: 5 });
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 32, "{}", size_of::<State>());
}
