//! Where the headers of tunnels are.

use flowz_api::tunnel_offsets::{TunnelHeader, TunnelOffsets};

use super::{UDP4, frame, packet};
use crate::{Settings, tunnel_offsets};

/// IPv4 with another protocol.
fn ip4(proto: u8) -> Vec<u8> {
    let mut header = UDP4[..20].to_vec();
    header[9] = proto;
    header
}

fn found(parts: &[&[u8]]) -> TunnelOffsets {
    tunnel_offsets(&packet(&frame(parts)), Settings::default())
}

#[test]
fn plain_packets_have_none() {
    assert_eq!(found(&[&[8, 0], &UDP4, b"abcd"]), TunnelOffsets::default());
}

#[test]
fn ppp_in_gre() {
    let pptp = [0x30, 1, 0x88, 0x0b, 0, 8, 0, 0, 0, 0, 0, 1, 0xff, 3, 0, 0x21];
    let marks = found(&[&[8, 0], &ip4(47), &pptp, &UDP4]);
    assert_eq!(marks.gre, Some(TunnelHeader { ip: 14, at: 34 }));
    assert_eq!((marks.ppp, marks.l2tp, marks.teredo), (Some(46), None, None));
}

#[test]
fn the_outermost_of_two() {
    let gre = [0, 0, 8, 0];
    let marks = found(&[&[8, 0], &ip4(47), &gre, &ip4(47), &gre, &UDP4]);
    assert_eq!(marks.gre, Some(TunnelHeader { ip: 14, at: 34 }));
}

#[test]
fn l2tp_over_ip_and_udp() {
    let session = [0, 0, 0, 7, 0xff, 3, 0, 0x21];
    let marks = found(&[&[8, 0], &ip4(115), &session, &UDP4]);
    assert_eq!((marks.l2tp, marks.ppp), (Some(TunnelHeader { ip: 14, at: 34 }), Some(38)));
    let ports = [0x06, 0xa5, 0x06, 0xa5, 0, 50, 0, 0];
    let second = [0, 2, 0, 7, 0, 9, 0xff, 3, 0, 0x21];
    let mut ip = ip4(17);
    ip[3] = 86;
    let marks = found(&[&[8, 0], &ip, &ports, &second, &UDP4, &[0; 20]]);
    assert_eq!((marks.l2tp, marks.ppp), (Some(TunnelHeader { ip: 14, at: 42 }), Some(48)));
}

#[test]
fn teredo_begins_with_its_indications() {
    let ports = [0x0d, 0xd8, 0x0e, 0xd5, 0, 56, 0, 0];
    let mut ip = ip4(17);
    ip[3] = 76;
    let mut inner = [0; 48];
    (inner[8], inner[14]) = (0x60, 59);
    let marks = found(&[&[8, 0], &ip, &ports, &inner]);
    assert_eq!(marks.teredo, Some(42));
}

#[test]
fn cut_packets_have_fewer() {
    let pptp = [0x30, 1, 0x88, 0x0b, 0, 8, 0, 0, 0, 0, 0, 1, 0xff, 3, 0, 0x21];
    let data = frame(&[&[8, 0], &ip4(47), &pptp, &UDP4]);
    for end in 0..data.len() {
        let marks = tunnel_offsets(&packet(&data[..end]), Settings::default());
        assert_eq!(marks.gre.is_some(), end >= 38, "cut at {end}");
    }
}
