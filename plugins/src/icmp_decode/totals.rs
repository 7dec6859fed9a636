//! What is counted of the whole run: lines of the report and the table of types and codes.

use std::collections::BTreeMap;

use flowz_api::merge::Merge;
use flowz_api::report::{Part, Report};
use flowz_api::{Checkpoint, Merge};

use super::message::{Kind, Message, Version};

/// Counts of one version.
#[derive(Merge, Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Counts {
    /// Messages.
    #[merge(sum)]
    pub(crate) packets: u64,
    /// Echo requests.
    #[merge(sum)]
    pub(crate) requests: u64,
    /// Echo replies.
    #[merge(sum)]
    pub(crate) replies: u64,
}

/// Counts of the run.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Totals {
    /// Status bits of all flows.
    pub(crate) stat: u8,
    /// ICMP, ICMPv6.
    versions: [Counts; 2],
    /// Messages of each type and code.
    pub(crate) table: BTreeMap<(Version, u8, u8), u64>,
}

impl Totals {
    /// A message.
    pub(crate) fn add(&mut self, m: &Message<'_>) {
        let counts = &mut self.versions[m.version as usize];
        counts.packets += 1;
        match m.purpose() {
            Kind::EchoRequest => counts.requests += 1,
            Kind::EchoReply => counts.replies += 1,
            _ => {}
        }
        *self.table.entry((m.version, m.kind, m.code)).or_default() += 1;
    }

    /// Counts of one version.
    pub(crate) fn of_version(&self, version: Version) -> Counts {
        self.versions[version as usize]
    }

    /// The lines of the report.
    pub(crate) fn report(&self, out: &mut Report) {
        out.aggregated("icmpStat", self.stat.into(), 2);
        for (version, name) in [(Version::V4, "ICMP"), (Version::V6, "ICMPv6")] {
            let c = self.of_version(version);
            for (what, count) in [("request", c.requests), ("reply", c.replies)] {
                if count > 0 {
                    let parts = [Part::Count(count), Part::Share(count, c.packets)];
                    out.line(format!("Number of {name} echo {what} packets"), parts);
                }
            }
            if c.requests > 0 && c.replies > 0 {
                let ratio = c.replies as f64 / c.requests as f64;
                out.line(format!("{name} echo reply / request ratio"), [Part::Ratio(ratio)]);
            }
        }
    }
}

flowz_api::resume_whole!(Totals);

impl Merge for Totals {
    fn merge(&mut self, other: Self) {
        self.stat |= other.stat;
        for (own, more) in self.versions.iter_mut().zip(other.versions) {
            own.merge(more);
        }
        for (kind, count) in other.table {
            *self.table.entry(kind).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Merge, Message, Report, Totals, Version};

    fn of(version: Version, kinds: &[u8]) -> Totals {
        let mut totals = Totals { stat: 1, ..Totals::default() };
        for kind in kinds {
            totals.add(&Message::parse(version, &[*kind, 0, 0, 0]).expect("type and code"));
        }
        totals
    }

    #[test]
    fn lines() {
        let mut totals = of(Version::V4, &[8, 8, 0]);
        totals.merge(of(Version::V4, &[8, 3]));
        totals.merge(of(Version::V6, &[128]));
        assert_eq!(totals.table[&(Version::V4, 8, 0)], 3);
        let mut report = Report::default();
        totals.report(&mut report);
        let lines: Vec<_> = report.lines.iter().map(ToString::to_string).collect();
        let expected = [
            "Aggregated icmpStat=0x01",
            "Number of ICMP echo request packets: 3 [60.00%]",
            "Number of ICMP echo reply packets: 1 [20.00%]",
            "ICMP echo reply / request ratio: 0.33",
            "Number of ICMPv6 echo request packets: 1 [100.00%]",
        ];
        assert_eq!(lines, expected);
    }
}
