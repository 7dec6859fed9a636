//! Packets of interfaces on their way to the engine.

mod figures;
mod quiet;

use std::sync::Arc;
use std::time::Instant;

use flowz_api::packet::{Packet, Timestamp};
use flowz_capture::{Batch, Dedup, Interface, SourcePacket};
use flowz_engine::{Engine, EngineError};
use flowz_live::{Arrival, Live};

use crate::RunOptions;
use crate::attention::Oversight;
use crate::ends::Countdown;
use crate::source::InputOptions;

pub use figures::LiveFigures;
use quiet::QuietClock;

/// Packets between two looks at what the kernel has counted: a call of the system for each interface.
const LOOK: u32 = 1 << 16;

/// Nanoseconds of packets in a batch: where few come, those behind them would let the first ones wait for long.
const SPAN: u64 = 100_000_000;

/// Sees all packets of interfaces that the engine gets.
pub trait Tap: Send {
    /// A packet, and the interface that it came in by.
    fn packet(&mut self, interface: &Interface, packet: &Packet<'_>);

    /// For some time there is none.
    fn quiet(&mut self);
}

/// Interfaces and what belongs to them.
pub(crate) struct LiveSource {
    live: Live,
    dedup: Option<Dedup>,
    clock: QuietClock,
    tap: Option<Box<dyn Tap>>,
    figures: Arc<LiveFigures>,
    /// As long as there is nobody else to ask: [`Live`] lends out its packets.
    interfaces: Vec<Interface>,
    until_look: u32,
}

/// What comes next.
enum Step<'a> {
    /// A packet, and whether the clock was set back in front of it.
    Packet(SourcePacket<'a>, bool),
    Quiet(Timestamp),
    End,
}

impl LiveSource {
    pub(crate) fn new(
        live: Live,
        options: &InputOptions,
        start: Timestamp,
        tap: Option<Box<dyn Tap>>,
    ) -> Self {
        let most = options.window_memory.unwrap_or(u64::MAX);
        let dedup = options.dedup.map(|span| Dedup::limited(span, most));
        let interfaces = live.interfaces().to_vec();
        let names = interfaces.iter().map(|one| String::from_utf8_lossy(&one.name).into_owned());
        let figures = Arc::new(LiveFigures::new(names.collect()));
        let clock = QuietClock::new(start, interfaces.len(), live.timeout());
        Self { live, dedup, clock, tap, figures, interfaces, until_look: LOOK }
    }

    pub(crate) fn figures(&self) -> &Arc<LiveFigures> {
        &self.figures
    }

    pub(crate) fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// Feeds all packets to the engine, and lets it know of time that passes without any.
    pub(crate) fn read_all(
        &mut self,
        (engine, countdown): (&mut Engine, &mut Countdown),
        options: RunOptions,
        oversight: &mut Oversight<'_>,
    ) -> Result<(), EngineError> {
        loop {
            match self.next(countdown) {
                Step::End => break,
                Step::Quiet(now) => engine.advance(now)?,
                Step::Packet(seen, is_set_back) => {
                    if is_set_back {
                        engine.clock_set_back()?;
                    }
                    if seen.duplicate {
                        engine.duplicate(&seen.packet);
                    } else {
                        engine.packet(&seen.packet)?;
                    }
                }
            }
            oversight.between(engine, Default::default)?;
            if engine.begun() >= options.flows {
                break;
            }
        }
        self.look();
        Ok(())
    }

    /// Reads what comes until a batch is full, has packets of some time, or nothing comes; false when nothing will.
    pub(crate) fn read_batch(&mut self, batch: &mut Batch, countdown: &mut Countdown) -> bool {
        batch.clear();
        let mut first = None;
        loop {
            match self.next(countdown) {
                Step::End => {
                    self.look();
                    return !batch.is_empty();
                }
                Step::Quiet(now) => {
                    batch.quiet = Some(now);
                    return true;
                }
                Step::Packet(seen, is_set_back) => {
                    if is_set_back {
                        batch.set_back_at = Some(batch.len());
                    }
                    batch.copy(&seen);
                    let at = seen.packet.ts;
                    let first: &mut Timestamp = first.get_or_insert(at);
                    if (at - *first).unsigned_abs() >= SPAN {
                        return true;
                    }
                }
            }
            if batch.is_full() {
                return true;
            }
        }
    }

    #[inline]
    fn next(&mut self, countdown: &mut Countdown) -> Step<'_> {
        if self.until_look == 0 {
            self.look();
        }
        if countdown.is_over() {
            return Step::End;
        }
        let Self { live, dedup, clock, tap, interfaces, until_look, .. } = self;
        match live.next() {
            Arrival::Packet(packet) => {
                *until_look -= 1;
                let is_set_back = clock.packet(packet.ts, packet.interface);
                if countdown.is_set && !countdown.admits(packet.ts) {
                    return Step::End;
                }
                if let Some(tap) = tap
                    && let Some(interface) = interfaces.get(packet.interface as usize)
                {
                    tap.packet(interface, &packet);
                }
                let duplicate = dedup.as_mut().is_some_and(|dedup| dedup.is_duplicate(&packet));
                Step::Packet(SourcePacket { packet, duplicate }, is_set_back)
            }
            Arrival::Quiet => {
                // The next call looks.
                *until_look = 0;
                if let Some(tap) = tap {
                    tap.quiet();
                }
                Step::Quiet(clock.quiet(now()))
            }
            Arrival::End => Step::End,
        }
    }

    /// Looks at what the kernel has counted and what has happened to interfaces.
    #[cold]
    fn look(&mut self) {
        self.until_look = LOOK;
        self.figures.set(self.live.statistics());
        let remarks = self.live.remarks();
        if !remarks.is_empty() {
            self.interfaces = self.live.interfaces().to_vec();
            self.figures.remark(remarks);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "time goes on without packets")]
fn now() -> Instant {
    Instant::now()
}
