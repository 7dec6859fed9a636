//! DHCP for IPv6.

use crate::dhcp_decode::message::{Reading, Summary};
use crate::dhcp_decode::state::{Lease, stat};
use crate::dhcp_decode::toggles::Toggles;
use crate::dhcp_decode::v6::read;

/// A solicitation with an identifier and the name `a.b`.
const SOLICIT: [u8; 31] = [
    1, 0, 1, 2, 0, 1, 0, 14, 0, 1, 0, 1, 9, 9, 9, 9, 2, 0, 0, 0, 0, 1, 0, 39, 0, 5, 0, 1, b'a', 1,
    b'b',
];

fn take(bytes: &[u8], length: usize, compat: bool) -> (Lease, Summary) {
    let (mut lease, toggles) = (Lease::NONE, Toggles::default());
    let summary = read(bytes, length, &mut lease, Reading { toggles: &toggles, compat });
    (lease, summary)
}

#[test]
fn a_client() {
    let (lease, summary) = take(&SOLICIT, SOLICIT.len(), false);
    assert_eq!((summary.kind, summary.id, summary.stat), (Some(1), Some(0x102), 0));
    assert_eq!((summary.mac, lease.hardware), (Some([2, 0, 0, 0, 0, 1]), 2));
    assert_eq!((&lease.types[..], &lease.domains[0].0[..]), (&[1][..], &b"a.b"[..]));
}

#[test]
fn cut_at_every_byte() {
    for length in 0..SOLICIT.len() {
        let (lease, summary) = take(&SOLICIT[..length], SOLICIT.len(), false);
        assert_eq!((summary.is_message, summary.stat), (length >= 4, 0));
        assert_eq!((lease.macs.len(), lease.domains.len()), (usize::from(length >= 22), 0));
        let (_, summary) = take(&SOLICIT[..length], length, false);
        let bits = match length {
            0..4 => stat::LENGTH,
            4 | 22 => 0,
            _ => stat::OPTIONS,
        };
        assert_eq!(summary.stat, bits, "{length}");
    }
}

#[test]
fn behind_relays() {
    let mut bytes = SOLICIT.to_vec();
    for hops in 0..12 {
        let length = (bytes.len() as u16).to_be_bytes();
        bytes = [&[12, hops][..], &[0; 32], &[0, 9], &length, &bytes].concat();
        let (lease, summary) = take(&bytes, bytes.len(), false);
        assert_eq!((summary.kind, summary.hops, summary.stat), (Some(12), Some(hops), 0));
        assert_eq!(summary.mac.is_some(), hops < 8, "no more than allowed");
        assert_eq!(lease.types, [12]);
        let (lease, summary) = take(&bytes, bytes.len(), true);
        assert_eq!((summary.mac, lease.hops), (None, 0));
    }
}

#[test]
fn other_identifiers() {
    let bytes = [5, 0, 0, 1, 0, 1, 0, 10, 0, 3, 0, 1, 2, 0, 0, 0, 0, 7];
    assert_eq!(take(&bytes, bytes.len(), false).1.mac, Some([2, 0, 0, 0, 0, 7]));
    let bytes = [99, 0, 0, 1, 0, 1, 0, 4, 0, 2, 0, 1];
    let (lease, summary) = take(&bytes, bytes.len(), false);
    assert_eq!((summary.mac, lease.hardware, summary.stat), (None, 0, stat::UNKNOWN_TYPE));
}

#[test]
fn no_name_is_longer_than_names_can_be() {
    let label = [&[63][..], &[b'a'; 63]].concat();
    let name = label.repeat(100);
    let length = (name.len() as u16 + 1).to_be_bytes();
    let bytes = [&[1, 0, 1, 2, 0, 39][..], &length, &[0], &name].concat();
    let (lease, _) = take(&bytes, bytes.len(), false);
    assert_eq!(lease.domains[0].0.len(), 3 * 64 - 1);
}
