//! From datagrams and streams to messages.

use flowz_api::plugin::FlowView;
use flowz_api::prelude::*;
use flowz_api::stream::{Found, Next, StreamData, StreamGap};

use super::H323Decode;
use super::bits;
use super::state::{MOST_TRIES, Role, State};
use super::table::Now;
use crate::voip::h323::control::Control;
use crate::voip::h323::q931::Message;
use crate::voip::h323::tpkt::{self, Head};

impl H323Decode {
    /// The next bytes of a connection.
    pub(super) fn data(
        &mut self,
        cx: &mut StreamContext<'_>,
        data: StreamData<'_>,
        flow: &mut State,
    ) -> Next {
        let earlier = flow.latest.filter(|(_, number)| *number > data.number);
        let latest = earlier.unwrap_or((data.time, data.number));
        flow.latest = Some(latest);
        if data.bytes.len() < usize::from(flow.needed) {
            return Next::Take(0);
        }
        flow.needed = 0;
        self.find_role(cx, flow);
        let is_known = flow.role != Role::Unknown;
        let length = match tpkt::head(data.bytes) {
            Head::Packet(length) => length,
            Head::NeedMore => return Next::Take(0),
            Head::Other if !is_known && flow.stat & bits::LOSS == 0 => return Next::Stop,
            Head::Other => {
                flow.stat |= if is_known { bits::OTHER } else { 0 };
                flow.latest = None;
                return Next::Search(0);
            }
        };
        let is_reply = cx.flow().direction() == Direction::B;
        let (time, number) = latest;
        let now = Now { time, number, key: cx.key, is_reply, is_cut: false };
        match data.bytes.get(tpkt::HEADER..length) {
            Some(bytes) => {
                flow.latest = None;
                self.packet(cx, now, bytes, flow)
            }
            None if !is_known && !may_be_ours(&data.bytes[tpkt::HEADER..]) => Next::Stop,
            None => {
                // A packet has no more than 65,535 bytes.
                flow.needed = length as u16;
                Next::Take(0)
            }
        }
    }

    /// A connection that was announced for H.245 is that.
    fn find_role(&self, cx: &StreamContext<'_>, flow: &mut State) {
        if flow.role == Role::Unknown && self.calls.control(cx.key).is_some() {
            flow.role = Role::Control;
        }
    }

    /// A packet of a connection, without its header.
    fn packet(
        &mut self,
        cx: &mut StreamContext<'_>,
        now: Now<'_>,
        bytes: &[u8],
        flow: &mut State,
    ) -> Next {
        let taken = Next::Take(tpkt::HEADER + bytes.len());
        // Without content it keeps the connection alive.
        if bytes.is_empty() {
            return taken;
        }
        if flow.role != Role::Control
            && let Some(message) = Message::read(bytes)
        {
            flow.role = Role::Signalling;
            self.signalling(cx, now, (bytes, &message), flow);
            return taken;
        }
        let control = Control::read(bytes).filter(|message| {
            flow.role == Role::Control || flow.role == Role::Unknown && message.is_certain
        });
        if let Some(message) = control {
            flow.role = Role::Control;
            let origin = self.origin(now, flow);
            self.control(cx, now, (bytes, &message), (origin, None), flow);
            return taken;
        }
        if flow.role != Role::Unknown {
            flow.stat |= bits::OTHER;
            return taken;
        }
        // Something else in such packets, or H.245 that begins with a message that could be anything.
        flow.tries += 1;
        if may_be_ours(bytes) && flow.tries < MOST_TRIES { taken } else { Next::Stop }
    }

    /// Bytes are missing: of a message of which the beginning is there that is said.
    pub(super) fn gap(
        &mut self,
        cx: &mut StreamContext<'_>,
        gap: StreamGap<'_>,
        flow: &mut State,
    ) -> Next {
        flow.stat |= bits::LOSS;
        self.rest(cx, gap.rest, flow);
        Next::Search(0)
    }

    /// Bytes behind which nothing comes, or a gap: a message of which only the beginning is there.
    pub(super) fn rest(&mut self, cx: &mut StreamContext<'_>, rest: &[u8], flow: &mut State) {
        (flow.needed, flow.latest) = (0, None);
        if flow.role == Role::Unknown || !matches!(tpkt::head(rest), Head::Packet(_)) {
            return;
        }
        let is_reply = cx.flow().direction() == Direction::B;
        let now = Now { time: cx.now, number: 0, key: cx.key, is_reply, is_cut: true };
        let bytes = &rest[tpkt::HEADER..];
        if !bytes.is_empty() {
            self.packet(cx, now, bytes, flow);
        }
    }
}

/// Whether the first bytes of a packet can be call signalling, or H.245 (whose first bit is never set): X.224, which is in such packets too,
/// begins with its length.
fn may_be_ours(bytes: &[u8]) -> bool {
    match *bytes {
        [8, reference, ..] => reference <= 2,
        [_, code, ..] if code >= 0x80 => false,
        [first, ..] => first < 0x80,
        [] => true,
    }
}

/// Whether a packet begins here.
pub(super) fn find(role: Role, bytes: &[u8]) -> Found {
    match tpkt::head(bytes) {
        Head::NeedMore => Found::NeedMore,
        Head::Packet(length) => match bytes.get(tpkt::HEADER..) {
            Some(&[first, second, ..]) => {
                let is_signalling = first == 8 && second <= 2;
                let fits = match role {
                    Role::Signalling => is_signalling,
                    Role::Control => first < 0x80,
                    Role::Unknown => is_signalling || first == 2,
                };
                if fits { Found::Message(length) } else { Found::NotHere(1) }
            }
            _ => Found::NeedMore,
        },
        Head::Other => {
            let next = bytes.iter().skip(1).position(|byte| *byte == 3);
            Found::NotHere(next.map_or(bytes.len(), |at| at + 1).max(1))
        }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::stream::Found;

    use super::{Role, find, may_be_ours};

    #[test]
    fn what_else_is_in_such_packets() {
        // X.224: connection request, data.
        assert!(!may_be_ours(&[14, 0xe0, 0, 0]) && !may_be_ours(&[2, 0xf0, 0x80]));
        assert!(may_be_ours(&[8, 2, 0, 1, 5]) && !may_be_ours(&[8, 3]));
        assert!(may_be_ours(&[2, 0x70, 3]) && may_be_ours(&[1]) && may_be_ours(&[]));
        assert!(!may_be_ours(&[0x80]));
    }

    #[test]
    fn messages_behind_a_gap() {
        let found = |role, bytes: &[u8]| find(role, bytes);
        assert_eq!(found(Role::Signalling, &[3, 0, 0, 20, 8, 2]), Found::Message(20));
        assert_eq!(found(Role::Unknown, &[3, 0, 0, 20, 8, 2]), Found::Message(20));
        assert_eq!(found(Role::Signalling, &[3, 0, 0, 20, 2, 0x70]), Found::NotHere(1));
        assert_eq!(found(Role::Control, &[3, 0, 0, 20, 0x4a, 0x40]), Found::Message(20));
        assert_eq!(found(Role::Unknown, &[3, 0, 0, 20, 0x4a, 0x40]), Found::NotHere(1));
        assert_eq!(found(Role::Control, &[3, 0, 0]), Found::NeedMore);
        assert_eq!(found(Role::Control, &[9, 9, 3, 0]), Found::NotHere(2));
        assert_eq!(found(Role::Control, &[9, 9]), Found::NotHere(2));
    }
}
