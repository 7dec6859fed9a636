//! Files that are complete period by period, as far as the engine has to know.

use flowz_api::packet::Timestamp;

use super::{Engine, EngineError, WayOut};
use crate::output::Rotation;

impl Engine {
    /// From now on, before the first packet, files are complete period by period. The first period begins at `start`.
    pub fn rotate_by(&mut self, mut rotation: Rotation, start: Timestamp) {
        if let Some(period) = rotation.take_period() {
            self.period_end = period(start);
            self.period = Some(period);
        }
        if let WayOut::Records(records) = &mut self.way_out {
            records.output.rotate_by(rotation);
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

    /// The time of the files is over.
    #[cold]
    pub(super) fn next_period(&mut self, now: Timestamp) -> Result<(), EngineError> {
        self.period_end = self.period.as_ref().map_or(Timestamp(i64::MAX), |period| period(now));
        self.rotate(now)
    }
}
