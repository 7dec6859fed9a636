//! What a run says: on its way in, and in the end report.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use flowz_api::packet::{LinkType, NANOS, Timestamp};
use flowz_api::report::{Human, Part, Report, Severity, counted};
use flowz_api::sink::Destination;
use flowz_api::text::{harmless, without_passwords};
use flowz_capture::{Source, link_in_words, link_name};
use flowz_engine::report::InputFacts;
use flowz_engine::{Engine, counters, report};
use flowz_registry::selection::Selection;
use flowz_registry::settings::{Origin, Toggle, fingerprint};
use flowz_runtime::{PacketSource, QueueFigures};

use super::checks::records_to_stdout;
use super::choice;
use super::inputs::From;
use crate::args::AnalyzeArgs;
use crate::clock::{self, Watch};
use crate::deliveries::Deliveries;
use crate::log::{self, Held, Log};
use crate::log_file::LogFile;

/// Where the report goes.
pub(super) type ReportLog = Log<Box<dyn Write>>;

/// The file of the report.
pub(super) fn log_file(destination: &Destination) -> PathBuf {
    destination.file("_log.txt")
}

/// Whether the report goes into a file. The reference writes one with flows on standard output too.
pub(super) fn has_log_file(args: &AnalyzeArgs, destination: &Destination) -> bool {
    let beside_stdout = destination.stdout && !destination.only_requested && !args.output.quiet;
    args.output.logfile || beside_stdout
}

/// The place of the report: a file, standard output, or standard error where flows or packets go to standard output.
pub(super) fn open_log(args: &AnalyzeArgs, destination: &Destination) -> Result<ReportLog> {
    if has_log_file(args, destination) {
        let path = log_file(destination);
        let file = LogFile::create(&path)
            .with_context(|| format!("cannot create the log file '{}'", path.display()))?;
        return Ok(Log::to_file(Box::new(file)));
    }
    Ok(if args.output.quiet {
        Log::new(Box::new(io::sink()), false)
    } else if destination.stdout || records_to_stdout(args) {
        Log::new(Box::new(Held::new(io::stderr())), log::stderr_has_colours())
    } else {
        Log::new(Box::new(Held::new(io::stdout())), log::stdout_has_colours())
    })
}

/// The program and its version.
pub(super) fn program() -> String {
    format!("flowz {}", env!("CARGO_PKG_VERSION"))
}

pub(super) fn banner(
    log: &mut ReportLog,
    args: &AnalyzeArgs,
    selection: &Selection,
    settings: &[String],
) -> io::Result<()> {
    let started = clock::now();
    log.rule('=')?;
    log.plain(&format!(
        "{}. PID: {}, SID: {}",
        program(),
        std::process::id(),
        args.select.sensor_id
    ))?;
    log.rule('=')?;
    log.plain(&format!("Date: {}", clock::in_local_words(started)))?;
    log.remark(Severity::Info, "Creating flows for L2, IPv4, IPv6")?;
    log.plain("Active plugins:")?;
    let names =
        selection.infos().map(|i| i.name).chain(selection.sink_infos().map(|sink| sink.name));
    for (n, name) in names.enumerate() {
        log.plain(&format!("    {:02}: {name}, {}", n + 1, env!("CARGO_PKG_VERSION")))?;
    }
    settings.iter().try_for_each(|line| log.plain(line))
}

/// Who named the plugins if not the command line, the settings that differ from the defaults, `--compat`, the filter
/// and the choice of columns and rows, and the fingerprint of all that has an effect, the program's version too.
pub(super) fn settings_lines(
    args: &AnalyzeArgs,
    selection: &Selection,
    filter: Option<&str>,
) -> Vec<String> {
    let list = selection.settings.plugins().filter(|list| list.origin != Origin::CommandLine);
    let mut lines: Vec<_> =
        list.map(|l| format!("Plugins named by: {}", l.origin)).into_iter().collect();
    let changed: Vec<_> = selection.in_force().filter(Toggle::is_changed).collect();
    let names = selection.infos().map(|info| info.name);
    let compat = args.select.compat.then(|| "--compat".to_owned());
    let filter = filter.map(|f| format!("filter '{f}'"));
    let more: Vec<_> = compat.into_iter().chain(filter).chain(choice::in_words(args)).collect();
    let run = [&[program()], &more[..]].concat();
    let sum = fingerprint(&run, names, selection.in_force());
    let more = more.iter().fold(String::new(), |text, part| text + ", " + part);
    let changes = changed.len();
    lines.push(format!("Settings: {changes} not the defaults{more}, fingerprint 0x{sum:016x}"));
    lines.extend(changed.iter().map(|toggle| format!("    {toggle} ({})", toggle.origin)));
    lines
}

pub(super) fn input_lines(
    log: &mut ReportLog,
    from: &From,
    packets: &PacketSource,
    filter: Option<&str>,
) -> io::Result<()> {
    let (From::Captures(source), Some(input)) = (from, packets.input()) else {
        return interface_lines(log, packets, filter);
    };
    let (files, count) = (input.files(), input.files().len());
    let first = files.first().map_or(Path::new(""), PathBuf::as_path).display();
    match source {
        _ if count == 1 => log.plain(&format!("Processing file: {first}"))?,
        Source::List(list) => {
            log.plain(&format!("Processing list file: {} ({count} files)", list.display()))?;
        }
        Source::Files(_) => log.plain(&format!("Processing {count} files, the first: {first}"))?,
        _ => log.plain(&format!("Processing list file: {first} ({count} files)"))?,
    }
    filter_line(log, filter)?;
    link_lines(log, input.link_type(), input.snap_len())
}

