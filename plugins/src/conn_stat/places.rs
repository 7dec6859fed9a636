//! Where flows are counted: by pair of client and server, and by client and port.
//!
//! Most hosts have one peer and one port. So the first of each kind is counted in the host itself, which has to be looked at
//! anyway, and only further ones in tables.

use super::endpoints::{Address, Endpoints};
use super::index::Index;
use flowz_api::Checkpoint;

/// No place.
const NIL: u32 = u32::MAX;

/// Where something is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Place {
    /// In the client.
    Client,
    /// In the server.
    Server,
    /// At this place of a table.
    Table(u32),
}

/// Flows with one peer or port; free if there are none.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
struct First<T> {
    what: T,
    flows: u32,
}

impl<T: Copy + PartialEq> First<T> {
    fn is(&self, what: T) -> bool {
        self.flows > 0 && self.what == what
    }

    /// Takes it, if it is free.
    fn take(&mut self, what: T) -> bool {
        let free = self.flows == 0;
        if free {
            self.what = what;
        }
        free
    }
}

/// What is known of an address while it has flows.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Host {
    /// What it has sent.
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// Servers that it is a client of.
    pub(crate) servers: u32,
    /// Clients that it is a server of.
    pub(crate) clients: u32,
    /// A server of it, a client of it, a port that it uses as client.
    server: First<u32>,
    client: First<u32>,
    port: First<u16>,
    /// Its ports in the table.
    ports: u32,
}

/// Where what is counted for a flow is; the state of the flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct State {
    pub(crate) sender: u32,
    pub(crate) receiver: u32,
    pair: Place,
    port: Place,
    /// The server sends.
    pub(crate) reply: bool,
}

impl Default for State {
    fn default() -> Self {
        let nowhere = Place::Client;
        Self { sender: NIL, receiver: NIL, pair: nowhere, port: nowhere, reply: false }
    }
}

impl State {
    /// Whether the flow is counted.
    #[inline]
    pub(crate) fn is_counted(&self) -> bool {
        self.sender != NIL
    }

    /// The places of client and server.
    pub(crate) fn roles(&self) -> (u32, u32) {
        if self.reply { (self.receiver, self.sender) } else { (self.sender, self.receiver) }
    }

    /// Of the other direction.
    pub(crate) fn reversed(self) -> Self {
        Self { sender: self.receiver, receiver: self.sender, reply: !self.reply, ..self }
    }
}

/// Hosts and what is counted of them.
#[derive(Debug, Checkpoint)]
pub(crate) struct Places {
    pub(crate) hosts: Index<Address, Host>,
    /// Flows by client and server.
    pairs: Index<(u32, u32), u32>,
    /// Flows by client and port.
    ports: Index<(u32, u16), u32>,
}

impl Places {
    /// Most bytes for each flow that is counted: a host, the other one if that sends nothing, their pair and a port.
    pub(crate) const BYTES: usize = 2 * Index::<Address, Host>::BYTES
        + Index::<(u32, u32), u32>::BYTES
        + Index::<(u32, u16), u32>::BYTES;

    /// Nothing yet, and never more than so many hosts, pairs and ports each.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            hosts: Index::new(false, limit),
            pairs: Index::new(false, limit),
            ports: Index::new(false, limit),
        }
    }

    /// The places for a request. None if there is no room.
    pub(crate) fn enter(&mut self, endpoints: &Endpoints) -> Option<State> {
        let client = self.hosts.enter(endpoints.client)?.0;
        let Some((server, _)) = self.hosts.enter(endpoints.server) else {
            self.forget(client);
            return None;
        };
        let pair = self.pair(client, server);
        let port = pair.and_then(|_| self.port(client, endpoints.port));
        let Some((pair, port)) = pair.zip(port) else {
            self.forget(client);
            self.forget(server);
            return None;
        };
        Some(State { sender: client, receiver: server, pair, port, reply: false })
    }

    /// Where the flows of a pair are counted.
    fn pair(&mut self, client: u32, server: u32) -> Option<Place> {
        let (c, s) = (self.hosts.get(client), self.hosts.get(server));
        if c.server.is(server) {
            return Some(Place::Client);
        }
        if s.client.is(client) {
            return Some(Place::Server);
        }
        if c.servers > 0
            && s.clients > 0
            && let Some(at) = self.pairs.find((client, server))
        {
            return Some(Place::Table(at));
        }
        if self.hosts.get_mut(client).server.take(server) {
            return Some(Place::Client);
        }
        if self.hosts.get_mut(server).client.take(client) {
            return Some(Place::Server);
        }
        self.pairs.enter((client, server)).map(|(at, _)| Place::Table(at))
    }

    /// Where the flows of a client with a port are counted.
    fn port(&mut self, client: u32, port: u16) -> Option<Place> {
        let host = self.hosts.get_mut(client);
        if host.port.is(port) {
            return Some(Place::Client);
        }
        if host.ports > 0
            && let Some(at) = self.ports.find((client, port))
        {
            return Some(Place::Table(at));
        }
        if host.port.take(port) {
            return Some(Place::Client);
        }
        let (at, _) = self.ports.enter((client, port))?;
        host.ports += 1;
        Some(Place::Table(at))
    }

    /// Flows of the pair.
    pub(crate) fn pair_flows(&mut self, state: &State) -> &mut u32 {
        let (client, server) = state.roles();
        match state.pair {
            Place::Client => &mut self.hosts.get_mut(client).server.flows,
            Place::Server => &mut self.hosts.get_mut(server).client.flows,
            Place::Table(at) => self.pairs.get_mut(at),
        }
    }

    /// Flows of the client with the port.
    pub(crate) fn port_flows(&mut self, state: &State) -> &mut u32 {
        match state.port {
            Place::Table(at) => self.ports.get_mut(at),
            _ => &mut self.hosts.get_mut(state.roles().0).port.flows,
        }
    }

    /// The pair has no flows any more.
    pub(crate) fn leave_pair(&mut self, state: &State) {
        if let Place::Table(at) = state.pair {
            self.pairs.leave(at);
        }
    }

    /// The client has no flows with the port any more.
    pub(crate) fn leave_port(&mut self, state: &State) {
        if let Place::Table(at) = state.port {
            self.ports.leave(at);
            self.hosts.get_mut(state.roles().0).ports -= 1;
        }
    }

    /// A host goes, if it has no peers any more.
    pub(crate) fn forget(&mut self, host: u32) {
        let Host { servers, clients, .. } = self.hosts.get(host);
        if (*servers, *clients) == (0, 0) {
            self.hosts.leave(host);
        }
    }
}
