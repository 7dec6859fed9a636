//! Datagrams of UDP: messages of calls, their media, and conversations of nobody.

use flowz_api::plugin::SteerContext;

use super::Sessions;
use super::conversation::{Conversation, Kind, Note, Reason, Seen};
use super::state::State;
use super::tcp::seen;
use crate::rtp_decode::fact::RtpFound;

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
        let has_messages = self.types.has_calls() && self.messages(cx, &seen, flow);
        if !has_messages && cx.layers.is_fragment() {
            self.fragment(&seen, flow);
        }
        let is_part = self.media(&seen, flow);
        if is_part || flow.calls.iter().any(|call| self.calls.is_open(*call)) {
            timeout = self.timeouts.open;
        }
        flow.has_rtp |= self.types.rtp && !flow.has_rtp && cx.fact::<Self, RtpFound>().is_some();
        let has_rtp = flow.has_rtp || peer.as_ref().is_some_and(|peer| peer.has_rtp);
        let shared = match peer {
            Some(peer) if peer.is_first => peer,
            _ => flow,
        };
        shared.is_first = true;
        if is_part {
            let alone = shared.rtp.take();
            self.notes.extend(alone.map(|alone| Note::Closed(*alone, Reason::Replaced)));
        } else if has_rtp {
            timeout = self.timeouts.rtp;
            self.count(&seen, Kind::Rtp, &mut shared.rtp, &mut shared.latest);
        }
        if self.types.udp {
            self.count(&seen, Kind::Udp, &mut shared.udp, &mut shared.latest);
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

    /// A packet of a conversation, which may begin with it.
    fn count(
        &mut self,
        seen: &Seen,
        kind: Kind,
        known: &mut Option<Box<Conversation>>,
        latest: &mut u64,
    ) {
        let session = known.get_or_insert_with(|| {
            self.latest += 1;
            let session = Conversation::new(self.latest, None, kind, seen);
            self.notes.push(Note::Opened(session.clone()));
            Box::new(session)
        });
        *latest = session.number.max(*latest);
        session.count(seen);
    }
}
