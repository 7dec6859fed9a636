//! Calls: who called whom, how it went, and what media there were, put together from the messages that sipDecode and h323Decode read.
//!
//! A call is what has one Call-ID: INVITEs with credentials, at another place or again belong to it. It begins with an INVITE, or, where that was not captured,
//! with a response or a BYE. In H.323 it is what has one identifier, and begins with a SETUP, with the ARQ that asks a gatekeeper in front of it, or, where these were not
//! captured, with another message of call signalling; a call that the gatekeeper does not admit (ARJ) is one too. Flows over UDP from or to a place where a description of the call wants media are its media, whichever
//! comes first, up to two seconds behind its end. Codecs, losses, jitter and quality are known with rtpDecode only.
//!
//! RTP in a flow that no call wants is a call without signalling: a row at the end of the flow and its peer, whose caller is who sends first.
//!
//! **Table** `calls`: a row for each call, some time behind its end (`CALLS_LINGER`), as media may still end; of all others at the end of the run.
//!
//! | `callFlags` | what |
//! |---|---|
//! | 0001 | answered, and no media |
//! | 0002 | answered, and media of one side only |
//! | 0004 | media that begin more than `CALLS_LATE` behind the answer |
//! | 0008 | another codec there than back (with rtpDecode) |
//! | 0010 | media from another place than announced (NAT) |
//! | 0020 | an INVITE that came again |
//! | 0040 | encrypted media |
//! | 0080 | on hold at times |
//! | 0100, 0200 | the beginning, the end was not seen |
//! | 0400 | packets of another length of sound there than back (with rtpDecode) |
//! | 0800 | more flows with media than are kept (32) |
//! | 1000 | no signalling was seen |

mod alone;
mod book;
mod call;
mod h323;
mod row;
mod state;
mod stream;
mod table;
mod toggles;

use flowz_api::cell::List;
use flowz_api::fact::FactId;
use flowz_api::flow::FlowId;
use flowz_api::inventory;
use flowz_api::key::{FlowKey, TCP, UDP};
use flowz_api::packet::NANOS;
use flowz_api::plugin::FinishContext;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::table::TableList;

use crate::h323_decode::fact::H323Messages;
use crate::rtp_decode::fact::RtpSources;
use crate::sip_decode::fact::SipMessages;
use crate::voip::ends;
use crate::voip::media::Place;
use book::{Book, Candidate};
use call::{Call, Seen};
use row::{FlowRow, PacketRow};
use state::State;
use stream::Stream;
use table::{CallRow, Lists};
use toggles::Toggles;

/// Packets without a message until a flow is let go that is not UDP, whose packets are counted.
const MOST_TRIES: u64 = 32;
const PORTS: [u16; 3] = [5060, 5061, 1720];

inventory::submit! { PluginEntry::new::<VoipCalls>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct VoipCalls {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(state)]
    book: Book,
    /// Media of no call whose other direction ends next.
    #[merge(state)]
    alone: Option<(u64, Candidate)>,
    #[merge(sum)]
    calls: u64,
    #[merge(sum)]
    answered: u64,
    #[merge(or)]
    flags: u16,
}

/// What a packet, or the end of a flow, tells.
struct Messages {
    sip: Option<SipMessages>,
    h323: Option<H323Messages>,
}

impl Messages {
    fn is_empty(&self) -> bool {
        self.sip.is_none() && self.h323.is_none()
    }
}

