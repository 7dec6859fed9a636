//! What is counted for the end report.

use flowz_api::Checkpoint;
use flowz_api::merge::Merge;
use flowz_api::report::{Part, Report, Totals};

use super::message::Summary;

/// Message types of DHCP (IANA, "DHCP Message Type 53 Values").
const V4: [&str; 18] = [
    "Discover",
    "Offer",
    "Request",
    "Decline",
    "ACK",
    "NAK",
    "Release",
    "Inform",
    "Force Renew",
    "Lease Query",
    "Lease Unassigned",
    "Lease Unknown",
    "Lease Active",
    "Bulk Lease Query",
    "Lease Query Done",
    "Active Lease Query",
    "Lease Query Status",
    "TLS",
];
/// Message types of DHCPv6 (IANA, "Message Types").
const V6: [&str; 36] = [
    "SOLICIT",
    "ADVERTISE",
    "REQUEST",
    "CONFIRM",
    "RENEW",
    "REBIND",
    "REPLY",
    "RELEASE",
    "DECLINE",
    "RECONFIGURE",
    "INFORMATION-REQUEST",
    "RELAY-FORW",
    "RELAY-REPL",
    "LEASEQUERY",
    "LEASEQUERY-REPLY",
    "LEASEQUERY-DONE",
    "LEASEQUERY-DATA",
    "RECONFIGURE-REQUEST",
    "RECONFIGURE-REPLY",
    "DHCPV4-QUERY",
    "DHCPV4-RESPONSE",
    "ACTIVELEASEQUERY",
    "STARTTLS",
    "BNDUPD",
    "BNDREPLY",
    "POOLREQ",
    "POOLRESP",
    "UPDREQ",
    "UPDREQALL",
    "UPDDONE",
    "CONNECT",
    "CONNECTREPLY",
    "DISCONNECT",
    "STATE",
    "CONTACT",
    "ADDR-REG-INFORM",
];

/// Counters of the run.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Counts {
    pub(crate) stat: u16,
    pub(crate) queries: u64,
    pub(crate) replies: u64,
    v4: [u64; V4.len()],
    pub(crate) v6_packets: u64,
    v6: [u64; V6.len()],
}

impl Default for Counts {
    fn default() -> Self {
        let (v4, v6) = ([0; V4.len()], [0; V6.len()]);
        Self { stat: 0, queries: 0, replies: 0, v4, v6_packets: 0, v6 }
    }
}

impl Counts {
    /// Counts a message.
    pub(crate) fn add(&mut self, summary: &Summary, is_v6: bool) {
        if !summary.is_message {
            return;
        }
        let kinds = if is_v6 { &mut self.v6[..] } else { &mut self.v4 };
        let index = summary.kind.map_or(usize::MAX, |kind| usize::from(kind).wrapping_sub(1));
        if let Some(count) = kinds.get_mut(index) {
            *count += 1;
        }
        match (is_v6, summary.is_reply) {
            (true, _) => self.v6_packets += 1,
            (false, true) => self.replies += 1,
            (false, false) => self.queries += 1,
        }
    }

    /// The lines of the end report.
    pub(crate) fn report(&self, totals: &Totals, out: &mut Report) {
        out.aggregated("dhcpStat", self.stat.into(), 4);
        let packets = self.queries + self.replies;
        line(out, "DHCP packets", packets, totals.packets);
        line(out, "DHCP queries", self.queries, packets);
        line(out, "DHCP replies", self.replies, packets);
        for (name, n) in V4.iter().zip(self.v4) {
            line(out, &format!("DHCP {name} messages"), n, packets);
        }
        line(out, "DHCPv6 packets", self.v6_packets, totals.packets);
        for (name, n) in V6.iter().zip(self.v6) {
            line(out, &format!("DHCPv6 {name} messages"), n, self.v6_packets);
        }
    }
}

flowz_api::resume_whole!(Counts);

impl Merge for Counts {
    fn merge(&mut self, other: Self) {
        self.stat |= other.stat;
        self.queries += other.queries;
        self.replies += other.replies;
        self.v6_packets += other.v6_packets;
        let own = self.v4.iter_mut().chain(&mut self.v6);
        for (sum, n) in own.zip(other.v4.iter().chain(&other.v6)) {
            *sum += n;
        }
    }
}

fn line(out: &mut Report, what: &str, n: u64, total: u64) {
    if n > 0 {
        out.line(format!("Number of {what}"), [Part::Count(n), Part::Share(n, total)]);
    }
}
