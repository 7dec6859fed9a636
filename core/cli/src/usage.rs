//! Wrong usage: what the command line or the settings ask for does not exist or does not fit. Has an exit status of
//! its own, the one that clap gives too.

use std::error::Error;
use std::fmt;
use std::io;

use flowz_api::sink::SinkError;
use flowz_capture::CaptureError;
use flowz_config::ConfigError;
use flowz_engine::StartError;
use flowz_engine::output::ChoiceError;
use flowz_live::{LiveError, UserError};
use flowz_registry::names::Unknown;
use flowz_registry::selection::SelectionError;

/// Wrong words, in one sentence.
#[derive(Debug)]
struct Usage(String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Usage {}

/// An error about wrong words.
pub(crate) fn wrong(sentence: impl Into<String>) -> anyhow::Error {
    Usage(sentence.into()).into()
}

/// The exit status for what went wrong.
pub(crate) fn status(error: &anyhow::Error) -> u8 {
    if error.is::<clap::Error>() || is_wrong(error) { crate::WRONG_USAGE } else { crate::FAILED }
}

/// Whether the words are wrong, and not what they were meant to do has failed.
pub(crate) fn is_wrong(error: &anyhow::Error) -> bool {
    // A file that cannot be read is a failure, whatever it was needed for.
    let has_failed = error.chain().any(<dyn Error>::is::<io::Error>);
    !has_failed
        && (error.is::<Usage>()
            || error.is::<ConfigError>()
            || error.is::<SelectionError>()
            || error.is::<Unknown>()
            || error.is::<ChoiceError>()
            || matches!(error.downcast_ref(), Some(SinkError::Settings(_)))
            || error.downcast_ref().is_some_and(CaptureError::is_usage)
            || error.downcast_ref().is_some_and(LiveError::is_usage)
            || matches!(error.downcast_ref(), Some(UserError::Unknown(_)))
            || error.downcast_ref().is_some_and(of_start))
}

/// Whether a condition is wrong, whose error shows the place in it in lines of its own.
pub(crate) fn shows_place(error: &anyhow::Error) -> bool {
    error.is::<ChoiceError>() || matches!(error.downcast_ref(), Some(StartError::Choice(_)))
}

fn of_start(error: &StartError) -> bool {
    match error {
        StartError::Sink(error) => matches!(error, SinkError::Settings(_)),
        StartError::Settings(_)
        | StartError::Names(_)
        | StartError::Timeouts(_)
        | StartError::Choice(_) => true,
        StartError::Plugin(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_wrong, wrong};
    use anyhow::Context;
    use flowz_api::sink::SinkError;
    use std::io;

    #[test]
    fn words_and_failures() {
        assert!(is_wrong(&wrong("no input")));
        assert!(is_wrong(&SinkError::Settings("two names".to_owned()).into()));
        let io = || io::Error::from(io::ErrorKind::NotFound);
        assert!(!is_wrong(&io().into()));
        assert!(!is_wrong(&anyhow::Result::<()>::Err(io().into()).context("list").unwrap_err()));
        assert!(!is_wrong(&anyhow::anyhow!("anything else")));
    }
}
