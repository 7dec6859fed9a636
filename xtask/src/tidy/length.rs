//! Source files stay short enough to be read in one go.

use super::Finding;
use super::tree::Tree;

/// Most lines of a source file.
const LIMIT: usize = 500;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let long = tree.rust().filter(|(path, text)| !is_exempt(path, text));
    let lines = long.map(|(path, text)| (path, text.lines().count()));
    let text = |n| format!("{n} lines; more than {LIMIT} belong into several files");
    lines.filter(|(_, n)| *n > LIMIT).map(|(path, n)| Finding::about(path, text(n))).collect()
}

/// Tests may be long, and generated files are not read.
fn is_exempt(path: &str, text: &str) -> bool {
    let test = path.ends_with("tests.rs") || path.split('/').any(|part| part == "tests");
    test || text.lines().take(5).any(|l| l.contains("@generated"))
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, check};
    use crate::tidy::tree::Tree;

    #[test]
    fn long_files() {
        let long = "x\n".repeat(LIMIT + 1);
        let generated = format!("// @generated\n{long}");
        let tree = Tree::from_files(&[
            ("a/src/long.rs", &long),
            ("a/src/fine.rs", &"x\n".repeat(LIMIT)),
            ("a/src/tests.rs", &long),
            ("tests/src/parity.rs", &long),
            ("a/src/table.rs", &generated),
            ("README.md", &long),
        ]);
        let found = check(&tree);
        assert_eq!(found.iter().map(|f| f.place.as_str()).collect::<Vec<_>>(), ["a/src/long.rs"]);
    }
}
