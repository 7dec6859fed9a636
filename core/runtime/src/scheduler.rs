//! What waits for a thread: packets to be read, events to be recorded, records to be written.
//!
//! Reading, each lane, and writing are done by one thread at a time, whichever is free: whoever does it takes
//! the reader, the lane or the writer and puts it back. So packets stay in the order of the input, each lane sees
//! its events in order, and records are written in the order in which flows ended.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use flowz_api::sink::{Executor, Job};
use flowz_engine::Split;
use flowz_engine::recording::{Assembler, EventBatch, Fragments, Lane};

use crate::RunError;
use crate::batch::{DecodedBatch, Reader};
use crate::task::{Done, Panic, Pending, Recording, Task};

/// Most batches of packets that are read ahead.
const AHEAD: usize = 4;
/// Most batches of events that wait for lanes or for the writer.
const BEHIND: usize = 10;

/// The scheduler; all threads share it.
#[derive(Default)]
pub(crate) struct Scheduler {
    state: Mutex<State>,
    changed: Condvar,
}

/// What there is.
#[derive(Default)]
struct State {
    /// Nothing while somebody reads, and before the run. The same for the next two.
    reader: Option<Box<Reader>>,
    lanes: Vec<LaneState>,
    writer: Option<Box<Assembler>>,
    /// The last lane has all flows.
    whole: bool,
    /// Packets for the engine, in order.
    read: VecDeque<Arc<DecodedBatch>>,
    /// Those that the engine works on: events are about them.
    current: Option<Arc<DecodedBatch>>,
    /// Events that were not written yet, in order, and the number of the first of these batches.
    pending: VecDeque<Pending>,
    first: u64,
    /// What sinks want to have done.
    executor: VecDeque<Job>,
    pool: BufferPool,
    /// All packets are read.
    at_end: bool,
    /// The batch and the step in which a lane has failed: nothing behind is recorded or written.
    last: Option<(u64, u32)>,
    /// Why the run cannot go on; the reason that comes first in the input counts.
    failure: Option<RunError>,
    /// Nothing can be written any more.
    write_failed: bool,
    /// A task panicked.
    panic: Option<Panic>,
    /// There will be no more tasks.
    closed: bool,
    /// Threads that sleep until something changes.
    asleep: usize,
}

/// A lane and how far it is.
struct LaneState {
    /// Nothing while somebody is at work on it.
    plugins: Option<Box<Lane>>,
    /// Number of the next batch of events.
    next: u64,
}

/// What is empty, to be filled again.
#[derive(Default)]
struct BufferPool {
    batches: Vec<DecodedBatch>,
    events: Vec<EventBatch>,
    fragments: Vec<Fragments>,
}

impl BufferPool {
    /// Somebody needs the packets no more; perhaps others do.
    fn take(&mut self, batch: Option<Arc<DecodedBatch>>) {
        self.batches.extend(batch.and_then(Arc::into_inner));
    }
}

impl State {
    fn job(&mut self) -> Option<Task> {
        self.executor.pop_front().map(Task::Job)
    }

    fn write(&mut self) -> Option<Task> {
        let is_complete = |pending: &Pending| pending.parts.iter().all(Option::is_some);
        let is_due = self.writer.is_some() && self.is_recorded(self.first);
        if !is_due || !self.pending.front().is_some_and(is_complete) {
            return None;
        }
        let pending = self.pending.pop_front()?;
        self.first += 1;
        self.writer.take().map(|writer| Task::Write(writer, pending))
    }

    /// The lane that is furthest behind.
    fn record(&mut self) -> Option<Task> {
        let end = self.first + self.pending.len() as u64;
        let end = self.last.map_or(end, |(last, _)| end.min(last + 1));
        let waiting =
            |lane: &(usize, &mut LaneState)| lane.1.plugins.is_some() && lane.1.next < end;
        let lanes = self.lanes.iter_mut().enumerate();
        let (lane, state) = lanes.filter(waiting).min_by_key(|(_, lane)| lane.next)?;
        let number = state.next;
        let pending = self.pending.get((number - self.first) as usize)?;
        let (events, packets) = (Arc::clone(&pending.events), pending.packets.clone());
        let out = self.pool.fragments.pop().unwrap_or_default();
        let plugins = state.plugins.take()?;
        Some(Task::Record(Recording { lane, number, plugins, events, packets, out }))
    }

