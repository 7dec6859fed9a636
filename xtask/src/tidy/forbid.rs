//! Unsafe code is in five modules. Every crate forbids it in its own root, so that no lint table can take
//! it back; the crates of those modules deny it and allow it there.

use serde_json::Value;

use super::Finding;
use super::tree::Tree;

/// The line that must stand there.
const LINE: &str = "#![forbid(unsafe_code)]";

/// Roots of the crates with the modules that need it: the loader of shared objects and the border to C; sums
/// in wide registers; what the library for libpcap lacks; prefetching.
const EXCEPTIONS: [&str; 4] = [HOST, CHECKSUM, LIVE, PREFETCH];
const HOST: &str = "core/host/src/lib.rs";
const CHECKSUM: &str = "core/checksum/src/lib.rs";
const LIVE: &str = "core/live/src/lib.rs";
const PREFETCH: &str = "core/prefetch/src/lib.rs";
/// The line that must stand in there.
const DENY: &str = "#![deny(unsafe_code)]";
/// The only lines that may follow a permission, and where.
const MODULES: [(&str, &str); 5] = [
    (HOST, "pub mod loader;"),
    ("core/host/src/ffi/mod.rs", "pub(crate) mod raw;"),
    (CHECKSUM, "mod wide;"),
    (LIVE, "mod socket;"),
    (PREFETCH, "mod line;"),
];
/// Permissions. Written in pieces, because this file is checked too.
const PERMISSIONS: [&str; 3] = [
    concat!("allow(", "unsafe_code"),
    concat!("expect(", "unsafe_code"),
    concat!("warn(", "unsafe_code"),
];

pub(super) fn check(tree: &Tree, metadata: &Value) -> Vec<Finding> {
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let targets = packages.iter().filter_map(|p| p["targets"].as_array()).flatten();
    let paths = targets.filter(|t| is_root(t)).filter_map(|t| t["src_path"].as_str());
    let paths = paths.map(|p| p.strip_prefix(root).unwrap_or(p).trim_start_matches('/'));
    let roots = paths.filter_map(|path| in_root(path, tree.text(path)?));
    roots.chain(tree.rust().flat_map(|(path, text)| permissions(path, text))).collect()
}

/// Lines that permit unsafe code where there must be none.
fn permissions(path: &str, text: &str) -> Vec<Finding> {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let permits = |line: &str| PERMISSIONS.iter().any(|p| line.contains(p));
    let next = |n: usize| lines.get(n + 1).copied().unwrap_or_default();
    let good = |n: usize| MODULES.contains(&(path, next(n)));
    let wrong = (0..lines.len()).filter(|n| permits(lines[*n]) && !good(*n));
    wrong
        .map(|n| Finding::at(path, n, "only the modules that ARCHITECTURE.md names may be unsafe"))
        .collect()
}

/// Libraries and programs, not tests and build scripts.
fn is_root(target: &Value) -> bool {
    let kinds = target["kind"].as_array().map_or(&[][..], Vec::as_slice);
    kinds.iter().any(|k| matches!(k.as_str(), Some("lib" | "bin" | "proc-macro")))
}

fn in_root(path: &str, text: &str) -> Option<Finding> {
    let line = if EXCEPTIONS.contains(&path) { DENY } else { LINE };
    let fine = text.lines().any(|l| l.trim() == line);
    (!fine).then(|| Finding::about(path, format!("{line} is missing")))
}

#[cfg(test)]
mod tests {
    use super::{DENY, HOST, LINE, MODULES, PERMISSIONS, check, permissions};
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
        let tree = Tree::from_files(&[
            ("a/src/lib.rs", LINE),
            ("b/src/main.rs", "//! forbids nothing"),
            ("b/tests/t.rs", ""),
        ]);
        let found = check(&tree, &metadata);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "b/src/main.rs");
    }

    #[test]
    fn the_exception_denies() {
        let metadata = json!({
            "workspace_root": "/here",
            "packages": [{ "targets": [{ "src_path": format!("/here/{HOST}"), "kind": ["lib"] }] }],
        });
        assert!(check(&Tree::from_files(&[(HOST, DENY)]), &metadata).is_empty());
        assert_eq!(check(&Tree::from_files(&[(HOST, "//! Nothing.")]), &metadata).len(), 1);
    }

    #[test]
    fn permission_for_these_modules() {
        let line = format!("#[{}, reason = \"calls C\")]", PERMISSIONS[0]);
        for (path, module) in MODULES {
            let good = format!("{line}\n{module}\n");
            assert!(permissions(path, &good).is_empty());
            assert_eq!(permissions("core/api/src/lib.rs", &good).len(), 1);
        }
        let other = format!("mod a;\n{line}\nmod other;\n");
        assert_eq!(permissions(HOST, &other)[0].line, 2);
    }
}
