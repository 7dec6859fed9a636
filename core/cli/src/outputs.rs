//! Names of output files: none may be that of an input, and no two may be the same.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flowz_api::sink::{NameGuard, SinkError};

/// Symbolic links behind each other, at most: as many as Linux follows.
const MOST_LINKS: usize = 40;

/// What a run reads.
#[derive(Debug)]
pub(crate) struct Inputs(Vec<(PathBuf, FileId)>);

/// What a run reads, and the names that are given away.
#[derive(Debug)]
pub(crate) struct OutputNames {
    inputs: Arc<Inputs>,
    given: Mutex<BTreeSet<PathBuf>>,
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
        self.given.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl NameGuard for OutputNames {
    fn claim(&self, path: &Path) -> Result<(), SinkError> {
        if self.claim_again(path)? {
            return Ok(());
        }
        let path = path.display();
        Err(SinkError::Settings(format!("two outputs have the same name '{path}'")))
    }
}

impl OutputNames {
    /// Refused if the file is an input; whether no output has the name so far.
    pub(crate) fn claim_again(&self, path: &Path) -> Result<bool, SinkError> {
        let refused = |why: String| Err(SinkError::Settings(why));
        let there = fs::metadata(path).ok();
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            // Pipes and devices take what any number of writers give.
            return Ok(true);
        }
        let there = there.as_ref().and_then(id);
        let input = self.inputs.0.iter().find(|(_, id)| Some(*id) == there);
        if let Some((input, _)) = input {
            return refused(format!(
                "'{}' would replace '{}', which this run reads; name another prefix with -w",
                path.display(),
                input.display()
            ));
        }
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(given.insert(true_name(path)))
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
    let path = behind_links(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")));
    let name = folder.ok().and_then(|folder| Some(folder.join(path.file_name()?)));
    name.unwrap_or(path)
}

/// The file behind symbolic links, also where it is not there yet: it is what gets written, and the link stays.
pub(crate) fn behind_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    fs::canonicalize(&path).unwrap_or(path)
}
