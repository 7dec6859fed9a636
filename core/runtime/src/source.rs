//! Where packets come from: an input, as it is or through the windows that put packets in order and find
//! duplicates.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flowz_capture::{
    Batch, CaptureError, Dedup, Input, Options, Progress, Reorder, Source, Span, Windowed,
};
use flowz_engine::report::InputFacts;
use flowz_engine::{Engine, EngineError};

use crate::RunOptions;
use crate::attention::Oversight;
use crate::ends::{Countdown, Ends};
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

/// The input with its windows.
pub struct PacketSource {
    windowed: Windowed<Input>,
    countdown: Countdown,
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
        let windowed = Windowed { source, reorder, dedup };
        Self { windowed, countdown: Countdown::new(ends) }
    }

    /// The input.
    pub fn input(&self) -> &Input {
        &self.windowed.source
    }

    /// How far reading has come.
    pub fn progress(&self) -> Progress {
        self.input().progress()
    }

    /// Feeds all packets to the engine. Without windows nothing is asked about them.
    pub(crate) fn read_all(
        &mut self,
        engine: &mut Engine,
        options: RunOptions,
        oversight: &mut Oversight<'_>,
    ) -> Result<(), EngineError> {
        let Self { windowed, countdown } = self;
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
        self.windowed.enable_batches();
    }

    /// Reads the next packets; false at the end.
    pub(crate) fn read_batch(&mut self, batch: &mut Batch) -> bool {
        if self.countdown.is_over() || !self.windowed.read_batch(batch) {
            return false;
        }
        if self.countdown.is_set {
            let admitted = batch.packets().take_while(|seen| self.countdown.admits(seen.packet.ts));
            let admitted = admitted.count();
            batch.truncate(admitted);
        }
        !batch.is_empty()
    }

    /// What the report needs to know of the input.
    pub fn facts(&self) -> InputFacts {
        let input = self.input();
        let file_bytes = input.file_bytes();
        let lost: u64 = input.damages().iter().map(|d| d.lost(file_bytes)).sum();
        let reorder = self.windowed.reorder.as_ref();
        let is_cut = input.is_stopped() || self.countdown.is_over();
        let reached = if is_cut { input.bytes_used() } else { file_bytes };
        InputFacts {
            file_bytes,
            bytes_read: reached.saturating_sub(lost),
            files: input.files().len() as u64,
            moved: reorder.map_or(0, Reorder::moved),
            late: reorder.map_or(0, Reorder::late),
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
