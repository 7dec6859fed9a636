//! Files that are complete period by period, as far as the engine has to know.

use flowz_api::packet::{NANOS, Timestamp};

use super::{Engine, EngineError, WayOut};
use crate::output::{Period, Rotation};

/// Packets that are late by less than this, or than a period, belong to the files that are open.
const LATE: i64 = 10 * NANOS;

/// The times of packets that belong to the files of a period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    from: Timestamp,
    length: u64,
}

impl Span {
    /// All times.
    pub(super) const ALL: Self = Self { from: Timestamp(i64::MIN), length: u64::MAX };

    /// The period that a time is in, and some time before it: only a clock that was set back, or a capture of earlier times,
    /// has packets from before.
    fn of(period: &Period, at: Timestamp) -> Self {
        let end = period(at);
        let length = period(end) - end;
        let from = Timestamp(end.0.saturating_sub(length).saturating_sub(length.max(LATE)));
        Self { from, length: (end - from).unsigned_abs() }
    }

    fn end(self) -> Timestamp {
        Timestamp(self.from.0.wrapping_add_unsigned(self.length))
    }

    /// Whether a packet of this time belongs to them.
    #[inline]
    pub(super) fn holds(self, at: Timestamp) -> bool {
        (at.0.wrapping_sub(self.from.0) as u64) < self.length
    }
}

impl Engine {
    /// From now on, before the first packet, files are complete period by period. The first period begins at `start`.
    pub fn rotate_by(&mut self, mut rotation: Rotation, start: Timestamp) {
        if let Some(period) = rotation.take_period() {
            self.span = Span::of(&period, start);
            self.period = Some(period);
        }
        if let WayOut::Records(records) = &mut self.way_out {
            records.output.rotate_by(rotation);
        }
    }

    /// The first packet has come. Where it is from before the first period, the files were begun by another clock than that of
    /// the packets.
    #[cold]
    pub(super) fn first_of_period(&mut self, at: Timestamp) {
        if let Some(period) = &self.period
            && at < self.span.end()
        {
            self.span = Span::of(period, at);
        }
    }

    /// The files of all that has ended so far are complete, and the next ones begin, where files are complete period by
    /// period. Flows live on.
    pub fn rotate(&mut self, at: Timestamp) -> Result<(), EngineError> {
        match &mut self.way_out {
            WayOut::Records(records) => records.output.rotate(at)?,
            WayOut::Events(writer) => writer.end_period(at, &self.run),
            WayOut::Closed => {}
        }
        Ok(())
    }

    /// The time of the files is over, or was set back to before it.
    #[cold]
    pub(super) fn next_period(&mut self, now: Timestamp) -> Result<(), EngineError> {
        self.span = self.period.as_ref().map_or(Span::ALL, |period| Span::of(period, now));
        self.rotate(now)
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::packet::{NANOS, Timestamp};

    use super::Span;
    use crate::output::Period;

    #[test]
    fn times_of_a_period() {
        let minute = 60 * NANOS;
        let period: Period = Box::new(move |at| Timestamp((at.0.div_euclid(minute) + 1) * minute));
        let span = Span::of(&period, Timestamp(125 * NANOS));
        let holds = |seconds: i64| span.holds(Timestamp(seconds * NANOS));
        assert_eq!(
            [59, 60, 119, 179, 180, -500].map(holds),
            [false, true, true, true, false, false]
        );
        assert!(!span.holds(Timestamp(i64::MAX)) && !span.holds(Timestamp(i64::MIN)));
        let brief: Period = Box::new(|at| Timestamp(at.0 + 1));
        let span = Span::of(&brief, Timestamp(20 * NANOS));
        assert!(span.holds(Timestamp(11 * NANOS)) && !span.holds(Timestamp(9 * NANOS)));
        assert!(!span.holds(Timestamp(21 * NANOS)));
        assert!([i64::MIN, 0, i64::MAX - 1].iter().all(|at| Span::ALL.holds(Timestamp(*at))));
    }
}
