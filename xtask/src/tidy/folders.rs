//! Components: each folder is in the list of its crate, and each module with a folder of its own says
//! in its first line what it is for.

use super::Finding;
use super::tree::Tree;

/// Folders whose subfolders are components, listed in their `lib.rs`.
const LISTS: [&str; 2] = ["plugins/src/", "sinks/src/"];
/// Files that stand for a folder.
const HEADS: [&str; 3] = ["mod.rs", "lib.rs", "main.rs"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found: Vec<_> = LISTS.iter().flat_map(|list| unlisted(tree, list)).collect();
    let silent = tree.rust().filter(|(path, text)| is_head(path) && !has_doc(text));
    found
        .extend(silent.map(|(path, _)| Finding::about(path, "has no module doc (//!) at its top")));
    found
}

fn unlisted(tree: &Tree, list: &str) -> Vec<Finding> {
    let head = format!("{list}lib.rs");
    let text = tree.text(&head).unwrap_or("");
    let modules =
        tree.rust().filter_map(|(path, _)| path.strip_prefix(list)?.strip_suffix("/mod.rs"));
    let components = modules.filter(|name| !name.contains('/'));
    let missing = components.filter(|name| !is_listed(text, name));
    missing
        .map(|name| Finding::about(&head, format!("the line 'mod {name};' is missing")))
        .collect()
}

fn is_listed(text: &str, name: &str) -> bool {
    let line = format!("mod {name};");
    text.lines().any(|l| l == line || l.strip_prefix("pub ") == Some(&line))
}

fn is_head(path: &str) -> bool {
    HEADS.contains(&path.rsplit('/').next().unwrap_or(path))
}

fn has_doc(text: &str) -> bool {
    text.lines().find(|l| !l.trim().is_empty()).is_some_and(|l| l.starts_with("//!"))
}

#[cfg(test)]
mod tests {
    use super::{Finding, check};
    use crate::tidy::tree::Tree;

    #[test]
    fn lists_and_docs() {
        let tree = Tree::from_files(&[
            ("plugins/src/lib.rs", "//! All.\nmod a;\n"),
            ("plugins/src/a/mod.rs", "//! A.\n"),
            ("plugins/src/b/mod.rs", "use x;\n"),
            ("plugins/src/b/row.rs", "use x;\n"),
        ]);
        let expected = [
            Finding::about("plugins/src/lib.rs", "the line 'mod b;' is missing"),
            Finding::about("plugins/src/b/mod.rs", "has no module doc (//!) at its top"),
        ];
        assert_eq!(check(&tree), expected);
    }
}
