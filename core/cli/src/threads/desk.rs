//! What waits for a thread: packets to be read, notes to be recorded, records to be written.
//!
//! Reading, recording and writing are each done by one thread at a time, whichever is free: whoever does it takes
//! the reader, the recorder or the writer from the desk and puts it back. So packets stay in the order of the input,
//! and records in the order in which flows ended.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use flowz_api::sink::{Errand, Errands};
use flowz_engine::output::{Portion, Sinks};
use flowz_engine::recording::{Notes, Recorder};

use super::job::{Failure, Job, Panic};
use super::work::{Reader, Work};

/// Most batches of packets that are read ahead.
const AHEAD: usize = 4;
/// Most bundles of notes that wait for the recorder.
const NOTED: usize = 8;
/// Most portions of records that wait for the writer.
const BEHIND: usize = 4;

/// The desk; all threads share it.
#[derive(Default)]
pub(super) struct Desk {
    papers: Mutex<Papers>,
    changed: Condvar,
}

/// What lies on it.
#[derive(Default)]
pub(super) struct Papers {
    /// Nothing while somebody reads, and before the run. The same for the next two.
    pub(super) reader: Option<Box<Reader>>,
    pub(super) recorder: Option<Box<Recorder>>,
    pub(super) writer: Option<Sinks>,
    /// Packets for the engine, in order.
    pub(super) read: VecDeque<Arc<Work>>,
    /// Those that the engine works on: notes are about them.
    current: Option<Arc<Work>>,
    /// Notes for the recorder, in order, with their packets.
    noted: VecDeque<(Notes, Option<Arc<Work>>)>,
    /// What sinks want to have done.
    errands: VecDeque<Errand>,
    /// Records for the writer, in order.
    made: VecDeque<Portion>,
    /// To be filled again.
    pub(super) blank: Blank,
    /// All packets are read.
    pub(super) at_end: bool,
    /// Why the run cannot go on; the first reason counts.
    pub(super) failure: Option<Failure>,
    /// A job panicked.
    pub(super) panic: Option<Panic>,
    /// There will be no more jobs.
    closed: bool,
    /// Threads that sleep until something changes.
    asleep: usize,
}

/// What is empty, to be filled again.
#[derive(Default)]
pub(super) struct Blank {
    pub(super) works: Vec<Work>,
    pub(super) notes: Vec<Notes>,
    pub(super) portions: Vec<Portion>,
}

impl Blank {
    /// Somebody needs the packets no more; perhaps others do.
    pub(super) fn take(&mut self, work: Option<Arc<Work>>) {
        self.works.extend(work.and_then(Arc::into_inner));
    }
}

impl Papers {
    fn errand(&mut self) -> Option<Job> {
        self.errands.pop_front().map(Job::Errand)
    }

    fn write(&mut self) -> Option<Job> {
        self.writer.as_ref()?;
        let portion = self.made.pop_front()?;
        self.writer.take().map(|writer| Job::Write(writer, portion))
    }

    fn record(&mut self) -> Option<Job> {
        self.recorder.as_ref()?;
        let (notes, work) = self.noted.pop_front()?;
        self.recorder.take().map(|recorder| Job::Record(recorder, notes, work))
    }

    fn read(&mut self) -> Option<Job> {
        if self.at_end || self.read.len() >= AHEAD {
            return None;
        }
        let reader = self.reader.take()?;
        Some(Job::Read(reader, self.blank.works.pop().unwrap_or_default()))
    }

    /// A job that is to be done: what comes last on the way of a packet comes first, so that memory is given back.
    fn job(&mut self) -> Option<Job> {
        self.job_of_writing().or_else(|| self.record()).or_else(|| self.read())
    }

    /// A job for somebody who is at work on records and cannot go on.
    fn job_of_writing(&mut self) -> Option<Job> {
        self.errand().or_else(|| self.write())
    }

    /// A job for the engine's thread, which has no packets.
    fn job_for_packets(&mut self) -> Option<Job> {
        self.read().or_else(|| self.job())
    }

