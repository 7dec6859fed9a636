//! Hosts as the reference counts them (`--compat`).
//!
//! It forgets a host as soon as it is no client any more, whatever else it has flows for, and never a host that only was a server.
//! Who comes new gets the place that became free last, and goes on from what was sent from there. Packets of a host that is
//! forgotten are lost, and its flows show what happens to be in the memory in front of the counters.

use flowz_api::Checkpoint;
use flowz_api::key::FlowKey;

use super::connections::Counts;
use super::endpoints::{Address, Endpoints};
use super::index::Index;
use super::maxima::Maxima;

/// What is in front of the reference's counters: the size of their memory, as the C library notes it.
const IN_FRONT: u64 = 0x40_1002;

/// A host that is a client or sends.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
struct Sender {
    packets: u64,
    bytes: u64,
    servers: u32,
}

/// All hosts.
#[derive(Debug, Checkpoint)]
pub(crate) struct Reference {
    senders: Index<Address, Sender>,
    /// Clients of each server.
    servers: Index<Address, u32>,
}

impl Reference {
    /// Most bytes for each host.
    pub(crate) const BYTES: usize = Index::<Address, Sender>::BYTES + Index::<Address, u32>::BYTES;

    /// Nothing yet, and never more than so many hosts.
    pub(crate) fn new(limit: usize) -> Self {
        Self { senders: Index::new(true, limit), servers: Index::new(false, limit) }
    }

    /// A flow begins.
    pub(crate) fn begin(&mut self, endpoints: &Endpoints, is_first: bool, maxima: &mut Maxima) {
        let client = self.senders.enter(endpoints.client);
        maxima.clients += u64::from(client.is_some_and(|(_, is_new)| is_new));
        if !is_first {
            return;
        }
        if let Some((at, _)) = client {
            let n = &mut self.senders.get_mut(at).servers;
            *n += 1;
            maxima.client.offer(endpoints.client, u64::from(*n));
        }
        if let Some((at, is_new)) = self.servers.enter(endpoints.server) {
            maxima.servers += u64::from(is_new);
            let n = self.servers.get_mut(at);
            *n += 1;
            maxima.server.offer(endpoints.server, u64::from(*n));
        }
    }

    /// A packet. A host that was not there begins with nothing, whatever its place.
    pub(crate) fn sent(&mut self, source: Address, bytes: u32) {
        let Some((at, is_new)) = self.senders.enter(source) else { return };
        let sender = self.senders.get_mut(at);
        if is_new {
            *sender = Sender::default();
        }
        sender.packets += 1;
        sender.bytes += u64::from(bytes);
    }

    /// What is shown of a flow that ends, in place of what is right.
    pub(crate) fn show(&self, key: &FlowKey, reply: bool, counts: Counts) -> Counts {
        let Some(endpoints) = Endpoints::from_key(key, reply) else { return counts };
        let servers =
            self.senders.find(endpoints.client).map_or(0, |at| self.senders.get(at).servers);
        let clients = self.servers.find(endpoints.server).map_or(0, |at| *self.servers.get(at));
        let [source, destination] = if reply { [clients, servers] } else { [servers, clients] };
        let source_address = if reply { endpoints.server } else { endpoints.client };
        let place = self.senders.find(source_address);
        let sent = place.map_or((0, IN_FRONT), |at| {
            let sender = self.senders.get(at);
            (sender.packets, sender.bytes)
        });
        Counts { source, destination, packets: sent.0, bytes: sent.1, ..counts }
    }

    /// A pair has no flows any more.
    pub(crate) fn part(&mut self, key: &FlowKey, reply: bool) {
        let Some(endpoints) = Endpoints::from_key(key, reply) else { return };
        if let Some(at) = self.servers.find(endpoints.server) {
            let n = self.servers.get_mut(at);
            *n = n.saturating_sub(1);
            if *n == 0 {
                self.servers.leave(at);
            }
        }
        if let Some(at) = self.senders.find(endpoints.client) {
            let n = &mut self.senders.get_mut(at).servers;
            *n = n.saturating_sub(1);
            if *n == 0 {
                self.senders.leave(at);
            }
        }
    }
}
