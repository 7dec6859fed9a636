//! From streams, segments and datagrams to messages.

use flowz_api::key::FlowKey;
use flowz_api::plugin::{Context, FlowView};
use flowz_api::prelude::*;
use flowz_api::stream::{GapReason, Next, StreamData, StreamGap};

use super::header::{self, Header, stat};
use super::message::{self, Reading};
use super::state::{Collector, State};
use super::stream::{self, Step};
use super::transport::{self, Piece};
use super::{DnsDecode, Latest};

impl DnsDecode {
    /// Whether the flow of a packet is read as a stream. The reference looks at segments.
    pub(super) fn reads_streams(&self, layers: &Layers) -> bool {
        layers.is_tcp() && !self.compat
    }

    /// The next bytes of a stream.
    pub(super) fn data(
        &mut self,
        cx: &mut StreamContext<'_>,
        data: StreamData<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        let key = *cx.key;
        let taken = match stream::next(flow, data.bytes, data.seen) {
            Step::Message(piece, taken) => {
                self.latest.begin(data.number, cx.direction());
                flow.stat |= if piece.length < header::LENGTH { stat::SHORT } else { 0 };
                self.message(cx, &key, (flow, peer), (piece, data.time, cx.connection));
                taken
            }
            Step::Pass(taken) => return Next::Take(taken),
            Step::Wait => {
                if self.toggles.table {
                    flow.waiting.get_or_insert_default().heard = data.time;
                }
                return Next::Take(0);
            }
            Step::Lost => 0,
        };
        if flow.is_something_else(false) {
            flow.given_up = true;
            return Next::Stop;
        }
        if taken > 0 { Next::Take(taken) } else { Next::Search(0) }
    }

    /// Bytes of a stream are missing.
    pub(super) fn gap(
        &mut self,
        cx: &mut StreamContext<'_>,
        gap: StreamGap<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        // What was not taken is not missing behind it.
        let lost = if gap.reason == GapReason::NotTaken { 0 } else { gap.len };
        let (piece, is_known) = stream::gap(flow, gap.rest, lost);
        self.part(cx, flow, peer, piece);
        if is_known { Next::Take(0) } else { Next::Search(0) }
    }

    /// What is there of a message of a stream.
    pub(super) fn part(
        &mut self,
        cx: &mut StreamContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
        piece: Option<Piece<'_>>,
    ) {
        let Some(piece) = piece else { return };
        let (key, heard) = (*cx.key, flow.waiting.as_ref().map(|waiting| waiting.heard));
        self.latest = Latest::default();
        self.message(cx, &key, (flow, peer), (piece, heard.unwrap_or(cx.now), cx.connection));
    }

    /// The messages of a TCP segment, as the reference reads them.
    pub(super) fn segment(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        mut peer: Option<&mut State>,
    ) {
        let payload = cx.layers.payload(cx.packet.data);
        if !cx.layers.is_first_fragment() {
            return;
        }
        let lost = (cx.layers.l7_len as usize).saturating_sub(payload.len());
        let mut rest = payload;
        let (key, time) = (*cx.key, cx.packet.ts);
        while let Some((piece, behind)) = transport::segment(flow, rest, lost) {
            self.message(cx, &key, (flow, peer.as_deref_mut()), (piece, time, 0));
            rest = behind;
        }
    }

    /// Takes in a message, the first of its packet or a later one.
    pub(super) fn message<V: FlowView>(
        &mut self,
        cx: &mut Context<'_, V>,
        key: &FlowKey,
        (flow, peer): (&mut State, Option<&mut State>),
        (piece, time, connection): (Piece<'_>, Timestamp, u32),
    ) {
        let Some(header) = Header::from_message(piece.bytes) else { return };
        if self.toggles.table {
            self.book.add(cx, key, (&mut *flow, peer), (piece, time, connection));
        }
        if self.latest.header.is_none() {
            self.latest.header = Some(header);
            let count = if header.is_response() { &mut flow.replies } else { &mut flow.queries };
            *count = count.saturating_add(1);
        }
        let reading = Reading {
            netbios: flow.stat & stat::NETBIOS != 0,
            whole: piece.is_whole(),
            compat: self.compat,
        };
        let mut collector = Collector {
            flow,
            toggles: &self.toggles,
            text_room: self.text_room,
            addresses: self.packet_mode.then_some(&mut self.latest.addresses),
            length: piece.length,
            is_response: false,
            compat: self.compat,
        };
        let bits = message::read(&header, piece.bytes, reading, &mut collector);
        flow.stat |= bits;
        flow.is_dns |= bits & stat::CORRUPT == 0;
    }
}
