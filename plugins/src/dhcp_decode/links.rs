//! What flows tell of each other: the two sides of a transaction, and who has which address.

use std::net::Ipv4Addr;

use super::bounded_map::BoundedMap;
use super::message::Summary;

/// Most entries of each map.
const MOST: usize = 65_536;
const OFFER: u8 = 2;
const REQUEST: u8 = 3;
const ACK: u8 = 5;

/// A transaction: IP version, number (none in the reference) and client.
type Transaction = (bool, Option<u32>, [u8; 6]);

/// The maps.
#[derive(Debug)]
pub(crate) struct Links {
    /// Flow numbers of client and server.
    sides: BoundedMap<Transaction, [Option<u64>; 2]>,
    others: BoundedMap<u64, u64>,
    owners: BoundedMap<Ipv4Addr, [u8; 6]>,
    compat: bool,
}

impl Links {
    /// Empty maps.
    pub(crate) fn new(compat: bool) -> Self {
        Self {
            sides: BoundedMap::new(MOST),
            others: BoundedMap::new(MOST),
            owners: BoundedMap::new(MOST),
            compat,
        }
    }

    /// The flow of the other side.
    pub(crate) fn other(&self, flow: u64) -> Option<u64> {
        self.others.get(flow)
    }

    /// To whom an address was given.
    pub(crate) fn owner(&self, address: Ipv4Addr) -> Option<[u8; 6]> {
        self.owners.get(address)
    }

    /// Notes a message of a flow.
    pub(crate) fn add(&mut self, summary: &Summary, is_v6: bool, flow: u64) {
        let Some(mac) = summary.mac else { return };
        if let (Some(ACK), Some(address), false) = (summary.kind, summary.yours, is_v6)
            && summary.is_reply
        {
            self.owners.set(address, mac);
        }
        if !self.compat {
            self.side((is_v6, summary.id, mac), summary.is_reply, flow);
            return;
        }
        // The reference looks for the latest offer to a client when that requests something.
        let key = (false, None, mac);
        match summary.kind {
            Some(OFFER) if !is_v6 => self.sides.set(key, [None, Some(flow)]),
            Some(REQUEST) if !is_v6 => {
                if let Some([None, Some(_)]) = self.sides.get(key) {
                    self.side(key, false, flow);
                }
            }
            _ => {}
        }
    }

    /// One side of a transaction; both sides are linked when both are known.
    fn side(&mut self, key: Transaction, is_reply: bool, flow: u64) {
        let mut sides = self.sides.get(key).unwrap_or_default();
        sides[usize::from(is_reply)] = Some(flow);
        self.sides.set(key, sides);
        if let [Some(client), Some(server)] = sides
            && client != server
        {
            self.others.set(client, server);
            self.others.set(server, client);
        }
    }
}
