//! Something to do, with all that it needs, and what comes of it.

use std::any::Any;
use std::sync::Arc;

use flowz_api::sink::{Errand, SinkError};
use flowz_engine::blame::PluginPanic;
use flowz_engine::output::{Portion, Sinks};
use flowz_engine::recording::{Notes, Recorder};

use super::desk::Papers;
use super::work::{Reader, Work};

/// What a panic left behind.
pub(super) type Panic = Box<dyn Any + Send>;

/// A job.
pub(super) enum Job {
    /// Read and decode packets.
    Read(Box<Reader>, Work),
    /// Record what was noted of packets.
    Record(Box<Recorder>, Notes, Option<Arc<Work>>),
    /// What a sink wants to have done.
    Errand(Errand),
    /// Write records.
    Write(Sinks, Portion),
}

/// Why the run cannot go on.
#[derive(Debug)]
pub(super) enum Failure {
    /// A plugin has panicked.
    Plugin(PluginPanic),
    /// A sink cannot write.
    Sink(SinkError),
}

/// Up to where on the way of a packet nothing is done any more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Stage {
    /// Nothing is recorded; what was recorded before is still written.
    Recording,
    /// Nothing is written either.
    Writing,
}

/// A job that was done.
pub(super) enum Done {
    Errand,
    Read {
        reader: Box<Reader>,
        work: Work,
        more: bool,
    },
    Recorded {
        recorder: Box<Recorder>,
        notes: Notes,
        work: Option<Arc<Work>>,
        outcome: Result<(), Failure>,
    },
    Wrote {
        writer: Sinks,
        portion: Portion,
        outcome: Result<(), Failure>,
    },
}

impl From<Failure> for anyhow::Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Plugin(panic) => panic.into(),
            Failure::Sink(error) => error.into(),
        }
    }
}

impl Failure {
    /// What is of no use any more.
    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::Plugin(_) => Stage::Recording,
            Self::Sink(_) => Stage::Writing,
        }
    }
}

impl Job {
    /// Does it, unless it is of no use.
    pub(super) fn perform(self, failed: Option<Stage>) -> Done {
        match self {
            Self::Read(mut reader, mut work) => {
                let more = reader.read(&mut work);
                Done::Read { reader, work, more }
            }
            Self::Record(mut recorder, notes, work) => {
                let outcome = match failed {
                    None => record(&mut recorder, &notes, work.as_deref()),
                    Some(_) => Ok(()),
                };
                Done::Recorded { recorder, notes, work, outcome }
            }
            Self::Errand(errand) => {
                errand();
                Done::Errand
            }
            Self::Write(mut writer, portion) => {
                let outcome = match failed {
                    Some(Stage::Writing) => Ok(()),
                    None | Some(Stage::Recording) => writer.write(&portion),
                };
                Done::Wrote { writer, portion, outcome: outcome.map_err(Failure::Sink) }
            }
        }
    }
}

fn record(recorder: &mut Recorder, notes: &Notes, work: Option<&Work>) -> Result<(), Failure> {
    // Behind the last packet flows end.
    let nothing = Work::default();
    let outcome = recorder.process(notes, work.unwrap_or(&nothing)).map_err(Failure::Plugin)?;
    outcome.map_err(Failure::Sink)
}

impl Done {
    /// Puts everything back on the desk.
    pub(super) fn put_back(self, papers: &mut Papers) {
        match self {
            Self::Errand => {}
            Self::Read { reader, work, more } => {
                papers.reader = Some(reader);
                papers.at_end |= !more;
                if more {
                    papers.read.push_back(Arc::new(work));
                }
            }
            Self::Recorded { recorder, notes, work, outcome } => {
                papers.recorder = Some(recorder);
                papers.blank.notes.push(notes);
                papers.blank.take(work);
                papers.fail(outcome);
            }
            Self::Wrote { writer, portion, outcome } => {
                papers.writer = Some(writer);
                papers.blank.portions.push(portion);
                papers.fail(outcome);
            }
        }
    }
}

impl Papers {
    /// Notes why the run cannot go on. That nothing can be written weighs more: it is of no use to record.
    fn fail(&mut self, outcome: Result<(), Failure>) {
        if let Err(failure) = outcome
            && self.failure.as_ref().is_none_or(|known| known.stage() < failure.stage())
        {
            self.failure = Some(failure);
        }
    }
}
