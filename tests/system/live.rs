//! Interfaces: the list of them. What needs rights for a network of its own is skipped without them.

use crate::kit::{Scratch, flowz};

#[test]
fn interfaces_are_listed_in_columns() {
    let dir = Scratch::new();
    let done = flowz(&dir, &["--list-interfaces"]).well();
    let lines: Vec<_> = done.stdout.lines().collect();
    let places =
        ["name", "state", "link types", "addresses", "description"].map(|h| lines[0].find(h));
    let lo = lines.iter().find(|line| line.starts_with("lo ")).unwrap();
    assert!(lo[places[1].unwrap()..].contains("loopback"), "{lo}");
    let any = lines.iter().find(|line| line.starts_with("any ")).unwrap();
    assert_eq!(any[places[4].unwrap()..].chars().next(), Some('P'), "{any}");
}