    /// Whether the engine can do no good any more.
    fn has_failed(&self) -> bool {
        self.failure.is_some() || self.panic.is_some()
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}

impl Errands for Desk {
    fn post(&self, errand: Errand) {
        let mut papers = self.papers();
        papers.errands.push_back(errand);
        self.tell(&papers);
    }
}

impl Desk {
    /// Begins: from now on there are jobs.
    pub(super) fn open(&self, reader: Box<Reader>, recorder: Box<Recorder>, writer: Sinks) {
        let mut papers = self.papers();
        (papers.reader, papers.recorder) = (Some(reader), Some(recorder));
        papers.writer = Some(writer);
        self.tell(&papers);
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

    /// The next packets, in exchange for packets that are done with; nothing at the end, or if the run cannot go
    /// on. Lends a hand if it would have to wait.
    pub(super) fn packets(&self, done: Option<Arc<Work>>) -> Option<Arc<Work>> {
        let mut papers = self.papers();
        papers.current = None;
        papers.blank.take(done);
        loop {
            if papers.has_failed() {
                return None;
            }
            if let Some(work) = papers.read.pop_front() {
                papers.current = Some(Arc::clone(&work));
                self.tell(&papers);
                return Some(work);
            }
            if papers.at_end && papers.reader.is_some() {
                return None;
            }
            let job = papers.job_for_packets();
            papers = self.perform_or_wait(papers, job);
        }
    }

    /// Leaves notes to the recorder, in exchange for empty ones.
    pub(super) fn notes(&self, notes: Notes) -> Notes {
        let mut papers = self.papers();
        let work = papers.current.clone();
        papers.noted.push_back((notes, work));
        self.tell(&papers);
        while papers.noted.len() > NOTED {
            papers = self.job_or_wait(papers);
        }
        papers.blank.notes.pop().unwrap_or_default()
    }

    /// Leaves records to the writer, in exchange for an empty portion.
    pub(super) fn records(&self, portion: Portion) -> Portion {
        let mut papers = self.papers();
        papers.made.push_back(portion);
        self.tell(&papers);
        while papers.made.len() > BEHIND {
            let job = papers.job_of_writing();
            papers = self.perform_or_wait(papers, job);
        }
        papers.blank.portions.pop().unwrap_or_default()
    }

    /// There will be no more notes: waits until all is recorded and takes the recorder.
    pub(super) fn close_recording(&self) -> Option<Box<Recorder>> {
        let mut papers = self.papers();
        papers.at_end = true;
        papers.current = None;
        while !papers.noted.is_empty() || papers.recorder.is_none() {
            papers = self.job_or_wait(papers);
        }
        papers.recorder.take()
    }

    /// There will be no more records: waits until all is written and takes reader and writer back.
    pub(super) fn close(&self) -> (Option<Box<Reader>>, Option<Sinks>, Option<Failure>) {
        let mut papers = self.papers();
        while !papers.made.is_empty() || papers.writer.is_none() || papers.reader.is_none() {
            papers = self.job_or_wait(papers);
        }
        papers.closed = true;
        self.tell(&papers);
        (papers.reader.take(), papers.writer.take(), papers.failure.take())
    }

    /// Sends the helpers home, whatever is still to do.
    pub(super) fn abandon(&self) {
        let mut papers = self.papers();
        papers.closed = true;
        self.tell(&papers);
    }

    fn job_or_wait<'a>(&'a self, mut papers: MutexGuard<'a, Papers>) -> MutexGuard<'a, Papers> {
        let job = papers.job();
        self.perform_or_wait(papers, job)
    }

    /// What a thread does that has to wait for others. Goes on with a panic of theirs.
    fn perform_or_wait<'a>(
        &'a self,
        papers: MutexGuard<'a, Papers>,
        job: Option<Job>,
    ) -> MutexGuard<'a, Papers> {
        let mut papers = match job {
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
        let failed = papers.failure.as_ref().map(Failure::stage);
        drop(papers);
        let done = catch_unwind(AssertUnwindSafe(|| job.perform(failed)));
        let mut papers = self.papers();
        match done {
            Ok(done) => done.put_back(&mut papers),
            Err(panic) => papers.panic = Some(panic),
        }
        self.tell(&papers);
        papers
    }

    fn wait<'a>(&'a self, mut papers: MutexGuard<'a, Papers>) -> MutexGuard<'a, Papers> {
        papers.asleep += 1;
        let mut papers = self.changed.wait(papers).unwrap_or_else(PoisonError::into_inner);
        papers.asleep -= 1;
        papers
    }

    /// Something has changed. Nobody is told if nobody sleeps: that would be a call of the system each time.
    fn tell(&self, papers: &Papers) {
        if papers.asleep > 0 {
            self.changed.notify_all();
        }
    }

    fn papers(&self) -> MutexGuard<'_, Papers> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
