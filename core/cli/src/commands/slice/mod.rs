//! `flowz slice`: the packets of a range of time, of captures that are merged, as they were.

mod args;
pub(super) mod engine;
mod file;
mod filter;
mod sessions;
mod times;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use flowz_api::sink::{NameGuard, SinkError};
use flowz_capture::{CaptureError, Options as InputOptions, WriteError};
use flowz_slice::{Merge, Options, Output, Range, Source, base};

use super::analyze::Outcome;
use crate::output::stdout_error;
use crate::outputs::OutputNames;
use crate::signals::Signals;
use crate::usage::wrong;
use crate::{clock, log};
pub(crate) use args::Args;
use args::Words;
pub(crate) use file::SliceFile;

/// Writes a slice, or shows times.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let words = args.words();
    check(args, &words)?;
    let signals = Signals::default();
    signals.mind().context("cannot mind signals")?;
    match slice(args, &words, &signals) {
        Err(error) if error.is::<Stopped>() || error.is::<CaptureError>() => {
            let Some((signal, status)) = signals.received() else { return Err(error) };
            log::warning(&format!("ended by {signal}: nothing is written"));
            Ok(Outcome::Stopped(status))
        }
        done => done,
    }
}

/// A signal has ended the captures before anything could be written.
#[derive(Debug)]
struct Stopped;

impl std::error::Error for Stopped {}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a signal has ended the captures")
    }
}

/// Does what is asked for.
fn slice(args: &Args, words: &Words, signals: &Signals) -> Result<Outcome> {
    let options = InputOptions {
        stop: Some(Arc::clone(&signals.stop)),
        compat: args.select.compat,
        ..InputOptions::default()
    };
    let open = |path: &PathBuf| Source::open(path, &options);
    let mut sources = words.captures.iter().map(&open).collect::<Result<Vec<_>, _>>()?;
    if args.range || args.style().is_some() {
        times::show(args, words, &mut sources)?;
    } else {
        let range = resolve(words, &sources)?;
        match &args.filter {
            Some(text) => filter::write(args, text, range, (&mut sources, &open), &signals.stop)?,
            None if args.sessions.is_empty() => write(args, range, &mut sources)?,
            None => sessions::write(args, range, &mut sources)?,
        }
    }
    Ok(outcome(&sources, signals))
}

/// That there are captures, and each only once where that matters; that settings have a meaning.
fn check(args: &Args, words: &Words) -> Result<()> {
    if args.filter.is_none() && (args.index.is_some() || !args.select.is_empty()) {
        return Err(wrong("an index, plugins and settings mean something with --filter only"));
    }
    if words.captures.is_empty() {
        return Err(wrong(
            "no capture is named behind the times; `./` in front of a word makes it a file's name",
        ));
    }
    if words.captures.iter().filter(|path| path.as_path() == Path::new("-")).count() > 1 {
        return Err(wrong("standard input can be read only once"));
    }
    Ok(())
}

/// The range that the words mean; without a word it is open.
fn resolve(words: &Words, sources: &[Source]) -> Result<Range> {
    let zone = clock::local_zone();
    let mut range = Range::default();
    let first = base(sources).unwrap_or_default();
    if let Some(word) = &words.start {
        range.start = word.resolve(first, &zone).map_err(|e| wrong(e.to_string()))?;
    }
    if let Some(word) = &words.end {
        range.end = word.resolve_end(range.start, &zone).map_err(|e| wrong(e.to_string()))?;
    }
    Ok(range)
}

/// Writes the slice.
fn write(args: &Args, range: Range, sources: &mut [Source]) -> Result<()> {
    let mut file = create(args, sources)?;
    let failed = |error| failure(args, error);
    let mut output = Output::new(&mut file, args.format(), sources).map_err(failed)?;
    let options = Options {
        range,
        duplicates: args.duplicates,
        relative: args.relative,
        whole: args.read_all,
        goes_on: false,
    };
    let mut merge = Merge::new(sources, options);
    while let Some((packet, source)) = merge.next_packet() {
        output.packet(&packet, source).map_err(failed)?;
    }
    let cut = output.cut_times();
    file.finish().map_err(|error| failure(args, error.into()))?;
    warn_of_cut_times(cut);
    Ok(())
}

/// Tells of times that are not whole in the slice.
fn warn_of_cut_times(cut: u64) {
    if cut > 0 {
        log::warning(&format!(
            "{cut} packets have nanoseconds, which the slice has no room for: write pcapng to keep them"
        ));
    }
}

/// The file of the slice, which must be none of the captures.
fn create(args: &Args, sources: &[Source]) -> Result<SliceFile> {
    match &args.output {
        Some(path) if path != Path::new("-") => {
            OutputNames::new(sources.iter().map(Source::path)).claim(path)?;
            SliceFile::create(path)
        }
        _ => SliceFile::stdout(),
    }
}

/// What it means that a packet could not be written.
fn failure(args: &Args, error: WriteError) -> anyhow::Error {
    match (error, &args.output) {
        (WriteError::Io(error), Some(path)) if path != Path::new("-") => {
            anyhow!(SinkError::io("write", path, error))
        }
        (WriteError::Io(error), _) => stdout_error(&error),
        (error @ WriteError::Length(_), _) => anyhow!(error),
        (error, _) => wrong(format!("{error} (--format pcapng, or a FILE.pcapng behind -w)")),
    }
}

/// Tells what was wrong with the captures.
fn outcome(sources: &[Source], signals: &Signals) -> Outcome {
    let damages = || sources.iter().flat_map(Source::damages);
    sources
        .iter()
        .flat_map(Source::remarks)
        .chain(damages())
        .for_each(|d| log::warning(&d.to_string()));
    for source in sources.iter().filter(|source| source.may_miss()) {
        log::warning(&format!(
            "time goes back in '{}' where it was read: with --read-all no packet of the range is missed",
            source.path().display()
        ));
    }
    if let Some((signal, status)) = signals.received() {
        log::warning(&format!("ended by {signal}: the output holds what was read before"));
        return Outcome::Stopped(status);
    }
    if damages().next().is_some() { Outcome::Damaged } else { Outcome::Done }
}
