//! Counters of several engines as one.

use flowz_api::packet::Timestamp;

use crate::counters::{Counters, Depth, Flows, Volume};
use crate::encapsulation_counts::EncapsulationCounts;
use crate::output::{FileCounts, Output};

impl Counters {
    /// Takes in what another engine of the same run has counted. Means and extremes over time are those of all packets, as
    /// far as they can be had: extremes over time stay this engine's. What was written has a way of its own: each output
    /// counts for itself.
    #[allow(
        clippy::too_many_lines,
        reason = "all counters by name: one that is forgotten does not compile"
    )]
    pub fn merge(&mut self, other: Self) {
        let (own_decoded, others_decoded) = (self.decoded(), other.decoded());
        self.depth = merged_depth((self.depth, own_decoded), (other.depth, others_decoded));
        let Self {
            read,
            wire_bytes,
            pad_bytes,
            ip_bytes,
            first,
            last,
            first_snapped,
            no_flow,
            duplicates,
            other_shards,
            layer2,
            ipv4,
            ipv6,
            directions,
            depth: _,
            max_vlan,
            max_mpls,
            inside,
            arp,
            rarp,
            igmp,
            icmp,
            icmpv6,
            icmp_errors,
            tcp,
            udp,
            sctp,
            sctp_parts,
            dtls,
            ipv4_fragments,
            ipv6_fragments,
            reassembly,
            rate_extremes: _,
            expected: _,
            plugin_files: _,
            left_out: _,
            flows,
            max_live,
            evicted,
            interim,
            forced,
            status,
            unsupported,
            alarms: _,
            alarm_flows: _,
            without_alarm: _,
            no_alarm_source: _,
            compat: _,
            over_protocols: _,
            describes: _,
            versions: _,
            hides_fragments: _,
            ignores_headless: _,
        } = other;
        for (own, more) in [
            (&mut self.wire_bytes, wire_bytes),
            (&mut self.pad_bytes, pad_bytes),
            (&mut self.ip_bytes, ip_bytes),
            (&mut self.duplicates, duplicates),
            (&mut self.other_shards, other_shards),
            (&mut self.layer2, layer2),
            (&mut self.ipv4, ipv4),
            (&mut self.ipv6, ipv6),
            (&mut self.igmp, igmp),
            (&mut self.sctp_parts, sctp_parts),
            (&mut self.dtls, dtls),
            (&mut self.ipv4_fragments, ipv4_fragments),
            (&mut self.ipv6_fragments, ipv6_fragments),
            (&mut self.evicted, evicted),
            (&mut self.interim, interim),
            (&mut self.forced, forced),
        ] {
            *own += more;
        }
        for (own, more) in [
            (&mut self.read, read),
            (&mut self.arp, arp),
            (&mut self.rarp, rarp),
            (&mut self.icmp, icmp),
            (&mut self.icmpv6, icmpv6),
            (&mut self.tcp, tcp),
            (&mut self.udp, udp),
            (&mut self.sctp, sctp),
        ] {
            own.merge(more);
        }
        self.directions.iter_mut().zip(directions).for_each(|(own, more)| own.merge(more));
        self.no_flow.iter_mut().zip(no_flow).for_each(|(own, more)| *own += more);
        self.icmp_errors.iter_mut().zip(icmp_errors).for_each(|(own, more)| *own += more);
        self.last = if self.first.is_some() { self.last.max(last) } else { last };
        self.first = earliest(self.first, first);
        self.first_snapped = self.first_snapped.or(first_snapped);
        self.max_vlan = self.max_vlan.max(max_vlan);
        self.max_mpls = self.max_mpls.max(max_mpls);
        self.inside.merge(inside);
        if let (Some(own), Some(more)) = (&mut self.reassembly, reassembly) {
            own.merge(&more);
        }
        self.flows.merge(flows);
        self.max_live += max_live;
        self.status |= status;
        for (link, packets) in unsupported {
            match self.unsupported.iter_mut().find(|(known, _)| *known == link) {
                Some((_, own)) => *own += packets,
                None => self.unsupported.push((link, packets)),
            }
        }
    }

    /// What is known of what was written when the run is over.
    pub(crate) fn output(&mut self, output: &Output) {
        self.plugin_files = output.file_counts();
        self.left_out = output.left_out();
        if let Some(alarms) = output.alarms() {
            self.all_alarms(alarms);
        }
    }

    /// Takes in what another engine has written.
    pub(crate) fn merge_output(&mut self, other: &Self) {
        self.plugin_files.merge(other.plugin_files);
        let more = |own: Option<u64>, other: Option<u64>| Some(own? + other.unwrap_or(0));
        self.left_out = more(self.left_out, other.left_out);
        self.without_alarm = more(self.without_alarm, other.without_alarm);
        self.alarms += other.alarms;
        self.alarm_flows += other.alarm_flows;
        self.status |= other.status;
    }

    fn decoded(&self) -> u64 {
        self.read.packets - self.duplicates - self.other_shards
    }
}

fn earliest(own: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    own.into_iter().chain(other).min()
}

fn merged_depth((own, packets): (Depth, u64), (other, more): (Depth, u64)) -> Depth {
    let sum = f64::from(own.mean) * packets as f64 + f64::from(other.mean) * more as f64;
    let mean = if packets + more == 0 { 0.0 } else { sum / (packets + more) as f64 };
    Depth { min: own.min.min(other.min), max: own.max.max(other.max), mean: mean as f32 }
}

impl Volume {
    fn merge(&mut self, other: Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
    }
}

impl Flows {
    fn merge(&mut self, other: Self) {
        let Self { all, layer2, ipv4, ipv6, a, b, lone_replies, ended } = other;
        self.all += all;
        self.layer2 += layer2;
        self.ipv4 += ipv4;
        self.ipv6 += ipv6;
        self.a += a;
        self.b += b;
        self.lone_replies += lone_replies;
        self.ended.iter_mut().zip(ended).for_each(|(own, more)| *own += more);
    }
}

impl EncapsulationCounts {
    fn merge(&mut self, other: Self) {
        let Self { llc, gre, lapd, teredo, ayiya, ipvx } = other;
        self.llc += llc;
        self.gre += gre;
        self.lapd += lapd;
        self.teredo += teredo;
        self.ayiya += ayiya;
        self.ipvx += ipvx;
    }
}

impl FileCounts {
    /// Takes in those of another engine.
    pub(crate) fn merge(&mut self, other: Self) {
        let Self { files, bytes, limited, failed } = other;
        self.files += files;
        self.bytes += bytes;
        self.limited += limited;
        self.failed += failed;
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::packet::Timestamp;

    use crate::counters::{Counters, Depth, Volume};

    fn counters(packets: u64, mean: f32, first: Option<i64>, last: i64) -> Counters {
        Counters {
            read: Volume { packets, bytes: packets * 10 },
            depth: Depth { min: 2, max: 4, mean },
            first: first.map(Timestamp),
            last: Timestamp(last),
            no_flow: std::array::from_fn(|n| n as u64),
            ..Counters::default()
        }
    }

    #[test]
    fn sums_extremes_and_means() {
        let mut all = counters(1, 2.0, Some(7), 9);
        all.merge(counters(3, 4.0, Some(5), 8));
        all.merge(counters(0, 0.0, None, 0));
        assert_eq!(all.read, Volume { packets: 4, bytes: 40 });
        assert_eq!((all.first, all.last), (Some(Timestamp(5)), Timestamp(9)));
        assert!((all.depth.mean - 3.5).abs() < 1e-6);
        assert_eq!(all.no_flow[2], 6);
    }
}
