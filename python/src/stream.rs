//! A table of a run, as Python sees it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::RecvTimeoutError;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_schema::ffi::FFI_ArrowSchema;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use crate::TICK;
use crate::error::Failure;
use crate::job::Job;
use crate::rows::RowIterator;
use crate::slot::{Reader, Slot};
use crate::worker::{Ended, Handle};

/// A table whose rows come while its captures are read.
#[pyclass(frozen, module = "flowz._flowz")]
pub(crate) struct Stream {
    slot: Arc<Slot>,
}

/// Starts a run and yields a table of it; `progress` is called with bytes, all bytes or `None`, and packets.
#[pyfunction]
#[pyo3(signature = (job, progress=None))]
pub(crate) fn start(py: Python<'_>, job: Job, progress: Option<Py<PyAny>>) -> PyResult<Stream> {
    let (handle, mut ready) = Handle::start(job).map_err(|failure| failure.exception(py))?;
    loop {
        let (answer, receiver) = py.detach(move || (ready.recv_timeout(TICK), ready));
        ready = receiver;
        match answer {
            Ok(Ok(())) => return Ok(Stream { slot: Slot::new(handle, progress) }),
            Ok(Err(failure)) => return Err(failure.exception(py)),
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => {
                let text = "a part of flowz has panicked; please report this with the call";
                return Err(Failure::Run(text.to_owned()).exception(py));
            }
        }
    }
}

impl Stream {
    fn capsule<'py>(&self, py: Python<'py>, is_ours: bool) -> PyResult<Bound<'py, PyCapsule>> {
        let reader = Reader::new(&self.slot, is_ours);
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    fn ended(&self) -> Option<&Ended> {
        self.slot.known()
    }
}

#[pymethods]
impl Stream {
    /// The rows as a stream of the Arrow C interface, in a capsule; `requested_schema` is not minded.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        self.capsule(py, false)
    }

    /// The same for callers who ask [`Self::raised`] when they fail.
    fn own_stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        self.capsule(py, true)
    }

    /// The columns as a schema of the Arrow C interface, in a capsule.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&*self.slot.schema());
        let schema = schema.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The rows as dictionaries.
    fn rows(&self, py: Python<'_>) -> RowIterator {
        RowIterator::new(py, Arc::clone(&self.slot))
    }

    /// The exception that has ended reading, once.
    fn raised(&self) -> Option<PyErr> {
        self.slot.raised()
    }

    /// Names of the columns.
    fn names(&self) -> Vec<String> {
        self.slot.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Ends the run, if it goes on.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.slot.close());
    }

    /// The end report; nothing before all rows are read.
    fn report(&self) -> Option<&str> {
        self.ended().map(|ended| ended.report.as_str())
    }

    /// What is wrong with the captures; nothing before all rows are read.
    fn damages(&self) -> Option<Vec<String>> {
        self.ended().map(|ended| ended.damages.clone())
    }

    /// What is odd about the captures; nothing before all rows are read.
    fn remarks(&self) -> Option<Vec<String>> {
        self.ended().map(|ended| ended.remarks.clone())
    }

    /// What was counted; nothing before all rows are read.
    fn counters<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(Ended { counters: c, .. }) = self.ended() else { return Ok(None) };
        let [a, b] = c.directions;
        let (all, buckets, no_flow) = (PyDict::new(py), PyDict::new(py), PyDict::new(py));
        for (reason, packets) in c.without_flow_by_reason().filter(|(_, packets)| *packets > 0) {
            no_flow.set_item(reason, packets)?;
        }
        buckets.set_item("in_flows", a.packets + b.packets)?;
        buckets.set_item("no_flow", no_flow)?;
        buckets.set_item("duplicates", c.duplicates)?;
        all.set_item("packets", c.read.packets)?;
        all.set_item("bytes", c.read.bytes)?;
        all.set_item("buckets", buckets)?;
        all.set_item("flows_ended", c.flows.all)?;
        all.set_item("rows", self.slot.shared.rows.load(Ordering::Relaxed))?;
        all.set_item("first_ns", c.first.map(|first| first.0))?;
        all.set_item("last_ns", c.first.map(|_| c.last.0))?;
        Ok(Some(all))
    }
}
