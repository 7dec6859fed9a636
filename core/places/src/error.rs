//! Why places cannot be looked up.

use std::io;
use std::path::{Path, PathBuf};

/// Why a source of places cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlacesError {
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", .file.display())]
    Read {
        /// Which one.
        file: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// A folder, a pipe, a device.
    #[error("{} is no plain file: a list of prefixes or a database in MaxMind's format is needed", .0.display())]
    Kind(PathBuf),
    /// Too long to be read whole.
    #[error("{} has more than {} GiB: no list or database is so large", .0.display(), Self::MOST >> 30)]
    Long(PathBuf),
    /// A list without any prefix.
    #[error("{} names no prefix: a line is prefix,country,organisation,asn, such as 198.51.100.0/24,CH", .0.display())]
    Empty(PathBuf),
    /// A line of a list.
    #[error("{}, line {line}: {reason}", .file.display())]
    Line {
        /// The list.
        file: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A database that is none.
    #[error("{}: the database is cut or corrupt ({reason}); get it again", .file.display())]
    Corrupt {
        /// The database.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl PlacesError {
    /// Most bytes of a file.
    pub(crate) const MOST: u64 = 4 << 30;

    /// Reads a plain file whole.
    pub(crate) fn or_bytes(file: &Path) -> Result<Vec<u8>, Self> {
        let failed = |reason| Self::Read { file: file.to_owned(), reason };
        let metadata = std::fs::metadata(file).map_err(failed)?;
        if !metadata.is_file() {
            return Err(Self::Kind(file.to_owned()));
        }
        if metadata.len() > Self::MOST {
            return Err(Self::Long(file.to_owned()));
        }
        std::fs::read(file).map_err(failed)
    }
}
