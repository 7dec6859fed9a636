//! What is done while a run goes on: orders that come as signals, warnings about what is lost, and all that watches it.

use std::io;

use flowz_api::report::counted;
use flowz_capture::Progress;
use flowz_engine::report::LiveCounts;
use flowz_engine::{Engine, EngineError};
use flowz_monitor::Monitor;
use flowz_runtime::Overseer;

use super::reload::Reload;
use super::watch::Watched;
use crate::clock::{self, Watch};
use crate::log;
use crate::signals::{Order, Signals};

/// Seconds between two warnings of one kind.
const BETWEEN: u64 = 10;

/// Carries out orders, warns and reports.
pub(super) struct RunOverseer<'a> {
    signals: &'a Signals,
    monitor: Monitor,
    watched: Watched,
    reload: Reload<'a>,
    is_quiet: bool,
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
    /// Says nothing about losses and what cannot be reported if the user wants it quiet.
    pub(super) fn new(
        signals: &'a Signals,
        (monitor, watched): (Monitor, Watched),
        reload: Reload<'a>,
    ) -> Self {
        let (is_quiet, packets, rows) = (reload.is_quiet(), Loss::NONE, Loss::NONE);
        Self { signals, monitor, watched, reload, is_quiet, packets, rows }
    }

    /// Says what has happened to interfaces and what is lost.
    fn warn(&mut self) {
        let remarks = self.watched.live.iter().flat_map(|live| live.remarks());
        remarks.for_each(|remark| log::warning(&remark));
        let total = self.watched.live.iter().map(|live| live.total());
        let LiveCounts { dropped, dropped_by_interface, .. } =
            total.reduce(LiveCounts::shared_with).unwrap_or_default();
        if let Some(more) = self.packets.news(dropped + dropped_by_interface) {
            log::warning(&format!(
                "{} lost, {dropped} by the kernel and {dropped_by_interface} by interfaces so far; a larger \
                 --buffer or fewer plugins may help",
                counted(more, "packet was", "packets were")
            ));
        }
        if let Some(failure) = self.watched.queue.as_ref().and_then(|queue| queue.failure()) {
            log::warning(&format!("{failure}; it is tried again, and rows wait meanwhile"));
        }
        let rows = self.watched.queue.as_ref().map_or(0, |queue| queue.dropped());
        if let Some(more) = self.rows.news(rows) {
            let more = counted(more, "row was", "rows were");
            log::warning(&format!("{more} dropped for want of room or time to write"));
        }
    }

    /// A report that cannot be made ends no run. Nobody may be there any more to read it.
    fn note(&self, outcome: io::Result<()>) {
        if let Err(error) = outcome
            && !self.is_quiet
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            log::warning(&format!("cannot report: {error}"));
        }
    }
}

impl Overseer for RunOverseer<'_> {
    fn attend(&mut self, engine: &mut Engine, progress: &Progress) -> Result<(), EngineError> {
        for order in self.signals.orders() {
            match order {
                Order::Renew => {
                    engine.rotate(clock::now())?;
                    if let Some(settings) = self.reload.again() {
                        let outcome = self.monitor.change(settings);
                        self.note(outcome);
                    }
                }
                Order::Report => self.monitor.order_report(),
                Order::Periodic => {
                    let outcome = self.monitor.toggle_reports(engine);
                    self.note(outcome);
                }
            }
        }
        if !self.is_quiet {
            self.warn();
        }
        if self.reload.tells_progress() {
            log::line(&format!(
                r#"{{"progress":{{"packets":{},"bytes":{},"total":{},"flows":{}}}}}"#,
                engine.counters().read.packets,
                progress.bytes,
                progress.total.map_or("null".to_owned(), |total| total.to_string()),
                engine.live_flows()
            ));
        }
        let outcome = self.monitor.attend(engine, || self.watched.state(progress));
        self.note(outcome);
        Ok(())
    }
}
