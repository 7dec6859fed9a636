//! The files that belong to the project: those that git tracks or would add. Outside of a repository
//! (an unpacked archive): all files but those of the usual places for products.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// Folders that hold products when git cannot be asked.
const PRODUCTS: [&str; 5] = ["target", "corpus", "artifacts", "results", "__pycache__"];

/// A file.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Path from the root, with slashes.
    pub(super) path: String,
    /// Bytes.
    pub(super) size: u64,
    /// Content, if it is text.
    pub(super) text: Option<String>,
}

/// All files in the order of their paths.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

impl Tree {
    /// Reads the project below `root`.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut paths = match tracked(root) {
            Some(list) => split(&list),
            None => walk(root, Path::new(""))?,
        };
        paths.sort();
        paths.dedup();
        // A tracked file may be deleted and not yet committed.
        paths.retain(|p| root.join(p).is_file());
        let files = paths.into_iter().map(|p| file(root, p)).collect::<Result<_>>()?;
        Ok(Self { files })
    }

    /// Rust sources, with their text.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.rsplit('.').next() == Some("rs"))
    }

    /// All text files.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|f| Some((f.path.as_str(), f.text.as_deref()?)))
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|f| f.path == path)?.text.as_deref()
    }

    /// A tree of texts, for tests.
    #[cfg(test)]
    pub(super) fn from_files(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            size: text.len() as u64,
            text: Some((*text).to_owned()),
        };
        Self { files: files.iter().map(file).collect() }
    }
}

fn file(root: &Path, path: String) -> Result<File> {
    let bytes = fs::read(root.join(&path)).with_context(|| format!("cannot read {path}"))?;
    let size = bytes.len() as u64;
    let text = String::from_utf8(bytes).ok().filter(|t| !t.contains('\0'));
    Ok(File { path, size, text })
}

/// The paths as git lists them; none if this is no repository.
fn tracked(root: &Path) -> Option<String> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let output = git.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

fn split(list: &str) -> Vec<String> {
    list.split('\0').filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

/// All files below a folder, without hidden products.
fn walk(root: &Path, folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let here = root.join(folder);
    let entries = fs::read_dir(&here).with_context(|| format!("cannot list {}", here.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = folder.join(&name);
        if !entry.file_type()?.is_dir() {
            found.push(path.to_string_lossy().into_owned());
        } else if name != ".git" && !PRODUCTS.contains(&name.as_str()) {
            found.extend(walk(root, &path)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{split, walk};
    use std::path::Path;

    #[test]
    fn names_as_git_lists_them() {
        assert_eq!(split("a b\0c/d.rs\0"), ["a b", "c/d.rs"]);
    }

    #[test]
    fn all_files_of_a_folder() {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = walk(own, Path::new("src")).unwrap();
        assert!(files.contains(&"src/tidy/tree.rs".to_owned()), "{files:?}");
    }
}
