//! What several sinks need: `format` turns values into characters, `file`, `rotating_file`, `patient_file` and `queue`
//! bring bytes to disk, `stream` to a waiting reader, `tables` keeps the tables of a sink.

pub(crate) mod file;
pub(crate) mod format;
mod patient_file;
mod queue;
pub(crate) mod rotating_file;
pub(crate) mod stream;
pub(crate) mod tables;
