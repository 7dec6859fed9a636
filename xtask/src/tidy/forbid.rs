//! Every crate forbids unsafe code in its own root, so that no lint table can take it back.

use serde_json::Value;

use super::Finding;
use super::tree::Tree;

/// The line that must stand there.
const LINE: &str = "#![forbid(unsafe_code)]";

/// Roots of crates with a module that needs it (the loader of shared objects, one day); these deny it
/// and allow it in that module.
const EXCEPTIONS: [&str; 0] = [];

pub(super) fn check(tree: &Tree, metadata: &Value) -> Vec<Finding> {
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let targets = packages.iter().filter_map(|p| p["targets"].as_array()).flatten();
    let paths = targets.filter(|t| is_root(t)).filter_map(|t| t["src_path"].as_str());
    let paths = paths.map(|p| p.strip_prefix(root).unwrap_or(p).trim_start_matches('/'));
    paths.filter_map(|path| in_root(path, tree.text(path)?)).collect()
}

/// Libraries and programs, not tests and build scripts.
fn is_root(target: &Value) -> bool {
    let kinds = target["kind"].as_array().map_or(&[][..], Vec::as_slice);
    kinds.iter().any(|k| matches!(k.as_str(), Some("lib" | "bin" | "proc-macro")))
}

fn in_root(path: &str, text: &str) -> Option<Finding> {
    let fine = EXCEPTIONS.contains(&path) || text.lines().any(|l| l.trim() == LINE);
    (!fine).then(|| Finding::of(path, format!("{LINE} is missing")))
}

#[cfg(test)]
mod tests {
    use super::{LINE, check};
    use crate::tidy::tree::Tree;
    use serde_json::json;

    #[test]
    fn roots_of_crates() {
        let target = |path: &str, kind: &str| json!({ "src_path": path, "kind": [kind] });
        let metadata = json!({
            "workspace_root": "/here",
            "packages": [{ "targets": [
                target("/here/a/src/lib.rs", "lib"),
                target("/here/b/src/main.rs", "bin"),
                target("/here/b/tests/t.rs", "test"),
            ]}],
        });
        let tree = Tree::of(&[
            ("a/src/lib.rs", LINE),
            ("b/src/main.rs", "//! forbids nothing"),
            ("b/tests/t.rs", ""),
        ]);
        let found = check(&tree, &metadata);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "b/src/main.rs");
    }
}
