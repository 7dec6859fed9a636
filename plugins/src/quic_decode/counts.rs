//! What is counted for the report.

use flowz_api::prelude::*;
use flowz_api::report::Part;

use super::state::State;

/// What is counted for the report.
#[derive(Merge, Clone, Copy, PartialEq, Eq, Debug, Default, Resume)]
pub(crate) struct Counts {
    #[merge(or)]
    pub(crate) stat: u8,
    #[merge(sum)]
    pub(crate) datagrams: u64,
    #[merge(sum)]
    pub(crate) initial: u64,
    #[merge(sum)]
    pub(crate) zero_rtt: u64,
    #[merge(sum)]
    pub(crate) handshake: u64,
    #[merge(sum)]
    pub(crate) retry: u64,
}

impl Counts {
    /// Counts the packets of a flow.
    pub(crate) fn add(&mut self, flow: &State) {
        for (kind, count) in (0..).zip(flow.counts.typed) {
            self.kind(Some(kind), count.into());
        }
    }

    pub(crate) fn kind(&mut self, kind: Option<u8>, count: u64) {
        let sum = match kind {
            Some(0) => &mut self.initial,
            Some(1) => &mut self.zero_rtt,
            Some(2) => &mut self.handshake,
            Some(3) => &mut self.retry,
            _ => return,
        };
        *sum += count;
    }

    /// Lines of the report.
    pub(crate) fn report(&self, totals: &Totals, out: &mut Report) {
        let Counts { stat, datagrams, initial, zero_rtt, handshake, retry } = *self;
        out.aggregated("quicStat", stat.into(), 2);
        let kinds = [initial, zero_rtt, handshake, retry];
        let names = ["Initial ", "0-RTT ", "Handshake ", "Retry "];
        let all = [(datagrams, "", totals.packets)].into_iter();
        for (count, name, of) in
            all.chain(kinds.into_iter().zip(names).map(|(n, name)| (n, name, datagrams)))
        {
            if count > 0 {
                let parts = [Part::Count(count), Part::Share(count, of)];
                out.line(format!("Number of QUIC {name}packets"), parts);
            }
        }
    }
}
