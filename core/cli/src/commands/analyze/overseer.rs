//! What is done while a run goes on: orders that come as signals, and warnings about what is lost.

use std::sync::Arc;

use flowz_capture::Progress;
use flowz_engine::report::LiveCounts;
use flowz_engine::{Engine, EngineError};
use flowz_runtime::{LiveFigures, Overseer, QueueFigures};

use crate::clock::{self, Watch};
use crate::log;
use crate::signals::{Order, Signals};

/// Seconds between two warnings of one kind.
const BETWEEN: u64 = 10;

/// Carries out orders and warns.
pub(super) struct RunOverseer<'a> {
    signals: &'a Signals,
    /// One for each engine.
    live: &'a [Arc<LiveFigures>],
    queue: Option<Arc<QueueFigures>>,
    quiet: bool,
    packets: Loss,
    rows: Loss,
}

/// Something that is lost, as far as somebody was warned of it.
struct Loss {
    told: u64,
    since: Option<Watch>,
}

impl Loss {
    const NONE: Self = Self { told: 0, since: None };

    /// How many more are lost by now, if it is time to say so.
    fn news(&mut self, lost: u64) -> Option<u64> {
        let is_soon = self.since.as_ref().is_some_and(|watch| watch.elapsed().as_secs() < BETWEEN);
        if lost <= self.told || is_soon {
            return None;
        }
        let more = lost - self.told;
        (self.told, self.since) = (lost, Some(Watch::start()));
        Some(more)
    }
}

impl<'a> RunOverseer<'a> {
    pub(super) fn new(
        signals: &'a Signals,
        (live, queue): (&'a [Arc<LiveFigures>], Option<Arc<QueueFigures>>),
        quiet: bool,
    ) -> Self {
        Self { signals, live, queue, quiet, packets: Loss::NONE, rows: Loss::NONE }
    }

    /// Says what has happened to interfaces and what is lost.
    fn warn(&mut self) {
        let remarks = self.live.iter().flat_map(|live| live.remarks());
        remarks.for_each(|remark| log::warning(&remark));
        let total = self.live.iter().map(|live| live.total()).reduce(LiveCounts::shared_with);
        let total = total.unwrap_or_default();
        if let Some(more) = self.packets.news(total.dropped + total.dropped_by_interface) {
            log::warning(&format!(
                "{more} packets were lost, {} by the kernel and {} by interfaces so far; a larger --buffer or fewer plugins may help",
                total.dropped, total.dropped_by_interface
            ));
        }
        if let Some(more) = self.queue.as_ref().and_then(|queue| self.rows.news(queue.dropped())) {
            log::warning(&format!("{more} rows were dropped: they could not be written in time"));
        }
    }
}

impl Overseer for RunOverseer<'_> {
    fn attend(&mut self, engine: &mut Engine, _: &Progress) -> Result<(), EngineError> {
        for order in self.signals.orders() {
            match order {
                Order::Renew => engine.rotate(clock::now())?,
                Order::Report | Order::Periodic => {}
            }
        }
        if !self.quiet {
            self.warn();
        }
        Ok(())
    }
}
