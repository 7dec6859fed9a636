//! Echo requests and their replies: who answered and how fast, as `tshark -z icmp,srt` tells it.
//!
//! A reply belongs to the last request with the same addresses the other way round, the same VLAN, identifier, sequence number and
//! data, the latter judged by the checksum. Of several replies the first one counts. Requests that wait are bounded; the times of
//! replies are all kept, eight bytes each, since the median needs them.

mod message;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use flowz_api::packet::{Packet, Timestamp};

pub use message::{Kind, Message};
pub use summary::{COLUMNS, Summary};

/// Requests that are remembered; the oldest ones are forgotten and count as lost.
const MOST_WAITING: usize = 1 << 20;

/// What a message turned out to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// A request.
    Request,
    /// The first reply to a request, so many nanoseconds behind it (before it, if negative).
    Reply(i64),
    /// A further reply to a request.
    Duplicate,
    /// A reply to a request with other data.
    Mismatch,
    /// A reply without a request.
    Unmatched,
    /// No echo.
    Other,
}

/// What request and reply have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Exchange {
    asker: IpAddr,
    asked: IpAddr,
    vlan: u16,
    ident: u16,
    seq: u16,
}

/// A request.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    time: Timestamp,
    frame: u64,
    is_answered: bool,
}

/// Matches replies to requests.
#[derive(Clone, Default, Debug)]
pub struct Echoes {
    requests: HashMap<(Exchange, u16), Waiting>,
    /// The data of the last request of an exchange, and whether a reply with other data came.
    last: HashMap<Exchange, (u16, bool)>,
    order: VecDeque<(Exchange, u16, u64)>,
    v4: Summary,
    v6: Summary,
}

impl Echoes {
    /// Takes a packet with its number; none if there is no message in it.
    pub fn add(&mut self, frame: u64, packet: &Packet<'_>) -> Option<(Message, Role)> {
        let message = Message::of(packet)?;
        Some((message, self.message(frame, packet.ts, &message)))
    }

    /// What was counted of ICMP.
    pub fn v4(&self) -> &Summary {
        &self.v4
    }

    /// What was counted of ICMPv6.
    pub fn v6(&self) -> &Summary {
        &self.v6
    }

    /// Takes a message.
    fn message(&mut self, frame: u64, time: Timestamp, message: &Message) -> Role {
        let Message { src, dst, vlan, ident, seq, .. } = *message;
        let role = match message.kind {
            Kind::Other => return Role::Other,
            Kind::Request => {
                let exchange = Exchange { asker: src, asked: dst, vlan, ident, seq };
                self.request(exchange, message.data_sum, (frame, time));
                Role::Request
            }
            Kind::Reply => {
                let exchange = Exchange { asker: dst, asked: src, vlan, ident, seq };
                self.reply(exchange, message.data_sum, time)
            }
        };
        let summary = if message.is_v6 { &mut self.v6 } else { &mut self.v4 };
        summary.add(role, frame);
        role
    }

    fn request(&mut self, exchange: Exchange, data: u16, (frame, time): (u64, Timestamp)) {
        let waiting = Waiting { time, frame, is_answered: false };
        self.requests.insert((exchange, data), waiting);
        self.last.insert(exchange, (data, false));
        self.order.push_back((exchange, data, frame));
        if self.order.len() > MOST_WAITING
            && let Some((exchange, data, frame)) = self.order.pop_front()
            && self.requests.get(&(exchange, data)).is_some_and(|oldest| oldest.frame == frame)
        {
            self.requests.remove(&(exchange, data));
            if self.last.get(&exchange).is_some_and(|(last, _)| *last == data) {
                self.last.remove(&exchange);
            }
        }
    }

    fn reply(&mut self, exchange: Exchange, data: u16, time: Timestamp) -> Role {
        match self.requests.get_mut(&(exchange, data)) {
            Some(request) if request.is_answered => Role::Duplicate,
            Some(request) => {
                request.is_answered = true;
                Role::Reply(time - request.time)
            }
            None => self.without_request(exchange),
        }
    }

    /// What a reply is whose data no request has.
    fn without_request(&mut self, exchange: Exchange) -> Role {
        let Some((data, has_other)) = self.last.get_mut(&exchange) else { return Role::Unmatched };
        let is_answered = self.requests.get(&(exchange, *data)).is_some_and(|r| r.is_answered);
        if *has_other || is_answered {
            return Role::Unmatched;
        }
        *has_other = true;
        Role::Mismatch
    }
}
