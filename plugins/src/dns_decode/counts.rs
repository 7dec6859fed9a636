//! What is counted for the end report.

use flowz_api::report::{Part, Report, Totals};
use flowz_api::{Merge, Resume};

use super::state::State;

/// What is counted for the report.
#[derive(Merge, Clone, Copy, PartialEq, Eq, Debug, Default, Resume)]
pub(crate) struct Counts {
    #[merge(or)]
    pub(crate) stat: u16,
    #[merge(or)]
    pub(crate) bits: u8,
    #[merge(or)]
    pub(crate) opcodes: u16,
    #[merge(or)]
    pub(crate) rcodes: u16,
    #[merge(sum)]
    pub(crate) queries: u64,
    #[merge(sum)]
    pub(crate) replies: u64,
}

impl Counts {
    /// What a flow counts.
    pub(crate) fn from_state(flow: &State) -> Self {
        Self {
            stat: flow.stat,
            bits: flow.bits,
            opcodes: flow.opcodes,
            rcodes: flow.rcodes,
            queries: flow.queries.into(),
            replies: flow.replies.into(),
        }
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
