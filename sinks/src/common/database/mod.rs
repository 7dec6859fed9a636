//! What sinks that write into databases share: names of tables and columns, values in other values as JSON, moments as whole
//! nanoseconds, what is known of a run, rows that go together, tables that are there already.

pub(crate) mod existing;
pub(crate) mod json;
pub(crate) mod load;
pub(crate) mod moment;
pub(crate) mod names;
pub(crate) mod run;

use flowz_api::sink::SinkError;

/// A server that is not as it should be: no fault of the command line.
pub(crate) fn refused(why: String) -> SinkError {
    SinkError::Other(why.into())
}
