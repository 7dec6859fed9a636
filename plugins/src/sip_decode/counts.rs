//! What the report tells of all flows.

use flowz_api::Checkpoint;
use flowz_api::report::{Part, Report, Totals};
use flowz_api::{Merge, Resume};

use super::bits::{METHODS, method};
use crate::voip::sip::message::{Head, Start};

/// Numbers of messages.
#[derive(Merge, Debug, Default, Resume)]
pub(crate) struct Counts {
    #[merge(sum)]
    messages: u64,
    #[merge(sum)]
    descriptions: u64,
    #[merge(nested)]
    requests: Requests,
}

/// Requests of each method.
#[derive(Debug, Default, Checkpoint)]
struct Requests([u64; METHODS.len()]);

flowz_api::resume_whole!(Requests);

impl flowz_api::merge::Merge for Requests {
    fn merge(&mut self, other: Self) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own += other;
        }
    }
}

impl Counts {
    /// A message.
    pub(crate) fn message(&mut self, head: &Head<'_>, has_description: bool) {
        self.messages += 1;
        self.descriptions += u64::from(has_description);
        if let Start::Request { method: name, .. } = head.start {
            let bit = method(name);
            let known = METHODS.iter().position(|(_, known)| *known == bit);
            if let Some(count) = known.and_then(|at| self.requests.0.get_mut(at)) {
                *count += 1;
            }
        }
    }

    /// The lines of the end report.
    pub(crate) fn report(&self, totals: &Totals, out: &mut Report) {
        let line = |out: &mut Report, key: String, count: u64, of: u64| {
            if count > 0 {
                out.line(key, [Part::Count(count), Part::Share(count, of)]);
            }
        };
        line(out, "Number of SIP messages".to_owned(), self.messages, totals.packets);
        for ((name, _), count) in METHODS.iter().zip(self.requests.0) {
            line(out, format!("Number of SIP {name} requests"), count, self.messages);
        }
        line(out, "Number of SIP messages with SDP".to_owned(), self.descriptions, self.messages);
    }
}
