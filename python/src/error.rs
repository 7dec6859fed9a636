//! Failures, and the exceptions that they become.

use std::error::Error;

use flowz_capture::CaptureError;
use flowz_config::{ConfigError, message};
use flowz_engine::StartError;
use flowz_engine::output::{ChoiceError, ClashingNames};
use flowz_registry::selection::SelectionError;
use flowz_runtime::RunError;
use pyo3::prelude::*;

/// Where the exceptions are defined.
const MODULE: &str = "flowz._errors";

/// Why there is no table, in a sentence.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The caller asks for what is not there: `UsageError`.
    Usage(String),
    /// The capture cannot be read: `InputError`.
    Input(String),
    /// Anything else: `Error`.
    Run(String),
}

impl Failure {
    /// The sentence.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Usage(text) | Self::Input(text) | Self::Run(text) => text,
        }
    }

    /// The exception.
    pub(crate) fn exception(&self, py: Python<'_>) -> PyErr {
        let name = match self {
            Self::Usage(_) => "UsageError",
            Self::Input(_) => "InputError",
            Self::Run(_) => "Error",
        };
        let made = class(py, name).and_then(|class| class.call1((self.text(),)));
        made.map_or_else(|error| error, PyErr::from_value)
    }
}

/// A class of the package's exceptions and warnings.
pub(crate) fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import(MODULE)?.getattr(name)
}

/// An error and those behind it, in one sentence.
pub(crate) fn sentence(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let more = source.to_string();
        // Some errors say what is behind them already.
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = source.source();
    }
    message(&text)
}

impl From<CaptureError> for Failure {
    fn from(error: CaptureError) -> Self {
        let text = sentence(&error);
        if error.is_usage() { Self::Usage(text) } else { Self::Input(text) }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(match &error {
            ConfigError::Option { option, source } => {
                message(&format!("option {option}: {}", sentence(&**source)))
            }
            _ => sentence(&error),
        })
    }
}

impl From<SelectionError> for Failure {
    fn from(error: SelectionError) -> Self {
        Self::Usage(sentence(&error))
    }
}

impl From<ClashingNames> for Failure {
    fn from(error: ClashingNames) -> Self {
        Self::Usage(sentence(&error))
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Usage(match &error {
            StartError::Choice(ChoiceError::Fields(error)) => {
                let text = message(&format!("fields: {error}"));
                text.replace("flowz --columns lists all", "flowz.columns lists them")
            }
            StartError::Choice(ChoiceError::Where(error)) => message(&format!("where: {error}")),
            _ => sentence(&error),
        })
    }
}

impl From<flowz_host::start::StartError> for Failure {
    fn from(error: flowz_host::start::StartError) -> Self {
        Self::Usage(sentence(&error))
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Run(sentence(&error))
    }
}
