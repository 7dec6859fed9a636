//! Which response belongs to which query, for the table.
//!
//! Queries wait in the state of their flow, where the other direction brings the response; those to groups of hosts wait in one list
//! for all flows. What is kept is bounded in each flow and in all; what finds no more room gets its row at once.

use flowz_api::Checkpoint;
use flowz_api::cell::IpText;
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;
use flowz_api::plugin::{Context, FlowView};

use super::groups::{Asked, Groups, is_mdns, is_to_group};
use super::header::stat;
use super::state::State;
use super::stored::Stored;
use super::table::{self, Place};
use super::transactions::{Room, Told, Transaction};
use super::transport::Piece;

/// Most bytes that are kept of all flows.
const MOST: usize = 1 << 30;

/// What is kept for the table beside the flows.
#[derive(Debug, Checkpoint)]
pub(crate) struct Book {
    groups: Groups,
    room: Room,
}

/// A flow and its peer.
type Pair<'a> = (&'a mut State, Option<&'a mut State>);

impl Book {
    /// An empty one for what takes no more than a part of the memory.
    pub(crate) fn new(share: usize) -> Self {
        Self { groups: Groups::default(), room: Room { most: share.min(MOST), used: 0 } }
    }

    /// Most bytes that it takes, and what it makes the flows keep.
    pub(crate) fn bytes(&self) -> usize {
        self.room.most
    }

    /// Takes in a message of a flow.
    pub(crate) fn add<V: FlowView>(
        &mut self,
        cx: &mut Context<'_, V>,
        key: &FlowKey,
        pair: Pair<'_>,
        (piece, time, connection): (Piece<'_>, Timestamp, u32),
    ) {
        let netbios = is_netbios(pair.0);
        let Some(message) = Stored::read(piece, netbios) else { return };
        let told = Told { time, connection, message };
        if told.message.header.is_response() {
            self.response(cx, key, pair, told);
        } else if is_to_group(key, told.message.header, netbios) {
            let (flow, key, responder) = (cx.flow().id, *key, IpText::None);
            let transaction = Transaction::asked(told);
            self.groups.query(Asked { flow, key, netbios, responder, transaction }, &mut self.room);
        } else {
            self.query(cx, key, pair, told);
        }
        while let Some(asked) = self.groups.surplus(&mut self.room) {
            table::show(&asked.transaction, asked.place(), |row| cx.emit_for(asked.flow, row));
        }
    }

    fn query<V: FlowView>(
        &mut self,
        cx: &mut Context<'_, V>,
        key: &FlowKey,
        (flow, peer): Pair<'_>,
        query: Told,
    ) {
        let own = flow.waiting.get_or_insert_default();
        if own.again(&query) {
            return;
        }
        let early = peer.and_then(|peer| peer.waiting.as_mut()?.early(&query, &mut self.room));
        let mut transaction = Transaction::asked(query);
        if let Some(early) = early {
            (transaction.response, transaction.responses) = (early.response, early.responses);
        }
        own.push(transaction, &mut self.room);
        self.surplus(cx, key, flow);
    }

    fn response<V: FlowView>(
        &mut self,
        cx: &mut Context<'_, V>,
        key: &FlowKey,
        (flow, peer): Pair<'_>,
        response: Told,
    ) {
        let netbios = is_netbios(flow);
        let place = |key| Place { key, netbios, responder: None };
        if is_mdns(key) {
            // Nobody needs to have asked.
            if let Err(response) = self.groups.announce(key, response, &mut self.room) {
                let unasked = Transaction::unasked(response);
                table::show(&unasked, place(key), |row| cx.emit(row));
            }
            return;
        }
        let room = &mut self.room;
        let of_peer = match peer.and_then(|peer| peer.waiting.as_mut()) {
            Some(waiting) => waiting.answer(response, room),
            None => Err(response),
        };
        let response = match of_peer {
            Ok(None) => return,
            Ok(Some(done)) => {
                return table::show(&done, place(&key.reversed()), |row| cx.emit(row));
            }
            Err(response) => response,
        };
        let Err(response) = self.groups.answer(key, response, room) else { return };
        let own = flow.waiting.get_or_insert_default();
        match own.answer(response, room) {
            Ok(None) => {}
            Ok(Some(done)) => table::show(&done, place(key), |row| cx.emit(row)),
            Err(response) => {
                own.push(Transaction::unasked(response), room);
                self.surplus(cx, key, flow);
            }
        }
    }

    /// Writes the rows of what a flow can keep no longer.
    fn surplus<V: FlowView>(&mut self, cx: &mut Context<'_, V>, key: &FlowKey, flow: &mut State) {
        let place = Place { key, netbios: is_netbios(flow), responder: None };
        let Some(own) = &mut flow.waiting else { return };
        while let Some(transaction) = own.surplus(&mut self.room) {
            table::show(&transaction, place, |row| cx.emit(row));
        }
    }

    /// A flow ends: rows of what it has kept.
    pub(crate) fn close<V: FlowView>(
        &mut self,
        cx: &mut Context<'_, V>,
        key: &FlowKey,
        flow: &mut State,
    ) {
        let place = Place { key, netbios: is_netbios(flow), responder: None };
        let own = flow.waiting.take().map(|mut own| own.drain(&mut self.room));
        for transaction in own.unwrap_or_default() {
            table::show(&transaction, place, |row| cx.emit(row));
        }
        for asked in self.groups.of(cx.flow().id, &mut self.room) {
            table::show(&asked.transaction, asked.place(), |row| cx.emit(row));
        }
    }
}

fn is_netbios(flow: &State) -> bool {
    flow.stat & stat::NETBIOS != 0
}
