//! Rows as dictionaries.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, DurationNanosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use pyo3::BoundObject;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::slot::{Reader, Slot};

/// Walks over the rows of a table.
#[pyclass(module = "flowz._flowz")]
pub(crate) struct RowIterator {
    slot: Arc<Slot>,
    /// A lock that nobody else takes: Python wants to be able to share what it has.
    reader: Mutex<Reader>,
    names: Vec<Py<PyString>>,
    batch: Option<RecordBatch>,
    next: usize,
}

impl RowIterator {
    /// From the first row on.
    pub(crate) fn new(py: Python<'_>, slot: Arc<Slot>) -> Self {
        let schema = slot.schema();
        let names = schema.fields().iter();
        let names = names.map(|field| PyString::new(py, field.name()).unbind()).collect();
        let reader = Mutex::new(Reader::new(&slot, true));
        Self { slot, reader, names, batch: None, next: 0 }
    }
}

#[pymethods]
impl RowIterator {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        while self.batch.as_ref().is_none_or(|batch| self.next >= batch.num_rows()) {
            let read = self.reader.get_mut().unwrap_or_else(PoisonError::into_inner).read();
            self.batch = read.map_err(|error| {
                let text = || PyTypeError::new_err(error.to_string());
                self.slot.raised().unwrap_or_else(text)
            })?;
            self.next = 0;
            if self.batch.is_none() {
                return Ok(None);
            }
        }
        let Some(batch) = &self.batch else { return Ok(None) };
        let row = PyDict::new(py);
        for (name, column) in self.names.iter().zip(batch.columns()) {
            row.set_item(name, value(py, column, self.next)?)?;
        }
        self.next += 1;
        Ok(Some(row))
    }
}

/// A number.
fn number<'py, T>(py: Python<'py>, array: &dyn Array, n: usize) -> PyResult<Bound<'py, PyAny>>
where
    T: ArrowPrimitiveType,
    T::Native: IntoPyObject<'py>,
    <T::Native as IntoPyObject<'py>>::Error: Into<PyErr>,
{
    let value = array.as_primitive::<T>().value(n).into_pyobject(py).map_err(Into::into)?;
    Ok(value.into_any().into_bound())
}

/// A value of a column. Moments and lengths of time are nanoseconds, compounds are tuples.
fn value<'py>(py: Python<'py>, array: &dyn Array, n: usize) -> PyResult<Bound<'py, PyAny>> {
    if array.is_null(n) {
        return Ok(py.None().into_bound(py));
    }
    match array.data_type() {
        DataType::UInt8 => number::<UInt8Type>(py, array, n),
        DataType::UInt16 => number::<UInt16Type>(py, array, n),
        DataType::UInt32 => number::<UInt32Type>(py, array, n),
        DataType::UInt64 => number::<UInt64Type>(py, array, n),
        DataType::Int8 => number::<Int8Type>(py, array, n),
        DataType::Int16 => number::<Int16Type>(py, array, n),
        DataType::Int32 => number::<Int32Type>(py, array, n),
        DataType::Int64 => number::<Int64Type>(py, array, n),
        DataType::Float32 => number::<Float32Type>(py, array, n),
        DataType::Float64 => number::<Float64Type>(py, array, n),
        DataType::Timestamp(..) => number::<TimestampNanosecondType>(py, array, n),
        DataType::Duration(_) => number::<DurationNanosecondType>(py, array, n),
        DataType::Utf8 => Ok(PyString::new(py, array.as_string::<i32>().value(n)).into_any()),
        DataType::Binary => Ok(PyBytes::new(py, array.as_binary::<i32>().value(n)).into_any()),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(n);
            let items = (0..items.len()).map(|item| value(py, &items, item));
            Ok(PyList::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any())
        }
        DataType::Struct(_) => {
            let parts = array.as_struct().columns().iter().map(|part| value(py, part, n));
            Ok(PyTuple::new(py, parts.collect::<PyResult<Vec<_>>>()?)?.into_any())
        }
        other => Err(PyTypeError::new_err(format!("no value of Python stands for {other}"))),
    }
}
