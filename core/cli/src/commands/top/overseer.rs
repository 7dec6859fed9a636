//! Makes moments between two packets.

use std::sync::Arc;

use flowz_api::packet::Timestamp;
use flowz_capture::Progress;
use flowz_engine::{Engine, EngineError};
use flowz_runtime::{LiveFigures, Overseer};
use flowz_top::{Desk, Meter, Source, Totals};

use super::engine::Show;
use crate::clock::{self, Watch};

/// Looks at the engine when somebody asks.
pub(super) struct Watcher<'a> {
    desk: &'a Desk,
    show: &'a Show,
    live: Option<Arc<LiveFigures>>,
    meter: Option<Meter>,
    /// The latest packet's time, and what has passed since somebody first saw it.
    silence: (Timestamp, Watch),
}

impl<'a> Watcher<'a> {
    pub(super) fn new(desk: &'a Desk, show: &'a Show, live: Option<Arc<LiveFigures>>) -> Self {
        let start = if live.is_some() { clock::now() } else { Timestamp(0) };
        let meter = live
            .is_some()
            .then(|| Meter::new(Source::Interfaces, Totals { now: start, ..Totals::default() }));
        Self { desk, show, live, meter, silence: (start, Watch::start()) }
    }

    /// The last moment, when all packets are read.
    pub(super) fn end(mut self, engine: &Engine) {
        let totals = self.totals(engine, None);
        let last = self.desk.show(totals, true);
        self.show.snapshot(last);
    }

    fn totals(&mut self, engine: &Engine, progress: Option<f64>) -> Totals {
        let counters = engine.counters();
        let now = self.now(counters.first.map(|_| counters.last));
        let dropped = self.live.as_ref().map(|live| {
            let total = live.total();
            total.dropped + total.dropped_by_interface
        });
        let totals = Totals {
            now,
            begun: engine.begun(),
            packets: counters.read.packets,
            bytes: counters.wire_bytes,
            dropped,
            progress,
            ..Totals::default()
        };
        let Some(first) = counters.first.filter(|_| self.live.is_none()) else {
            return self.meter.as_mut().map_or(totals, |meter| meter.read(totals));
        };
        let start = Totals { now: first, ..Totals::default() };
        Meter::new(Source::Captures, start).read(totals)
    }

    /// The time: that of the latest packet, and with interfaces what has passed since.
    fn now(&mut self, last: Option<Timestamp>) -> Timestamp {
        if let Some(last) = last.filter(|last| *last != self.silence.0) {
            self.silence = (last, Watch::start());
        }
        let (last, since) = &self.silence;
        if self.live.is_none() {
            return *last;
        }
        let passed = i64::try_from(since.elapsed().as_nanos()).unwrap_or(i64::MAX);
        Timestamp(last.0.saturating_add(passed))
    }
}

impl Overseer for Watcher<'_> {
    fn attend(&mut self, engine: &mut Engine, progress: &Progress) -> Result<(), EngineError> {
        if let Some(live) = &self.live {
            self.desk.remark(live.remarks());
        }
        let total = progress.total.filter(|total| *total > 0);
        let part = total.map(|total| (progress.bytes as f64 / total as f64).min(1.0));
        let totals = self.totals(engine, part);
        let snapshot = self.desk.show(totals, false);
        self.show.snapshot(snapshot);
        Ok(())
    }
}
