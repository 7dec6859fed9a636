//! A capture at work: packets into files, one after the other.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use flowz_api::packet::{Packet, Timestamp};
use flowz_capture::{Interface, InterfaceStatistics};
use flowz_live::{Arrival, Live};
use jiff::tz::TimeZone;

use super::args::Job;
use super::file::CaptureFile;
use super::plan::{Moment, Plan, Verdict};
use super::tell::{Ended, Told};
use crate::clock::{self, Watch};
use crate::log;

/// What was captured is in the file after so long.
const FLUSH: Duration = Duration::from_secs(1);

/// A capture at work.
pub(super) struct Session<'a> {
    live: Live,
    job: &'a Job,
    plan: Plan,
    zone: TimeZone,
    watch: Watch,
    started: Timestamp,
    interfaces: Vec<Interface>,
    /// Packets of each interface that were written.
    counts: Vec<u64>,
    file: CaptureFile,
    /// Names of finished files that are kept.
    kept: VecDeque<PathBuf>,
    told: Told,
    flushed: Duration,
    each_packet: bool,
    quiet: bool,
}

impl<'a> Session<'a> {
    /// Begins with the first file.
    pub(super) fn start(live: Live, job: &'a Job, each_packet: bool, quiet: bool) -> Result<Self> {
        let (zone, watch, started) = (clock::local_zone(), Watch::start(), clock::now());
        let now = Moment { wall: started, elapsed: watch.elapsed() };
        let plan = Plan::new(job.limits, job.rotation, now);
        let interfaces = live.interfaces().to_vec();
        let path = job.naming.name(plan.turn(), &zone)?;
        let told = Told::open(job.names.as_deref())?;
        let file = CaptureFile::create(&path, job.mode, job.format, &interfaces)?;
        let (counts, flushed) = (vec![0; interfaces.len()], Duration::ZERO);
        Ok(Self {
            live,
            job,
            plan,
            zone,
            watch,
            started,
            interfaces,
            counts,
            file,
            kept: VecDeque::new(),
            told,
            flushed,
            each_packet,
            quiet,
        })
    }

    /// Writes packets until the end.
    pub(super) fn run(mut self) -> Result<Ended> {
        let done = self.capture();
        self.tell_remarks();
        let statistics = self.live.statistics().to_vec();
        let ended =
            Ended { interfaces: self.interfaces.clone(), counts: self.counts.clone(), statistics };
        match done {
            Ok(()) => {
                let statistics = self.statistics();
                let path = self.file.path().to_owned();
                self.file.finish(statistics)?;
                self.told.tell(&path)?;
                Ok(ended)
            }
            Err(error) => {
                if !self.quiet {
                    ended.tell();
                }
                Err(error)
            }
        }
    }

    fn capture(&mut self) -> Result<()> {
        loop {
            let arrival = self.live.next();
            let now = now(&self.watch);
            let verdict = match arrival {
                Arrival::End => return Ok(()),
                Arrival::Quiet => {
                    self.file.flush()?;
                    Verdict::Go
                }
                Arrival::Packet(packet) => match self.plan.before_packet(self.file.size(), now) {
                    Verdict::Stop => return Ok(()),
                    Verdict::Go => {
                        let number = packet.interface as usize;
                        self.file.packet(&self.interfaces[number], &packet)?;
                        self.counts[number] += 1;
                        self.plan.after_packet(self.file.size(), now)
                    }
                    Verdict::Next => {
                        let data = packet.data.to_vec();
                        let packet = Packet { data: &data, ..packet };
                        self.behind_a_new_beginning(&packet, now)?
                    }
                },
            };
            if self.go_on(verdict, now)? == Verdict::Stop {
                return Ok(());
            }
        }
    }

    /// Does what was decided behind a packet, or else what the clock decides.
    fn go_on(&mut self, verdict: Verdict, now: Moment) -> Result<Verdict> {
        let verdict = if verdict == Verdict::Go { self.plan.by_clock(now) } else { verdict };
        if verdict == Verdict::Next {
            self.next_file()?;
        }
        if self.each_packet {
            self.file.flush()?;
        }
        if now.elapsed.saturating_sub(self.flushed) >= FLUSH {
            self.flushed = now.elapsed;
            self.file.flush()?;
            self.tell_remarks();
        }
        Ok(verdict)
    }

    /// A packet that is the first one of another file.
    fn behind_a_new_beginning(&mut self, packet: &Packet<'_>, now: Moment) -> Result<Verdict> {
        self.next_file()?;
        self.file.packet(&self.interfaces[packet.interface as usize], packet)?;
        self.counts[packet.interface as usize] += 1;
        Ok(self.plan.after_packet(self.file.size(), now))
    }

    /// Completes the file and begins the one that the plan is at.
    fn next_file(&mut self) -> Result<()> {
        self.tell_remarks();
        self.file.flush()?;
        let statistics = self.statistics();
        let path = self.job.naming.name(self.plan.turn(), &self.zone)?;
        let new = self.create(&path)?;
        let old = std::mem::replace(&mut self.file, new);
        let finished = old.path().to_owned();
        if finished == path {
            // The new one has taken its place.
            return self.told.tell(&finished);
        }
        old.finish(statistics)?;
        self.told.tell(&finished)?;
        self.kept.push_back(finished);
        while self.job.keep.is_some_and(|keep| self.kept.len() as u64 >= keep) {
            self.kept.pop_front().iter().for_each(|oldest| remove(oldest));
        }
        Ok(())
    }

    fn create(&self, path: &Path) -> Result<CaptureFile> {
        CaptureFile::create(path, self.job.mode, self.job.format, &self.interfaces)
    }

    /// What was counted until now, as files have it.
    fn statistics(&mut self) -> Vec<(Interface, InterfaceStatistics)> {
        let (start, end) = (self.started, clock::now());
        let counted = self.live.statistics().iter().zip(&self.counts);
        let each = self.interfaces.iter().zip(counted).map(|(interface, (counted, written))| {
            let statistics = InterfaceStatistics {
                start,
                end,
                received: written + counted.dropped,
                dropped: counted.dropped_by_interface,
                dropped_by_system: counted.dropped,
            };
            (interface.clone(), statistics)
        });
        each.collect()
    }

    /// Tells what has happened to interfaces.
    fn tell_remarks(&mut self) {
        let remarks = self.live.remarks();
        if remarks.is_empty() {
            return;
        }
        self.interfaces = self.live.interfaces().to_vec();
        for remark in remarks.iter().filter(|_| !self.quiet) {
            log::warning(remark);
        }
    }
}

fn now(watch: &Watch) -> Moment {
    Moment { wall: clock::now(), elapsed: watch.elapsed() }
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        log::warning(&format!("cannot remove '{}': {error}", path.display()));
    }
}
