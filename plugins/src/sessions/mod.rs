//! Sessions: connections of TCP, conversations over UDP, and calls with all that belongs to them, whichever flows it comes in.
//!
//! | type | begins with | is over with |
//! |---|---|---|
//! | `tcp` | a SYN, or data if the beginning was not captured | the acknowledgement of the second FIN, a RST, a SYN of another connection |
//! | `sip` | a message of a call that is not known: an INVITE, or what is in a dialog that began in front of the capture | the response to a BYE, the ACK of a refusal; half a minute behind a BYE or refusal that nobody answers |
//! | `h323` | a message of call signalling, an admission that is asked for | the end of the connection with the RELEASE COMPLETE, and if a gatekeeper has admitted the call its answers to those who tell it so; a refused admission |
//! | `rtp` | the packet with which rtpDecode is sure of it, where no call wants it | silence (`SESSION_RTP_EXPIRE`), a call that wants it |
//! | `udp` | a datagram | silence |
//!
//! `SESSION_TYPES` says which of them there are; `sip` needs sipDecode, `h323` h323Decode, `rtp` rtpDecode.
//!
//! **Parts of calls** are the connections that carry their messages (of H.245 from their beginnings), what is said to a gatekeeper about them, and all packets from and to places where their descriptions want media: RTP, RTCP, STUN and whatever comes there.
//! Each pair of flows of media is a session with a number of its own, of type `rtp` or `rtcp`, whose parent is the call; it ends with it. Where one pair of ports carries messages of several calls over UDP, each packet is
//! part of the call whose message it has. Registrations and other requests outside of calls are part of none.
//!
//! **Timeouts**: flows live as long as their sessions. Flows of open connections and of open calls do not end by silence (with `SESSION_EXPIRE`: by so many seconds of it); connections that were asked for in vain end behind 60 s,
//! those that are over behind 10 s. Flows of no session, and of those over UDP, keep their timeouts. A call that nobody ends is over when there are `SESSION_MAX_CALLS` others, or at the end of the run.
//!
//! **Table** `sessions`: a row for each session when it is over. With `SESSION_EVENTS` there is the table `session_events`, from which `flowz slice` knows which packets belong together.

mod calls;
mod connection;
mod conversation;
mod h323;
mod row;
mod sip;
mod state;
mod table;
mod tcp;
mod toggles;
mod udp;

use flowz_api::fact::FactId;
use flowz_api::flow::FlowId;
use flowz_api::inventory;
use flowz_api::key::{TCP, UDP};
use flowz_api::packet::NANOS;
use flowz_api::plugin::{Context, FinishContext, FlowView, Steer, SteerContext};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part as Words;
use flowz_api::table::TableList;

use crate::h323_decode::fact::H323Messages;
use crate::rtp_decode::fact::RtpFound;
use crate::sip_decode::fact::SipMessages;
use calls::Calls;
use conversation::{Note, Reason, Seen};
use row::{FlowRow, PacketRow};
use state::State;
use table::{EventRow, SessionRow};
use toggles::{Toggles, Types};

inventory::submit! { PluginEntry::new::<Sessions>() }

/// Seconds that a connection may take to be established, and that the flow of one lives that is over.
const HALF_OPEN: f32 = 60.0;
const OVER: f32 = 10.0;

/// Timeouts of flows.
#[derive(Clone, Copy, Debug)]
struct TimeoutIds {
    half_open: TimeoutId,
    open: TimeoutId,
    over: TimeoutId,
    /// Of RTP that belongs to no call.
    rtp: TimeoutId,
    /// Of conversations over UDP that are part of nothing.
    udp: TimeoutId,
}

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct Sessions {
    #[merge(keep)]
    types: Types,
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    timeouts: TimeoutIds,
    #[merge(state)]
    calls: Calls,
    /// Number of the latest session.
    #[merge(sum)]
    latest: u64,
    #[merge(sum)]
    open: u64,
    /// What happens with the packet at hand.
    #[merge(keep)]
    notes: Vec<Note>,
}

