//! The line of the end report: flows without entropy, and the smallest, mean and largest one.

use std::collections::VecDeque;

use flowz_api::Checkpoint;
use flowz_api::merge::Merge;
use flowz_api::report::{Part, Report};

/// How exact the mean is: entropies are added up in units of this part.
const UNIT: f64 = 16_777_216.0;

/// Entropies that the reference's mean depends on: an earlier one counts less than 0.7^64 of it.
const RECENT: usize = 64;

/// The entropies of all flows that have ended.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct Summary {
    /// Flows without entropy.
    without: u64,
    flows: u64,
    /// Their sum in whole units, so that it does not depend on the order.
    sum: u64,
    min: f32,
    max: f32,
    /// The latest entropies, each with the number of the flow's end; only where they are needed.
    recent: Option<VecDeque<(u64, f32)>>,
}

impl Summary {
    /// Of no flows yet; `recent` if the mean is to be the reference's.
    pub(crate) fn new(recent: bool) -> Self {
        let recent = recent.then(VecDeque::new);
        Self { without: 0, flows: 0, sum: 0, min: f32::INFINITY, max: 0.0, recent }
    }

    /// A flow has ended, as the `end`-th one. The reference has no entropy of a single symbol.
    pub(crate) fn add(&mut self, entropy: f32, end: u64) {
        let is_none = entropy < 0.0 || (entropy <= 0.0 && self.recent.is_some());
        if is_none {
            self.without += 1;
            return;
        }
        self.flows += 1;
        self.sum += (f64::from(entropy) * UNIT) as u64;
        self.min = self.min.min(entropy);
        self.max = self.max.max(entropy);
        if let Some(recent) = &mut self.recent {
            recent.push_back((end, entropy));
            if recent.len() > RECENT {
                recent.pop_front();
            }
        }
    }

    /// The mean; in the reference a new entropy counts three tenths, all before it seven.
    fn mean(&self) -> f64 {
        let weigh = |mean: f64, x: f64| 0.7 * mean + 0.3 * x;
        match &self.recent {
            Some(recent) => recent.iter().map(|r| f64::from(r.1)).reduce(weigh).unwrap_or(0.0),
            None => self.sum as f64 / UNIT / self.flows.max(1) as f64,
        }
    }

    /// Adds the line, unless no flow has an entropy.
    pub(crate) fn report(&self, out: &mut Report) {
        if self.flows == 0 {
            return;
        }
        let rest = format!(", {:.6}, {:.6}, {:.6}", self.min, self.mean(), self.max);
        out.line("NValFlows, min, ave, max", [Part::Count(self.without), Part::Text(rest)]);
    }
}

flowz_api::resume_whole!(Summary);

impl Merge for Summary {
    fn merge(&mut self, other: Self) {
        self.without += other.without;
        self.flows += other.flows;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        if let (Some(own), Some(others)) = (&mut self.recent, other.recent) {
            own.extend(others);
            own.make_contiguous().sort_unstable_by_key(|r| r.0);
            own.drain(..own.len().saturating_sub(RECENT));
        }
    }
}
