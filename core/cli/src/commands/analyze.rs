//! The main job: packets in, tables and a report out.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::report::{Human, Report, Severity};
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_capture::{Input, Numbered, Source, link_in_words, link_name};
use flowz_config::{Environment, Request};
use flowz_engine::limits::Limits;
use flowz_engine::report;
use flowz_engine::{Engine, EngineSetup, counters};
use flowz_host::loader;
use flowz_registry::catalog::Catalog;
use flowz_registry::plugin_list;
use flowz_registry::selection::Selection;
use flowz_registry::settings::{Origin, Settings, Toggle, fingerprint};
use flowz_runtime::{InputOptions, PacketSource, RunOptions};

use crate::args::{AnalyzeArgs, InputArgs};
use crate::clock::{self, Watch};
use crate::destination::destination;
use crate::log::{self, Log};
use crate::output::stdout_error;

/// How a run went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// All is done.
    Done,
    /// All that could be read is in the output.
    Damaged,
}

/// Where the report goes.
type ReportLog = Log<Box<dyn Write>>;

/// All plugins that there are: the program's own and those of the plugin folder.
pub(crate) fn catalog(args: &AnalyzeArgs) -> Result<Catalog> {
    let folder = args.select.plugin_folder.as_deref();
    let loaded = folder.map(loader::load_dir).transpose()?;
    Ok(Catalog::new(loaded.unwrap_or_default()))
}

/// The plugins and settings that the command line asks for.
pub(crate) fn selection(args: &AnalyzeArgs) -> Result<Selection> {
    let names = match &args.select.plugin_list {
        Some(file) => Some(plugin_list(file)?),
        None => args.select.plugins.clone(),
    };
    // `--plugins ''` is a list without names.
    let names = names.map(|names| names.into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>());
    let catalog = catalog(args)?;
    let mut settings = Settings::new(&catalog);
    let request = Request {
        files: &args.select.config,
        no_config: args.select.no_config,
        options: &args.select.options,
        plugins: names.as_deref(),
    };
    flowz_config::apply(&mut settings, &request, &Environment::of_process())?;
    Ok(Selection::of(&catalog, settings)?.with_sinks(&catalog, &args.output.sinks)?)
}

/// The names of a plugin list.
fn plugin_list(file: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the plugin list '{}'", file.display()))?;
    Ok(plugin_list::of_lines(&text))
}

/// Does the main job.
pub(crate) fn run(args: &AnalyzeArgs) -> Result<Outcome> {
    let watch = Watch::start();
    let selection = selection(args)?;
    if selection.infos().next().is_none() && !args.output.quiet {
        log::warning("no plugin is selected: the tables hold flow numbers only");
    }
    let source = source(args)?;
    let filter = filter(args)?;
    let InputArgs { reorder, dedup, .. } = args.input;
    let packets =
        PacketSource::open(&source, &InputOptions { filter: filter.clone(), reorder, dedup })?;
    let destination = destination(args, &source)?;
    let run = Run {
        core: selection.settings.core.clone(),
        packet_mode: args.output.packets,
        compat: args.select.compat,
        sensor: args.select.sensor_id,
        ..Run::default()
    };
    let mut log = open_log(args, &destination)?;
    let started = clock::now();
    banner(&mut log, args, &selection, started).map_err(|e| stdout_error(&e))?;
    input_lines(&mut log, args, packets.input(), filter.as_deref())
        .map_err(|e| stdout_error(&e))?;

    let threads = args.limits.threads.unwrap_or_else(flowz_runtime::available_threads);
    let setup = EngineSetup {
        selection: &selection,
        run,
        sinks: selection.sinks(),
        destination: &destination,
        preamble: &preamble(args, &selection, started),
        limits: Limits { max_flows: args.limits.max_flows, max_mem: args.limits.max_mem },
        lanes: threads,
    };
    let mut engine = Engine::start(setup)?;

    let mut read_in = Duration::ZERO;
    let options = RunOptions { threads, shows_progress: !args.output.quiet };
    let processed = flowz_runtime::run(packets, &mut engine, options, || read_in = watch.elapsed());
    let reported = processed.map_err(anyhow::Error::from).and_then(|packets| {
        let report = |engine: &mut Engine| {
            end_report(&mut log, args, &packets, engine, read_in, &watch)
                .map_err(|e| stdout_error(&e))
        };
        engine.catch(report)??;
        Ok(packets)
    });
    if reported.is_err() {
        // What was said before is said, if it can be; the failure is what counts.
        drop(log.flush());
    }
    let packets = reported?;
    check_balance(engine.counters())?;
    Ok(damages(packets.input(), args.output.quiet))
}

fn source(args: &AnalyzeArgs) -> Result<Source> {
    if let Some(file) = &args.input.pcap {
        let stdin = file == Path::new("-");
        return Ok(if stdin { Source::Stdin } else { Source::File(file.clone()) });
    }
    if let Some(list) = &args.input.pcap_list {
        return Ok(Source::List(list.clone()));
    }
    match &args.input.input_regex {
        Some(text) => Ok(Source::Numbered(Numbered::parse(text)?)),
        None => bail!("no input: name a capture with -r FILE, -R LIST or -D EXPR"),
    }
}

