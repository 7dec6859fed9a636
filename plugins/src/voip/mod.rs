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

use flowz_api::key::FlowKey;
use flowz_api::prelude::*;

/// The key of a packet; of one that completes a datagram the ports are in the datagram.
pub(crate) fn key(cx: &PacketContext<'_>) -> FlowKey {
    let ports = cx.datagram.and_then(|datagram| datagram.bytes.first_chunk::<4>());
    let Some(&[a, b, c, d]) = ports else { return *cx.key };
    let (src_port, dst_port) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    FlowKey { src_port, dst_port, ..*cx.key }
}