    fn read(&mut self) -> Option<Task> {
        if self.at_end || self.read.len() >= AHEAD {
            return None;
        }
        let reader = self.reader.take()?;
        Some(Task::Read(reader, self.pool.batches.pop().unwrap_or_default()))
    }

    /// A task that is to be done: what comes last on the way of a packet comes first, so that memory is given back.
    fn task(&mut self) -> Option<Task> {
        self.job().or_else(|| self.write()).or_else(|| self.record()).or_else(|| self.read())
    }

    /// A task for the engine's thread, which has no packets.
    fn task_for_packets(&mut self) -> Option<Task> {
        self.read().or_else(|| self.task())
    }

    /// Whether the engine can do no good any more.
    fn has_failed(&self) -> bool {
        self.failure.is_some() || self.panic.is_some()
    }

    /// Whether a batch of events will be recorded by all lanes.
    fn is_recorded(&self, number: u64) -> bool {
        self.last.is_none_or(|(last, _)| number <= last)
    }

    /// Puts everything back.
    fn put_back(&mut self, done: Done) {
        match done {
            Done::Job => {}
            Done::Read { reader, batch, more } => {
                self.reader = Some(reader);
                self.at_end |= !more;
                if more {
                    self.read.push_back(Arc::new(batch));
                }
            }
            Done::Recorded(recording, outcome) => {
                let Recording { lane, number, plugins, packets, out, events } = recording;
                drop(events);
                self.lanes[lane] = LaneState { plugins: Some(plugins), next: number + 1 };
                self.pool.take(packets);
                if let Err(error) = outcome {
                    self.lane_failed((number, out.failed_at().unwrap_or(0)), error.into());
                }
                if let Some(pending) = self.pending.get_mut((number - self.first) as usize) {
                    pending.parts[lane] = Some(out);
                }
            }
            Done::Wrote { writer, pending, outcome } => {
                self.writer = Some(writer);
                let Pending { events, packets, parts } = pending;
                self.pool.events.extend(Arc::into_inner(events));
                self.pool.take(packets);
                self.pool.fragments.extend(parts.into_iter().flatten().map(|mut part| {
                    part.clear();
                    part
                }));
                if let (Err(error), false) = (outcome, self.write_failed) {
                    // That nothing can be written weighs more than what a plugin does.
                    (self.failure, self.write_failed) = (Some(error.into()), true);
                }
            }
        }
    }

    /// A lane has failed; of several failures the one counts that comes first in the input.
    fn lane_failed(&mut self, at: (u64, u32), error: RunError) {
        if self.last.is_none_or(|last| at < last) {
            self.last = Some(at);
            if !self.write_failed {
                self.failure = Some(error);
            }
        }
    }

    /// Whether all that will be recorded is recorded, and all that will be written is written.
    fn is_done(&self) -> bool {
        let is_left = |(n, _): (usize, &Pending)| self.is_recorded(self.first + n as u64);
        let recorded = !self.pending.iter().enumerate().any(is_left);
        let idle = self.lanes.iter().all(|lane| lane.plugins.is_some());
        recorded && idle && self.writer.is_some() && self.reader.is_some()
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").finish_non_exhaustive()
    }
}

impl Executor for Scheduler {
    fn spawn(&self, job: Job) {
        let mut state = self.state();
        state.executor.push_back(job);
        self.tell(&state);
    }
}

impl Scheduler {
    /// Begins: from now on there are tasks.
    pub(crate) fn open(&self, reader: Box<Reader>, split: Split) {
        let mut state = self.state();
        let Split { lanes, whole, assembler } = split;
        state.reader = Some(reader);
        state.whole = whole.is_some();
        let lanes = lanes.into_iter().chain(whole);
        state.lanes =
            lanes.map(|lane| LaneState { plugins: Some(Box::new(lane)), next: 0 }).collect();
        state.writer = Some(Box::new(assembler));
        self.tell(&state);
    }