impl Plugin for Sessions {
    const INFO: Info =
        Info::new("sessions", 415, "Sessions: connections, and calls with their media")
            .sees_all_flows()
            .reads(&[
                FactId::of::<H323Messages>(),
                FactId::of::<RtpFound>(),
                FactId::of::<SipMessages>(),
            ]);
    const STEER: Option<Steer<Self>> = Some(steer);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        let expire = (toggles.expire > 0).then_some(toggles.expire);
        let never = f32::MAX;
        let seconds = |or: f32| expire.map_or(or, |seconds| seconds as f32);
        let timeouts = TimeoutIds {
            half_open: setup.timeouts.register(seconds(HALF_OPEN))?,
            open: setup.timeouts.register(seconds(never))?,
            over: setup.timeouts.register(OVER)?,
            rtp: setup.timeouts.register(seconds(toggles.rtp_expire as f32))?,
            udp: setup.timeouts.register(seconds(setup.run.core.flow_timeout))?,
        };
        let nanos = expire.map(|seconds| i64::from(seconds) * NANOS);
        let types = Types::parse(&toggles.types)?;
        types.check(&setup.run.plugins)?;
        Ok(Self {
            types,
            timeouts,
            calls: Calls::new(nanos, toggles.most_calls as usize),
            latest: 0,
            open: 0,
            notes: Vec::new(),
            toggles,
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        State::bytes()
    }

    fn bytes_of_run(&self) -> usize {
        if self.types.has_calls() { self.toggles.most_calls as usize * Calls::BYTES } else { 0 }
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        list.add::<SessionRow<'_>>();
        if list.toggles().events {
            list.add::<EventRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        let types = self.types;
        Interest::when(match cx.key.proto {
            _ if cx.layers.is_layer2() => false,
            TCP => types.tcp || types.has_calls(),
            UDP => types.udp || types.rtp || types.has_calls(),
            _ => false,
        })
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> PacketRow {
        PacketRow::default()
    }

    fn has_empty_row(&self, flow: &State, peer: Option<&State>) -> bool {
        let is_empty = |state: &State| state.latest == 0 && state.tcp.is_none();
        is_empty(flow) && peer.is_none_or(is_empty)
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> FlowRow {
        if self.types.has_calls() {
            let (from, to) = crate::voip::ends(cx.key);
            let is_tcp = cx.key.proto == TCP;
            let seen = Seen { time: cx.flow.last, flow: cx.flow.id, from, to, is_tcp, octets: 0 };
            self.messages(cx, &seen, flow);
        }
        let tcp = flow.tcp.take().and_then(|tcp| tcp.session);
        let others = [flow.rtp.take(), flow.udp.take()].into_iter().flatten().map(|other| *other);
        for session in tcp.into_iter().chain(others) {
            self.notes.push(Note::Closed(session, Reason::Open));
        }
        self.show(true, &mut |row| match row {
            Shown::Session(flow, row) => cx.emit_for(flow, row),
            Shown::Event(flow, row) => cx.emit_for(flow, row),
        });
        let other = peer.map_or(0, |peer| peer.latest);
        FlowRow { number: flow.latest.max(other) }
    }

    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        self.calls.finish(&mut self.notes);
        self.show(true, &mut |row| match row {
            Shown::Session(flow, row) => cx.emit_for(flow, row),
            Shown::Event(flow, row) => cx.emit_for(flow, row),
        });
        Ok(())
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        if self.latest > 0 {
            out.line("Number of sessions", [Words::Count(self.latest)]);
            let open = [Words::Count(self.open), Words::Share(self.open, self.latest)];
            out.line("Number of sessions without an end", open);
        }
    }
}

/// A row of one of the tables.
enum Shown<'a> {
    Session(FlowId, &'a SessionRow<'a>),
    Event(FlowId, &'a EventRow<'a>),
}

impl Sessions {
    /// Writes what has happened; what is late has happened in front of the packet at hand.
    fn show(&mut self, is_late: bool, emit: &mut dyn FnMut(Shown<'_>)) {
        for note in self.notes.drain(..) {
            if self.toggles.events {
                let (flow, row) = EventRow::new(&note, is_late);
                emit(Shown::Event(flow, &row));
            }
            if let Note::Closed(session, reason) = note {
                self.open += u64::from(reason == Reason::Open);
                emit(Shown::Session(session.flow, &SessionRow::new(&session, reason)));
            }
        }
    }

    /// Messages that a packet completes; whether there are any.
    fn messages<V: FlowView>(
        &mut self,
        cx: &Context<'_, V>,
        seen: &Seen,
        flow: &mut State,
    ) -> bool {
        let sip = cx.fact::<Self, SipMessages>().filter(|_| self.types.sip);
        let h323 = cx.fact::<Self, H323Messages>().filter(|_| self.types.h323);
        let of_sip = sip.iter().flat_map(|messages| messages.list.iter().map(sip::message));
        let of_h323 =
            h323.iter().flat_map(|messages| messages.list.iter().filter_map(h323::message));
        let mut has_any = false;
        for message in of_sip.chain(of_h323) {
            has_any = true;
            let call = self.calls.message(message, seen, &mut self.latest, &mut self.notes);
            if let Some(number) = call {
                flow.has_call(number);
                flow.latest = number;
            }
        }
        has_any
    }
}

/// Follows the sessions of a packet, and sets the timeouts of its flow.
fn steer(
    plugin: &mut Sessions,
    cx: &mut SteerContext<'_>,
    flow: &mut State,
    peer: Option<&mut State>,
) {
    plugin.calls.advance(cx.packet.ts, &mut plugin.notes);
    emit(plugin, cx, true);
    match cx.key.proto {
        TCP => plugin.segment(cx, flow, peer),
        UDP => plugin.datagram(cx, flow, peer),
        _ => {}
    }
    emit(plugin, cx, false);
}

fn emit(plugin: &mut Sessions, cx: &mut SteerContext<'_>, is_late: bool) {
    if plugin.notes.is_empty() {
        return;
    }
    let cx = cx.packet_context();
    plugin.show(is_late, &mut |row| match row {
        Shown::Session(flow, row) => cx.emit_for(flow, row),
        Shown::Event(flow, row) => cx.emit_for(flow, row),
    });
}
