//! What can be wrong with a source of settings.

use std::io;
use std::path::PathBuf;

use flowz_registry::names::Unknown;
use flowz_registry::settings::SettingError;

/// What is wrong, and where.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read the configuration file '{}'", .file.display())]
    Read {
        /// Which one.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something that is not read as a file: a pipe, a socket, a device.
    #[error("'{}' is a pipe or a device: settings are read from plain files only", .file.display())]
    Kind {
        /// Which one.
        file: PathBuf,
    },
    /// A line of a file.
    #[error("in {}, line {line}", .file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        source: Problem,
    },
    /// A variable of the environment.
    #[error("in the environment variable {name}")]
    Environment {
        /// Which one.
        name: String,
        /// What is wrong.
        source: Box<SettingError>,
    },
    /// A setting of the command line.
    #[error("in -o {option}")]
    Option {
        /// The setting.
        option: String,
        /// What is wrong.
        source: Box<SettingError>,
    },
    /// The command line's list of plugins.
    #[error(transparent)]
    Plugins(#[from] Unknown),
}

/// What is wrong in a line.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Not the form of the file.
    #[error("{0}")]
    Form(String),
    /// A name or a value.
    #[error(transparent)]
    Setting(#[from] SettingError),
}