    /// What a worker does all its life: tasks, until there will be none any more.
    pub(crate) fn work(&self) {
        let mut state = self.state();
        while !state.closed {
            state = match state.task() {
                Some(task) => self.perform(state, task),
                None => self.wait(state),
            };
        }
    }

    /// The next packets, in exchange for packets that are done with; nothing at the end, or if the run cannot go
    /// on. Lends a hand if it would have to wait.
    pub(crate) fn packets(&self, done: Option<Arc<DecodedBatch>>) -> Option<Arc<DecodedBatch>> {
        let mut state = self.state();
        state.current = None;
        state.pool.take(done);
        loop {
            if state.has_failed() {
                return None;
            }
            if let Some(batch) = state.read.pop_front() {
                state.current = Some(Arc::clone(&batch));
                self.tell(&state);
                return Some(batch);
            }
            if state.at_end && state.reader.is_some() {
                // Behind the last packet flows end.
                return None;
            }
            let task = state.task_for_packets();
            state = self.perform_or_wait(state, task);
        }
    }

    /// Leaves events to the lanes, in exchange for an empty batch.
    pub(crate) fn events(&self, events: EventBatch) -> EventBatch {
        let mut state = self.state();
        let packets = state.current.clone();
        let parts = state.lanes.iter().map(|_| None).collect();
        if state.last.is_none() {
            state.pending.push_back(Pending { events: Arc::new(events), packets, parts });
        }
        self.tell(&state);
        while state.pending.len() > BEHIND && state.last.is_none() {
            let task = state.task();
            state = self.perform_or_wait(state, task);
        }
        state.pool.events.pop().unwrap_or_default()
    }

    /// There will be no more events: waits until all is written and takes everything back.
    pub(crate) fn close(&self) -> (Option<Box<Reader>>, Option<Split>, Option<RunError>) {
        let mut state = self.state();
        (state.at_end, state.current) = (true, None);
        while !state.is_done() {
            let task = state.task();
            state = self.perform_or_wait(state, task);
        }
        state.closed = true;
        self.tell(&state);
        let whole = state.whole;
        let lanes = std::mem::take(&mut state.lanes).into_iter();
        let mut lanes: Vec<_> = lanes.filter_map(|lane| lane.plugins).map(|lane| *lane).collect();
        let whole = if whole { lanes.pop() } else { None };
        let split = state.writer.take().map(|writer| Split { lanes, whole, assembler: *writer });
        (state.reader.take(), split, state.failure.take())
    }

    /// Sends the workers home, whatever is still to do.
    pub(crate) fn abandon(&self) {
        let mut state = self.state();
        state.closed = true;
        self.tell(&state);
    }

    /// What a thread does that has to wait for others. Goes on with a panic of theirs.
    fn perform_or_wait<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
        task: Option<Task>,
    ) -> MutexGuard<'a, State> {
        let mut state = match task {
            Some(task) => self.perform(state, task),
            None => self.wait(state),
        };
        if let Some(panic) = state.panic.take() {
            drop(state);
            resume_unwind(panic);
        }
        state
    }

    /// Does a task, without holding the state, and puts everything back. A panic is kept for the thread that
    /// runs the engine.
    fn perform<'a>(&'a self, state: MutexGuard<'a, State>, task: Task) -> MutexGuard<'a, State> {
        let (writes, whole) = (!state.write_failed, state.whole);
        drop(state);
        let done = catch_unwind(AssertUnwindSafe(|| task.perform(writes, whole)));
        let mut state = self.state();
        match done {
            Ok(done) => state.put_back(done),
            Err(panic) => state.panic = Some(panic),
        }
        self.tell(&state);
        state
    }

    fn wait<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.asleep += 1;
        let mut state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.asleep -= 1;
        state
    }

    /// Something has changed. Nobody is told if nobody sleeps: that would be a call of the system each time.
    fn tell(&self, state: &State) {
        if state.asleep > 0 {
            self.changed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
