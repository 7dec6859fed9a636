//! What is counted for the report.

use flowz_api::prelude::*;
use flowz_api::report::Part;

/// What is counted for the report.
#[derive(Merge, Clone, Copy, PartialEq, Eq, Debug, Default, Resume)]
pub(crate) struct Counts {
    #[merge(or)]
    pub(crate) stat: u16,
    /// Packets of sources.
    #[merge(sum)]
    pub(crate) packets: u64,
    #[merge(sum)]
    pub(crate) sources: u64,
    #[merge(sum)]
    pub(crate) announced: u64,
    #[merge(sum)]
    pub(crate) lost: u64,
    #[merge(sum)]
    pub(crate) expected: u64,
    #[merge(sum)]
    pub(crate) control: u64,
    #[merge(sum)]
    pub(crate) stun: u64,
    #[merge(sum)]
    pub(crate) dtls: u64,
}

impl Counts {
    /// Lines of the report.
    pub(crate) fn report(&self, totals: &Totals, out: &mut Report) {
        let Self { stat, packets, sources, announced, lost, expected, .. } = *self;
        out.aggregated("rtpStat", stat.into(), 4);
        let kinds =
            [("RTP", packets), ("RTCP", self.control), ("STUN", self.stun), ("DTLS", self.dtls)];
        for (name, count) in kinds {
            if count > 0 {
                let parts = [Part::Count(count), Part::Share(count, totals.packets)];
                out.line(format!("Number of {name} packets"), parts);
            }
        }
        if sources > 0 {
            out.line("Number of RTP sources", [Part::Count(sources)]);
            let parts = [Part::Count(announced), Part::Share(announced, sources)];
            out.line("Number of RTP sources that were announced", parts);
            let parts = [Part::Count(lost), Part::Share(lost, expected)];
            out.line("Number of RTP packets that never came", parts);
        }
    }
}
