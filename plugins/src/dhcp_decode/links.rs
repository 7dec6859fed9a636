//! What flows tell of each other: the two sides of a transaction, and who has which address.

use std::net::Ipv4Addr;

use flowz_api::Checkpoint;

use super::message::Summary;
use crate::bounded_map::BoundedMap;

/// Most entries of each map.
const MOST: usize = 65_536;

/// Most bytes of an entry of each map: a map and a queue that double when they are full.
const ENTRY: usize = BoundedMap::<Transaction, [Option<u64>; 2]>::ENTRY
    + BoundedMap::<u64, u64>::ENTRY
    + BoundedMap::<Ipv4Addr, [u8; 6]>::ENTRY;
const OFFER: u8 = 2;
const REQUEST: u8 = 3;
const ACK: u8 = 5;

/// A transaction: IP version, number (none in the reference) and client.
type Transaction = (bool, Option<u32>, [u8; 6]);

/// The maps.
#[derive(Debug, Checkpoint)]
pub(crate) struct Links {
    /// Flow numbers of client and server.
    sides: BoundedMap<Transaction, [Option<u64>; 2]>,
    others: BoundedMap<u64, u64>,
    owners: BoundedMap<Ipv4Addr, [u8; 6]>,
    compat: bool,
    bytes: usize,
}

impl Links {
    /// Empty maps that take no more than `share` bytes.
    pub(crate) fn new(compat: bool, share: usize) -> Self {
        let most = (share / ENTRY).clamp(1, MOST);
        Self {
            sides: BoundedMap::new(most),
            others: BoundedMap::new(most),
            owners: BoundedMap::new(most),
            compat,
            bytes: most * ENTRY,
        }
    }

    /// Most bytes of the maps.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
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
