//! Slices with the packets of some flows.

mod flows;
mod indexed;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, anyhow};
use flowz_api::flow::FlowId;
use flowz_api::packet::Packet;
use flowz_api::sink::NameGuard;
use flowz_capture::CaptureError;
use flowz_engine::Engine;
use flowz_slice::index::{Entry, Index, IndexWriter};
use flowz_slice::{FlowSet, Output, Range, Source};

use super::args::Args;
use super::engine::Settings;
use super::file::SliceFile;
use super::{Stopped, create, failure, warn_of_cut_times};
use crate::outputs::OutputNames;
use crate::usage::wrong;
use flows::{Condition, Flows};
use indexed::Picker;

/// Opens a capture from its beginning.
type Open<'a> = &'a dyn Fn(&PathBuf) -> Result<Source, CaptureError>;

/// Writes the packets of flows, in a range of time.
pub(super) fn write(
    args: &Args,
    text: &str,
    range: Range,
    (sources, open): (&mut Vec<Source>, Open<'_>),
    stop: &AtomicBool,
) -> Result<()> {
    let settings = Settings::new(&args.select)?;
    let sink = Flows::new();
    let mut engine = settings.start(Box::new(sink.clone()))?;
    let wanted = match FlowSet::parse(text) {
        Some(numbers) => Wanted::Numbers(numbers.map_err(|e| wrong(format!("--filter: {e}")))?),
        None => Wanted::Condition(Box::new(condition(text, &sink)?)),
    };
    let is_read_again = args.index.is_some() || matches!(wanted, Wanted::Condition(_));
    if is_read_again {
        may_be_read_again(sources)?;
    }
    let reopen = |sources: &mut Vec<Source>| -> Result<()> {
        // What is known of a part of the captures is of no use.
        if stop.load(Ordering::Relaxed) {
            return Err(Stopped.into());
        }
        let paths: Vec<_> = sources.iter().map(|source| source.path().to_owned()).collect();
        *sources = paths.iter().map(open).collect::<Result<_, _>>()?;
        Ok(())
    };
    if let Some(given) = &args.index {
        let path = indexed::name(given, sources);
        apart(args, &path, sources)?;
        let parts = (&mut engine, &sink);
        let (mut index, is_new) = the_index(&path, &settings, parts, sources, stop)?;
        if is_new {
            reopen(sources)?;
        }
        let flows = wanted.of_index(&mut index, &sink)?;
        return pick(args, range, &flows, &mut index, sources);
    }
    let flows = match wanted {
        Wanted::Numbers(flows) => flows,
        Wanted::Condition(condition) => {
            sink.taken().condition = Some(*condition);
            run(&mut engine, sources, &mut |_| Ok(()))?;
            reopen(sources)?;
            engine = settings.start(Box::new(Flows::new()))?;
            sink.taken().condition.take().map_or_else(FlowSet::empty, |condition| condition.flows)
        }
    };
    with_output(args, sources, |sources, output| {
        let failed = |error| failure(args, error);
        let each = &mut |seen: Seen<'_>| {
            let is_wanted = seen.flows.iter().any(|flow| flows.has(flow.0));
            if is_wanted && range.holds(seen.packet.ts) {
                output.packet(&seen.packet, seen.source).map_err(failed)?;
            }
            Ok(())
        };
        run(&mut engine, sources, each)
    })
}

/// That no capture is one that can be read only once.
fn may_be_read_again(sources: &[Source]) -> Result<()> {
    let once = |source: &&Source| !fs::metadata(source.path()).is_ok_and(|found| found.is_file());
    let Some(source) = sources.iter().find(once) else { return Ok(()) };
    let name = match source.path() {
        path if path == Path::new("-") => "standard input".to_owned(),
        path => format!("'{}' is no file and", path.display()),
    };
    Err(wrong(format!(
        "{name} can be read only once: with an index or a condition, captures are read again"
    )))
}

/// That the slice is not written into the index.
fn apart(args: &Args, index: &Path, sources: &[Source]) -> Result<()> {
    let names = OutputNames::new(sources.iter().map(Source::path));
    let slice = args.output.as_deref().filter(|path| *path != Path::new("-"));
    Ok([Some(index), slice].into_iter().flatten().try_for_each(|path| names.claim(path))?)
}

/// What the user asks for.
enum Wanted {
    Numbers(FlowSet),
    Condition(Box<Condition>),
}

impl Wanted {
    /// The flows of an index that are wanted.
    fn of_index(self, index: &mut Index<File>, sink: &Flows) -> Result<FlowSet> {
        match (self, &sink.taken().table) {
            (Self::Condition(condition), Some(table)) => indexed::flows(index, *condition, table),
            (Self::Condition(condition), None) => Ok(condition.flows),
            (Self::Numbers(flows), _) => Ok(flows),
        }
    }
}

