//! What is counted for the end report.

use flowz_api::report::{Part, Report, Totals};

use super::state::State;

/// What is counted for the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) stat: u16,
    pub(crate) bits: u8,
    pub(crate) opcodes: u16,
    pub(crate) rcodes: u16,
    pub(crate) queries: u64,
    pub(crate) replies: u64,
}

impl Counts {
    /// What a flow counts.
    pub(crate) fn of(flow: &State) -> Self {
        Self {
            stat: flow.stat,
            bits: flow.bits,
            opcodes: flow.opcodes,
            rcodes: flow.rcodes,
            queries: flow.queries.into(),
            replies: flow.replies.into(),
        }
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn merge(&mut self, other: Self) {
        self.stat |= other.stat;
        self.bits |= other.bits;
        self.opcodes |= other.opcodes;
        self.rcodes |= other.rcodes;
        self.queries += other.queries;
        self.replies += other.replies;
    }

    /// The lines of the end report.
    pub(crate) fn report(&self, totals: &Totals, out: &mut Report) {
        let Counts { stat, bits, opcodes, rcodes, queries, replies } = *self;
        let packets = queries + replies;
        if stat == 0 {
            return;
        }
        out.aggregated("dnsStat", stat.into(), 4);
        out.aggregated("dnsHFlg", bits.into(), 2);
        out.aggregated("dnsOpC", opcodes.into(), 4);
        out.aggregated("dnsRetC", rcodes.into(), 4);
        let parts = [Part::Count(packets), Part::Share(packets, totals.packets)];
        out.line("Number of DNS packets", parts);
        for (kind, n) in [("Q", queries), ("R", replies)] {
            if n > 0 {
                let parts = [Part::Count(n), Part::Share(n, packets)];
                out.line(format!("Number of DNS {kind} packets"), parts);
            }
        }
    }
}
