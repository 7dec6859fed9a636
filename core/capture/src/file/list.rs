//! Lists of captures: a text file with one path per line.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::error::CaptureError;
use crate::file::queue::STDIN;

/// Bytes that are looked at at once.
const PIECE: u64 = 64 << 10;

/// The files that a list names, in its order, found as [`Source::List`](crate::Source::List) says.
pub(crate) fn read(list: &Path) -> Result<Vec<PathBuf>, CaptureError> {
    let text = text(list).map_err(|reason| CaptureError::open(list, reason))?;
    let text = text.ok_or_else(|| CaptureError::NotAList(list.to_owned()))?;
    let folder = list.parent().unwrap_or(Path::new(""));
    let files: Vec<_> = parse(&text).map(|path| find(path, folder)).collect();
    if files.is_empty() {
        return Err(CaptureError::EmptyList(list.to_owned()));
    }
    Ok(files)
}

/// The bytes of a list; nothing if they are no text.
fn text(list: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut source: Box<dyn BufRead> = if list == Path::new(STDIN) {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(list)?))
    };
    // A capture may be large, and shows soon what it is.
    let (mut text, mut start) = (Vec::new(), 0);
    while source.by_ref().take(PIECE).read_to_end(&mut text)? > 0 {
        let is_text = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
        if !text[start..].iter().all(is_text) {
            return Ok(None);
        }
        start = text.len();
    }
    Ok(Some(text))
}

/// The paths in the text of a list, with the blanks around them.
fn parse(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n' || byte == b'\r').filter(|line| {
        let line = line.trim_ascii();
        !line.is_empty() && !line.starts_with(b"#")
    })
}

/// A path as it stands if there is such a file, else without blanks around it; there, or under the folder of the
/// list.
fn find(line: &[u8], folder: &Path) -> PathBuf {
    let [whole, bare] = [line, line.trim_ascii()].map(|path| Path::new(OsStr::from_bytes(path)));
    let places = [whole, bare].into_iter().flat_map(|path| [path.to_owned(), folder.join(path)]);
    places.into_iter().find(|path| path.exists()).unwrap_or_else(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_blank_lines_and_line_ends_are_removed() {
        let text = b"# captures\r\na.pcap\r\n\n   \nb c.pcap\n #d\nlast";
        let names: Vec<_> = parse(text).map(|path| String::from_utf8_lossy(path)).collect();
        assert_eq!(names, ["a.pcap", "b c.pcap", "last"]);
    }

    #[test]
    fn relative_paths_are_looked_for_beside_the_list() {
        let folder = crate::test_support::TempDir::new("list-find");
        folder.write("x.pcap", b"");
        folder.write(" y ", b"");
        let found = |line: &[u8]| find(line, folder.path());
        assert_eq!(found(b"x.pcap"), folder.path().join("x.pcap"));
        assert_eq!(found(b"\t x.pcap "), folder.path().join("x.pcap"));
        assert_eq!(found(b" y "), folder.path().join(" y "));
        assert_eq!(found(b"nowhere.pcap "), Path::new("nowhere.pcap"));
        assert_eq!(found(b"src/lib.rs"), Path::new("src/lib.rs"));
    }
}
