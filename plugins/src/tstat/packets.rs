//! Takes packets in.

use flowz_api::prelude::*;

use super::segment::{self, Segment};
use super::tcp::Connection;
use super::udp::{Datagram, Talk};
use super::{Conversation, Tstat};
use crate::biflow::Side;

impl Tstat {
    /// Takes a datagram in.
    pub(super) fn datagram(
        &mut self,
        cx: &PacketContext<'_>,
        time: Timestamp,
        side: Side,
        of: &mut Conversation,
    ) {
        if matches!(of, Conversation::None) {
            let name = self.names.find(cx.key);
            *of = Conversation::Udp(Box::new(Talk::begin(side, time, name)));
        }
        let Conversation::Udp(talk) = of else { return };
        // As the header of UDP says: of a datagram in fragments all of it is in the first one.
        let header = cx.layers.layer4(cx.packet.data);
        let len = match *header {
            [_, _, _, _, high, low, ..] => {
                u32::from(u16::from_be_bytes([high, low])).saturating_sub(8)
            }
            _ => cx.layers.l7_len,
        };
        let datagram = Datagram {
            time,
            len,
            ports: [cx.key.src_port, cx.key.dst_port],
            payload: cx.layers.payload(cx.packet.data),
            ttl: segment::ttl(cx.layers, cx.packet.data),
            original: self.toggles.original,
        };
        talk.add(side, &datagram);
        self.names.datagram(cx.key, time, datagram.payload, &mut talk.waiting);
    }

    /// Takes a segment in; only a SYN begins a connection.
    pub(super) fn segment(
        &mut self,
        cx: &mut PacketContext<'_>,
        time: Timestamp,
        side: Side,
        of: &mut Conversation,
    ) {
        let Some(segment) = Segment::new(cx.layers, cx.packet.data, time) else { return };
        if matches!(of, Conversation::None)
            && let Some(mut begun) = Connection::begin(side, &segment, self.toggles.original)
        {
            begun.resolved = self.names.find(cx.key);
            *of = Conversation::Tcp(Box::new(begun));
            if self.toggles.layer7 && cx.peer.is_some() {
                // The bytes of an earlier connection may have been of no interest any more.
                cx.set_interest(Interest::StreamAndPackets);
                cx.set_peer_interest(Interest::StreamAndPackets);
            }
        }
        if let Conversation::Tcp(connection) = of {
            connection.add(side, &segment);
        }
    }
}
