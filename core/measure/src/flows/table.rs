//! Flows of packets: one direction each, which end by silence and by nothing else.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{Packet, Timestamp};
use flowz_decode::{Settings, decode};

use super::{Flow, Key};

/// The innermost IP packet of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ip {
    /// Its flow.
    pub key: Key,
    /// Its bytes, as its header says.
    pub bytes: u32,
}

impl Ip {
    /// Looks for an IP packet. Ports are those of TCP, UDP and the like; of ICMP they are type and code.
    pub fn of(packet: &Packet<'_>) -> Option<Self> {
        let mut layers = Layers::default();
        // A packet that forms no flow has no whole IP header.
        decode(packet, Settings::default(), &mut layers).ok()?;
        let ip = packet.data.get(layers.l3 as usize..)?;
        let (src, dst) = match layers.net {
            Net::Layer2 => return None,
            Net::V4 => (v4(ip, 12)?, v4(ip, 16)?),
            Net::V6 => (v6(ip, 8)?, v6(ip, 24)?),
        };
        let ports = ports(packet, &layers);
        let (src_port, dst_port) = ports.unwrap_or((0, 0));
        let key = Key {
            src,
            dst,
            protocol: layers.l4_proto,
            has_ports: ports.is_some(),
            src_port,
            dst_port,
        };
        Some(Self { key, bytes: layers.l3_len })
    }
}

fn v4(ip: &[u8], at: usize) -> Option<IpAddr> {
    Some(IpAddr::from(*ip.get(at..)?.first_chunk::<4>()?))
}

fn v6(ip: &[u8], at: usize) -> Option<IpAddr> {
    Some(IpAddr::from(*ip.get(at..)?.first_chunk::<16>()?))
}

/// The ports, if they were captured.
fn ports(packet: &Packet<'_>, layers: &Layers) -> Option<(u16, u16)> {
    if !layers.is_first_fragment() {
        return None;
    }
    let head = packet.data.get(layers.l4 as usize..)?;
    match layers.l4_proto {
        1 | 58 => head.first_chunk::<2>().map(|[kind, code]| ((*kind).into(), (*code).into())),
        // TCP, UDP, DCCP, SCTP, UDP-Lite.
        6 | 17 | 33 | 132 | 136 => {
            head.first_chunk::<4>().map(|_| (layers.src_port, layers.dst_port))
        }
        _ => None,
    }
}

/// Flows that are alive. Memory grows with them.
#[derive(Clone, Debug)]
pub struct FlowTable {
    timeout: i64,
    flows: HashMap<Key, Flow>,
    /// The same by the time of their last packet.
    by_age: BTreeSet<(Timestamp, Key)>,
}

impl FlowTable {
    /// Flows end when there is no packet for more than so many nanoseconds.
    pub fn new(timeout: i64) -> Self {
        Self { timeout, flows: HashMap::new(), by_age: BTreeSet::new() }
    }

    /// Flows that are alive.
    pub fn len(&self) -> usize {
        self.flows.len()
    }

    /// Whether no flow is alive.
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// Counts a packet, and says whether its flow is an answer to another one. Flows that have ended before that moment must have
    /// been [taken](Self::expired).
    pub fn add(&mut self, time: Timestamp, ip: &Ip) -> bool {
        if let Some(flow) = self.flows.get_mut(&ip.key) {
            self.by_age.remove(&(flow.last, ip.key));
            flow.join(&Flow::of_packet(time, ip));
            self.by_age.insert((flow.last, ip.key));
            return flow.is_answer;
        }
        let other = self.flows.get(&ip.key.reversed());
        let is_answer = other.is_some_and(|other| !other.is_answer && other.key != ip.key);
        self.flows.insert(ip.key, Flow { is_answer, ..Flow::of_packet(time, ip) });
        self.by_age.insert((time, ip.key));
        is_answer
    }

    /// Takes out the flow that has ended first, if there is one whose silence is longer than the timeout now.
    pub fn expired(&mut self, now: Timestamp) -> Option<Flow> {
        let (last, _) = self.by_age.first()?;
        if now - *last > self.timeout { self.oldest() } else { None }
    }

    /// The last moment of the flow that ends first: behind it its silence is longer than the timeout.
    pub fn next_end(&self) -> Option<Timestamp> {
        let (last, _) = self.by_age.first()?;
        Some(Timestamp(last.0.saturating_add(self.timeout)))
    }

    /// All flows that are alive, that with the oldest last packet first.
    pub fn all(&self) -> impl Iterator<Item = &Flow> {
        self.by_age.iter().filter_map(|(_, key)| self.flows.get(key))
    }

    /// Takes out the flow whose last packet is the oldest one.
    pub fn oldest(&mut self) -> Option<Flow> {
        let (_, key) = self.by_age.pop_first()?;
        self.flows.remove(&key)
    }
}

#[cfg(test)]
mod tests {
    use super::{FlowTable, Ip, Key};
    use flowz_api::packet::{NANOS, Timestamp};

    fn ip(src: u8, dst: u8, bytes: u32) -> Ip {
        let key = Key {
            src: [10, 0, 0, src].into(),
            dst: [10, 0, 0, dst].into(),
            protocol: 17,
            has_ports: true,
            src_port: src.into(),
            dst_port: dst.into(),
        };
        Ip { key, bytes }
    }

    #[test]
    fn silence_ends_flows_and_nothing_else() {
        let mut table = FlowTable::new(60 * NANOS);
        let at = |seconds: i64| Timestamp(seconds * NANOS);
        assert!(!table.add(at(0), &ip(1, 2, 100)));
        assert!(table.add(at(1), &ip(2, 1, 200)), "an answer");
        assert!(!table.add(at(60), &ip(1, 2, 50)));
        // A silence of exactly the timeout is not longer than it.
        assert_eq!(table.expired(at(61)), None);
        let over = table.expired(at(62)).unwrap();
        assert_eq!((over.packets, over.bytes, over.is_answer), (1, 200, true));
        assert_eq!(table.expired(at(120)), None);
        let over = table.expired(at(121)).unwrap();
        assert_eq!((over.packets, over.bytes, over.first, over.last), (2, 150, at(0), at(60)));
        assert!(table.is_empty());
    }
}
