//! Standard output.

use std::io::{self, Write};

use anyhow::{Result, anyhow};
use flowz_api::sink::SinkError;
use flowz_runtime::RunError;

/// Writes to standard output.
pub(crate) fn print(bytes: &[u8]) -> Result<()> {
    io::stdout().write_all(bytes).map_err(|e| stdout_error(&e))
}

/// What a failure of standard output means.
pub(crate) fn stdout_error(error: &io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        anyhow!(SinkError::Closed)
    } else {
        anyhow!("cannot write the report: {error}")
    }
}

/// Whether nobody reads standard output any more.
pub(crate) fn was_closed(error: &anyhow::Error) -> bool {
    let of_sink = matches!(error.downcast_ref(), Some(SinkError::Closed));
    of_sink || matches!(error.downcast_ref(), Some(RunError::Sink(SinkError::Closed)))
}
