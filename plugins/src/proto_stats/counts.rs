//! Packets and bytes by ethertype, protocol and port.

use flowz_api::Checkpoint;
use flowz_api::merge::Merge;

/// Packets and bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Count {
    /// Packets.
    pub(crate) packets: u64,
    /// Bytes of their frames on the wire.
    pub(crate) bytes: u64,
}

impl Count {
    /// A packet with so many bytes.
    #[inline]
    pub(crate) fn packet(&mut self, bytes: u32) {
        self.add(Self { packets: 1, bytes: bytes.into() });
    }

    #[inline]
    fn add(&mut self, more: Self) {
        self.packets += more.packets;
        self.bytes += more.bytes;
    }
}

/// Numbers with the same upper byte.
type Page = [Count; 256];

/// Counts by a number of 16 bits, in pages that take their room when something is counted in them.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Table(Vec<Option<Box<Page>>>);

impl Table {
    fn add(&mut self, number: u16, more: Count) {
        const PAGES: usize = 256;
        if self.0.is_empty() {
            self.0.resize(PAGES, None);
        }
        let [page, place] = number.to_be_bytes();
        if let Some(page) = self.0.get_mut(usize::from(page)) {
            let page = page.get_or_insert_with(|| Box::new([Count::default(); 256]));
            page[usize::from(place)].add(more);
        }
    }

    /// Numbers that occurred, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, Count)> {
        let pages = (0..=u8::MAX).zip(&self.0).filter_map(|(n, page)| Some((n, page.as_deref()?)));
        let all = pages.flat_map(|(high, page)| {
            (0..=u8::MAX)
                .zip(page)
                .map(move |(low, count)| (u16::from_be_bytes([high, low]), *count))
        });
        all.filter(|(_, count)| count.packets > 0)
    }

    /// All of it.
    pub(crate) fn sum(&self) -> Count {
        self.iter().fold(Count::default(), |mut sum, (_, count)| {
            sum.add(count);
            sum
        })
    }

    fn merge(&mut self, other: &Self) {
        for (number, count) in other.iter() {
            self.add(number, count);
        }
    }
}

/// Protocols with ports, by which their tables are found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ports {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// UDP-Lite.
    UdpLite,
    /// SCTP.
    Sctp,
}

impl Ports {
    /// By the protocol number of IP.
    fn for_protocol(proto: u8) -> Option<Self> {
        match proto {
            6 => Some(Self::Tcp),
            17 => Some(Self::Udp),
            132 => Some(Self::Sctp),
            136 => Some(Self::UdpLite),
            _ => None,
        }
    }
}

/// What is counted of the run.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Counts {
    /// All packets of flows.
    pub(crate) all: Count,
    /// Those of IPv4 flows.
    pub(crate) ipv4: Count,
    /// Those of IPv6 flows.
    pub(crate) ipv6: Count,
    /// By ethertype; of LLC frames the two SAP bytes.
    pub(crate) ethertypes: Table,
    /// By protocol number of IP.
    pub(crate) protocols: Table,
    /// By port of the server.
    ports: [Table; 4],
}

/// What matters of a flow that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// Ethertype.
    pub(crate) ethertype: u16,
    /// Version of IP, protocol number and port of the server; none for layer-2 flows.
    pub(crate) ip: Option<(Version, u8, u16)>,
}

/// Versions of IP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Version {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Counts {
    /// The packets of a flow.
    pub(crate) fn add(&mut self, flow: Ended, packets: Count) {
        self.all.add(packets);
        self.ethertypes.add(flow.ethertype, packets);
        let Some((version, proto, port)) = flow.ip else { return };
        match version {
            Version::V4 => self.ipv4.add(packets),
            Version::V6 => self.ipv6.add(packets),
        }
        self.protocols.add(proto.into(), packets);
        if let Some(ports) = Ports::for_protocol(proto) {
            self.ports[ports as usize].add(port, packets);
        }
    }

    /// Packets by port of the server.
    pub(crate) fn ports(&self, of: Ports) -> &Table {
        &self.ports[of as usize]
    }
}

flowz_api::resume_whole!(Counts);

impl Merge for Counts {
    fn merge(&mut self, other: Self) {
        self.all.add(other.all);
        self.ipv4.add(other.ipv4);
        self.ipv6.add(other.ipv6);
        self.ethertypes.merge(&other.ethertypes);
        self.protocols.merge(&other.protocols);
        for (own, more) in self.ports.iter_mut().zip(&other.ports) {
            own.merge(more);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Count, Counts, Ended, Merge, Ports, Version};

    /// An ARP packet, two of a TCP connection, one of UDP over IPv6.
    pub(crate) fn counts() -> Counts {
        let mut counts = Counts::default();
        let mut add = |ethertype, ip, sizes: &[u32]| {
            let mut flow = Count::default();
            for bytes in sizes {
                flow.packet(*bytes);
            }
            counts.add(Ended { ethertype, ip }, flow);
        };
        add(0x0806, None, &[60]);
        add(0x0800, Some((Version::V4, 6, 80)), &[100, 140]);
        add(0x86dd, Some((Version::V6, 17, 4001)), &[100]);
        counts
    }

    #[test]
    fn packets_are_counted_in_every_table() {
        let counts = counts();
        let count = |packets, bytes| Count { packets, bytes };
        assert_eq!(counts.all, count(4, 400));
        assert_eq!([counts.ipv4, counts.ipv6], [count(2, 240), count(1, 100)]);
        let ethertypes: Vec<_> = counts.ethertypes.iter().collect();
        let expected = [(0x0800, count(2, 240)), (0x0806, count(1, 60)), (0x86dd, count(1, 100))];
        assert_eq!(ethertypes, expected);
        assert_eq!(counts.ports(Ports::Tcp).iter().collect::<Vec<_>>(), [(80, count(2, 240))]);
        assert_eq!(counts.ports(Ports::Udp).sum(), count(1, 100));
        assert_eq!(counts.ports(Ports::Sctp).iter().count(), 0);
    }

    #[test]
    fn counts_of_two() {
        let (mut one, other) = (counts(), counts());
        one.merge(other);
        one.merge(Counts::default());
        assert_eq!(one.all, Count { packets: 8, bytes: 800 });
        assert_eq!(one.protocols.sum(), Count { packets: 6, bytes: 680 });
        assert_eq!(one.ports(Ports::Tcp).sum(), Count { packets: 4, bytes: 480 });
    }
}
