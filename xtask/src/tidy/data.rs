//! Captures: each is described, none is large, none is a copy of somebody else's.

use std::path::Path;

use super::Finding;
use super::tree::{File, Tree};

const FOLDER: &str = "data/";
const DESCRIPTION: &str = "data/README.md";
/// Most bytes of any file of the project.
const LARGEST: u64 = 3_000_000;
/// Endings of captures; one of a compressed file is cut off first.
const CAPTURES: [&str; 3] = [".pcap", ".pcapng", ".cap"];
const COMPRESSED: [&str; 3] = [".gz", ".zst", ".lz4"];

/// `others`: the folder of captures that must not be copied, if it is here.
pub(super) fn check(tree: &Tree, others: Option<&Path>) -> Vec<Finding> {
    let mut found = undescribed(tree);
    let large = tree.files.iter().filter(|f| f.size > LARGEST);
    found.extend(large.map(|f| {
        Finding::about(&f.path, format!("{} bytes; more than {LARGEST} are too many", f.size))
    }));
    if let Some(others) = others {
        let ours =
            tree.files.iter().filter(|f| ["data/", "tests/"].iter().any(|d| f.path.starts_with(d)));
        let copies = ours.filter(|f| others.join(name(f)).exists());
        found.extend(
            copies.map(|f| Finding::about(&f.path, "has the name of a shared capture: no copies")),
        );
    }
    found
}

fn undescribed(tree: &Tree) -> Vec<Finding> {
    let description = tree.text(DESCRIPTION).unwrap_or("");
    let captures = tree.files.iter().filter(|f| f.path.starts_with(FOLDER) && is_capture(name(f)));
    let missing = captures.filter(|f| !describes(description, name(f)));
    missing.map(|f| Finding::about(&f.path, format!("is not described in {DESCRIPTION}"))).collect()
}

/// Whether the file's name stands there as a whole.
fn describes(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || "._-".contains(c);
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(|c| c != '.' && part(c))
    })
}

fn name(file: &File) -> &str {
    file.path.rsplit('/').next().unwrap_or(&file.path)
}

fn is_capture(name: &str) -> bool {
    let plain = COMPRESSED.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    CAPTURES.iter().any(|end| plain.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, check, describes, is_capture};
    use crate::tidy::tree::{File, Tree};

    #[test]
    fn each_capture_is_described() {
        let mut tree = Tree::from_files(&[
            ("data/README.md", "| web.pcap | 3 |\n**cut.pcap.gz** is cut."),
            ("data/web.pcap", ""),
            ("data/broken/cut.pcap.gz", ""),
            ("data/b.pcapng", ""),
        ]);
        tree.files.push(File { path: "docs/x.svg".into(), size: LARGEST + 1, text: None });
        let found: Vec<_> = check(&tree, None).into_iter().map(|f| f.place).collect();
        assert_eq!(found, ["data/b.pcapng", "docs/x.svg"]);
    }

    #[test]
    fn copies_are_found_by_name() {
        let tree = Tree::from_files(&[("tests/src/main.rs", ""), ("data/xtask.txt", "")]);
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let found: Vec<_> = check(&tree, Some(&folder)).into_iter().map(|f| f.place).collect();
        assert_eq!(found, ["tests/src/main.rs"]);
    }

    #[test]
    fn names() {
        assert!(is_capture("a.pcap.zst") && is_capture("a.cap") && !is_capture("a.gz"));
        assert!(describes("`a.pcap`.", "a.pcap") && describes("see a.pcap.", "a.pcap"));
        assert!(!describes("aa.pcap", "a.pcap") && !describes("a.pcapng", "a.pcap"));
    }
}
