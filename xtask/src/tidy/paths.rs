//! No file names a folder of the machine it was written on.

use super::Finding;
use super::tree::Tree;

/// First parts of such paths.
const ROOTS: [&str; 3] = ["work", "farm", "tmp"];
/// A folder that examples may use.
const EXAMPLE: &str = concat!("/tm", "p/flowz");

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let texts = tree.texts().filter(|(path, _)| path.rsplit('.').next() != Some("lock"));
    texts.flat_map(|(path, text)| in_text(path, text)).collect()
}

fn in_text(path: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate().filter(|(_, l)| has_machine_path(l));
    lines.map(|(n, _)| Finding::at(path, n, "names a folder of one machine")).collect()
}

/// `/ROOT/name/`, wherever it stands in the line.
fn has_machine_path(line: &str) -> bool {
    line.match_indices('/').any(|(at, _)| {
        let mut parts = line[at + 1..].split('/');
        let (root, name, more) = (parts.next(), parts.next(), parts.next());
        let known = root.is_some_and(|r| ROOTS.contains(&r));
        let lower = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_lowercase());
        known && name.is_some_and(lower) && more.is_some() && !line[at..].starts_with(EXAMPLE)
    })
}

#[cfg(test)]
mod tests {
    use super::has_machine_path;

    #[test]
    fn paths_of_a_machine() {
        let (work, tmp) = (concat!("/wo", "rk"), concat!("/tm", "p"));
        assert!(has_machine_path(&format!("cd {work}/main/core")));
        assert!(has_machine_path(&format!("see /var{tmp}/x/")));
        assert!(!has_machine_path(&format!("{tmp}/flowz/out")));
        assert!(!has_machine_path(&format!("{tmp}/x1/ {tmp}/file")));
        assert!(!has_machine_path("homework/main/x"));
    }
}
