//! Who talks to whom, and what is shown of it.

use flowz_api::Checkpoint;
use flowz_api::key::FlowKey;

use super::endpoints::{Address, Endpoints};
use super::index::LIMIT;
use super::maxima::Maxima;
use super::places::{Host, Places, State};
use super::reference::Reference;

/// What is shown of a flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) source: u32,
    pub(crate) destination: u32,
    pub(crate) pair: u32,
    pub(crate) port: u32,
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
}

/// All connections.
#[derive(Debug, Checkpoint)]
pub(crate) struct Connections {
    places: Places,
    /// Whether flows count only while they live.
    live: bool,
    /// Hosts as the reference counts them.
    reference: Option<Box<Reference>>,
    /// Most bytes of what is not forgotten with its flows.
    kept: usize,
    /// The largest numbers so far.
    pub(crate) maxima: Maxima,
}

impl Connections {
    /// Nothing yet. What is not forgotten with its flows takes no more than `share` bytes.
    pub(crate) fn new(live: bool, compat: bool, share: usize) -> Self {
        let kept = if live { 0 } else { Places::BYTES } + if compat { Reference::BYTES } else { 0 };
        let limit = (share.checked_div(kept).unwrap_or(LIMIT)).min(LIMIT);
        Self {
            places: Places::new(if live { LIMIT } else { limit }),
            live,
            reference: compat.then(|| Box::new(Reference::new(limit))),
            maxima: Maxima::default(),
            kept: limit * kept,
        }
    }

    /// Most bytes of what is not forgotten with its flows.
    pub(crate) fn kept(&self) -> usize {
        self.kept
    }

    /// A flow begins. Without room it is not counted.
    pub(crate) fn begin(&mut self, endpoints: &Endpoints, reply: bool) -> State {
        let Some(request) = self.places.enter(endpoints) else { return State::default() };
        let state = if reply { request.reversed() } else { request };
        self.add(endpoints, state);
        state
    }

    /// A flow begins whose places are known.
    pub(crate) fn add(&mut self, endpoints: &Endpoints, state: State) {
        let port = self.places.port_flows(&state);
        *port += 1;
        let port = *port;
        let pair = self.places.pair_flows(&state);
        *pair += 1;
        let pair = *pair;
        self.maxima.flows(pair, port);
        let is_first = pair == 1;
        if is_first {
            self.meet(endpoints, state);
        }
        if let Some(reference) = &mut self.reference {
            reference.begin(endpoints, is_first, &mut self.maxima);
        }
    }

    /// Client and server have their first flow.
    fn meet(&mut self, endpoints: &Endpoints, state: State) {
        let (client, server) = state.roles();
        let hosts = &mut self.places.hosts;
        hosts.get_mut(client).servers += 1;
        hosts.get_mut(server).clients += 1;
        if self.reference.is_none() {
            self.maxima.client(endpoints.client, hosts.get(client).servers);
            self.maxima.server(endpoints.server, hosts.get(server).clients);
        }
    }

    /// A packet of a flow that is counted.
    #[inline]
    pub(crate) fn sent(&mut self, state: &State, key: &FlowKey, bytes: u32) {
        let host = self.places.hosts.get_mut(state.sender);
        host.packets += 1;
        host.bytes += u64::from(bytes);
        if let Some(reference) = &mut self.reference
            && let Some(source) = Address::new(key.src_ip())
        {
            reference.sent(source, bytes);
        }
    }

    /// A flow ends: what is counted for it, itself included.
    pub(crate) fn end(&mut self, state: &State, key: &FlowKey) -> Counts {
        if !state.is_counted() {
            return Counts::default();
        }
        let mut counts = self.counts(state);
        if let Some(reference) = &self.reference {
            counts = reference.show(key, state.reply, counts);
        }
        self.maxima.sender(key, counts.packets, counts.bytes);
        let was_last = self.live && self.remove(state);
        if let Some(reference) = self.reference.as_mut().filter(|_| was_last) {
            reference.part(key, state.reply);
        }
        counts
    }

    fn counts(&mut self, state: &State) -> Counts {
        let (pair, port) = (*self.places.pair_flows(state), *self.places.port_flows(state));
        let hosts = &self.places.hosts;
        let (sender, receiver) = (hosts.get(state.sender), hosts.get(state.receiver));
        let [source, destination] = if state.reply {
            [sender.clients, receiver.servers]
        } else {
            [sender.servers, receiver.clients]
        };
        let Host { packets, bytes, .. } = *sender;
        Counts { source, destination, pair, port, packets, bytes }
    }

    /// A flow counts no more. Whether it was the last one of its pair.
    fn remove(&mut self, state: &State) -> bool {
        let port = self.places.port_flows(state);
        *port -= 1;
        if *port == 0 {
            self.places.leave_port(state);
        }
        let pair = self.places.pair_flows(state);
        *pair -= 1;
        let was_last = *pair == 0;
        if was_last {
            self.part(state);
        }
        was_last
    }

    /// Client and server have had their last flow.
    fn part(&mut self, state: &State) {
        self.places.leave_pair(state);
        let (client, server) = state.roles();
        self.places.hosts.get_mut(client).servers -= 1;
        self.places.hosts.get_mut(server).clients -= 1;
        self.places.forget(client);
        self.places.forget(server);
    }
}
