//! Nothing is left undone: no stubs, no ignored tests, no remark on work to do without its issue.

use super::Finding;
use super::tree::Tree;

/// Code that stands for code. Written in pieces, because this file is checked too.
const STUBS: [&str; 3] =
    [concat!("to", "do!("), concat!("unimple", "mented!("), concat!("#[ign", "ore")];
/// Words that announce work.
const REMARKS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
/// File types in which such words are remarks.
const SOURCES: [&str; 6] = ["rs", "py", "sh", "toml", "c", "h"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sources = tree.texts().filter(|(path, _)| is_source(path));
    sources.flat_map(|(path, text)| in_source(path, text)).collect()
}

fn is_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path == ".ci/run" || name.rsplit_once('.').is_some_and(|(_, end)| SOURCES.contains(&end))
}

fn in_source(path: &str, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let stub = STUBS.iter().find(|s| line.contains(**s));
        found.extend(stub.map(|s| Finding::at(path, n, format!("{s} must not stay"))));
        let remark = REMARKS.iter().find(|r| has_remark(line, r));
        let text = |r: &&str| format!("{r} without an issue: write {r}(#12)");
        found.extend(remark.map(|r| Finding::at(path, n, text(r))));
    }
    found
}

/// Whether the word stands there alone and without the number of an issue.
fn has_remark(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let rest = &line[at + word.len()..];
        let joined = |c: char| c.is_alphanumeric() || c == '_';
        let whole = !before.is_some_and(joined) && !rest.starts_with(joined);
        let number = rest.trim_start_matches(['(', ' ', ':']).strip_prefix('#');
        whole && !number.is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::{REMARKS, STUBS, in_source, is_source};

    #[test]
    fn stubs_and_remarks() {
        let [remark, ..] = REMARKS;
        let text = format!(
            "{}\"later\")\n// {remark}: more\n// {remark}(#7): more\n// {remark} #7\nMAX_{remark}S",
            STUBS[0]
        );
        let lines: Vec<_> = in_source("a.rs", &text).iter().map(|f| f.line).collect();
        assert_eq!(lines, [1, 2]);
    }

    #[test]
    fn which_files() {
        assert!(is_source("core/api/src/lib.rs") && is_source(".ci/run"));
        assert!(!is_source("README.md") && !is_source("Cargo.lock"));
    }
}
