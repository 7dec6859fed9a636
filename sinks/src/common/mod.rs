//! What several sinks need: `format` turns values into characters, `file`, `rotating_file`, `patient_file` and `queue`
//! bring bytes to disk, `stream` to a waiting reader, `delivery` batches to a server, `messages` makes a message of each row, `socket` opens sockets, `json` makes objects of records, `tables` keeps the
//! tables of a sink, `database` is what sinks that write into databases share, `typed` has what sinks with typed values share, `tls` whom those trust that speak it.

#[allow(dead_code, reason = "which of it is used depends on the features of the build")]
pub(crate) mod database;
#[allow(
    dead_code,
    unused_imports,
    reason = "which of it is used depends on the features of the build"
)]
pub(crate) mod delivery;
#[allow(dead_code, reason = "which of it is used depends on the features of the build")]
pub(crate) mod file;
pub(crate) mod format;
pub(crate) mod json;
#[cfg(any(feature = "kafka", feature = "nats"))]
pub(crate) mod messages;
mod patient_file;
mod queue;
#[allow(dead_code, reason = "which of it is used depends on the features of the build")]
pub(crate) mod rotating_file;
pub(crate) mod socket;
pub(crate) mod stream;
pub(crate) mod tables;
#[cfg(feature = "tls")]
pub(crate) mod tls;
#[allow(dead_code, reason = "which of it is used depends on the features of the build")]
pub(crate) mod typed;
