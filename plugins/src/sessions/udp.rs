//! Datagrams of UDP: messages of calls, their media, and conversations of nobody.

use flowz_api::plugin::SteerContext;

use super::Sessions;
use super::conversation::{Conversation, Kind, Note, Seen};
use super::state::State;
use super::tcp::seen;
use crate::sip_decode::fact::SipMessages;

impl Sessions {
    /// A packet of UDP.
    pub(super) fn datagram(
        &mut self,
        cx: &mut SteerContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let seen = seen(cx, cx.layers.l7_len.into());
        let mut timeout = self.timeouts.udp;
        if let Some(messages) = cx.fact::<Self, SipMessages>() {
            self.sip(&messages, &seen, flow);
        } else if cx.layers.is_fragment() {
            self.fragment(&seen, flow);
        }
        if flow.calls.iter().any(|call| self.calls.is_open(*call)) || self.media(&seen, flow) {
            timeout = self.timeouts.open;
        }
        if self.types.udp {
            self.conversation(&seen, flow, peer);
        }
        cx.set_timeout(timeout);
        cx.set_peer_timeout(timeout);
    }

    /// A fragment that completes nothing is part of all calls whose messages its flow has.
    fn fragment(&mut self, seen: &Seen, flow: &State) {
        let open = flow.calls.iter().filter(|call| self.calls.is_open(**call));
        self.notes.extend(open.map(|call| Note::Packet(*call, seen.flow)));
    }

    /// Whether a call wants the packet; it is counted then.
    fn media(&mut self, seen: &Seen, flow: &mut State) -> bool {
        if flow.generation != Some(self.calls.generation()) {
            flow.generation = Some(self.calls.generation());
            flow.wanted = self.calls.wants(seen.from, seen.to);
        }
        let Some(wanted) = flow.wanted else { return false };
        let (next, notes) = (&mut self.latest, &mut self.notes);
        flow.part = self.calls.packet(wanted, flow.part, seen, next, notes);
        flow.latest = flow.latest.max(wanted.0);
        flow.part.is_some()
    }

    /// A conversation over UDP, whatever it is part of.
    fn conversation(&mut self, seen: &Seen, flow: &mut State, peer: Option<&mut State>) {
        let shared = match peer {
            Some(peer) if peer.is_first => peer,
            _ => flow,
        };
        shared.is_first = true;
        if shared.udp.is_none() {
            self.latest += 1;
            let session = Conversation::new(self.latest, None, Kind::Udp, seen);
            self.notes.push(Note::Opened(session.clone()));
            shared.udp = Some(Box::new(session));
            shared.latest = shared.latest.max(self.latest);
        }
        if let Some(session) = &mut shared.udp {
            session.count(seen);
        }
    }
}
