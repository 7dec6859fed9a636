//! `flowz extract`: the main job as a worker of a larger system: one file, the same for the same task, and a summary for programs.

mod args;
mod stage;
mod summary;

use std::ffi::OsString;

use anyhow::Result;
use clap::Parser;

use super::analyze::{self, Figures, Outcome};
use crate::args::Cli;
use crate::{log, output, usage};
pub(crate) use args::Args;
use stage::Stage;
use summary::Summary;

/// Does the task; the last line on standard error is its summary, also if it fails.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let mut summary = Summary::new(args);
    match work(args, &mut summary) {
        Ok(outcome) => {
            summary.tell(outcome);
            Ok(outcome)
        }
        // Whoever read standard output has seen enough.
        Err(error) if output::was_closed(&error) => Err(error),
        Err(error) => {
            log::error(&error);
            summary.tell_failure(&error);
            Ok(Outcome::Stopped(usage::status(&error)))
        }
    }
}

fn work(args: &Args, summary: &mut Summary) -> Result<Outcome> {
    args.mind()?;
    let mut main_job = main_job(args)?;
    if args.is_stream() {
        main_job.analyze.output.output_prefix = Some("-".into());
        let (outcome, figures) = analyze::run_counted(&main_job.analyze)?;
        summary.count(&figures);
        return Ok(outcome);
    }
    let selection = analyze::selection(&main_job.analyze)?;
    let fingerprint = analyze::fingerprint(&main_job.analyze, &selection);
    let name = format!("part-{}-{}-{fingerprint:016x}", args.sensor, args.slice);
    let stage = Stage::new(&args.out, &name)?;
    main_job.analyze.output.output_prefix = Some(stage.prefix().to_owned());
    let (outcome, figures) = analyze::run_counted(&main_job.analyze)?;
    summary.count(&figures);
    summary.files = stage.finish(args.format.name(), args.all_tables)?;
    Ok(outcome)
}

/// The main job with these arguments.
fn main_job(args: &Args) -> Result<Cli> {
    let mut words: Vec<OsString> =
        ["flowz", "-q", "--sinks", args.format.name()].map(Into::into).to_vec();
    for capture in &args.captures {
        words.extend(["-r".into(), capture.into()]);
    }
    if let Some(filter) = &args.filter {
        words.extend(["--".into(), filter.into()]);
    }
    let mut cli = Cli::try_parse_from(words)?;
    let main_job = &mut cli.analyze;
    main_job.parts = args.parts.clone();
    main_job.select = args.select.clone();
    main_job.flows = args.flows.clone();
    main_job.places = args.places.clone();
    main_job.labels = args.labels.clone();
    main_job.limits = args.limits.clone();
    main_job.streams = args.streams.clone();
    let output = &mut main_job.output;
    output.is_part = true;
    output.packets = args.packets;
    output.only_flows = !args.all_tables;
    output.json_progress = args.json_progress;
    output.fields.clone_from(&args.fields);
    output.condition.clone_from(&args.condition);
    Ok(cli)
}
