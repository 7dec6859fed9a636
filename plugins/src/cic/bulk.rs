//! Bulks: runs of packets with payload in one direction.

use flowz_api::Checkpoint;

/// Packets from which on a run is a bulk.
const LEAST: u64 = 4;
/// Microseconds between two packets of a run, at most.
const LONGEST_GAP: u64 = 1_000_000;

/// The run that goes on in a direction, and the bulks that there have been.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(super) struct Bulks {
    /// How many.
    pub(super) count: u64,
    /// Their packets.
    pub(super) packets: u64,
    /// Their bytes of payload.
    pub(super) bytes: u64,
    /// Microseconds from their first to their last packets, added up.
    pub(super) micros: u64,
    run: Option<Run>,
}

/// Packets with payload, one behind the other.
#[derive(Clone, Copy, Debug, Checkpoint)]
struct Run {
    first: i64,
    last: i64,
    packets: u64,
    bytes: u64,
}

impl Bulks {
    /// A packet with payload came at this moment; the one before of the other direction at that.
    pub(super) fn add(&mut self, micros: i64, payload: u32, other: Option<i64>) {
        let payload = u64::from(payload);
        let goes_on = |run: &Run| {
            other.is_none_or(|other| other <= run.first) && micros.abs_diff(run.last) <= LONGEST_GAP
        };
        let Some(run) = self.run.as_mut().filter(|run| goes_on(run)) else {
            self.run = Some(Run { first: micros, last: micros, packets: 1, bytes: payload });
            return;
        };
        let last = std::mem::replace(&mut run.last, micros);
        run.packets += 1;
        run.bytes += payload;
        if run.packets == LEAST {
            self.count += 1;
            self.packets += run.packets;
            self.bytes += run.bytes;
            self.micros += micros.abs_diff(run.first);
        } else if run.packets > LEAST {
            self.packets += 1;
            self.bytes += payload;
            self.micros += micros.abs_diff(last);
        }
    }

    /// The moment of the last packet with payload.
    pub(super) fn last(&self) -> Option<i64> {
        self.run.map(|run| run.last)
    }
}