impl Plugin for VoipCalls {
    const INFO: Info =
        Info::new("voipCalls", 414, "Calls: who with whom, how they went, their media")
            .requires(&["sipDecode"])
            .sees_all_flows()
            .reads(&[
                FactId::of::<SipMessages>(),
                FactId::of::<H323Messages>(),
                FactId::of::<RtpSources>(),
            ]);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        Ok(Self { toggles, book: Book::default(), alone: None, calls: 0, answered: 0, flags: 0 })
    }

    fn bytes_of_run(&self) -> usize {
        // Texts, places and numbers of a call.
        const CALL: usize = size_of::<Call>() + 4096;
        (self.toggles.most as usize).saturating_mul(CALL)
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        list.add::<CallRow<'_>>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::when(!cx.layers.is_layer2() && matches!(cx.key.proto, TCP | UDP))
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        flow.packets += 1;
        let messages = Messages { sip: cx.fact::<Self, _>(), h323: cx.fact::<Self, _>() };
        if !messages.is_empty() {
            let (time, key, id) = (cx.packet.ts, crate::voip::key(cx), cx.flow.id);
            self.messages(&messages, (time, id), &key, flow);
            for call in self.take_over(time) {
                self.show(&call, &mut |flow, row| cx.emit_for(flow, row));
            }
        }
        let is_port = || [cx.key.src_port, cx.key.dst_port].iter().any(|p| PORTS.contains(p));
        let is_lost = cx.key.proto == TCP && !flow.is_signalling && flow.packets > MOST_TRIES;
        if is_lost && !is_port() {
            cx.set_interest(Interest::None);
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> PacketRow {
        PacketRow::default()
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.packets == 0
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        let key = *cx.key;
        let mut over = Vec::new();
        if self.alone.as_ref().is_some_and(|(_, media)| media.flow != cx.flow.id) {
            over.extend(self.take_alone(None));
        }
        let messages = Messages { sip: cx.fact::<Self, _>(), h323: cx.fact::<Self, _>() };
        if !messages.is_empty() {
            self.messages(&messages, (cx.flow.last, cx.flow.id), &key, flow);
        }
        if !flow.is_signalling && key.proto == UDP {
            let (from, to) = ends(&key);
            let (first, last) = (cx.flow.first, cx.flow.last);
            let packets = flow.packets;
            let flow_id = cx.flow.id;
            let streams = cx.fact::<Self, RtpSources>().map(|sources| sources.list);
            let streams = streams
                .unwrap_or_default()
                .iter()
                .take(stream::MOST_STREAMS)
                .filter_map(Stream::new)
                .collect();
            let candidate = Candidate { from, to, flow: flow_id, packets, first, last, streams };
            if let Some((call, flows)) = self.book.media(&candidate) {
                (flow.call, flow.announced_by) = (call, flows);
            } else if !candidate.streams.is_empty() {
                let call;
                (flow.call, call) = self.media_alone(candidate, peer.is_some());
                over.extend(call);
            }
        }
        over.extend(self.take_over(cx.flow.last));
        for call in over {
            self.show(&call, &mut |flow, row| cx.emit_for(flow, row));
        }
        FlowRow { call: flow.call, announced_by: List(&flow.announced_by) }
    }

    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        while let Some(call) = self.take_alone(None).or_else(|| self.book.take_oldest()) {
            self.show(&call, &mut |flow, row| cx.emit_for(flow, row));
        }
        Ok(())
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        if self.calls > 0 {
            out.line("Number of calls", [Part::Count(self.calls)]);
            let answered = [Part::Count(self.answered), Part::Share(self.answered, self.calls)];
            out.line("Number of calls that were answered", answered);
            out.aggregated("callFlags", self.flags.into(), 4);
        }
    }
}

impl VoipCalls {
    fn messages(
        &mut self,
        messages: &Messages,
        (time, id): (Timestamp, FlowId),
        key: &FlowKey,
        flow: &mut State,
    ) {
        flow.is_signalling = true;
        let (from, to) = ends(key);
        let seen = Seen { time, flow: id, from, to, is_tcp: key.proto == TCP };
        for fact in messages.sip.iter().flat_map(|messages| &messages.list) {
            flow.call = self.book.message(fact, seen).unwrap_or(flow.call);
        }
        for fact in messages.h323.iter().flat_map(|messages| &messages.list) {
            let end = |place: &Place| (place.ip(), place.port);
            let (from, to) = (end(&fact.source), end(&fact.target));
            let seen = Seen { time: Timestamp(fact.time), from, to, ..seen };
            flow.call = self.book.h323(fact, seen).unwrap_or(flow.call);
        }
    }

    fn take_over(&mut self, now: Timestamp) -> Vec<Call> {
        let linger = i64::from(self.toggles.linger) * NANOS;
        self.book.take_over(now, linger, self.toggles.most as usize)
    }

    /// Writes the row of a call.
    fn show(&mut self, call: &Call, emit: &mut dyn FnMut(FlowId, &CallRow<'_>)) {
        let lists = Lists::new(call);
        let row = CallRow::new(call, &lists, &self.toggles);
        self.calls += 1;
        self.answered += u64::from(call.answer.is_some());
        self.flags |= row.flags.0;
        let media = call.media.first().map(|media| media.flow.0);
        emit(FlowId(call.flows.first().copied().or(media).unwrap_or(0)), &row);
    }
}