/// The condition of a text, which must be one on the columns of the flow table.
fn condition(text: &str, sink: &Flows) -> Result<Condition> {
    let taken = sink.taken();
    let table = taken.table.as_ref().ok_or_else(|| anyhow!("there is no flow table"))?;
    Condition::new(text, table).map_err(|error| wrong(format!("--filter: {error}")))
}

/// The index about these captures and settings; whether it was made just now, by reading all.
fn the_index(
    path: &Path,
    settings: &Settings,
    (engine, sink): (&mut Engine, &Flows),
    sources: &mut [Source],
    stop: &AtomicBool,
) -> Result<(Index<File>, bool)> {
    let table = sink.taken().table.clone();
    let table = table.ok_or_else(|| anyhow!("there is no flow table"))?;
    let header = indexed::header(sources, &settings.lines(), &table)?;
    if let Some(index) = indexed::open(path, &header)? {
        return Ok((index, false));
    }
    sink.taken().index = Some(indexed::create(path, &header)?);
    let failed = || format!("cannot write the index '{}'", path.display());
    let (mut described, mut begun) = (0, 0);
    let each = &mut |seen: Seen<'_>| {
        let mut taken = sink.taken();
        let Some(index) = &mut taken.index else { return Ok(()) };
        // Those without packets, too.
        while begun <= seen.capture {
            index.begin_capture(0).with_context(failed)?;
            (begun, described) = (begun + 1, seen.source.descriptions());
        }
        let is_described = described != seen.source.descriptions();
        described = seen.source.descriptions();
        let flows = seen.flows.iter().map(|flow| flow.0);
        index.packet(seen.source.position(), is_described, flows).with_context(failed)?;
        index.end_capture(seen.source.may_jump());
        Ok(())
    };
    run(engine, sources, each)?;
    let index = sink.taken().index.take();
    if stop.load(Ordering::Relaxed) {
        return Err(Stopped.into());
    }
    let file = index.map(IndexWriter::finish).transpose().with_context(failed)?;
    file.map(SliceFile::finish).transpose().with_context(failed)?;
    let index = indexed::open(path, &header)?;
    let index = index.ok_or_else(|| anyhow!("a capture has changed while it was read"))?;
    Ok((index, true))
}

/// A packet with what is known of it.
struct Seen<'a> {
    packet: Packet<'a>,
    source: &'a Source,
    /// Number of the source.
    capture: usize,
    flows: &'a [FlowId],
}

/// Shows all packets of captures, one after the other as the main job does, to an engine, and what it makes of them.
fn run(
    engine: &mut Engine,
    sources: &mut [Source],
    each: &mut dyn FnMut(Seen<'_>) -> Result<()>,
) -> Result<()> {
    let done = engine.catch(|engine| {
        for (capture, source) in sources.iter_mut().enumerate() {
            while source.next_packet().is_some() {
                let packet = source.current();
                engine.packet(&packet)?;
                each(Seen { packet, source, capture, flows: engine.flows_of_packet() })?;
            }
        }
        engine.finish()?;
        engine.complete()?;
        Ok(())
    });
    done.map_err(anyhow::Error::from).and_then(|done| done)
}

/// Writes the packets of flows by their places.
fn pick(
    args: &Args,
    range: Range,
    flows: &FlowSet,
    index: &mut Index<File>,
    sources: &mut [Source],
) -> Result<()> {
    let ways = index.captures().to_vec();
    with_output(args, sources, |sources, output| {
        let failed = |error| failure(args, error);
        let mut pickers: Vec<_> =
            sources.iter_mut().zip(&ways).map(|(source, way)| Picker::new(source, way)).collect();
        index.packets(|entry: Entry<'_>| -> Result<()> {
            if !entry.flows.iter().any(|flow| flows.has(*flow)) {
                return Ok(());
            }
            let picker = pickers.get_mut(entry.capture);
            let picker = picker.ok_or_else(|| anyhow!("the index is not whole: remove it"))?;
            let (packet, source) = picker.packet(entry)?;
            if range.holds(packet.ts) {
                output.packet(&packet, source).map_err(failed)?;
            }
            Ok(())
        })
    })
}

/// The slice that is written.
type Slice<'a> = Output<&'a mut SliceFile>;

/// Begins a slice, has it written, and completes it.
fn with_output(
    args: &Args,
    sources: &mut [Source],
    write: impl FnOnce(&mut [Source], &mut Slice<'_>) -> Result<()>,
) -> Result<()> {
    let mut file = create(args, sources)?;
    let failed = |error| failure(args, error);
    let mut output = Output::new(&mut file, args.format(), sources).map_err(failed)?;
    write(sources, &mut output)?;
    let cut = output.cut_times();
    file.finish().map_err(|error| failure(args, error.into()))?;
    warn_of_cut_times(cut);
    Ok(())
}
