//! What plugins for calls have in common: media that signalling tells of, SIP, H.323, RTP and RTCP.

pub(crate) mod bounded;
pub(crate) mod datagram;
pub(crate) mod h323;
pub(crate) mod media;
pub(crate) mod payload_types;
pub(crate) mod rtcp;
pub(crate) mod rtp;
pub(crate) mod sdp;
pub(crate) mod sip;

use std::net::IpAddr;

use flowz_api::cell::IpText;
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::prelude::*;

/// The key of a packet; of one that completes a datagram the ports are in the datagram.
pub(crate) fn key(cx: &PacketContext<'_>) -> FlowKey {
    let ports = cx.datagram.and_then(|datagram| datagram.bytes.first_chunk::<4>());
    let Some(&[a, b, c, d]) = ports else { return *cx.key };
    let (src_port, dst_port) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    FlowKey { src_port, dst_port, ..*cx.key }
}

/// Both ends of a flow: address and port.
pub(crate) fn ends(key: &FlowKey) -> ((IpAddr, u16), (IpAddr, u16)) {
    let ip = |bytes: [u8; 16]| -> IpAddr {
        let [a, b, c, d, ..] = bytes;
        if key.net == Net::V6 { bytes.into() } else { [a, b, c, d].into() }
    };
    ((ip(key.src), key.src_port), (ip(key.dst), key.dst_port))
}

/// An address as a column shows it.
pub(crate) fn ip_text(ip: IpAddr) -> IpText {
    match ip {
        IpAddr::V4(ip) => IpText::V4(ip.octets()),
        IpAddr::V6(ip) => IpText::V6(ip.octets()),
    }
}
