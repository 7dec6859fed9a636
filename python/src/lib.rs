//! flowz for Python: the tables of a run as Arrow streams.
//!
//! The engine runs on threads of its own and never holds Python's lock. What it makes goes batch by batch through a
//! bounded channel to whoever reads the stream. The package's Python side (`python/flowz`) has the names that users see.

mod catalog;
mod error;
mod job;
mod rows;
mod sink;
mod slot;
mod stream;
mod watcher;
mod worker;

use pyo3::prelude::*;

/// Numbers of the run are told, and signals are minded, so often.
const TICK: std::time::Duration = std::time::Duration::from_millis(100);

/// The part of the package that is compiled.
#[pymodule]
fn _flowz(module: &Bound<'_, PyModule>) -> PyResult<()> {
    flowz_plugins::link();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<stream::Stream>()?;
    module.add_class::<rows::RowIterator>()?;
    module.add_function(wrap_pyfunction!(stream::start, module)?)?;
    module.add_function(wrap_pyfunction!(catalog::columns, module)?)?;
    module.add_function(wrap_pyfunction!(catalog::tables, module)?)?;
    module.add_function(wrap_pyfunction!(catalog::plugins, module)?)
}
