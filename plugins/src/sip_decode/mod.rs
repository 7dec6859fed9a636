//! SIP: requests, responses, who is called, and which media are wanted where (RFC 3261, RFC 8866).
//!
//! Messages are known by their first line, on any port, in UDP datagrams and TCP streams: any number in a segment, one over any number,
//! with blank lines between them, compact names and folded lines. What is malformed is read as far as it makes sense and marked. A flow that begins with something else
//! is given up after 8 packets, on ports 5060, 5061 and 5070 after 64. Of fragments the first one is read, or all with `core.REASSEMBLE`.
//!
//! | `sipFlags` | what |
//! |---|---|
//! | 0004 | SIP |
//! | 0010 | blank lines or STUN that keep the connection alive |
//! | 0020 | a line that is no field, or no Call-ID |
//! | 0040 | a description of a session (SDP) |
//! | 0080 | a message that came before |
//! | 0100 | not all of a message was captured |
//! | 0200, 0400 | audio, video |
//! | 0800 | a list is full, or a text was cut |
//! | 1000 | something else in the same flow |
//! | 2000 | bytes of the connection are missing |
//! | 4000 | media are encrypted |
//!
//! `sipMethods`: 0002 INVITE, 0004 ACK, 0008 BYE, 0010 CANCEL, 0020 REGISTER, 0040 OPTIONS, 0080 INFO, 0100 PRACK, 0200 SUBSCRIBE, 0400 NOTIFY,
//! 0800 UPDATE, 1000 MESSAGE, 2000 REFER, 4000 PUBLISH, 0001 any other.
//!
//! **Table** `sip`: a row for each message, when its last byte has come; of one whose end is missing at the gap or the end.
//!
//! Columns have the names that the reference's voipDetector has for the same things. **Not offered**: `sipRealIP`; `VOIP_SIP_PRV` and what it shows;
//! SIP over TLS, SCTP and WebSocket.

mod bits;
mod counts;
pub(crate) mod fact;
mod message;
mod reading;
mod row;
mod state;
mod table;
mod toggles;

use flowz_api::fact::FactId;
use flowz_api::inventory;
use flowz_api::key::UDP;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::stream::{Found, Next, StreamEvent};
use flowz_api::table::TableList;

use crate::voip::datagram::{Datagram, datagram};
use crate::voip::media::SipMedia;
use crate::voip::sip::message::find;
use bits::flag;
use counts::Counts;
use fact::SipMessages;
use message::Now;
use row::{FlowRow, PacketRow};
use state::{MOST_TRIES, MOST_TRIES_ON_PORT, Side, State};
use table::MessageRow;
use toggles::Toggles;

const PORTS: [u16; 3] = [5060, 5061, 5070];

inventory::submit! { PluginEntry::new::<SipDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct SipDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(or)]
    stats: u16,
    #[merge(or)]
    methods: u16,
    #[merge(nested)]
    counts: Counts,
}

impl Plugin for SipDecode {
    const INFO: Info = Info::new("sipDecode", 411, "SIP: calls, who makes them, and their media")
        .streams()
        .publishes(&[FactId::of::<SipMessages>(), FactId::of::<SipMedia>()]);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        Ok(Self { toggles, stats: 0, methods: 0, counts: Counts::default() })
    }

    fn bytes_elsewhere(&self) -> usize {
        const LISTS_OF_TEXTS: usize = 4;
        let t = &self.toggles;
        let texts =
            usize::from(t.most) * (memory::list::<u8>(t.longest.into()) + size_of::<Vec<u8>>());
        let contacts = usize::from(t.most_contacts) * memory::list::<u8>(t.longest.into());
        let formats = usize::from(t.most_formats) * memory::list::<u8>(64);
        memory::boxed::<Side>()
            + LISTS_OF_TEXTS * texts
            + contacts
            + formats
            + memory::list::<u64>(state::REMEMBERED)
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().table {
            list.add::<MessageRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        match cx.layers.l4_proto {
            _ if cx.layers.is_tcp() => Interest::Stream,
            UDP if !cx.layers.is_layer2() => Interest::Packets,
            _ => Interest::None,
        }
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let Some(Datagram { bytes: payload, len }) = datagram(cx) else { return };
        if let Some(seen) = reading::in_datagram(payload, payload.len() >= len as usize) {
            let key = crate::voip::key(cx);
            let now = Now { time: cx.packet.ts, number: cx.number, key: &key };
            return self.message(cx, now, &seen, flow);
        }
        let is_sip = flow.side.is_some() || peer.is_some_and(|peer| peer.side.is_some());
        match reading::is_keep_alive(payload) {
            true if is_sip => flow.stat |= flag::KEEP_ALIVE,
            true => {}
            false if is_sip => flow.stat |= flag::OTHER,
            false => {
                flow.tries += 1;
                let is_port = [cx.key.src_port, cx.key.dst_port].iter().any(|p| PORTS.contains(p));
                if flow.tries >= if is_port { MOST_TRIES_ON_PORT } else { MOST_TRIES } {
                    cx.set_interest(Interest::None);
                }
            }
        }
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        _: Option<&mut State>,
    ) -> Next {
        match event {
            StreamEvent::Data(data) => return self.data(cx, data, flow),
            StreamEvent::Gap(gap) => return self.gap(cx, gap, flow),
            StreamEvent::End(end) => self.rest(cx, end.rest, flow),
            StreamEvent::Closed(_) => (flow.needed, flow.passing) = (0, 0),
        }
        Next::Take(0)
    }

    fn find_message(&self, _: &State, bytes: &[u8], _: usize) -> Found {
        find(bytes)
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> PacketRow {
        PacketRow::default()
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.side.is_none() && flow.stat & !flag::LOSS == 0
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        static NOTHING: Side = Side::NOTHING;
        let side = flow.side.as_deref();
        // Bytes that are missing where there is no SIP are nobody's concern.
        let stat = if side.is_some() { flow.stat } else { flow.stat & !flag::LOSS };
        let side = side.unwrap_or(&NOTHING);
        self.stats |= stat;
        self.methods |= side.methods;
        FlowRow::new(stat, side)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        out.aggregated("sipFlags", self.stats.into(), 4);
        out.aggregated("sipMethods", self.methods.into(), 4);
        self.counts.report(totals, out);
    }
}
