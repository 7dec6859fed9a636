//! Wrong words on the command line: names and values that do not exist. They have an exit status of their own, the one that
//! clap gives too.

use std::fmt;

use anyhow::{Error, Result};

/// The status.
pub(crate) const WRONG_USAGE: u8 = 2;

/// What is wrong, in one sentence.
#[derive(Debug)]
struct Usage(String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// An error about wrong words.
pub(crate) fn wrong(sentence: impl Into<String>) -> Error {
    Usage(sentence.into()).into()
}

/// What words of the command line mean: a failure is theirs.
pub(crate) fn of_words<T, E: Into<Error>>(meaning: Result<T, E>) -> Result<T> {
    meaning.map_err(|error| wrong(format!("{:#}", error.into())))
}

/// Whether the words are wrong, and not what they were meant to do has failed.
pub(crate) fn is_wrong(error: &Error) -> bool {
    error.is::<Usage>()
}
