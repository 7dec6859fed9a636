//! The files of a source in their order. A list and numbered files are known from the start;
//! files that are followed join while they appear.

use std::path::{Path, PathBuf};

use crate::error::CaptureError;
use crate::file::damage::{Damage, DamageKind};
use crate::file::follow::Follow;
use crate::file::list;
use crate::file::numbered::{Numbered, Sequence};
use crate::file::size;
use crate::source::{Options, Source};

/// The name that stands for standard input.
pub(crate) const STDIN: &str = "-";

/// Files to be read, one after the other.
#[derive(Debug)]
pub(crate) struct FileQueue {
    files: Vec<PathBuf>,
    /// How many of them were begun.
    begun: usize,
    /// How names go on behind the last one, and how to wait for it.
    more: Option<(Sequence, Follow)>,
    /// Name of the group, for a sentence about all of it.
    pub(crate) name: PathBuf,
}

impl FileQueue {
    /// The files of a source, and what is already known to be missing.
    pub(crate) fn from_source(
        source: &Source,
        options: &Options,
    ) -> Result<(Self, Option<Damage>), CaptureError> {
        Ok(match source {
            Source::File(file) => (Self::fixed(vec![file.clone()], file), None),
            Source::Stdin => (Self::fixed(vec![STDIN.into()], Path::new(STDIN)), None),
            Source::Files(files) => {
                (Self::fixed(files.clone(), Path::new("the command line")), None)
            }
            Source::List(list) => (Self::fixed(list::read(list)?, list), None),
            Source::Numbered(numbered) => match Follow::from_options(options) {
                Some(follow) => {
                    let more = Some((numbered.sequence()?, follow));
                    (Self { more, ..Self::fixed(Vec::new(), &numbered.first) }, None)
                }
                None => Self::existing(numbered)?,
            },
        })
    }

    /// A queue of files that are all known.
    pub(crate) fn fixed(files: Vec<PathBuf>, name: &Path) -> Self {
        Self { files, begun: 0, more: None, name: name.to_owned() }
    }

    /// The consecutive numbered files that exist now.
    fn existing(numbered: &Numbered) -> Result<(Self, Option<Damage>), CaptureError> {
        let (mut sequence, mut files) = (numbered.sequence()?, Vec::new());
        let mut missing = None;
        while let Some(file) = sequence.peek() {
            // The first one is kept in any case, so that opening it says what is wrong with it.
            if !files.is_empty() && !file.exists() {
                let damage = |stop| Damage {
                    file,
                    offset: 0,
                    packet: 1,
                    kind: DamageKind::Missing { stop },
                    skipped: None,
                };
                missing = sequence.stop.map(damage);
                break;
            }
            files.push(file);
            sequence.advance();
        }
        if files.is_empty() {
            return Err(CaptureError::Numbered {
                text: numbered.first.display().to_string(),
                reason: "the last number is lower than the first".into(),
            });
        }
        Ok((Self::fixed(files, &numbered.first), missing))
    }

    /// Goes on to the next file. Waits for it where files are followed.
    pub(crate) fn advance(&mut self) -> Option<PathBuf> {
        if self.begun == self.files.len() {
            let (sequence, follow) = self.more.as_mut()?;
            let next = sequence.peek()?;
            if !self.files.is_empty() && !follow.wait(&next) {
                return None;
            }
            sequence.advance();
            self.files.push(next);
        }
        let file = self.files.get(self.begun)?;
        self.begun += 1;
        Some(file.clone())
    }

    /// What is to appear before the current file is known to be complete.
    pub(crate) fn successor(&self) -> Option<(PathBuf, Follow)> {
        let (sequence, follow) = self.more.as_ref()?;
        Some((sequence.peek()?, follow.clone()))
    }

    /// All files known so far.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Place of the current file among them, from 0.
    pub(crate) fn index(&self) -> usize {
        self.begun.saturating_sub(1)
    }

    /// How many files were begun.
    pub(crate) fn begun(&self) -> usize {
        self.begun
    }

    /// Sum of the sizes of all files; `None` if one of them has none or more may come.
    pub(crate) fn total(&self) -> Option<u64> {
        if self.more.is_some() {
            return None;
        }
        // A file that cannot be looked at is going to be left out.
        let sizes = self.files.iter().map(|file| if file.exists() { size(file) } else { Some(0) });
        if self.files.iter().any(|file| file == Path::new(STDIN)) { None } else { sizes.sum() }
    }
}
