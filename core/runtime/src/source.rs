//! Where packets come from: an input, as it is or through the windows that put packets in order and find
//! duplicates.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flowz_api::packet::Timestamp;
use flowz_capture::{
    Batch, CaptureError, Dedup, Input, Interface, Options, Progress, Reorder, Source, Span,
    Windowed,
};
use flowz_engine::report::InputFacts;
use flowz_engine::{Engine, EngineError};
use flowz_live::Live;

use crate::RunOptions;
use crate::attention::Oversight;
use crate::ends::{Countdown, Ends};
use crate::live::{LiveFigures, LiveSource, Tap};
use crate::progress::Bar;

/// What is read and how.
#[derive(Clone, Debug, Default)]
pub struct InputOptions {
    /// Only packets that match this expression of libpcap are read.
    pub filter: Option<String>,
    /// Packets are put in order of time, each held back for so many nanoseconds.
    pub reorder: Option<i64>,
    /// Packets equal to one of the last ones are dropped.
    pub dedup: Option<Span>,
    /// Most bytes of memory for each of these windows, if they are to take less than they would.
    pub window_memory: Option<u64>,
    /// Lengths and times are taken from the file as the reference takes them.
    pub compat: bool,
    /// The input ends when this becomes true.
    pub stop: Option<Arc<AtomicBool>>,
    /// What else ends the input.
    pub ends: Ends,
}

/// Captures with their windows, or interfaces.
pub struct PacketSource {
    from: From,
    countdown: Countdown,
}

enum From {
    Captures(Box<Windowed<Input>>),
    Interfaces(Box<LiveSource>),
}

impl PacketSource {
    /// Opens an input.
    pub fn open(source: &Source, options: &InputOptions) -> Result<Self, CaptureError> {
        let InputOptions { filter, compat, stop, .. } = options.clone();
        let reading = Options { filter, compat, stop, ..Options::default() };
        Ok(Self::new(Input::open(source, &reading)?, options))
    }

    /// An input that is open already, with windows.
    pub fn new(source: Input, options: &InputOptions) -> Self {
        let InputOptions { reorder, dedup, window_memory, ends, .. } = *options;
        let most = window_memory.unwrap_or(u64::MAX);
        let reorder = reorder.map(|window| Reorder::limited(window, most));
        let dedup = dedup.map(|span| Dedup::limited(span, most));
        let windowed = Box::new(Windowed { source, reorder, dedup });
        Self { from: From::Captures(windowed), countdown: Countdown::new(ends) }
    }

    /// Interfaces that are open already; on the clock it is `start`. There is no window for the order of packets, and
    /// [`Ends::duration`] counts the time of packets. What the engine gets goes to `tap` too.
    pub fn live(
        live: Live,
        options: &InputOptions,
        start: Timestamp,
        tap: Option<Box<dyn Tap>>,
    ) -> Self {
        let source = LiveSource::new(live, options, start, tap);
        Self { from: From::Interfaces(Box::new(source)), countdown: Countdown::new(options.ends) }
    }

    /// The captures, if it reads some.
    pub fn input(&self) -> Option<&Input> {
        match &self.from {
            From::Captures(windowed) => Some(&windowed.source),
            From::Interfaces(_) => None,
        }
    }

    /// The interfaces, if it reads some.
    pub fn interfaces(&self) -> &[Interface] {
        match &self.from {
            From::Captures(_) => &[],
            From::Interfaces(live) => live.interfaces(),
        }
    }

    /// What is known of the interfaces while they are read.
    pub fn live_figures(&self) -> Option<Arc<LiveFigures>> {
        match &self.from {
            From::Captures(_) => None,
            From::Interfaces(live) => Some(Arc::clone(live.figures())),
        }
    }

    /// How far reading has come.
    pub fn progress(&self) -> Progress {
        self.input().map(Input::progress).unwrap_or_default()
    }

