//! What became of fragments and datagrams: every one ends in exactly one place.

use flowz_api::Checkpoint;
use flowz_api::report::{Part, Report};

/// What becomes of a fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Its bytes were put in their place.
    Used,
    /// The same one had come before.
    Duplicate,
    /// Not all of it was captured.
    Cut,
    /// It is empty, or not the last one and no multiple of eight bytes long.
    BadLength,
    /// It reaches beyond the largest datagram.
    TooLong,
    /// It contradicts its datagram, which is given up.
    Refused,
    /// Its datagram was given up.
    Late,
}

/// How a datagram ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// All bytes came.
    Completed,
    /// Not all bytes came in time.
    TimedOut,
    /// It was the oldest when there was no memory left.
    NoMemory,
    /// Its fragments overlap (IPv6).
    Overlap,
    /// It has two ends, or bytes behind its end.
    Contradiction,
    /// The input ended before.
    Unfinished,
}

/// Counters of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub struct Counts {
    /// Fragments by fate.
    pub fates: [u64; 7],
    /// Datagrams of which a fragment came.
    pub begun: u64,
    /// Datagrams by how they ended.
    pub outcomes: [u64; 6],
    /// Fragments of IPv4 that overlap others in the same bytes.
    pub overlapping: u64,
    /// Fragments of IPv4 that overlap others in other bytes.
    pub conflicting: u64,
}

impl Counts {
    /// Takes in those of another one.
    pub(crate) fn merge(&mut self, other: &Self) {
        let Self { fates, begun, outcomes, overlapping, conflicting } = other;
        self.fates.iter_mut().zip(fates).for_each(|(own, more)| *own += more);
        self.outcomes.iter_mut().zip(outcomes).for_each(|(own, more)| *own += more);
        self.begun += begun;
        self.overlapping += overlapping;
        self.conflicting += conflicting;
    }

    /// Fragments with this fate.
    pub fn fate(&self, fate: Fate) -> u64 {
        self.fates[fate as usize]
    }

    /// Datagrams that ended so.
    pub fn outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// Lines of the end report.
    pub fn report(&self, out: &mut Report) {
        let fragments: u64 = self.fates.iter().sum();
        let of_datagrams = [
            ("reassembled", Outcome::Completed),
            ("given up, out of time", Outcome::TimedOut),
            ("given up, out of memory", Outcome::NoMemory),
            ("given up, overlapping (IPv6)", Outcome::Overlap),
            ("given up, with two ends", Outcome::Contradiction),
            ("not finished at the end", Outcome::Unfinished),
        ];
        for (what, outcome) in of_datagrams {
            let n = self.outcome(outcome);
            share_of(out, format!("Number of datagrams {what}"), n, self.begun);
        }
        let of_fragments = [
            ("put in their place", self.fate(Fate::Used)),
            ("that came twice", self.fate(Fate::Duplicate)),
            ("cut by the capture", self.fate(Fate::Cut)),
            ("of impossible length", self.fate(Fate::BadLength)),
            ("beyond the largest datagram", self.fate(Fate::TooLong)),
            ("that contradict their datagram", self.fate(Fate::Refused)),
            ("of datagrams given up", self.fate(Fate::Late)),
            ("overlapping with the same bytes", self.overlapping),
            ("overlapping with other bytes", self.conflicting),
        ];
        for (what, n) in of_fragments {
            share_of(out, format!("Number of fragments {what}"), n, fragments);
        }
    }
}

fn share_of(out: &mut Report, key: String, n: u64, total: u64) {
    if n > 0 {
        out.line(key, [Part::Count(n), Part::Share(n, total)]);
    }
}
