//! File names with `*` and `?` in them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::CaptureError;

/// The file that a path names, or the alphabetically first one that matches if its last part has
/// wildcards; `None` if no name matches.
pub(super) fn first_match(path: &Path) -> Result<Option<PathBuf>, CaptureError> {
    let Some(pattern) = path.file_name().and_then(|name| name.to_str()) else {
        return Ok(Some(path.to_owned()));
    };
    if !pattern.contains(['*', '?']) {
        return Ok(Some(path.to_owned()));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let looked_at = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries =
        fs::read_dir(looked_at).map_err(|reason| CaptureError::open(looked_at, reason))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    // As in a shell, names that begin with a dot match only if the pattern says so.
    let first = names
        .filter(|name| name.starts_with('.') <= pattern.starts_with('.') && matches(pattern, name))
        .min();
    Ok(first.map(|name| folder.join(name)))
}

/// Whether a name matches a pattern.
fn matches(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut left) = (pattern.chars(), name.chars());
    match pattern.next() {
        None => name.is_empty(),
        Some('*') => {
            let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.into_iter().any(|at| matches(pattern.as_str(), &name[at..]))
        }
        Some(wanted) => {
            left.next().is_some_and(|found| wanted == '?' || wanted == found)
                && matches(pattern.as_str(), left.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, name, expected) in [
            ("a*.pcap", "abc.pcap", true),
            ("a*.pcap", "a.pcap", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("?.pcap", "x.pcap", true),
            ("?.pcap", ".pcap", false),
            ("*", "", true),
            ("**", "x", true),
            ("x?", "x", false),
            ("x*", "y", false),
            ("*p", "ppq", false),
            ("*p", "ppqp", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
