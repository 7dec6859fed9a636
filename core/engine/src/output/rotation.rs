//! Files that are complete period by period (`--rotate`).

use std::fmt;

use flowz_api::packet::Timestamp;
use flowz_api::sink::{Destination, SinkError, SinkSetup};

use super::Output;

/// The time at which the period ends that a time is in.
pub type Period = Box<dyn Fn(Timestamp) -> Timestamp + Send>;

/// When a period ends.
pub enum Rule {
    /// When somebody says so.
    Asked,
    /// By the time of packets, and in quiet moments by that of the clock.
    Time(Period),
    /// When the flow table has so many rows.
    Rows(u64),
    /// When a flow table has so many bytes, which are counted before they are compressed.
    Bytes(u64),
}

/// How files are complete period by period.
pub struct Rotation {
    /// When.
    pub rule: Rule,
    /// Where the files go of the period that begins at this time.
    pub next: Box<dyn FnMut(Timestamp) -> Result<Destination, SinkError> + Send>,
    /// Rows of the flow table in this period.
    rows: u64,
}

impl Rotation {
    /// Files end by a rule; `next` tells where those of a period that begins at some time go.
    pub fn new(
        rule: Rule,
        next: impl FnMut(Timestamp) -> Result<Destination, SinkError> + Send + 'static,
    ) -> Self {
        Self { rule, next: Box::new(next), rows: 0 }
    }

    /// How the end of a period is found, if it is by time: that is for who knows the time.
    pub(crate) fn take_period(&mut self) -> Option<Period> {
        match std::mem::replace(&mut self.rule, Rule::Asked) {
            Rule::Time(period) => Some(period),
            other => {
                self.rule = other;
                None
            }
        }
    }
}

impl fmt::Debug for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rotation").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Output {
    /// From now on files are complete period by period.
    pub fn rotate_by(&mut self, rotation: Rotation) {
        self.rotation = Some(Box::new(rotation));
    }

    /// A period has ended: its files get their names, and the next ones begin. Nothing without a rotation.
    pub fn rotate(&mut self, at: Timestamp) -> Result<(), SinkError> {
        let Some(rotation) = &mut self.rotation else { return Ok(()) };
        rotation.rows = 0;
        let next = (rotation.next)(at)?;
        for sink in &mut self.sinks {
            let asks = !sink.requests().is_empty();
            let tables = if asks { &self.tables[..] } else { &self.tables[..self.common] };
            sink.rotate(&SinkSetup { tables, destination: &next, preamble: &self.preamble })?;
        }
        self.files.rotate(&next);
        let ended = std::mem::replace(&mut self.destination, next);
        let is_complete = !self.sinks.iter().any(|sink| sink.is_deferred());
        if let (Some(guard), true) = (&ended.guard, is_complete) {
            guard.complete();
        }
        Ok(())
    }

    /// The flow table has one row more: perhaps the last one of its period.
    pub(super) fn count_row(&mut self, last: Timestamp) -> Result<(), SinkError> {
        let Some(rotation) = &mut self.rotation else { return Ok(()) };
        rotation.rows += 1;
        let is_full = match rotation.rule {
            Rule::Asked | Rule::Time(_) => false,
            Rule::Rows(most) => rotation.rows >= most,
            Rule::Bytes(most) => self.sinks.iter().any(|sink| sink.size() >= most),
        };
        if is_full { self.rotate(last) } else { Ok(()) }
    }
}
