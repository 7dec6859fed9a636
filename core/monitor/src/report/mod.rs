//! Reports of a running engine: for people or for programs, of all since the beginning or since the last report, when
//! asked for or each interval.

mod human;
mod machine;

use std::io::{self, Write};
use std::time::Duration;

use flowz_api::packet::Timestamp;
use flowz_api::report::{Report, Severity};
use flowz_api::settings::CoreToggles;
use flowz_engine::Engine;

use crate::clock::Moment;
use crate::snapshot::Snapshot;

/// How reports are made.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// One line with tabs (`core.MACHINE_REPORT`).
    pub machine: bool,
    /// What was counted since the last report (`core.DIFF_REPORT`).
    pub differences: bool,
    /// Intervals are those of the packets' times (`core.MONINTTMPCP`).
    pub packet_time: bool,
    /// From one report to the next (`core.MONINTV`).
    pub interval: Duration,
    /// The program and its version.
    pub program: String,
    /// The number of the process.
    pub process: u32,
}

impl Settings {
    /// The settings of a run.
    pub fn new(core: &CoreToggles, program: String) -> Self {
        let interval = Duration::try_from_secs_f64(core.monintv);
        Self {
            machine: core.machine_report,
            differences: core.diff_report,
            packet_time: core.moninttmpcp,
            interval: interval.unwrap_or(Duration::from_secs(1)),
            program,
            process: std::process::id(),
        }
    }
}

/// When the next report comes by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Schedule {
    /// None does.
    Off,
    /// An interval after the first packet.
    FirstPacket,
    /// At this time in nanoseconds, by the clock that intervals are measured with.
    At(i64),
}

/// Makes reports and knows when.
pub struct Reporter {
    settings: Settings,
    out: Box<dyn Write + Send>,
    schedule: Schedule,
    has_header: bool,
    last: Option<Box<Snapshot>>,
}

impl Reporter {
    /// Reports go to `out`, flushed one by one.
    pub fn new(settings: Settings, out: Box<dyn Write + Send>) -> Self {
        Self { settings, out, schedule: Schedule::Off, has_header: false, last: None }
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Reports come by themselves from now on, or no more; says which.
    pub fn toggle_periodic(&mut self, now: Moment, packet: Option<Timestamp>) -> bool {
        self.schedule = match self.schedule {
            Schedule::Off => self.behind(self.time(now, packet)),
            _ => Schedule::Off,
        };
        self.schedule != Schedule::Off
    }

    /// Reports are made in another way from now on. If they come by themselves, an interval begins.
    pub fn change(&mut self, settings: Settings) {
        self.settings = settings;
        if self.is_periodic() {
            self.schedule = Schedule::FirstPacket;
        }
    }

    /// Whether reports come by themselves.
    pub fn is_periodic(&self) -> bool {
        self.schedule != Schedule::Off
    }

    /// Whether it is time for a report. That is so once in an interval, however late the question comes.
    pub fn is_due(&mut self, now: Moment, packet: Option<Timestamp>) -> bool {
        let now = self.time(now, packet);
        let due = match (self.schedule, now) {
            (Schedule::Off, _) | (Schedule::At(_), None) => return false,
            (Schedule::FirstPacket, _) => {
                self.schedule = self.behind(now);
                return false;
            }
            (Schedule::At(due), Some(now)) if now < due => return false,
            (Schedule::At(due), Some(now)) => due + (now - due) / self.interval() * self.interval(),
        };
        self.schedule = self.behind(Some(due));
        true
    }

    /// An interval behind a time.
    fn behind(&self, time: Option<i64>) -> Schedule {
        time.map_or(Schedule::FirstPacket, |t| Schedule::At(t.saturating_add(self.interval())))
    }

    fn interval(&self) -> i64 {
        i64::try_from(self.settings.interval.as_nanos()).unwrap_or(i64::MAX).max(1)
    }

    /// The time in nanoseconds by the clock that intervals are measured with.
    fn time(&self, now: Moment, packet: Option<Timestamp>) -> Option<i64> {
        if self.settings.packet_time {
            packet.map(|packet| packet.0)
        } else {
            i64::try_from(now.elapsed.as_nanos()).ok()
        }
    }

    /// Writes a report.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn report_now(&mut self, snapshot: &Snapshot, engine: &Engine) -> io::Result<()> {
        let mut plugins = Report::default();
        if !self.settings.machine {
            engine.report(&mut plugins);
            if engine.lacks_plugins() && engine.run().core.plugin_report {
                plugins.section("");
                plugins.remark(Severity::Info, human::ELSEWHERE);
            }
        }
        self.report(snapshot, &plugins)
    }

    /// The same with these lines of plugins.
    fn report(&mut self, now: &Snapshot, plugins: &Report) -> io::Result<()> {
        let difference;
        let shown = match &self.last {
            Some(last) if self.settings.differences => {
                difference = now.since(last);
                &difference
            }
            _ => now,
        };
        if self.settings.machine {
            if !self.has_header {
                writeln!(self.out, "{}", machine::header(shown))?;
                self.has_header = true;
            }
            writeln!(self.out, "{}", machine::line(shown, self.settings.differences))?;
        } else {
            self.out.write_all(human::text(shown, &self.settings, plugins).as_bytes())?;
        }
        if self.settings.differences {
            self.last = Some(Box::new(now.clone()));
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
