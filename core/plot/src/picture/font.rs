//! The font of pictures of points.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use plotters::style::{FontStyle, register_font};
use thiserror::Error;

/// The name by which texts ask for it.
pub(super) const NAME: &str = "sans-serif";

/// Folders of systems with fonts, and so many folders deep they are searched.
const FOLDERS: [&str; 4] =
    ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"];
const DEPTH: usize = 4;
/// Fonts that are known to have all letters of drawings, the best first.
const KNOWN: [&str; 6] = [
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "NotoSans-Regular.ttf",
    "FreeSans.ttf",
    "Arial.ttf",
    "Helvetica.ttf",
];
/// Largest file that is read.
const LARGEST: u64 = 64 << 20;

/// A font that can be drawn with.
#[derive(Clone, Copy, Debug)]
pub struct Font(());

/// Why there is none.
#[derive(Error, Debug)]
pub enum FontError {
    /// Nothing is known.
    #[error(
        "no font was found in /usr/share/fonts and its like (DejaVu Sans, Liberation Sans, Noto Sans, FreeSans): name a file with --font, or draw SVG, which needs none"
    )]
    Missing,
    /// The file.
    #[error("cannot read the font '{0}': {1}")]
    Io(PathBuf, io::Error),
    /// What is in it.
    #[error(
        "'{0}' is no font that can be drawn with: a file in the form of TrueType or OpenType is needed"
    )]
    Form(PathBuf),
}

impl Font {
    /// Reads a font. The first one that could be read stays for the whole run.
    pub fn read(path: &Path) -> Result<Self, FontError> {
        static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
        let failed = |error| FontError::Io(path.to_owned(), error);
        let length = fs::metadata(path).map_err(failed)?.len();
        if length > LARGEST {
            return Err(FontError::Form(path.to_owned()));
        }
        let bytes = fs::read(path).map_err(failed)?;
        if !is_font(&bytes) {
            return Err(FontError::Form(path.to_owned()));
        }
        let bytes = BYTES.get_or_init(|| bytes);
        register_font(NAME, FontStyle::Normal, bytes)
            .map(|()| Self(()))
            .map_err(|_| FontError::Form(path.to_owned()))
    }

    /// Reads a font of the system.
    pub fn of_system() -> Result<Self, FontError> {
        let folders: Vec<PathBuf> = FOLDERS.iter().map(PathBuf::from).collect();
        let found = KNOWN.iter().find_map(|name| folders.iter().find_map(|f| find(f, name, DEPTH)));
        Self::read(&found.ok_or(FontError::Missing)?)
    }
}

/// Whether a file begins as one of TrueType or OpenType.
fn is_font(bytes: &[u8]) -> bool {
    [&[0, 1, 0, 0], b"OTTO", b"true", b"ttcf"].iter().any(|start| bytes.starts_with(*start))
}

/// A file in a folder or those in it.
fn find(folder: &Path, name: &str, depth: usize) -> Option<PathBuf> {
    let there = folder.join(name);
    if there.is_file() {
        return Some(there);
    }
    let next = depth.checked_sub(1)?;
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders.iter().find_map(|folder| find(folder, name, next))
}
