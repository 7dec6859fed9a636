//! Which sets of references are compared, and which kinds of output of each.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::KINDS;

/// Behind the kinds: their files are compared byte for byte.
const EXACTLY: &str = "exactly";

/// A set per line and its kinds behind it; `#` begins a comment. Another folder with captures and references stands in
/// front of the set's name, with a slash between them.
pub(super) const PATH: &str = "tests/parity/sets.txt";

/// A set and the kinds of output that are compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Set {
    /// Below the shared folder; empty for that itself.
    pub(super) folder: String,
    pub(super) name: String,
    pub(super) kinds: Vec<String>,
    /// Files of tables are compared byte for byte.
    pub(super) exactly: bool,
}

impl Set {
    /// A set as it is named on a line, with all kinds and compared by the script.
    pub(super) fn named(name: &str) -> Self {
        let (folder, name) = name.split_once('/').unwrap_or(("", name));
        let kinds = KINDS.map(str::to_owned).to_vec();
        Self { folder: folder.to_owned(), name: name.to_owned(), kinds, exactly: false }
    }
}

/// The sets of the list.
pub(super) fn read(path: &Path) -> Result<Vec<Set>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(&text).with_context(|| format!("in {}", path.display()))
}

fn parse(text: &str) -> Result<Vec<Set>> {
    let mut sets = Vec::new();
    for line in text.lines().map(|line| line.split('#').next().unwrap_or("")) {
        let mut words = line.split_whitespace().map(str::to_owned);
        let Some(name) = words.next() else { continue };
        let mut kinds: Vec<_> = words.collect();
        let exactly = kinds.pop_if(|last| last == EXACTLY).is_some();
        if let Some(unknown) = kinds.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
            bail!("set {name}: there is no kind '{unknown}', only {}", KINDS.join(", "));
        }
        if kinds.is_empty() {
            bail!("set {name} names no kind of output");
        }
        sets.push(Set { kinds, exactly, ..Set::named(&name) });
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sets_and_kinds() {
        let text = "# all\nmin flows log\n\nstd-x  packets exactly # only these\n";
        let sets = parse(text).unwrap();
        assert_eq!((sets.len(), sets[0].name.as_str(), sets[1].kinds.len()), (2, "min", 1));
        assert_eq!([sets[0].exactly, sets[1].exactly], [false, true]);
        let made = &parse("made/min log").unwrap()[0];
        assert_eq!((made.folder.as_str(), made.name.as_str()), ("made", "min"));
        assert!(parse("min exactly").is_err());
        assert!(parse("min flow").unwrap_err().to_string().contains("no kind 'flow'"));
        assert!(parse("min").is_err());
    }
}
