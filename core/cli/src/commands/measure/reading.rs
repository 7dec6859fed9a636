//! Packets of captures, each of which ends in one bucket.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{ArgGroup, Parser};
use flowz_api::packet::Packet;
use flowz_capture::{Dedup, Input, Options, Reorder, Source, Windowed};

use super::read_by;
use crate::args::{AnalyzeArgs, Cli, InputArgs};
use crate::commands::analyze::{From, Outcome, Wanted, names_capture};
use crate::log;
use crate::signals::Signals;
use crate::usage::wrong;

/// What is read.
#[derive(clap::Args, Clone, Debug)]
#[command(group(ArgGroup::new("measured").args(["pcap", "pcap_list", "input_regex"])))]
pub(super) struct ReadArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
}

impl ReadArgs {
    /// Whether there is any word of what to read.
    #[cfg(feature = "top")]
    pub(super) fn names_something(&self) -> bool {
        let InputArgs { pcap, pcap_list, input_regex, words, .. } = &self.input;
        let is_named = !pcap.is_empty() || pcap_list.is_some() || input_regex.is_some();
        is_named || !words.is_empty()
    }

    /// That anything is named, and no text that other commands read.
    fn check(&self) -> Result<()> {
        let words = self.input.words.iter().map(Path::new);
        for path in self.input.pcap.iter().map(PathBuf::as_path).chain(words) {
            if let Some(what) = read_by(path) {
                return Err(wrong(format!("'{}' is no capture but {what}", path.display())));
            }
        }
        if names_capture(&self.input) {
            return Ok(());
        }
        Err(wrong(
            "no input: name a capture, `-r -` is standard input, -R LIST and -D EXPR are several",
        ))
    }

    /// The main job with the same input.
    fn main_job(&self) -> Result<AnalyzeArgs> {
        let mut main_job = Cli::try_parse_from(["flowz", "-q", "-r", "-", "-w", "-"])?.analyze;
        main_job.input = self.input.clone();
        // Standard input as a word.
        let (stdin, words) = self.input.words.iter().cloned().partition(|word| word == "-");
        main_job.input.words = words;
        let stdin: Vec<OsString> = stdin;
        main_job.input.pcap.extend(stdin.into_iter().map(PathBuf::from));
        Ok(main_job)
    }
}

/// What became of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// It is in the table.
    Counted,
    /// It is not, for this reason.
    Left(&'static str),
    /// It is not, for this reason, and no further packet will be.
    Last(&'static str),
}

/// Captures that are read.
pub(super) struct Reading {
    packets: Windowed<Input>,
    signals: Signals,
    counted: u64,
    left: BTreeMap<&'static str, u64>,
    filter: Option<String>,
    pub(super) is_stdin: bool,
}

impl Reading {
    /// Opens what is to be read.
    pub(super) fn open(args: &ReadArgs, signals: &Signals) -> Result<Self> {
        Self::begin(args, signals, false)
    }

    /// The same where somebody has looked at the first bytes of standard input.
    pub(super) fn after_look(args: &ReadArgs, signals: &Signals) -> Result<Self> {
        Self::begin(args, signals, true)
    }

    fn begin(args: &ReadArgs, signals: &Signals, has_looked: bool) -> Result<Self> {
        args.check()?;
        let wanted = Wanted::of(&args.main_job()?)?;
        let From::Captures(source) = &wanted.from else {
            unreachable!("there is no option for interfaces")
        };
        signals.mind().context("cannot mind signals")?;
        let options = Options {
            filter: wanted.filter.clone(),
            stop: Some(Arc::clone(&signals.stop)),
            ..Options::default()
        };
        let reorder = args.input.reorder.map(|window| Reorder::limited(window, u64::MAX));
        let dedup = args.input.dedup.map(|span| Dedup::limited(span, u64::MAX));
        let is_stdin = *source == Source::Stdin;
        let source = if is_stdin && has_looked {
            Input::from_reader(io::stdin(), Path::new("-"), &options)?
        } else {
            Input::open(source, &options)?
        };
        Ok(Self {
            packets: Windowed { source, reorder, dedup },
            signals: signals.clone(),
            counted: 0,
            left: BTreeMap::new(),
            is_stdin,
            filter: wanted.filter,
        })
    }

    /// The filter, if there is one.
    pub(super) fn filter(&self) -> Option<&str> {
        self.filter.as_deref()
    }

    /// The files that are read.
    pub(super) fn files(&self) -> &[PathBuf] {
        self.packets.source.files()
    }

    /// Hands over all packets with their numbers, of those that pass the filter.
    pub(super) fn each(
        &mut self,
        mut work: impl FnMut(u64, &Packet<'_>) -> Result<Verdict>,
    ) -> Result<()> {
        let mut passed = 0;
        while let Some(found) = self.packets.next_source_packet() {
            passed += 1;
            let verdict = if found.duplicate {
                Verdict::Left("duplicates")
            } else {
                work(passed, &found.packet)?
            };
            match verdict {
                Verdict::Counted => self.counted += 1,
                Verdict::Left(why) | Verdict::Last(why) => *self.left.entry(why).or_default() += 1,
            }
            if matches!(verdict, Verdict::Last(_)) {
                break;
            }
        }
        Ok(())
    }

    /// Packets that are in the table.
    pub(super) fn counted(&self) -> u64 {
        self.counted
    }

    /// What became of the packets.
    pub(super) fn balance(&self) -> String {
        let left: u64 = self.left.values().sum();
        let filtered = self.packets.source.filtered_out();
        let all = self.counted + left + filtered;
        let mut text = format!("Packets read: {all} = {} counted", self.counted);
        for (why, count) in self.left.iter().map(|(why, count)| (*why, *count)) {
            let _ = write!(text, " + {count} {why}");
        }
        if filtered > 0 {
            let _ = write!(text, " + {filtered} not of the filter");
        }
        text
    }

    /// Tells what was wrong with the captures, and how the run ends.
    pub(super) fn outcome(&self) -> Outcome {
        let input = &self.packets.source;
        for damage in input.remarks().iter().chain(input.damages()) {
            log::warning(&damage.to_string());
        }
        if let Some((signal, status)) = self.signals.received() {
            log::warning(&format!("ended by {signal}: the table holds what was read before"));
            return Outcome::Stopped(status);
        }
        if input.damages().is_empty() { Outcome::Done } else { Outcome::Damaged }
    }
}
