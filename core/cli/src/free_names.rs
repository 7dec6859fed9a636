//! Prefixes for the files of periods that no complete files have: a pattern may give several periods the same name.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Gives each period a prefix of its own: the one that it wants, or that with `-1`, `-2` and so on behind it.
#[derive(Clone, Default, Debug)]
pub(crate) struct FreeNames {
    /// What was wanted last, and its number: the files of periods of one name are in their order, whatever was removed.
    last: Option<(PathBuf, u64)>,
}

impl FreeNames {
    /// The prefix for a period that wants this one. Prefixes for which `is_given` holds belong to others whose files may not be
    /// there yet. If it is known what stands behind the prefix in the names of files, only these are looked for: a folder may
    /// hold very many.
    pub(crate) fn take(
        &mut self,
        wanted: PathBuf,
        suffixes: Option<&BTreeSet<OsString>>,
        is_given: impl Fn(&Path) -> bool,
    ) -> PathBuf {
        let mut number = match &self.last {
            Some((last, number)) if *last == wanted => number + 1,
            _ => 0,
        };
        let mut has_listed = false;
        loop {
            let prefix = numbered(&wanted, number);
            if !has_listed && suffixes.is_none_or(|suffixes| exists(&prefix, suffixes)) {
                has_listed = true;
                number = number.max(highest(&wanted).map_or(0, |highest| highest + 1));
            } else if is_given(&prefix) {
                number += 1;
            } else {
                self.last = Some((wanted, number));
                return prefix;
            }
        }
    }
}

/// The prefix with a number behind it, unless that is 0.
fn numbered(prefix: &Path, number: u64) -> PathBuf {
    let mut name = OsString::from(prefix);
    if number > 0 {
        name.push(format!("-{number}"));
    }
    PathBuf::from(name)
}

/// Whether a file has this prefix and one of the suffixes.
fn exists(prefix: &Path, suffixes: &BTreeSet<OsString>) -> bool {
    suffixes.iter().any(|suffix| {
        let mut name = OsString::from(prefix);
        name.push(suffix);
        fs::symlink_metadata(name).is_ok()
    })
}

/// The highest number behind this prefix in the names of files that are complete, or that a program is at work on.
fn highest(prefix: &Path) -> Option<u64> {
    let name = prefix.file_name()?;
    let folder = prefix.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let number = |entry: fs::DirEntry| {
        let file = entry.file_name();
        if let Some(number) = number(&file, name) {
            return Some(number);
        }
        let hidden = file.as_encoded_bytes().strip_prefix(b".")?;
        let number = number(OsStr::new(str::from_utf8(hidden).ok()?), name)?;
        is_locked(&entry.path()).then_some(number)
    };
    entries.flatten().filter_map(number).max()
}

/// The number behind a prefix in the name of a file, 0 without one: of `x-7_flows.txt` and `x` it is 7.
fn number(file: &OsStr, prefix: &OsStr) -> Option<u64> {
    let rest = file.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes())?;
    let rest = str::from_utf8(rest).ok()?;
    let (number, suffix) = match rest.strip_prefix('-') {
        None => (0, rest),
        Some(rest) => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, suffix) = rest.split_at(digits);
            (number.parse().ok()?, suffix)
        }
    };
    suffix.starts_with(['_', '.']).then_some(number)
}

fn is_locked(path: &Path) -> bool {
    path.is_file() && File::open(path).is_ok_and(|file| file.try_lock().is_err())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::OsStr;
    use std::path::{Path, PathBuf};

    use super::{FreeNames, number};

    #[test]
    fn numbers() {
        let of = |file: &str| number(OsStr::new(file), OsStr::new("x-12"));
        assert_eq!([of("x-12_flows.txt"), of("x-12-7.tsv"), of("x-12_files")], [0, 7, 0].map(Some));
        for other in
            ["x-1", "x-120_flows.txt", "x-12-_f", "x-12-7b_f", "y", "x-12-99999999999999999999_f"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn each_period_has_its_own() {
        let dir = std::env::temp_dir().join(format!("flowz-free-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&dir));
        std::fs::create_dir_all(&dir).unwrap();
        let has = |name: &str| std::fs::write(dir.join(name), "").unwrap();
        let suffixes = BTreeSet::from(["_f".into()]);
        let mut names = FreeNames::default();
        let mut take = |wanted: &str, given: &str| {
            let is_given = |path: &Path| path == dir.join(given);
            let prefix = names.take(dir.join(wanted), Some(&suffixes), is_given);
            prefix.strip_prefix(&dir).map(PathBuf::from).unwrap()
        };
        assert_eq!(take("a", ""), Path::new("a"));
        assert_eq!(take("a", ""), Path::new("a-1"), "also if the files of the first are not there");
        has("a-5_other");
        has("a-2_f");
        assert_eq!(take("a", ""), Path::new("a-6"), "an earlier run had numbers");
        assert_eq!([take("b", "b"), take("b", "")], ["b-1", "b-2"].map(PathBuf::from));
        // A program that was killed has left it.
        has(".c_f.tmp1");
        assert_eq!(take("c", ""), Path::new("c"));
        has("d-3_f");
        let mut again = FreeNames::default();
        assert_eq!(again.take(dir.join("d"), None, |_| false), dir.join("d-4"));
        assert_eq!(again.take("no/where".into(), None, |_| false), Path::new("no/where"));
        std::fs::remove_dir_all(dir).unwrap();
    }
}