/// The filter of the command line or of a file.
fn filter(args: &AnalyzeArgs) -> Result<Option<String>> {
    let Some(file) = &args.input.bpf_file else {
        return Ok((!args.input.filter.is_empty()).then(|| args.input.filter.join(" ")));
    };
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the filter file '{}'", file.display()))?;
    let lines: Vec<_> = text.lines().map(|l| l.split('#').next().unwrap_or("").trim()).collect();
    let text = lines.join(" ").trim().to_owned();
    Ok((!text.is_empty()).then_some(text))
}

/// The place of the report: a file with `-l` or when flows go to standard output.
fn open_log(args: &AnalyzeArgs, destination: &Destination) -> Result<ReportLog> {
    if args.output.quiet && !args.output.logfile {
        return Ok(Log::new(Box::new(io::sink()), false));
    }
    if args.output.logfile || destination.stdout {
        let path = destination.file("_log.txt");
        let file = fs::File::create(&path)
            .with_context(|| format!("cannot create the log file '{}'", path.display()))?;
        return Ok(Log::new(Box::new(BufWriter::new(file)), false));
    }
    let colours = log::stdout_has_colours();
    Ok(Log::new(Box::new(BufWriter::new(io::stdout())), colours))
}

fn program() -> String {
    format!("flowz {}", env!("CARGO_PKG_VERSION"))
}

fn banner(
    log: &mut ReportLog,
    args: &AnalyzeArgs,
    selection: &Selection,
    started: Timestamp,
) -> io::Result<()> {
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
        selection.infos().map(|i| i.name).chain(args.output.sinks.iter().map(String::as_str));
    for (n, name) in names.enumerate() {
        log.plain(&format!("    {:02}: {name}, {}", n + 1, env!("CARGO_PKG_VERSION")))?;
    }
    settings_lines(selection).iter().try_for_each(|line| log.plain(line))
}

/// Who named the plugins if not the command line, the settings that differ from the defaults, and the
/// fingerprint of all that has an effect.
fn settings_lines(selection: &Selection) -> Vec<String> {
    let list = selection.settings.plugins().filter(|list| list.origin != Origin::CommandLine);
    let mut lines: Vec<_> =
        list.map(|l| format!("Plugins named by: {}", l.origin)).into_iter().collect();
    let changed: Vec<_> = selection.in_force().filter(Toggle::is_changed).collect();
    let names = selection.infos().map(|info| info.name);
    let sum = fingerprint(names, selection.in_force());
    lines.push(format!("Settings: {} not the defaults, fingerprint 0x{sum:016x}", changed.len()));
    lines.extend(changed.iter().map(|toggle| format!("    {toggle} ({})", toggle.origin)));
    lines
}

fn input_lines(
    log: &mut ReportLog,
    args: &AnalyzeArgs,
    input: &Input,
    filter: Option<&str>,
) -> io::Result<()> {
    let files = input.files();
    if let [only] = files {
        log.plain(&format!("Processing file: {}", only.display()))?;
    } else {
        let first =
            args.input.pcap_list.as_ref().or(files.first()).map_or(Path::new(""), PathBuf::as_path);
        log.plain(&format!("Processing list file: {} ({} files)", first.display(), files.len()))?;
    }
    if let Some(filter) = filter {
        log.remark(Severity::Info, &format!("BPF: {filter}"))?;
    }
    let link = link_name(input.link_type());
    let (description, name, number) = (link.description, link.name, link.number);
    log.plain(&format!("Link layer type: {description} [{name}/{number}]"))?;
    let snap = input.snap_len();
    log.plain(&format!("Snapshot length: {snap}{}", Human(u64::from(snap), "")))
}

/// Lines about the run for `_headers.txt`.
fn preamble(args: &AnalyzeArgs, selection: &Selection, started: Timestamp) -> Vec<String> {
    let words = std::env::args_os().map(|a| a.to_string_lossy().into_owned());
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
    lines.extend(settings_lines(selection));
    lines.push(String::new());
    lines
}

fn end_report(
    log: &mut ReportLog,
    args: &AnalyzeArgs,
    packets: &PacketSource,
    engine: &Engine,
    read_in: Duration,
    watch: &Watch,
) -> io::Result<()> {
    let c = engine.counters();
    let facts = packets.facts();
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
    section(log, |out| report::resources(c, link_in_words, out))?;
    section(log, |out| {
        report::packet_balance(c, out);
    })?;
    log.flush()
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

/// Every packet must be in one bucket: a run that lost one is not to be trusted.
fn check_balance(c: &counters::Counters) -> Result<()> {
    if report::packet_balance(c, &mut Report::default()) {
        return Ok(());
    }
    bail!("the packet counts do not add up; please report this with the command line")
}

/// Tells what was wrong with the input.
fn damages(input: &Input, quiet: bool) -> Outcome {
    if !quiet {
        input.damages().iter().for_each(|d| log::warning(&d.to_string()));
    }
    if input.damages().is_empty() { Outcome::Done } else { Outcome::Damaged }
}