    /// Feeds all packets to the engine. Without windows nothing is asked about them.
    pub(crate) fn read_all(
        &mut self,
        engine: &mut Engine,
        options: RunOptions,
        oversight: &mut Oversight<'_>,
    ) -> Result<(), EngineError> {
        let Self { from, countdown } = self;
        let windowed = match from {
            From::Captures(windowed) => &mut **windowed,
            From::Interfaces(live) => {
                return live.read_all((engine, countdown), options, oversight);
            }
        };
        if windowed.is_direct() {
            return pump(
                &mut windowed.source,
                (engine, oversight),
                options,
                |input| input,
                |input, engine| {
                    let packet = input.next_packet()?;
                    if countdown.is_set && !countdown.admits(packet.ts) {
                        return None;
                    }
                    Some(engine.packet(&packet))
                },
            );
        }
        pump(
            windowed,
            (engine, oversight),
            options,
            |windowed| &windowed.source,
            |windowed, engine| {
                let seen = windowed.next_source_packet()?;
                if countdown.is_set && !countdown.admits(seen.packet.ts) {
                    return None;
                }
                if seen.duplicate {
                    engine.duplicate(&seen.packet);
                    return Some(Ok(()));
                }
                Some(engine.packet(&seen.packet))
            },
        )
    }

    /// From now on packets are read in batches only.
    pub(crate) fn enable_batches(&mut self) {
        if let From::Captures(windowed) = &mut self.from {
            windowed.enable_batches();
        }
    }

    /// Reads the next packets; false at the end.
    pub(crate) fn read_batch(&mut self, batch: &mut Batch) -> bool {
        let Self { from, countdown } = self;
        let windowed = match from {
            From::Captures(windowed) => windowed,
            From::Interfaces(live) => return live.read_batch(batch, countdown),
        };
        if countdown.is_over() || !windowed.read_batch(batch) {
            return false;
        }
        if countdown.is_set {
            let admitted = batch.packets().take_while(|seen| countdown.admits(seen.packet.ts));
            let admitted = admitted.count();
            batch.truncate(admitted);
        }
        !batch.is_empty()
    }

    /// What the report needs to know of the input.
    pub fn facts(&self) -> InputFacts {
        let windowed = match &self.from {
            From::Captures(windowed) => windowed,
            From::Interfaces(live) => {
                let live = Some(live.figures().total());
                return InputFacts { live, ..InputFacts::default() };
            }
        };
        let input = &windowed.source;
        let file_bytes = input.file_bytes();
        let lost: u64 = input.damages().iter().map(|d| d.lost(file_bytes)).sum();
        let reorder = windowed.reorder.as_ref();
        let is_cut = input.is_stopped() || self.countdown.is_over();
        let reached = if is_cut { input.bytes_used() } else { file_bytes };
        InputFacts {
            file_bytes,
            bytes_read: reached.saturating_sub(lost),
            files: input.files().len() as u64,
            moved: reorder.map_or(0, Reorder::moved),
            late: reorder.map_or(0, Reorder::late),
            live: None,
        }
    }
}

/// Takes step after step until there is no packet, and shows how far it is.
#[inline]
fn pump<S>(
    source: &mut S,
    (engine, oversight): (&mut Engine, &mut Oversight<'_>),
    options: RunOptions,
    input: impl Fn(&S) -> &Input,
    mut step: impl FnMut(&mut S, &mut Engine) -> Option<Result<(), EngineError>>,
) -> Result<(), EngineError> {
    let mut bar = Bar::new(options.shows_progress, input(source).progress().total);
    let mut packets = 0;
    let outcome = loop {
        match step(source, engine) {
            None => break Ok(()),
            Some(Err(error)) => break Err(error),
            Some(Ok(())) => {}
        }
        packets += 1;
        if let Err(error) = oversight.between(engine, || input(source).progress()) {
            break Err(error);
        }
        if engine.begun() >= options.flows {
            break Ok(());
        }
        if bar.is_due(packets) {
            bar.update(packets, engine.live_flows(), &input(source).progress());
        }
    };
    bar.finish();
    outcome
}
