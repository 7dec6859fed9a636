//! From the input to the engine: packets as they come, or through the windows that put them in order
//! and find duplicates.

use flowz_api::sink::SinkError;
use flowz_capture::{Batch, Dedup, Input, Reorder, Windowed};
use flowz_engine::Engine;
use flowz_engine::report::InputFacts;

use crate::args::Args;
use crate::progress::Bar;

/// The input with its windows.
pub(crate) struct Feed(Windowed<Input>);

impl Feed {
    /// An input with the windows that the command line asks for.
    pub(crate) fn new(args: &Args, source: Input) -> Self {
        let (reorder, dedup) = (args.reorder.map(Reorder::new), args.dedup.map(Dedup::new));
        Self(Windowed { source, reorder, dedup })
    }

    /// The input.
    pub(crate) fn input(&self) -> &Input {
        &self.0.source
    }

    /// Feeds all packets to the engine. Without windows nothing is asked about them.
    pub(crate) fn read_all(&mut self, engine: &mut Engine, quiet: bool) -> Result<(), SinkError> {
        if self.0.is_direct() {
            return pump(
                &mut self.0.source,
                engine,
                quiet,
                |input| input,
                |input, engine| {
                    let packet = input.next_packet()?;
                    Some(engine.packet(&packet))
                },
            );
        }
        pump(
            &mut self.0,
            engine,
            quiet,
            |windowed| &windowed.source,
            |windowed, engine| {
                let seen = windowed.next_seen()?;
                if seen.duplicate {
                    engine.duplicate(&seen.packet);
                    return Some(Ok(()));
                }
                Some(engine.packet(&seen.packet))
            },
        )
    }

    /// From now on packets are read in batches only.
    pub(crate) fn lend(&mut self) {
        self.0.lend();
    }

    /// Reads the next packets; false at the end.
    pub(crate) fn read_batch(&mut self, batch: &mut Batch) -> bool {
        self.0.read_batch(batch)
    }

    /// What the report needs to know of the input.
    pub(crate) fn facts(&self) -> InputFacts {
        let input = self.input();
        let file_bytes = input.file_bytes();
        let lost: u64 = input.damages().iter().map(|d| d.lost(file_bytes)).sum();
        let reorder = self.0.reorder.as_ref();
        InputFacts {
            file_bytes,
            bytes_read: file_bytes.saturating_sub(lost),
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
    engine: &mut Engine,
    quiet: bool,
    input: impl Fn(&S) -> &Input,
    mut step: impl FnMut(&mut S, &mut Engine) -> Option<Result<(), SinkError>>,
) -> Result<(), SinkError> {
    let mut bar = Bar::new(quiet, input(source).progress().total);
    let mut packets = 0;
    let outcome = loop {
        match step(source, engine) {
            None => break Ok(()),
            Some(Err(error)) => break Err(error),
            Some(Ok(())) => {}
        }
        packets += 1;
        if bar.is_due(packets) {
            bar.update(packets, engine.live_flows(), &input(source).progress());
        }
    };
    bar.finish();
    outcome
}
