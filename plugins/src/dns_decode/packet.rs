//! Which packets are DNS, and where their payload is.

use flowz_api::plugin::NewFlow;
use flowz_api::prelude::*;

use super::header::{Header, stat};
use super::toggles::Toggles;

const TCP: u8 = 6;
const UDP: u8 = 17;
const PORTS: [u16; 4] = [53, 137, 5353, 5355];
const NETBIOS_PORT: u16 = 137;

/// The bits for the ports of a packet; 0 if it is not DNS.
pub(crate) fn ports(l: &Layers) -> u16 {
    let ports = [l.src_port, l.dst_port];
    let carries = !l.is_layer2() && matches!(l.l4_proto, UDP | TCP);
    if !carries || !ports.iter().any(|port| PORTS.contains(port)) {
        return 0;
    }
    if ports.contains(&NETBIOS_PORT) { stat::DNS | stat::NETBIOS } else { stat::DNS }
}

/// Payload and length of a datagram that is here: none in later fragments, all of one whose last fragment this is.
pub(crate) fn datagram<'a>(cx: &PacketContext<'a>) -> Option<(&'a [u8], u32)> {
    const HEADER: usize = 8;
    let l = cx.layers;
    if let Some(datagram) = cx.datagram {
        let payload = datagram.bytes.get(HEADER..)?;
        return Some((payload, payload.len() as u32));
    }
    if !l.is_first_fragment() || l.is_fragment() && cx.run.core.reassemble {
        return None;
    }
    let payload = l.payload(cx.packet.data);
    let header = l.layer4(cx.packet.data).first_chunk::<HEADER>();
    let all = header.map_or(0, |h| u32::from(u16::from_be_bytes([h[4], h[5]])));
    let length = match (cx.run.compat, l.is_fragment()) {
        // The reference counts captured bytes.
        (true, _) => payload.len() as u32,
        (false, true) => all.saturating_sub(HEADER as u32).max(l.l7_len),
        (false, false) => l.l7_len,
    };
    Some((payload, length))
}

/// Whether a TCP segment begins its connection.
pub(crate) fn has_syn(cx: &PacketContext<'_>) -> bool {
    const FLAGS_AT: usize = 13;
    const SYN: u8 = 2;
    cx.layers.layer4(cx.packet.data).get(FLAGS_AT).is_some_and(|flags| flags & SYN != 0)
}

/// Where a flow between equal ports of DNS goes, by its first packet.
pub(crate) fn find_direction(_: &Toggles, new: &NewFlow<'_>) -> Option<Direction> {
    let l = new.layers;
    if l.src_port != l.dst_port || l.is_tcp() || ports(l) == 0 || !l.is_first_fragment() {
        return None;
    }
    let header = Header::from_message(l.payload(new.packet.data))?;
    Some(if header.is_response() { Direction::B } else { Direction::A })
}
