//! Lists of captures: a text file with one path per line.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::error::CaptureError;

/// The files that a list names, in its order, found as [`Source::List`](crate::Source::List) says.
pub(crate) fn read(list: &Path) -> Result<Vec<PathBuf>, CaptureError> {
    let text = fs::read(list).map_err(|reason| CaptureError::open(list, reason))?;
    let folder = list.parent().unwrap_or(Path::new(""));
    let files: Vec<_> = parse(&text).map(|path| find(path, folder)).collect();
    if files.is_empty() {
        return Err(CaptureError::EmptyList(list.to_owned()));
    }
    Ok(files)
}

/// The paths in the text of a list.
fn parse(text: &[u8]) -> impl Iterator<Item = &Path> {
    text.split(|&byte| byte == b'\n' || byte == b'\r')
        .filter(|line| !line.trim_ascii().is_empty() && !line.starts_with(b"#"))
        .map(|line| Path::new(OsStr::from_bytes(line)))
}

/// A path as it stands if there is such a file, else under the folder of the list if it is there.
fn find(path: &Path, folder: &Path) -> PathBuf {
    let beside = folder.join(path);
    if path.is_relative() && !path.exists() && beside.exists() { beside } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_blank_lines_and_line_ends_are_removed() {
        let text = b"# captures\r\na.pcap\r\n\n   \nb c.pcap\n #d\nlast";
        let names: Vec<_> = parse(text).map(|path| path.display().to_string()).collect();
        assert_eq!(names, ["a.pcap", "b c.pcap", " #d", "last"]);
    }

    #[test]
    fn relative_paths_are_looked_for_beside_the_list() {
        let folder = crate::test_support::TempDir::new("list-find");
        folder.write("x.pcap", b"");
        assert_eq!(find(Path::new("x.pcap"), folder.path()), folder.path().join("x.pcap"));
        assert_eq!(find(Path::new("nowhere.pcap"), folder.path()), Path::new("nowhere.pcap"));
        assert_eq!(find(Path::new("src/lib.rs"), folder.path()), Path::new("src/lib.rs"));
    }
}
