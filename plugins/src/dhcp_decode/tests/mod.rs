//! Messages with literal bytes, whole and cut.

mod v4;
mod v6;

use flowz_api::merge::Merge as _;

use super::counts::Counts;
use super::links::Links;
use super::message::Summary;
use super::state::{Lease, State, add_name, stat};
use super::toggles::Toggles;

#[test]
fn lists_are_bounded() {
    let t = Toggles { max_names: 1, max_options: 1, max_types: 1, ..Toggles::default() };
    let mut lease = Lease::NONE;
    assert_eq!([1, 1, 2].map(|n| lease.add_option(n, &t)), [0, 0, stat::LIST_FULL]);
    assert_eq!((lease.option_count, lease.option_bits), (3, [6, 0, 0, 0]));
    assert_eq!([3, 3, 64].map(|n| lease.add_type(n, &t)), [0, 0, stat::LIST_FULL]);
    assert_eq!(lease.type_bits, 8);
    assert_eq!([1, 1, 2].map(|n| lease.add_mac([n; 6], &t)), [0, 0, stat::NAMES_FULL]);
    assert_eq!(lease.macs, [([1; 6], 2)]);
    let mut names = Vec::new();
    assert_eq!(
        ["a", "a", "b"].map(|n| add_name(&mut names, n.as_bytes(), &t)),
        [0, 0, stat::NAMES_FULL]
    );
    assert_eq!(names, [(b"a".to_vec(), 2)]);
}

#[test]
fn bit_fields() {
    let mut lease = Lease::NONE;
    assert_eq!([1, 6].map(|n| lease.add_hardware(n, false)), [0, stat::NOT_ETHERNET]);
    lease.add_hardware(64, false);
    lease.add_hops(0, false);
    lease.add_hops(32, false);
    assert_eq!((lease.hardware, lease.hops), (0x42, 1));
    lease.add_hardware(64, true);
    lease.add_hops(33, true);
    assert_eq!((lease.hardware, lease.hops), (0x43, 3));
}

fn message(kind: u8, id: u32, mac: u8) -> Summary {
    let is_reply = matches!(kind, 2 | 5);
    let yours = is_reply.then_some([192, 0, 2, 5].into());
    Summary {
        kind: Some(kind),
        id: Some(id),
        mac: Some([mac; 6]),
        is_reply,
        yours,
        ..Summary::default()
    }
}

#[test]
fn sides_of_a_transaction() {
    let mut links = Links::new(false, usize::MAX);
    links.add(&message(3, 7, 1), false, 10);
    links.add(&message(5, 7, 2), false, 11);
    links.add(&message(5, 8, 1), false, 12);
    assert_eq!(links.other(10), None, "another client, another transaction");
    links.add(&message(5, 7, 1), false, 13);
    assert_eq!([10, 13].map(|flow| links.other(flow)), [Some(13), Some(10)]);
    links.add(&message(3, 9, 1), false, 14);
    links.add(&message(5, 9, 1), false, 14);
    assert_eq!(links.other(14), None, "the same flow");
    assert_eq!(links.owner([192, 0, 2, 5].into()), Some([1; 6]));
}

#[test]
fn the_reference_links_requests_to_offers() {
    let mut links = Links::new(true, usize::MAX);
    links.add(&message(3, 7, 1), false, 10);
    links.add(&message(5, 7, 1), false, 11);
    assert_eq!(links.other(10), None);
    links.add(&message(2, 7, 1), false, 11);
    links.add(&message(3, 8, 1), false, 10);
    links.add(&message(3, 9, 1), false, 12);
    assert_eq!([10, 11, 12].map(|flow| links.other(flow)), [Some(11), Some(10), None]);
}

#[test]
fn counts_add_up() {
    let mut counts = Counts::default();
    let mut other = Counts::default();
    for (kind, is_v6) in [(1, false), (2, false), (255, false), (1, true)] {
        other.add(&Summary { is_message: true, ..message(kind, 0, 0) }, is_v6);
    }
    counts.add(&Summary::default(), false);
    counts.merge(other);
    assert_eq!((counts.queries, counts.replies, counts.v6_packets), (2, 1, 1));
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 16, "{}", size_of::<State>());
}
