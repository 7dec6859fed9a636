//! Queries to groups of hosts: the response comes in another flow.
//!
//! Those of LLMNR, NetBIOS and of clients of multicast DNS on another port are answered to the address that asked, with its
//! number; in multicast DNS proper any response with a record that was asked for is the answer (RFC 6762, section 6).

use std::collections::VecDeque;

use flowz_api::Checkpoint;
use flowz_api::cell::IpText;
use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::packet::NANOS;

use super::header::Header;
use super::stored::{Found, Question, Stored};
use super::table::Place;
use super::transactions::{Room, Told, Transaction};

/// Most queries that are kept of all flows.
const MOST: usize = 128;
/// Later responses do not belong to a query.
const LATE: i64 = 10 * NANOS;
/// So many answers of a response are looked at.
const LOOKED_AT: usize = 32;
/// So many queries are answered by one response.
const ANSWERED: usize = 4;
const MDNS: u16 = 5353;

/// A query to a group.
#[derive(Debug, Checkpoint)]
pub(crate) struct Asked {
    pub(crate) flow: FlowId,
    /// In the direction of the query.
    pub(crate) key: FlowKey,
    pub(crate) netbios: bool,
    /// Who has answered.
    pub(crate) responder: IpText,
    pub(crate) transaction: Transaction,
}

/// Queries to groups, in the order in which they came.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Groups(VecDeque<Asked>);

/// Whether a flow is multicast DNS between its own ports.
pub(crate) fn is_mdns(key: &FlowKey) -> bool {
    key.src_port == MDNS && key.dst_port == MDNS
}

/// Whether a query goes to many: by its address, or by its own word (RFC 1002, section 4.2.1.1).
pub(crate) fn is_to_group(key: &FlowKey, header: Header, netbios: bool) -> bool {
    const BROADCAST: u16 = 0x0010;
    let by_address = match key.net {
        Net::V4 => key.dst[0] >> 4 == 0xe || key.dst.starts_with(&[0xff; 4]),
        Net::V6 => key.dst[0] == 0xff,
        Net::Layer2 => false,
    };
    by_address || is_mdns(key) || netbios && header.flags & BROADCAST != 0
}

impl Groups {
    /// A query.
    pub(crate) fn query(&mut self, asked: Asked, room: &mut Room) {
        let Some(query) = &asked.transaction.query else { return };
        let mut own = self.0.iter_mut().filter(|other| {
            other.transaction.response.is_none()
                && other.flow == asked.flow
                && other.key == asked.key
        });
        if let Some(known) = own.find(|other| other.transaction.is_of(query)) {
            known.transaction.again(query.time);
            return;
        }
        room.used += asked.transaction.bytes();
        self.0.push_back(asked);
    }

    /// A response to one address. Gives it back if nobody there has asked.
    pub(crate) fn answer(
        &mut self,
        key: &FlowKey,
        response: Told,
        room: &mut Room,
    ) -> Result<(), Told> {
        let known = self.0.iter_mut().find(|asked| {
            let is_there = asked.key.src == key.dst && asked.key.src_port == key.dst_port;
            is_there
                && !is_mdns(&asked.key)
                && asked.is_in_time(&response)
                && asked.transaction.is_of(&response)
        });
        let Some(asked) = known else { return Err(response) };
        asked.answered(key, response, room);
        Ok(())
    }

    /// A response of multicast DNS. Gives it back if nobody has asked for any of it.
    pub(crate) fn announce(
        &mut self,
        key: &FlowKey,
        response: Told,
        room: &mut Room,
    ) -> Result<(), Told> {
        let is_waiting = |asked: &&mut Asked| {
            is_mdns(&asked.key)
                && asked.transaction.response.is_none()
                && asked.is_in_time(&response)
                && asked.asks_for(&response.message)
        };
        let mut answered = 0;
        for asked in self.0.iter_mut().filter(is_waiting).take(ANSWERED) {
            asked.answered(key, response.clone(), room);
            answered += 1;
        }
        if answered == 0 { Err(response) } else { Ok(()) }
    }

    /// A query that is to get its row because there is no more room.
    pub(crate) fn surplus(&mut self, room: &mut Room) -> Option<Asked> {
        let is_full = self.0.len() > MOST || room.is_over();
        let asked = self.0.pop_front_if(|_| is_full)?;
        room.used = room.used.saturating_sub(asked.transaction.bytes());
        Some(asked)
    }

    /// The queries of a flow that ends.
    pub(crate) fn of(&mut self, flow: FlowId, room: &mut Room) -> Vec<Asked> {
        if self.0.iter().all(|asked| asked.flow != flow) {
            return Vec::new();
        }
        let all = std::mem::take(&mut self.0).into_iter();
        let (ended, others): (Vec<_>, Vec<_>) = all.partition(|asked| asked.flow == flow);
        self.0 = others.into();
        let bytes: usize = ended.iter().map(|asked| asked.transaction.bytes()).sum();
        room.used = room.used.saturating_sub(bytes);
        ended
    }
}

impl Asked {
    /// Whether a response comes soon enough.
    fn is_in_time(&self, response: &Told) -> bool {
        let query = self.transaction.query.as_ref();
        query.is_some_and(|query| response.time - query.time <= LATE)
    }

    /// Whether a response has a record that the query asks for.
    fn asks_for(&self, response: &Stored) -> bool {
        let query = self.transaction.query.as_ref();
        query.is_some_and(|query| {
            query.message.questions().any(|question| {
                response.answers().take(LOOKED_AT).any(|answer| is_answer(question, answer))
            })
        })
    }

    /// Where its row belongs.
    pub(crate) fn place(&self) -> Place<'_> {
        Place { key: &self.key, netbios: self.netbios, responder: Some(self.responder) }
    }

    fn answered(&mut self, key: &FlowKey, response: Told, room: &mut Room) {
        let before = self.transaction.bytes();
        if self.transaction.response.is_none() {
            self.responder = key.src_ip();
        }
        self.transaction.answered(response);
        room.used += self.transaction.bytes().saturating_sub(before);
    }
}

/// Whether a record is what is asked for: of that type, the name of another one, or the word that there is none (RFC 6762,
/// section 6.1).
fn is_answer(question: Question<'_>, answer: Found<'_>) -> bool {
    const CNAME: u16 = 5;
    const NSEC: u16 = 47;
    const ANY: u16 = 255;
    let is_kind =
        [answer.kind, ANY].contains(&question.kind) || [CNAME, NSEC].contains(&answer.kind);
    is_kind && question.name.eq_ignore_ascii_case(answer.name)
}
