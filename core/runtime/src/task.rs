//! Something to do, with all that it needs, and what comes of it.

use std::any::Any;
use std::sync::Arc;

use flowz_api::sink::{Job, SinkError};
use flowz_engine::recording::{Assembler, EventBatch, Fragments, Lane, LaneError};

use crate::batch::{DecodedBatch, Reader};

/// What a panic left behind.
pub(crate) type Panic = Box<dyn Any + Send>;

/// Events with the packets that they are about, and what lanes have made of them.
pub(crate) struct Pending {
    pub(crate) events: Arc<EventBatch>,
    pub(crate) packets: Option<Arc<DecodedBatch>>,
    /// By lane; the last one is that of the lane with all flows, if there is one.
    pub(crate) parts: Vec<Option<Fragments>>,
}

/// A task.
pub(crate) enum Task {
    /// Read and decode packets.
    Read(Box<Reader>, DecodedBatch),
    /// Show a lane the events of a batch.
    Record(Recording),
    /// What a sink wants to have done.
    Job(Job),
    /// Put records together and write them.
    Write(Box<Assembler>, Pending),
}

/// A lane at work.
pub(crate) struct Recording {
    /// Number of the lane, and of the batch in the run.
    pub(crate) lane: usize,
    pub(crate) number: u64,
    pub(crate) plugins: Box<Lane>,
    pub(crate) events: Arc<EventBatch>,
    pub(crate) packets: Option<Arc<DecodedBatch>>,
    pub(crate) out: Fragments,
}

/// A task that was done.
pub(crate) enum Done {
    Job,
    Read { reader: Box<Reader>, batch: DecodedBatch, more: bool },
    Recorded(Recording, Result<(), LaneError>),
    Wrote { writer: Box<Assembler>, pending: Pending, outcome: Result<(), SinkError> },
}

impl Task {
    /// Does it; nothing is written if `writes` is false.
    pub(crate) fn perform(self, writes: bool, whole: bool) -> Done {
        match self {
            Self::Read(mut reader, mut batch) => {
                let more = reader.read(&mut batch);
                Done::Read { reader, batch, more }
            }
            Self::Record(mut recording) => {
                let outcome = record(&mut recording);
                Done::Recorded(recording, outcome)
            }
            Self::Job(job) => {
                job();
                Done::Job
            }
            Self::Write(mut writer, pending) => {
                let outcome = if writes { write(&mut writer, &pending, whole) } else { Ok(()) };
                Done::Wrote { writer, pending, outcome }
            }
        }
    }
}

fn record(recording: &mut Recording) -> Result<(), LaneError> {
    let Recording { plugins, events, packets, out, .. } = recording;
    // Behind the last packet flows end.
    let nothing = DecodedBatch::default();
    plugins.process(events, packets.as_deref().unwrap_or(&nothing), out)
}

fn write(writer: &mut Assembler, pending: &Pending, whole: bool) -> Result<(), SinkError> {
    let nothing = DecodedBatch::default();
    let packets = pending.packets.as_deref().unwrap_or(&nothing);
    let (lanes, last) = pending.parts.split_at(pending.parts.len() - usize::from(whole));
    let last = last.first().and_then(Option::as_ref);
    writer.assemble(&pending.events, lanes.iter().flatten(), last, packets)
}
