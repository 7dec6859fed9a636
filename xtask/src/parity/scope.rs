//! Captures that may still differ from the reference.

use std::fs;
use std::path::Path;

/// A glob per line; a second word restricts it to one kind of output. The whole-system tests read the
/// same file.
pub(super) const PATH: &str = "tests/parity/out_of_scope.txt";

/// The list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Scope {
    out: Vec<(String, Option<String>)>,
}

impl Scope {
    /// Without the file, everything is in scope.
    pub(super) fn read(path: &Path) -> Self {
        Self::from_text(&fs::read_to_string(path).unwrap_or_default())
    }

    /// The list in a text.
    pub(super) fn from_text(text: &str) -> Self {
        let lines = text.lines().map(|l| l.split('#').next().unwrap_or(""));
        let entry = |line: &str| {
            let mut words = line.split_whitespace().map(str::to_owned);
            Some((words.next()?, words.next()))
        };
        Self { out: lines.filter_map(entry).collect() }
    }

    /// Whether a capture may differ in this kind of output.
    pub(super) fn is_out(&self, capture: &str, kind: &str) -> bool {
        let of_kind = |k: &Option<String>| k.as_deref().is_none_or(|k| k == kind);
        self.out.iter().any(|(glob, k)| of_kind(k) && fits(glob, capture))
    }
}

/// Whether a name fits a glob, in which `*` stands for any characters.
fn fits(glob: &str, name: &str) -> bool {
    let Some((start, rest)) = glob.split_once('*') else { return glob == name };
    let Some(name) = name.strip_prefix(start) else { return false };
    let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
    ends.into_iter().any(|at| fits(rest, &name[at..]))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn globs() {
        assert!(fits("*gre-*", "a-gre-b") && fits("a", "a") && fits("*", ""));
        assert!(!fits("*gre-*", "greb") && !fits("a", "ab") && !fits("a*c", "ab"));
    }
}
