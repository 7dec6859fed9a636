//! The way from a run to whoever reads its rows: one reader takes it, and while that waits, progress is told and
//! signals are minded.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

use crate::TICK;
use crate::error::{Failure, class};
use crate::worker::{Ended, Handle, Next, Shared};

/// A run that one reader may take.
pub(crate) struct Slot {
    handle: Mutex<Option<Handle>>,
    pub(crate) shared: Arc<Shared>,
    /// Told how far it is: bytes, all bytes, packets.
    progress: Option<Py<PyAny>>,
    /// What ended reading.
    raised: Mutex<Option<PyErr>>,
    /// All rows are read. The run itself may end before.
    is_read: AtomicBool,
}

/// A lock that holds whatever its holders did.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    /// Of a run that has started.
    pub(crate) fn new(handle: Handle, progress: Option<Py<PyAny>>) -> Arc<Self> {
        let shared = Arc::clone(handle.shared());
        let (handle, raised) = (Mutex::new(Some(handle)), Mutex::new(None));
        Arc::new(Self { handle, shared, progress, raised, is_read: AtomicBool::new(false) })
    }

    /// The table's columns.
    pub(crate) fn schema(&self) -> SchemaRef {
        self.shared.schema.get().map_or_else(|| Arc::new(Schema::empty()), Arc::clone)
    }

    /// The run, for its reader.
    fn take(&self) -> Option<Handle> {
        locked(&self.handle).take()
    }

    /// The exception that ended reading, once.
    pub(crate) fn raised(&self) -> Option<PyErr> {
        locked(&self.raised).take()
    }

    /// Nobody reads any more.
    pub(crate) fn close(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        drop(self.take());
    }

    /// Looks for signals, and tells how far it is.
    fn tick(&self, py: Python<'_>) -> PyResult<()> {
        py.check_signals()?;
        self.shared.attention.ask();
        self.tell(py)
    }

    fn tell(&self, py: Python<'_>) -> PyResult<()> {
        let Some(progress) = &self.progress else { return Ok(()) };
        progress.call1(py, self.shared.figures.read()).map(drop)
    }

    /// What is known when all rows are read, and nothing before.
    pub(crate) fn known(&self) -> Option<&Ended> {
        let is_read = self.is_read.load(Ordering::Acquire);
        self.shared.ended.get().filter(|_| is_read)?.as_ref().ok()
    }

    /// All is read: tells of damages, or fails.
    fn ended(&self, py: Python<'_>) -> PyResult<()> {
        self.is_read.store(true, Ordering::Release);
        let ended = match self.shared.ended.get() {
            Some(Ok(ended)) => ended,
            Some(Err(failure)) => return Err(failure.exception(py)),
            None => {
                let text = "a part of flowz has panicked; please report this with the call";
                return Err(Failure::Run(text.to_owned()).exception(py));
            }
        };
        self.tell(py)?;
        if !ended.damages.is_empty() {
            let text = ended.damages.join("; ");
            let warn = py.import("warnings")?.getattr("warn")?;
            warn.call1((text, class(py, "DamagedInput")?, 2))?;
        }
        Ok(())
    }
}

/// Reads the batches of a run. It takes the run with its first batch, so that whoever only looks at the columns leaves it to others.
pub(crate) struct Reader {
    slot: Arc<Slot>,
    handle: Option<Handle>,
    is_over: bool,
    /// Whoever reads asks for the exception that ended it; others learn its text only.
    is_ours: bool,
    ticked: Instant,
}

impl Reader {
    /// A reader, of ours or of another library.
    pub(crate) fn new(slot: &Arc<Slot>, is_ours: bool) -> Self {
        let slot = Arc::clone(slot);
        Self { slot, handle: None, is_over: false, is_ours, ticked: now() }
    }

    /// The next rows, or nothing at the end.
    pub(crate) fn read(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        if self.is_over {
            return Ok(None);
        }
        if self.handle.is_none() {
            self.handle = self.slot.take();
        }
        let Some(handle) = &mut self.handle else {
            self.is_over = true;
            return Python::attach(|py| Err(self.fail(py, read_already(py))));
        };
        // Without Python's lock as long as there is no need for it.
        if self.ticked.elapsed() < TICK
            && let Next::Batch(batch) = handle.look()
        {
            return Ok(Some(batch));
        }
        Python::attach(|py| {
            let read = self.wait(py);
            if !matches!(read, Ok(Some(_))) {
                self.is_over = true;
                let handle = self.handle.take();
                py.detach(|| drop(handle));
            }
            read.map_err(|error| self.fail(py, error))
        })
    }

    fn wait(&mut self, py: Python<'_>) -> PyResult<Option<RecordBatch>> {
        loop {
            if self.ticked.elapsed() >= TICK {
                self.ticked = now();
                self.slot.tick(py)?;
            }
            let Some(handle) = &mut self.handle else { return Ok(None) };
            match py.detach(|| handle.wait()) {
                Next::Batch(batch) => return Ok(Some(batch)),
                Next::Wait => {}
                Next::End => {
                    self.slot.ended(py)?;
                    return Ok(None);
                }
            }
        }
    }

    /// Keeps an exception for whoever asks, and yields its text for the others.
    fn fail(&self, py: Python<'_>, error: PyErr) -> ArrowError {
        let text = error.value(py).to_string();
        if self.is_ours {
            *locked(&self.slot.raised) = Some(error);
        } else if error.is_instance_of::<PyKeyboardInterrupt>(py) {
            // The other library fails with the text; Python gets its interrupt back.
            let again =
                py.import("_thread").and_then(|thread| thread.call_method0("interrupt_main"));
            drop(again);
            return ArrowError::ExternalError(Box::new(Text("interrupted".to_owned())));
        }
        ArrowError::ExternalError(Box::new(Text(text)))
    }
}

/// The clock, for progress and signals; no value comes from it.
#[allow(clippy::disallowed_methods, reason = "how often progress is told")]
fn now() -> Instant {
    Instant::now()
}

/// The exception for rows that are asked for twice.
fn read_already(py: Python<'_>) -> PyErr {
    let text =
        "the rows of this table were read already, or it was closed: ask flowz for another one";
    Failure::Usage(text.to_owned()).exception(py)
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        self.slot.schema()
    }
}

/// The text of an exception.
#[derive(Debug)]
struct Text(String);

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Text {}