fn interface_lines(
    log: &mut ReportLog,
    packets: &PacketSource,
    filter: Option<&str>,
) -> io::Result<()> {
    for interface in packets.interfaces() {
        let name = String::from_utf8_lossy(&interface.name);
        log.plain(&format!("Live capture on interface: {name}"))?;
        link_lines(log, interface.link, interface.snap_len)?;
    }
    filter_line(log, filter)
}

fn filter_line(log: &mut ReportLog, filter: Option<&str>) -> io::Result<()> {
    filter.map_or(Ok(()), |filter| log.remark(Severity::Info, &format!("BPF: {filter}")))
}

fn link_lines(log: &mut ReportLog, link: LinkType, snap: u32) -> io::Result<()> {
    let link = link_name(link);
    let (description, name, number) = (link.description, link.name, link.number);
    log.plain(&format!("Link layer type: {description} [{name}/{number}]"))?;
    log.plain(&format!("Snapshot length: {snap}{}", Human(u64::from(snap), "")))
}

/// Lines about the run for `_headers.txt`.
pub(super) fn preamble(
    args: &AnalyzeArgs,
    selection: &Selection,
    settings: &[String],
    started: Timestamp,
) -> Vec<String> {
    let words = std::env::args_os().map(|a| without_passwords(&a.to_string_lossy()).into_owned());
    let mut lines = vec![
        format!("Date: {}", clock::in_local_words(started)),
        program(),
        format!("SensorID: {}", args.select.sensor_id),
        format!("PID: {}", std::process::id()),
        format!("Command line: {}", words.collect::<Vec<_>>().join(" ")),
        String::new(),
        "Plugins loaded:".to_owned(),
    ];
    for (n, info) in selection.infos().enumerate() {
        let version = env!("CARGO_PKG_VERSION");
        lines.push(format!("  {:02}: {}, version {version}", n + 1, info.name));
    }
    lines.push(String::new());
    lines.extend_from_slice(settings);
    lines.push(String::new());
    // Names of files and values of settings are not to look like other lines.
    lines.iter().map(|line| harmless(line).into_owned()).collect()
}

pub(super) fn end_report(
    log: &mut ReportLog,
    args: &AnalyzeArgs,
    (facts, (queue, deliveries)): (InputFacts, (Option<&QueueFigures>, &Deliveries)),
    engine: &Engine,
    (read_in, watch): (Duration, &Watch),
) -> io::Result<()> {
    let c = engine.counters();
    let digits = if engine.run().core.tstamp_prec { clock::NINE } else { 6 };
    if let Some(first) = c.first {
        log.plain(&format!("Dump start: {}", clock::in_words(first, digits)))?;
        if let Some(s) = c.first_snapped {
            log.remark(Severity::Warning, &s.to_string())?;
        }
        log.plain(&format!("Dump stop : {}", clock::in_words(c.last, digits)))?;
        log.plain(&format!(
            "Total dump duration: {}",
            clock::duration(total_duration(c, first, args.select.compat), digits)
        ))?;
    }
    let nanos = |d: Duration| clock::duration(d.as_nanos() as i64, clock::NINE);
    log.plain(&format!("Finished processing. Elapsed time: {}", nanos(read_in)))?;
    log.plain(&format!("Finished unloading flow memory. Time: {}", nanos(watch.elapsed())))?;
    section(log, |out| report::volume(c, &facts, args.select.compat, out))?;
    log.rule('-')?;
    section(log, |out| {
        engine.report(out);
        report::services(c, out);
    })?;
    log.rule('-')?;
    section(log, |out| report::protocols(c, args.select.compat, out))?;
    log.rule('~')?;
    section(log, |out| {
        report::flows(c, out);
        report::rates(c, out);
    })?;
    log.rule('~')?;
    section(log, |out| {
        report::resources(c, link_in_words, out);
        if let Some(queue) = queue {
            of_queue(queue, out);
        }
        deliveries.report(out);
    })?;
    section(log, |out| {
        report::packet_balance(c, out);
    })?;
    log.flush()
}

/// Rows on their way to disk, where they wait in a queue.
fn of_queue(queue: &QueueFigures, out: &mut Report) {
    let (most, bound) = (queue.most_queued(), queue.bound());
    out.line("Max bytes of rows that waited", [Part::Text(format!("{most} of {bound}"))]);
    if queue.held_up_times() > 0 {
        let times = queue.held_up_times();
        let times = counted(times, "time", "times");
        let words = format!("Writing was held up {times}: the disk was full");
        out.remark(Severity::Warning, words);
    }
    if queue.dropped() > 0 {
        let rows = counted(queue.dropped(), "row was", "rows were");
        out.remark(Severity::Warning, format!("{rows} dropped"));
    }
}

/// Time from the first to the last packet. The reference takes the seconds as unsigned.
fn total_duration(c: &counters::Counters, first: Timestamp, compat: bool) -> i64 {
    let duration = c.last - first;
    if compat && duration < 0 { duration + (i64::from(u32::MAX) + 1) * NANOS } else { duration }
}

fn section(log: &mut ReportLog, fill: impl FnOnce(&mut Report)) -> io::Result<()> {
    let mut report = Report::default();
    fill(&mut report);
    log.report(&report)
}
