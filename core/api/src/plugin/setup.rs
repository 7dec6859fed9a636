//! How a plugin begins and ends a run, and why it may fail.

use std::error::Error;

use super::{Timeouts, TooManyTimeouts};
use crate::report::Totals;
use crate::settings::Run;

/// Why a plugin cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// See there.
    #[error(transparent)]
    Timeouts(#[from] TooManyTimeouts),
    /// Something in a sentence.
    #[error("{0}")]
    Other(String),
    /// An error of another kind.
    #[error(transparent)]
    Source(Box<dyn Error + Send + Sync>),
}

/// What a plugin gets when it is made. With several threads there may be several instances, all made alike.
#[derive(Debug)]
pub struct PluginSetup<'a, T> {
    /// Its settings.
    pub toggles: &'a T,
    /// Modes of the run.
    pub run: &'a Run,
    /// Where to register timeouts.
    pub timeouts: &'a mut Timeouts,
}

/// What a plugin gets when all flows have ended.
#[derive(Debug)]
pub struct FinishContext<'a> {
    /// Totals of the run.
    pub totals: &'a Totals,
    /// Modes of the run.
    pub run: &'a Run,
    files: Vec<(String, Vec<u8>)>,
}

impl<'a> FinishContext<'a> {
    /// For a run with these totals.
    pub fn new(totals: &'a Totals, run: &'a Run) -> Self {
        Self { totals, run, files: Vec::new() }
    }

    /// Writes a file beside the tables: PREFIX and this suffix, such as `_protocols.txt`.
    pub fn file(&mut self, suffix: impl Into<String>, contents: impl Into<Vec<u8>>) {
        self.files.push((suffix.into(), contents.into()));
    }

    /// Suffixes and contents of the files that were asked for.
    pub fn into_files(self) -> Vec<(String, Vec<u8>)> {
        self.files
    }
}
