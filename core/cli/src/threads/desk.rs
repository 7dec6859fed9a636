//! What waits for a thread: packets to be read, records to be written.
//!
//! Reading and writing are each done by one thread at a time, whichever is free: whoever does it takes the
//! reader or the writer from the desk and puts it back. So packets stay in the order of the input, and
//! records in the order in which they were made.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use flowz_api::sink::SinkError;
use flowz_engine::output::{Portion, Sinks};

use super::work::{Reader, Work};

/// Most batches of packets that are read ahead.
const AHEAD: usize = 4;
/// Most portions of records that wait for the writer.
const BEHIND: usize = 4;

/// What a panic left behind.
type Panic = Box<dyn Any + Send>;

/// The desk; all threads share it.
#[derive(Default)]
pub(super) struct Desk {
    papers: Mutex<Papers>,
    changed: Condvar,
}

/// What lies on it.
#[derive(Default)]
struct Papers {
    /// Nothing while somebody reads, and before the run.
    reader: Option<Box<Reader>>,
    /// Packets for the engine, in order.
    read: VecDeque<Work>,
    /// To be filled again.
    blank: Vec<Work>,
    /// All packets are read.
    at_end: bool,
    /// Nothing while somebody writes, and before the run.
    writer: Option<Sinks>,
    /// Records for the writer, in order.
    made: VecDeque<Portion>,
    /// To be filled again.
    spare: Vec<Portion>,
    /// Why writing failed; whoever hears of it first takes it.
    failure: Option<SinkError>,
    /// Writing failed: records are dropped.
    failed: bool,
    /// A job panicked.
    panic: Option<Panic>,
    /// There will be no more jobs.
    closed: bool,
}

/// Something to do, with all that it needs.
enum Job {
    Read(Box<Reader>, Work),
    Write(Sinks, Portion),
}

impl Papers {
    /// The most urgent job that is to be done; writing first, so that memory is given back.
    fn job(&mut self) -> Option<Job> {
        if let Some(portion) = self.made.front_mut().filter(|_| self.writer.is_some()) {
            let portion = std::mem::take(portion);
            self.made.pop_front();
            return self.writer.take().map(|writer| Job::Write(writer, portion));
        }
        if self.at_end || self.read.len() >= AHEAD {
            return None;
        }
        let reader = self.reader.take()?;
        Some(Job::Read(reader, self.blank.pop().unwrap_or_default()))
    }

    /// Whether all that was made is written.
    fn is_written(&self) -> bool {
        self.made.is_empty() && self.writer.is_some()
    }
}

impl Desk {
    /// Begins: from now on there are jobs.
    pub(super) fn open(&self, reader: Box<Reader>, writer: Sinks) {
        let mut papers = self.papers();
        (papers.reader, papers.writer) = (Some(reader), Some(writer));
        self.changed.notify_all();
    }

    /// What a helper does all its life: jobs, until there will be none any more.
    pub(super) fn help(&self) {
        let mut papers = self.papers();
        while !papers.closed {
            papers = match papers.job() {
                Some(job) => self.perform(papers, job),
                None => self.wait(papers),
            };
        }
    }

    /// The next packets, in exchange for packets that are done with; nothing at the end. Lends a hand if it
    /// would have to wait.
    pub(super) fn packets(&self, done: Option<Work>) -> Option<Work> {
        let mut papers = self.papers();
        papers.blank.extend(done);
        loop {
            if let Some(work) = papers.read.pop_front() {
                self.changed.notify_all();
                return Some(work);
            }
            if papers.at_end && papers.reader.is_some() {
                return None;
            }
            papers = self.job_or_wait(papers);
        }
    }

    /// Leaves records to the writer, in exchange for an empty portion. Fails with what went wrong in
    /// writing earlier ones.
    pub(super) fn records(&self, portion: Portion) -> Result<Portion, SinkError> {
        let mut papers = self.papers();
        papers.made.push_back(portion);
        self.changed.notify_all();
        while papers.made.len() > BEHIND {
            papers = self.job_or_wait(papers);
        }
        match papers.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(papers.spare.pop().unwrap_or_default()),
        }
    }

    /// Waits until all is written and takes reader and writer back. Fails as [`Self::records`].
    pub(super) fn close(&self) -> (Option<Box<Reader>>, Option<Sinks>, Result<(), SinkError>) {
        let mut papers = self.papers();
        papers.at_end = true;
        while !papers.is_written() || papers.reader.is_none() {
            papers = self.job_or_wait(papers);
        }
        papers.closed = true;
        self.changed.notify_all();
        let outcome = papers.failure.take().map_or(Ok(()), Err);
        (papers.reader.take(), papers.writer.take(), outcome)
    }

    /// Sends the helpers home, whatever is still to do.
    pub(super) fn abandon(&self) {
        self.papers().closed = true;
        self.changed.notify_all();
    }

    fn job_or_wait<'a>(&'a self, mut papers: MutexGuard<'a, Papers>) -> MutexGuard<'a, Papers> {
        papers = match papers.job() {
            Some(job) => self.perform(papers, job),
            None => self.wait(papers),
        };
        if let Some(panic) = papers.panic.take() {
            drop(papers);
            resume_unwind(panic);
        }
        papers
    }

    /// Does a job, without holding the desk, and puts everything back. A panic is kept for the thread that
    /// runs the engine.
    fn perform<'a>(&'a self, papers: MutexGuard<'a, Papers>, job: Job) -> MutexGuard<'a, Papers> {
        let failed = papers.failed;
        drop(papers);
        let done = catch_unwind(AssertUnwindSafe(|| job.perform(failed)));
        let mut papers = self.papers();
        match done {
            Ok(done) => done.put_back(&mut papers),
            Err(panic) => papers.panic = Some(panic),
        }
        self.changed.notify_all();
        papers
    }

    fn wait<'a>(&'a self, papers: MutexGuard<'a, Papers>) -> MutexGuard<'a, Papers> {
        self.changed.wait(papers).unwrap_or_else(PoisonError::into_inner)
    }

    fn papers(&self) -> MutexGuard<'_, Papers> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that was done.
enum Done {
    Read { reader: Box<Reader>, work: Work, more: bool },
    Wrote { writer: Sinks, portion: Portion, outcome: Result<(), SinkError> },
}

impl Job {
    fn perform(self, failed: bool) -> Done {
        match self {
            Self::Read(mut reader, mut work) => {
                let more = reader.read(&mut work);
                Done::Read { reader, work, more }
            }
            Self::Write(mut writer, portion) => {
                let outcome = if failed { Ok(()) } else { writer.write(&portion) };
                Done::Wrote { writer, portion, outcome }
            }
        }
    }
}

impl Done {
    fn put_back(self, papers: &mut Papers) {
        match self {
            Self::Read { reader, work, more } => {
                papers.reader = Some(reader);
                papers.at_end |= !more;
                if more {
                    papers.read.push_back(work);
                }
            }
            Self::Wrote { writer, portion, outcome } => {
                papers.writer = Some(writer);
                papers.spare.push(portion);
                if let Err(error) = outcome {
                    papers.failed = true;
                    papers.failure = Some(error);
                }
            }
        }
    }
}
