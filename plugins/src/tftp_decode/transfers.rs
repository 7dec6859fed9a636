//! Which flows belong to which request: the server answers from a new port to that of the client (RFC 1350, section 4).

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use flowz_api::key::FlowKey;
use flowz_api::packet::{NANOS, Timestamp};

/// Most entries of each map.
const MOST: usize = 65_536;

/// A map whose oldest entry leaves when it is full.
#[derive(Debug)]
struct Bounded<K, V> {
    map: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V> Default for Bounded<K, V> {
    fn default() -> Self {
        Self { map: HashMap::new(), order: VecDeque::new() }
    }
}

impl<K: Hash + Eq + Copy, V: Copy> Bounded<K, V> {
    fn get(&self, key: K) -> Option<V> {
        self.map.get(&key).copied()
    }

    fn set(&mut self, key: K, value: V) {
        if self.map.insert(key, value).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.map.remove(&oldest);
        }
    }
}

/// Server, client and the client's port, VLAN.
type Ends = ([u8; 16], [u8; 16], u16, u16);

/// Requests and their transfers.
#[derive(Debug)]
pub(crate) struct Transfers {
    /// Flow number of the latest request, and until when its transfer may begin.
    announced: Bounded<Ends, (u64, Timestamp)>,
    /// Flow number of the other part, for requests and transfers.
    parts: Bounded<u64, u64>,
    /// Nanoseconds in which a transfer may begin.
    patience: i64,
}

impl Transfers {
    /// No requests; transfers may begin so many seconds later.
    pub(crate) fn new(seconds: f32) -> Self {
        let patience = (f64::from(seconds) * NANOS as f64) as i64;
        Self { announced: Bounded::default(), parts: Bounded::default(), patience }
    }

    /// A request was sent by a flow: a flow from the server, any port, to the client's port is its transfer.
    pub(crate) fn announce(&mut self, key: &FlowKey, flow: u64, now: Timestamp) {
        let until = Timestamp(now.0.saturating_add(self.patience));
        self.announced.set((key.dst, key.src, key.src_port, key.vlan), (flow, until));
    }

    /// The request of a new flow, if that is a transfer: in either direction, because the first packet may be lost.
    pub(crate) fn parent(&mut self, key: &FlowKey, flow: u64, now: Timestamp) -> Option<u64> {
        let from_server = (key.src, key.dst, key.dst_port, key.vlan);
        let from_client = (key.dst, key.src, key.src_port, key.vlan);
        let found = [from_server, from_client].into_iter().find_map(|e| self.announced.get(e));
        let (parent, _) = found.filter(|(parent, until)| *until >= now && *parent != flow)?;
        self.parts.set(parent, flow);
        self.parts.set(flow, parent);
        Some(parent)
    }

    /// The flow of the other part: of a request the transfer, of a transfer the request.
    pub(crate) fn other(&self, flow: u64) -> Option<u64> {
        self.parts.get(flow)
    }
}
