//! Connections of TCP as sessions.

use flowz_api::plugin::SteerContext;
use flowz_api::prelude::*;

use super::Sessions;
use super::connection::{Connection, Segment, Step};
use super::conversation::{Conversation, Kind, Note, Reason, Seen};
use super::state::{State, Tcp};
use crate::voip;

/// Octets of a header up to its flags.
const UP_TO_FLAGS: usize = 14;

impl Sessions {
    /// A packet of TCP.
    pub(super) fn segment(
        &mut self,
        cx: &mut SteerContext<'_>,
        flow: &mut State,
        mut peer: Option<&mut State>,
    ) {
        if self.types.has_calls() {
            self.of_calls(cx, flow, peer.is_none());
        }
        let Some(segment) = read(cx) else {
            return other(cx, flow, peer);
        };
        let (shared, side) = match peer.as_deref_mut().filter(|peer| peer.is_first) {
            Some(peer) => (peer, 1),
            None => (&mut *flow, 0),
        };
        shared.is_first = true;
        let tcp = shared.tcp.get_or_insert_with(|| {
            let connection = Connection::default();
            Box::new(Tcp { connection, session: None, is_over: false })
        });
        let step = self.connection(tcp, segment, side, cx);
        let timeout = self.timeout(tcp, step);
        let latest = tcp.session.as_ref().map(|session| session.number);
        let latest = latest.filter(|latest| *latest > shared.latest);
        shared.latest = latest.unwrap_or(shared.latest);
        let states = [Some(&*flow), peer.as_deref()];
        if matches!(step, Step::Closes | Step::Resets) {
            for state in states.into_iter().flatten() {
                self.calls.disconnects(&state.calls, &mut self.notes);
            }
        }
        let mut calls = states.into_iter().flatten().flat_map(|state| &state.calls);
        let has_calls = calls.any(|call| self.calls.is_open(*call));
        let timeout = if has_calls { self.timeouts.open } else { timeout };
        cx.set_timeout(timeout);
        cx.set_peer_timeout(timeout);
    }

    /// What calls have of a segment; a flow without a peer may begin a connection that a call has told of.
    fn of_calls(&mut self, cx: &SteerContext<'_>, flow: &mut State, is_alone: bool) {
        let seen = seen(cx, cx.layers.l7_len.into());
        let begins = is_alone && !flow.is_first;
        if begins && let Some(number) = self.calls.connects(&seen, &mut self.notes) {
            flow.has_call(number);
        }
        self.messages(cx, &seen, flow);
    }

    /// What the segment means to the session, which may begin or end with it.
    fn connection(
        &mut self,
        tcp: &mut Tcp,
        segment: Segment,
        side: usize,
        cx: &SteerContext<'_>,
    ) -> Step {
        let (mut step, mut octets) = tcp.connection.segment(side, segment);
        if step == Step::Another {
            self.close(tcp, Reason::Replaced);
            (step, octets) = tcp.connection.segment(side, segment);
        }
        if !self.types.tcp {
            return step;
        }
        let seen = seen(cx, octets);
        let begins = if tcp.is_over { segment.has_syn() } else { segment.may_begin() };
        if tcp.session.is_none() && begins {
            tcp.is_over = false;
            self.latest += 1;
            let session = Conversation::new(self.latest, None, Kind::Tcp, &seen);
            self.notes.push(Note::Opened(session.clone()));
            tcp.session = Some(session);
        }
        if let Some(session) = &mut tcp.session {
            session.count(&seen);
        }
        match step {
            Step::Closes => self.close(tcp, Reason::Closed),
            Step::Resets => self.close(tcp, Reason::Reset),
            Step::GoesOn | Step::Another => {}
        }
        step
    }

    /// The session is over; what comes belongs to another connection.
    fn close(&mut self, tcp: &mut Tcp, reason: Reason) {
        tcp.connection = Connection::default();
        tcp.is_over = true;
        let session = tcp.session.take();
        self.notes.extend(session.map(|session| Note::Closed(session, reason)));
    }

    fn timeout(&self, tcp: &Tcp, step: Step) -> TimeoutId {
        match step {
            Step::Closes | Step::Resets => self.timeouts.over,
            _ if tcp.connection.is_closing() => self.timeouts.half_open,
            _ if tcp.connection.has_both() => self.timeouts.open,
            _ => self.timeouts.half_open,
        }
    }
}

/// A later fragment, or one whose header was not captured: it belongs to its session, and tells nothing.
fn other(cx: &SteerContext<'_>, flow: &mut State, peer: Option<&mut State>) {
    let is_peers = peer.as_ref().is_some_and(|peer| peer.is_first);
    let shared = if is_peers { peer } else { Some(flow) };
    let tcp = shared.and_then(|shared| shared.tcp.as_deref_mut());
    if let Some(session) = tcp.and_then(|tcp| tcp.session.as_mut()) {
        session.count(&seen(cx, 0));
    }
}

/// The packet as sessions see it.
pub(super) fn seen(cx: &SteerContext<'_>, octets: u64) -> Seen {
    let (from, to) = voip::ends(&voip::key(cx));
    let is_tcp = cx.layers.is_tcp();
    Seen { time: cx.packet.ts, flow: cx.flow.id, from, to, is_tcp, octets }
}

/// The header of TCP; none in later fragments and where it was not captured.
fn read(cx: &SteerContext<'_>) -> Option<Segment> {
    if !cx.layers.is_tcp() || !cx.layers.is_first_fragment() {
        return None;
    }
    let header = cx.layers.layer4(cx.packet.data).first_chunk::<UP_TO_FLAGS>()?;
    let number = |at: usize| {
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let (sequence, acknowledged) = (number(4), number(8));
    Some(Segment { flags: header[13], sequence, acknowledged, len: cx.layers.l7_len })
}
