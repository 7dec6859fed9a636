//! Names of output files: none may be that of an input, and no two may be the same.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowz_api::sink::{NameGuard, SinkError, behind_links};

/// What a run reads.
#[derive(Debug)]
pub(crate) struct Inputs(Vec<(PathBuf, FileId)>);

/// What a run reads, and the names that are given away.
#[derive(Debug)]
pub(crate) struct OutputNames {
    inputs: Arc<Inputs>,
    given: Mutex<Given>,
}

/// Names that are given away.
#[derive(Debug, Default)]
struct Given {
    names: BTreeSet<PathBuf>,
    series: Vec<Series>,
}

/// All names of the pieces of a table: what is in front of the number and what is behind it.
#[derive(Debug, PartialEq)]
struct Series {
    base: PathBuf,
    end: String,
}

impl Series {
    /// Whether a name is one of them.
    fn has(&self, name: &Path) -> bool {
        let name = name.as_os_str().as_encoded_bytes();
        let number = name.strip_prefix(self.base.as_os_str().as_encoded_bytes());
        let number = number.and_then(|number| number.strip_suffix(self.end.as_bytes()));
        number.is_some_and(|n| !n.is_empty() && n.iter().all(u8::is_ascii_digit))
    }

    /// Refused: another file has one of the names.
    fn refused(&self, path: &Path) -> SinkError {
        SinkError::Settings(format!(
            "'{}' would be a piece of the table '{}' too (-W); name another prefix or suffix",
            path.display(),
            self.base.display()
        ))
    }
}

/// Device and number on it: the same for all links to a file.
type FileId = (u64, u64);

impl Inputs {
    /// These files; those that are not there, or no plain files, cannot be replaced.
    pub(crate) fn new<'a>(inputs: impl Iterator<Item = &'a Path>) -> Self {
        let known = |path: &Path| Some((path.to_owned(), id(&fs::metadata(path).ok()?)?));
        let mut inputs: Vec<_> = inputs.filter_map(known).collect();
        inputs.extend(stdin().map(|id| (PathBuf::from("standard input"), id)));
        Self(inputs)
    }
}

impl OutputNames {
    /// Guards these files.
    pub(crate) fn new<'a>(inputs: impl Iterator<Item = &'a Path>) -> Self {
        Self::for_inputs(Arc::new(Inputs::new(inputs)))
    }

    /// Guards what a run reads.
    pub(crate) fn for_inputs(inputs: Arc<Inputs>) -> Self {
        Self { inputs, given: Mutex::default() }
    }

    /// The names that are given away, sorted.
    pub(crate) fn given(&self) -> Vec<PathBuf> {
        self.locked().names.iter().cloned().collect()
    }

    fn locked(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NameGuard for OutputNames {
    fn claim(&self, path: &Path) -> Result<(), SinkError> {
        if self.claim_again(path, Use::Whole)? { Ok(()) } else { Err(given_twice(path)) }
    }

    fn check(&self, path: &Path) -> Result<(), SinkError> {
        self.mind_inputs(path)?;
        let (name, given) = (true_name(path), self.locked());
        given.mind_pieces(&name)?;
        if is_plain(path) && given.names.contains(&name) { Err(given_twice(path)) } else { Ok(()) }
    }

    fn claim_piece(&self, path: &Path, base: &Path, end: &str) -> Result<(), SinkError> {
        self.begin_series(base, end)?;
        if self.claim_again(path, Use::Piece)? { Ok(()) } else { Err(given_twice(path)) }
    }
}

/// What a file is to its table.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Use {
    /// All of it, or something else.
    Whole,
    /// A piece, whose name is its own.
    Piece,
}

impl Given {
    /// Refused if a piece of a table may have the name.
    fn mind_pieces(&self, name: &Path) -> Result<(), SinkError> {
        let series = self.series.iter().find(|series| series.has(name));
        series.map_or(Ok(()), |series| Err(series.refused(name)))
    }
}

fn given_twice(path: &Path) -> SinkError {
    SinkError::Settings(format!("two outputs have the same name '{}'", path.display()))
}

/// Whether it is a plain file, or will be one. Pipes and devices take what any number of writers give.
fn is_plain(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |found| found.is_file())
}

impl OutputNames {
    /// Refused if the file is an input, or if pieces of a table may have its name; whether no output has the name so far.
    pub(crate) fn claim_again(&self, path: &Path, of: Use) -> Result<bool, SinkError> {
        if !is_plain(path) {
            return Ok(true);
        }
        self.mind_inputs(path)?;
        let (name, mut given) = (true_name(path), self.locked());
        if of == Use::Whole {
            given.mind_pieces(&name)?;
        }
        Ok(given.names.insert(name))
    }

    /// Refused if the file is an input.
    fn mind_inputs(&self, path: &Path) -> Result<(), SinkError> {
        let there = fs::metadata(path).ok().as_ref().and_then(id);
        let input = self.inputs.0.iter().find(|(_, id)| Some(*id) == there);
        let Some((input, _)) = input else { return Ok(()) };
        Err(SinkError::Settings(format!(
            "'{}' would replace '{}', which this run reads; name another prefix with -w",
            path.display(),
            input.display()
        )))
    }

    /// From now on only pieces of a table have names of `base` and a number with this end. Refused if an input or another
    /// output has one.
    pub(crate) fn begin_series(&self, base: &Path, end: &str) -> Result<(), SinkError> {
        let series = Series { base: beside(base), end: end.to_owned() };
        if self.locked().series.contains(&series) {
            return Ok(());
        }
        let there = series.base.parent().map(fs::read_dir);
        for entry in there.into_iter().flatten().flatten().flatten() {
            if series.has(&entry.path()) {
                self.mind_inputs(&entry.path())?;
            }
        }
        let mut given = self.locked();
        if let Some(name) = given.names.iter().find(|name| series.has(name)) {
            return Err(series.refused(name));
        }
        given.series.push(series);
        Ok(())
    }
}

/// Which file it is, if it is a plain one.
fn id(file: &Metadata) -> Option<FileId> {
    file.is_file().then(|| (file.dev(), file.ino()))
}

/// Standard input, if it is a file.
fn stdin() -> Option<FileId> {
    let copy = io::stdin().as_fd().try_clone_to_owned().ok()?;
    id(&File::from(copy).metadata().ok()?)
}

/// A name without links and detours.
fn true_name(path: &Path) -> PathBuf {
    beside(&behind_links(path))
}

/// A name in a folder without links and detours.
fn beside(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")));
    let name = folder.ok().and_then(|folder| Some(folder.join(path.file_name()?)));
    name.unwrap_or_else(|| path.to_owned())
}
