//! What the report tells of all flows.

use flowz_api::report::{Part, Report, Totals};
use flowz_api::{Merge, Resume};

use super::fact::{H323Fact, Layer};

/// Numbers of messages.
#[derive(Merge, Debug, Default, Resume)]
pub(crate) struct Counts {
    #[merge(sum)]
    ras: u64,
    #[merge(sum)]
    signalling: u64,
    #[merge(sum)]
    control: u64,
    #[merge(sum)]
    tunnelled: u64,
    #[merge(sum)]
    without_call: u64,
}

impl Counts {
    /// A message.
    pub(crate) fn message(&mut self, fact: &H323Fact, is_without_call: bool) {
        match fact.layer {
            Layer::Ras => self.ras += 1,
            Layer::Signalling => self.signalling += 1,
            Layer::Control => self.control += 1,
        }
        self.tunnelled += u64::from(fact.is_tunnelled);
        self.without_call += u64::from(is_without_call);
    }

    /// The lines of the end report.
    pub(crate) fn report(&self, totals: &Totals, out: &mut Report) {
        let mut line = |name: &str, count: u64, of: u64| {
            if count > 0 {
                out.line(name.to_owned(), [Part::Count(count), Part::Share(count, of)]);
            }
        };
        line("Number of H.225.0 RAS messages", self.ras, totals.packets);
        line("Number of H.225.0 call signalling messages", self.signalling, totals.packets);
        line("Number of H.245 messages", self.control, totals.packets);
        line("Number of H.245 messages that are tunnelled", self.tunnelled, self.control);
        let all = self.ras + self.signalling + self.control;
        line("Number of H.323 messages whose call is not known", self.without_call, all);
    }
}
