//! Why segments come again or out of their order, as an observer between both ends can tell. The classes and the order of the questions are those of Mellia, Meo, Muscariello and Rossi,
//! "Passive analysis of TCP anomalies" (Computer Networks 52, 2008).

use flowz_api::Checkpoint;
use flowz_api::packet::NANOS;

/// Duplicate acknowledgements behind which a sender sends again at once (RFC 5681, section 3.2).
const DUPLICATES: u32 = 3;
/// Nanoseconds until a sender sends again for want of an acknowledgement as long as no round-trip time is known (RFC 6298, rule 2.1).
const FIRST_TIMEOUT: i64 = NANOS;

/// What a sender takes for the time until it has to send again (RFC 6298, section 2, without a least time), in nanoseconds: smoothed round-trip time and its variation.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(super) struct Timer(Option<(i64, i64)>);

impl Timer {
    /// A round-trip time.
    pub(super) fn add(&mut self, time: i64) {
        self.0 = Some(match self.0 {
            None => (time, time / 2),
            Some((smooth, variation)) => {
                let difference = smooth.saturating_sub(time).saturating_abs();
                (smooth - smooth / 8 + time / 8, variation - variation / 4 + difference / 4)
            }
        });
    }

    /// How long it waits.
    pub(super) fn timeout(&self) -> i64 {
        self.0.map_or(FIRST_TIMEOUT, |(smooth, variation)| {
            smooth.saturating_add(variation.saturating_mul(4))
        })
    }
}

/// How often, by class.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Anomalies {
    pub(crate) timeout: u32,
    pub(crate) fast: u32,
    pub(crate) reordered: u32,
    pub(crate) duplicate: u32,
    pub(crate) unknown: u32,
    pub(crate) window_probe: u32,
    pub(crate) needless_timeout: u32,
    pub(crate) needless_fast: u32,
}

/// What is known when numbers are sent again or late.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances {
    /// The same packet was seen before.
    pub(super) same_packet: bool,
    /// They were seen before.
    pub(super) seen: bool,
    /// They were acknowledged.
    pub(super) acked: bool,
    /// The receiver's window is closed.
    pub(super) closed_window: bool,
    /// Duplicate acknowledgements so far.
    pub(super) duplicates: u32,
    /// Nanoseconds since they, or the packet that left them out, were sent.
    pub(super) since: i64,
    /// Nanoseconds behind which the sender sends again.
    pub(super) timeout: i64,
    /// Nanoseconds of the shortest round trip, if one is known.
    pub(super) least_round_trip: Option<i64>,
}

impl Anomalies {
    /// Counts numbers that were sent again or late.
    pub(super) fn add(&mut self, of: &Circumstances) {
        let is_late = of.since >= of.timeout;
        let is_fast = of.duplicates >= DUPLICATES;
        let is_soon = of.least_round_trip.is_some_and(|least| of.since < least);
        let class = if of.seen && of.same_packet {
            &mut self.duplicate
        } else if of.seen && of.closed_window {
            &mut self.window_probe
        } else if of.seen && of.acked && is_late {
            &mut self.needless_timeout
        } else if of.seen && of.acked && is_fast {
            &mut self.needless_fast
        } else if !of.acked && is_late {
            &mut self.timeout
        } else if !of.acked && is_fast {
            &mut self.fast
        } else if !of.seen && is_soon {
            &mut self.reordered
        } else {
            &mut self.unknown
        };
        *class += 1;
    }
}
