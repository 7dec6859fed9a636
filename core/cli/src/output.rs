//! Standard output.

use std::io::{self, Write};

use anyhow::{Result, anyhow};
use flowz_api::sink::SinkError;

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
