//! What the engine's thread and that of the sinks share.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flowz_api::record::Record;
use flowz_api::sink::{Destination, SinkError};
use flowz_api::table::TableId;

use super::figures::{QueueFigures, WhenFull};

/// Bytes at which a block is full.
const FULL: usize = 64 << 10;
/// Blocks that are kept to be filled again.
const SPARE: usize = 8;
/// The longest that a row waits in a block that is not full.
const IN_TIME: Duration = Duration::from_millis(200);

/// Rows of any tables, in order.
#[derive(Default, Debug)]
pub(super) struct Block {
    bytes: Vec<u8>,
    /// Table and length of each row.
    rows: Vec<(TableId, u32)>,
}

impl Block {
    /// The rows in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = (TableId, &[u8])> {
        let mut rest = &self.bytes[..];
        self.rows.iter().map(move |(id, length)| {
            let (row, behind) = rest.split_at(*length as usize);
            rest = behind;
            (*id, row)
        })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Memory that it stands for.
    fn weight(&self) -> u64 {
        (self.bytes.len() + size_of_val(&self.rows[..])) as u64
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.rows.clear();
    }
}

/// Something for the sinks to do.
#[derive(Debug)]
pub(super) enum Item {
    Rows(Block),
    /// Complete the files, begin those of the next period.
    Rotate(Destination),
    Prepare,
    Finish,
}

#[derive(Default, Debug)]
struct State {
    items: VecDeque<Item>,
    filling: Block,
    spare: Vec<Block>,
    /// Bytes in `items` and in the block that the sinks are at.
    queued: u64,
    /// The sinks are at work on an item.
    busy: bool,
    failure: Option<SinkError>,
    /// Nothing more comes.
    closed: bool,
    /// Rotations ordered, and size of the flow table with the number of those that it has seen.
    rotations: u64,
    size: (u64, u64),
}

/// What both threads share.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// There is something to do.
    more: Condvar,
    /// Something was done.
    done: Condvar,
    when_full: WhenFull,
    pub(super) figures: Arc<QueueFigures>,
}

impl Shared {
    pub(super) fn new(bound: u64, when_full: WhenFull) -> Self {
        Self {
            state: Mutex::default(),
            more: Condvar::new(),
            done: Condvar::new(),
            when_full,
            figures: Arc::new(QueueFigures::new(bound)),
        }
    }

    /// A row comes. Fails with what the sinks could not do.
    pub(super) fn row(&self, id: TableId, record: &Record) -> Result<(), SinkError> {
        let mut state = self.state();
        if state.queued >= self.figures.bound() {
            state = self.wait_for_room(state);
            if state.queued >= self.figures.bound() && state.failure.is_none() {
                self.figures.dropped.fetch_add(1, Relaxed);
                return Ok(());
            }
        }
        if let Some(failure) = state.failure.take() {
            return Err(failure);
        }
        let bytes = record.bytes();
        state.filling.bytes.extend_from_slice(bytes);
        state.filling.rows.push((id, bytes.len() as u32));
        if state.filling.bytes.len() >= FULL {
            self.pass_on(&mut state);
        }
        Ok(())
    }

    /// Waits until there is room in a queue that is full, as far as one waits for that.
    #[cold]
    fn wait_for_room<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        if self.when_full == WhenFull::DropRows {
            return state;
        }
        self.figures.waited.fetch_add(1, Relaxed);
        while state.queued >= self.figures.bound()
            && state.failure.is_none()
            && !self.figures.is_held_up()
        {
            state = wait(&self.done, state);
        }
        state
    }

    /// Leaves an order behind all rows.
    pub(super) fn put(&self, item: Item) {
        let mut state = self.state();
        self.pass_on(&mut state);
        match item {
            Item::Rotate(_) => state.rotations += 1,
            Item::Prepare | Item::Finish => self.figures.hurry.store(true, Relaxed),
            Item::Rows(_) => {}
        }
        state.items.push_back(item);
        self.more.notify_one();
    }

    /// Waits until all that was left to the sinks is done. Fails with what they could not do.
    pub(super) fn wait_until_done(&self) -> Result<(), SinkError> {
        let mut state = self.state();
        while state.busy || !state.items.is_empty() {
            state = wait(&self.done, state);
        }
        state.failure.take().map_or(Ok(()), Err)
    }

    /// Bytes of the flow table's current file; nothing as long as the file of the last order is not there.
    pub(super) fn size(&self) -> u64 {
        let state = self.state();
        let (rotations, size) = state.size;
        if rotations == state.rotations { size } else { 0 }
    }

    /// Nothing more comes.
    pub(super) fn close(&self) {
        self.figures.hurry.store(true, Relaxed);
        self.state().closed = true;
        self.more.notify_one();
    }

    /// The next thing to do for the sinks, nothing when all is over. A block that is not full is taken when there is
    /// nothing else, so that rows come out in time.
    pub(super) fn next(&self) -> Option<Item> {
        let mut state = self.state();
        loop {
            if let Some(item) = state.items.pop_front() {
                state.busy = true;
                return Some(item);
            }
            if state.closed {
                return None;
            }
            if state.filling.len() > 0 {
                self.pass_on(&mut state);
                continue;
            }
            state = wait(&self.more, state);
        }
    }

    /// Rows were taken by the sinks.
    pub(super) fn took(&self, mut block: Block) {
        self.figures.rows.fetch_add(block.len() as u64, Relaxed);
        let mut state = self.state();
        state.queued -= block.weight();
        self.figures.queued.store(state.queued, Relaxed);
        if state.spare.len() < SPARE {
            block.clear();
            state.spare.push(block);
        }
    }

    /// An item is done; the flow table of so many rotations has so many bytes.
    pub(super) fn finished(&self, outcome: Result<(), SinkError>, size: (u64, u64)) {
        let mut state = self.state();
        (state.busy, state.size) = (false, size);
        if let (Err(error), None) = (outcome, &state.failure) {
            state.failure = Some(error);
        }
        self.done.notify_all();
    }

    /// The block at hand goes into the queue.
    fn pass_on(&self, state: &mut State) {
        if state.filling.len() == 0 {
            return;
        }
        let empty = state.spare.pop().unwrap_or_default();
        let block = std::mem::replace(&mut state.filling, empty);
        state.queued += block.weight();
        self.figures.queued.store(state.queued, Relaxed);
        self.figures.most.fetch_max(state.queued, Relaxed);
        state.items.push_back(Item::Rows(block));
        self.more.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait<'a>(condition: &Condvar, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
    let waited = condition.wait_timeout(state, IN_TIME);
    waited.unwrap_or_else(PoisonError::into_inner).0
}
