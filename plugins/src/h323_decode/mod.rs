//! H.323: who calls whom, how the call goes, and which media are wanted where (ITU-T H.225.0, H.245, Q.931).
//!
//! RAS is read on ports 1718 and 1719 of UDP and where a message announces a place for it. Call signalling and H.245 are read on any port of TCP: a
//! connection is H.245 if call signalling has announced its address or if its messages name H.245, else call signalling is known by its first bytes.
//! Messages over several segments, several in one and those behind gaps are read. H.245 in call signalling (tunnelled) and channels of a fast
//! start are read like others. What is not needed is passed over, by its length where it has one.
//!
//! **Calls**: a message belongs to the call that it names. Others are joined: call signalling by the number of the call on its connection, H.245
//! by the address that was announced, answers of RAS by the number of the request. Calls before version 2 of H.225.0 have no
//! identifier: that of the conference stands for it; without that, the numbers of flow and call (`7/1`).
//!
//! | `h323Stat` | what |
//! |---|---|
//! | 0001 | RAS |
//! | 0002 | call signalling |
//! | 0004 | H.245 on a connection of its own |
//! | 0008 | H.245 in call signalling |
//! | 0010 | channels of a fast start |
//! | 0020 | a message that is malformed |
//! | 0100 | not all of a message was captured |
//! | 0200, 0400 | audio, video |
//! | 0800 | a list is full, or a text was cut |
//! | 1000 | something else in the same flow |
//! | 2000 | bytes of the connection are missing |
//! | 4000 | media are encrypted |
//! | 8000 | a message of a call that is not known |
//!
//! **Table** `h323`: a row for each message, when its last byte has come; those of H.245 in call signalling follow what they come in.
//!
//! **Memory**: of 16,384 calls, announced addresses, requests and channels each what is needed is kept; the oldest leave. One instance sees all flows.
//!
//! **Not offered**: H.235 (encrypted signalling), H.450, H.460 and what other Recommendations put into H.225.0; call signalling over UDP (annex E), TLS and SCTP.

mod bits;
mod calls;
mod channels;
mod counts;
pub(crate) mod fact;
mod keeping;
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
use crate::voip::h323::ras::Ras;
use crate::voip::media::H323Media;
use calls::Calls;
use channels::Channels;
use counts::Counts;
use fact::H323Messages;
use row::{FlowRow, PacketRow};
use state::{MOST_TRIES, MOST_TRIES_ON_PORT, Side, State};
use table::{MessageRow, Now};
use toggles::Toggles;

/// Ports of RAS.
const PORTS: [u16; 2] = [1718, 1719];

inventory::submit! { PluginEntry::new::<H323Decode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct H323Decode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(state)]
    calls: Calls,
    #[merge(state)]
    channels: Channels,
    /// Bytes for these two.
    #[merge(keep)]
    share: usize,
    #[merge(or)]
    stats: u16,
    #[merge(nested)]
    counts: Counts,
}

impl Plugin for H323Decode {
    const INFO: Info =
        Info::new("h323Decode", 412, "H.323: calls, who makes them, and their media")
            .streams()
            .sees_all_flows()
            .publishes(&[FactId::of::<H323Messages>(), FactId::of::<H323Media>()]);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let share = setup.run.share();
        Ok(Self {
            toggles: setup.toggles.clone(),
            calls: Calls::new(share / 2),
            channels: Channels::new(share / 2),
            share,
            stats: 0,
            counts: Counts::default(),
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        const LISTS_OF_TEXTS: usize = 6;
        let t = &self.toggles;
        let text = memory::list::<u8>(t.longest.into()) + size_of::<Vec<u8>>();
        memory::boxed::<Side>() + LISTS_OF_TEXTS * usize::from(t.most) * text
    }

    fn bytes_of_run(&self) -> usize {
        Calls::bytes(self.share / 2) + Channels::bytes(self.share / 2)
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().table {
            list.add::<MessageRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        match cx.layers.l4_proto {
            _ if cx.layers.is_tcp() => Interest::Stream,
            UDP if !cx.layers.is_layer2() => {
                Interest::when(has_port(cx) || self.calls.is_ras(cx.key))
            }
            _ => Interest::None,
        }
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let Some(Datagram { bytes, len }) = datagram(cx) else { return };
        let is_cut = bytes.len() < len as usize;
        let is_known = flow.side.is_some() || peer.is_some_and(|peer| peer.side.is_some());
        // What is malformed is only told where there is no doubt.
        let is_ours = |ras: &Ras| !ras.is_malformed || is_cut || is_known || has_port(cx);
        if let Some(ras) = Ras::read(bytes).filter(is_ours) {
            let key = crate::voip::key(cx);
            let is_reply = cx.flow.direction() == Direction::B;
            let now = Now { time: cx.packet.ts, number: cx.number, key: &key, is_reply, is_cut };
            return self.ras(cx, now, (bytes, ras), flow);
        }
        if is_known {
            flow.stat |= bits::OTHER;
            return;
        }
        flow.tries += 1;
        if flow.tries >= if has_port(cx) { MOST_TRIES_ON_PORT } else { MOST_TRIES } {
            cx.set_interest(Interest::None);
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
            StreamEvent::Closed(_) => flow.forget_connection(),
        }
        Next::Take(0)
    }

    fn find_message(&self, flow: &State, bytes: &[u8], _: usize) -> Found {
        reading::find(flow.role, bytes)
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> PacketRow {
        PacketRow::default()
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.side.is_none() && flow.stat & !bits::LOSS == 0
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        static NOTHING: Side = Side::NOTHING;
        let side = flow.side.as_deref();
        // Bytes that are missing where there is no H.323 are nobody's concern.
        let stat = if side.is_some() { flow.stat } else { flow.stat & !bits::LOSS };
        self.stats |= stat;
        FlowRow::new(stat, side.unwrap_or(&NOTHING))
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        out.aggregated("h323Stat", self.stats.into(), 4);
        self.counts.report(totals, out);
    }
}

/// Whether a flow has a port of RAS.
fn has_port(cx: &PacketContext<'_>) -> bool {
    [cx.key.src_port, cx.key.dst_port].iter().any(|port| PORTS.contains(port))
}
