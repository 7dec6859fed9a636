//! DHCP for IPv4.

use std::net::Ipv4Addr;

use crate::dhcp_decode::message::{Reading, Summary};
use crate::dhcp_decode::row::FlowRow;
use crate::dhcp_decode::state::{Lease, State, stat};
use crate::dhcp_decode::toggles::Toggles;
use crate::dhcp_decode::v4::{read, seconds};

const MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// A message with these options.
fn message(op: u8, options: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 236];
    bytes[..4].copy_from_slice(&[op, 1, 6, 1]);
    bytes[4..8].copy_from_slice(&[0, 0, 1, 2]);
    bytes[8..12].copy_from_slice(&[0, 9, 0x80, 0]);
    bytes[12..28].copy_from_slice(&[10, 0, 0, 1, 10, 0, 0, 2, 10, 0, 0, 3, 10, 0, 0, 4]);
    bytes[28..34].copy_from_slice(&MAC);
    bytes[44..47].copy_from_slice(b"srv");
    bytes[108..112].copy_from_slice(b"boot");
    bytes.extend([99, 130, 83, 99]);
    bytes.extend(options);
    bytes
}

fn take(bytes: &[u8], length: usize, compat: bool) -> (Lease, Summary) {
    let (mut lease, toggles) = (Lease::NONE, Toggles::default());
    let summary = read(bytes, length, &mut lease, Reading { toggles: &toggles, compat });
    (lease, summary)
}

fn whole(bytes: &[u8]) -> (Lease, Summary) {
    take(bytes, bytes.len(), false)
}

#[test]
fn all_that_is_shown() {
    let options = [
        &[53, 1, 2, 1, 4, 255, 255, 255, 0, 3, 8, 10, 0, 0, 5, 10, 0, 0, 6, 6, 4, 10, 0, 0, 7][..],
        &[12, 2, b'h', 0, 15, 1, b'd', 0, 0, 50, 4, 10, 0, 0, 8, 51, 4, 0, 0, 0, 60],
        &[54, 4, 10, 0, 0, 9, 56, 2, b'n', b'o', 58, 4, 0, 0, 0, 30, 59, 4, 0, 0, 0, 45],
        &[61, 7, 1, 2, 0, 0, 0, 0, 1, 255, 1, 1],
    ];
    let (lease, summary) = whole(&message(2, &options.concat()));
    assert_eq!(summary.stat, stat::REPLY | stat::BROADCAST);
    assert_eq!((summary.kind, summary.hops, summary.hardware), (Some(2), Some(1), Some(1)));
    assert_eq!((summary.id, summary.mac), (Some(0x102), Some(MAC)));
    assert_eq!(summary.options, [53, 1, 3, 6, 12, 15, 50, 51, 54, 56, 58, 59, 61]);
    assert_eq!(summary.yours, Some(Ipv4Addr::new(10, 0, 0, 2)));
    let flow = State { stat: 1, lease: Some(Box::new(lease)) };
    let row = FlowRow::from_state(&flow, Some(7), [Some(MAC), None]);
    assert_eq!((row.mask_bits.0, row.hops.0, row.hardware.0), (0xffff_ff00, 2, 2));
    assert_eq!((row.gateway, row.dns), ([10, 0, 0, 5].into(), [10, 0, 0, 7].into()));
    let addresses = [row.client, row.yours, row.next_server, row.relay, row.requested, row.server];
    assert_eq!(addresses.map(|a| a.octets()[3]), [1, 2, 3, 4, 8, 9]);
    assert_eq!((row.lease_time, row.renewal_time, row.rebinding_time), (60, 30, 45));
    assert_eq!(
        (row.server_name.0, row.boot_file.0, row.message.0),
        (&b"srv"[..], &b"boot"[..], &b"no"[..])
    );
    assert_eq!(
        (row.hosts.0, row.domains.0),
        (&[(b"h".to_vec(), 1)][..], &[(b"d".to_vec(), 1)][..])
    );
    assert_eq!((row.elapsed, row.option_count, row.other), (9, 13, 7));
}

#[test]
fn cut_at_every_byte() {
    let bytes = message(1, &[53, 1, 1, 55, 2, 1, 3, 255]);
    for length in 0..bytes.len() {
        let (lease, summary) = take(&bytes[..length], bytes.len(), false);
        assert_eq!(summary.is_message, length >= 240);
        let all = if length >= 240 { stat::REQUEST | stat::BROADCAST } else { 0 };
        assert_eq!(summary.stat, all, "what was not captured is not missing: {length}");
        assert_eq!(lease.types.len(), usize::from(length >= 243));
        let (_, summary) = whole(&bytes[..length]);
        let short = if length < 240 { stat::LENGTH } else { 0 };
        assert_eq!(summary.stat & stat::LENGTH, short);
        let inside = [241, 242, 244, 245, 246].contains(&length);
        assert_eq!(summary.stat & stat::OPTIONS != 0, inside || length == 240, "{length}");
        take(&bytes[..length], bytes.len(), true);
    }
}

#[test]
fn options_in_other_places() {
    let mut bytes = message(1, &[53, 1, 1, 52, 1, 3, 255]);
    bytes[44..49].copy_from_slice(&[12, 2, b'a', b'b', 255]);
    bytes[108..113].copy_from_slice(&[15, 2, b'c', b'd', 255]);
    let (lease, summary) = whole(&bytes);
    assert_eq!(summary.stat & stat::OVERLOAD, stat::OVERLOAD);
    assert_eq!((&lease.hosts[0].0[..], &lease.domains[0].0[..]), (&b"ab"[..], &b"cd"[..]));
    assert_eq!((&lease.server_name[..], &lease.boot_file[..]), (&b""[..], &b""[..]));
    let (lease, _) = take(&bytes, bytes.len(), true);
    assert_eq!((lease.hosts.len(), &lease.server_name[..]), (0, &b"\x0c\x02ab\xff"[..]));
}

#[test]
fn what_is_wrong() {
    assert_eq!(whole(&message(3, &[255])).1.stat, stat::MALFORMED);
    let mut bytes = message(1, &[255]);
    bytes[236] = 0;
    assert_eq!(whole(&bytes).1.stat & stat::MAGIC, stat::MAGIC);
    bytes[236] = 99;
    bytes[1] = 6;
    let (lease, summary) = whole(&bytes);
    assert_eq!((summary.stat & stat::NOT_ETHERNET, lease.macs.len()), (stat::NOT_ETHERNET, 0));
    let other = message(1, &[61, 7, 1, 9, 9, 9, 9, 9, 9, 53, 1, 99, 255]);
    let bits = stat::OTHER_CLIENT | stat::UNKNOWN_TYPE;
    assert_eq!(whole(&other).1.stat & bits, bits);
    let padded = message(1, &[0, 53, 1, 1, 255]);
    assert_eq!(whole(&padded).0.types, [1]);
    let (lease, summary) = take(&padded, padded.len(), true);
    assert_eq!((lease.types.len(), summary.stat & stat::OPTIONS), (0, stat::OPTIONS));
}

#[test]
fn seconds_in_both_orders() {
    assert_eq!(seconds([0, 3]), (3, false));
    assert_eq!(seconds([3, 0]), (3, true));
    assert_eq!(seconds([3, 1]), (0x301, false));
    assert_eq!(seconds([0, 0]), (0, false));
}
