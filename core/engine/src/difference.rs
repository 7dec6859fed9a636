//! What was counted between two moments of a run.

use crate::counters::{Counters, Flows, Volume};
use crate::encapsulation_counts::EncapsulationCounts;

impl Counters {
    /// What was counted since an earlier moment of the same run, which becomes the beginning. What is no count stays as it
    /// is: extremes, means and status bits are those of the run, and those over time are left out.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        // Every field is named: a new one wants to be thought of.
        Self {
            read: self.read.since(earlier.read),
            wire_bytes: self.wire_bytes - earlier.wire_bytes,
            pad_bytes: self.pad_bytes - earlier.pad_bytes,
            ip_bytes: self.ip_bytes - earlier.ip_bytes,
            first: earlier.first.map(|_| earlier.last).or(self.first),
            last: self.last,
            first_snapped: self.first_snapped,
            no_flow: between(self.no_flow, earlier.no_flow),
            duplicates: self.duplicates - earlier.duplicates,
            other_shards: self.other_shards - earlier.other_shards,
            layer2: self.layer2 - earlier.layer2,
            ipv4: self.ipv4 - earlier.ipv4,
            ipv6: self.ipv6 - earlier.ipv6,
            directions: [0, 1].map(|n| self.directions[n].since(earlier.directions[n])),
            depth: self.depth,
            max_vlan: self.max_vlan,
            max_mpls: self.max_mpls,
            inside: self.inside.since(earlier.inside),
            arp: self.arp.since(earlier.arp),
            rarp: self.rarp.since(earlier.rarp),
            igmp: self.igmp - earlier.igmp,
            icmp: self.icmp.since(earlier.icmp),
            icmpv6: self.icmpv6.since(earlier.icmpv6),
            icmp_errors: between(self.icmp_errors, earlier.icmp_errors),
            tcp: self.tcp.since(earlier.tcp),
            udp: self.udp.since(earlier.udp),
            sctp: self.sctp.since(earlier.sctp),
            sctp_parts: self.sctp_parts - earlier.sctp_parts,
            dtls: self.dtls - earlier.dtls,
            ipv4_fragments: self.ipv4_fragments - earlier.ipv4_fragments,
            ipv6_fragments: self.ipv6_fragments - earlier.ipv6_fragments,
            reassembly: self.reassembly,
            rate_extremes: None,
            expected: self.expected.clone(),
            plugin_files: self.plugin_files,
            left_out: self.left_out,
            flows: self.flows.since(&earlier.flows),
            max_live: self.max_live,
            evicted: self.evicted - earlier.evicted,
            status: self.status,
            unsupported: self.unsupported_since(earlier),
            compat: self.compat,
            over_protocols: self.over_protocols,
            describes: self.describes,
            versions: self.versions,
            hides_fragments: self.hides_fragments,
            ignores_headless: self.ignores_headless,
            alarms: self.alarms - earlier.alarms,
            alarm_flows: self.alarm_flows - earlier.alarm_flows,
            without_alarm: self.without_alarm,
            no_alarm_source: self.no_alarm_source,
            interim: self.interim - earlier.interim,
            forced: self.forced - earlier.forced,
        }
    }

    /// Link types are only ever added, so earlier ones are at the same places.
    fn unsupported_since(&self, earlier: &Self) -> Vec<(flowz_api::packet::LinkType, u64)> {
        let mut known = earlier.unsupported.iter().map(|(_, packets)| *packets);
        let counts = self.unsupported.iter();
        let counts =
            counts.map(|(link, packets)| (*link, packets - known.next().unwrap_or_default()));
        counts.filter(|(_, packets)| *packets > 0).collect()
    }
}

fn between<const N: usize>(now: [u64; N], earlier: [u64; N]) -> [u64; N] {
    std::array::from_fn(|n| now[n] - earlier[n])
}

impl Volume {
    /// What came since.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self { packets: self.packets - earlier.packets, bytes: self.bytes - earlier.bytes }
    }
}

impl EncapsulationCounts {
    fn since(self, earlier: Self) -> Self {
        Self {
            llc: self.llc - earlier.llc,
            gre: self.gre - earlier.gre,
            lapd: self.lapd - earlier.lapd,
            teredo: self.teredo - earlier.teredo,
            ayiya: self.ayiya - earlier.ayiya,
            ipvx: self.ipvx - earlier.ipvx,
        }
    }
}

impl Flows {
    fn since(&self, earlier: &Self) -> Self {
        Self {
            all: self.all - earlier.all,
            layer2: self.layer2 - earlier.layer2,
            ipv4: self.ipv4 - earlier.ipv4,
            ipv6: self.ipv6 - earlier.ipv6,
            a: self.a - earlier.a,
            b: self.b - earlier.b,
            lone_replies: self.lone_replies - earlier.lone_replies,
            ended: between(self.ended, earlier.ended),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counters, Volume};
    use flowz_api::packet::{LinkType, Timestamp};

    #[test]
    fn counts_of_an_interval() {
        let mut earlier = Counters {
            read: Volume { packets: 10, bytes: 1000 },
            first: Some(Timestamp(5)),
            last: Timestamp(70),
            unsupported: vec![(LinkType(1), 4), (LinkType(2), 1)],
            ..Counters::default()
        };
        earlier.no_flow[2] = 3;
        earlier.flows.ended = [1, 0, 2, 0, 0, 0, 0, 0];
        let mut now = earlier.clone();
        now.read = Volume { packets: 25, bytes: 1700 };
        now.no_flow[2] = 4;
        now.last = Timestamp(90);
        now.flows.ended = [5, 0, 2, 1, 0, 0, 0, 0];
        now.unsupported = vec![(LinkType(1), 4), (LinkType(2), 6), (LinkType(3), 2)];
        now.max_live = 9;
        let since = now.since(&earlier);
        assert_eq!(since.read, Volume { packets: 15, bytes: 700 });
        assert_eq!((since.no_flow[2], since.flows.ended), (1, [4, 0, 0, 1, 0, 0, 0, 0]));
        assert_eq!((since.first, since.last), (Some(Timestamp(70)), Timestamp(90)));
        assert_eq!(since.unsupported, [(LinkType(2), 5), (LinkType(3), 2)]);
        assert_eq!(since.max_live, 9);
        let all = now.since(&Counters::default());
        assert_eq!((all.read, all.first), (now.read, Some(Timestamp(5))));
    }
}
