//! Which package may need which: the arrows of ARCHITECTURE.md, over Cargo's metadata.
//!
//! Development dependencies are free, except that nothing at all needs the binary.

use serde_json::Value;

use super::Finding;

/// The binary.
const PROGRAM: &str = "flowz";
/// Packages of this project begin so.
const OURS: &str = "flowz";

/// Each package with those of the project that it may need. Packages that are not in the list (the
/// binary, front ends, tests) may need all but the binary.
const ARROWS: [(&str, &[&str]); 11] = [
    ("flowz-api", &["flowz-checksum", "flowz-macros"]),
    ("flowz-assigned", &[]),
    ("flowz-checksum", &[]),
    ("flowz-macros", &[]),
    ("flowz-decode", &["flowz-api"]),
    ("flowz-capture", &["flowz-api"]),
    ("flowz-engine", &["flowz-api", "flowz-decode"]),
    ("flowz-config", &["flowz-api", "flowz-engine"]),
    ("flowz-scaffold", &[]),
    ("flowz-plugins", &["flowz-api", "flowz-assigned"]),
    ("flowz-sinks", &["flowz-api"]),
];

pub(super) fn check(metadata: &Value) -> Vec<Finding> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    packages.iter().flat_map(of_package).collect()
}

fn of_package(package: &Value) -> Vec<Finding> {
    let name = package["name"].as_str().unwrap_or_default();
    let allowed = ARROWS.iter().find(|(from, _)| *from == name).map(|(_, to)| *to);
    let needs = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
    let wrong = needs.iter().filter_map(|need| {
        let to = need["name"].as_str().unwrap_or_default();
        let for_tests = need["kind"].as_str() == Some("dev");
        let free = for_tests || !to.starts_with(OURS) || allowed.is_none_or(|a| a.contains(&to));
        (to == PROGRAM || !free).then(|| Finding::of(name, format!("must not depend on {to}")))
    });
    wrong.collect()
}

#[cfg(test)]
mod tests {
    use super::{Finding, check};
    use serde_json::{Value, json};

    fn package(name: &str, needs: &[(&str, Option<&str>)]) -> Value {
        let needs: Value = needs.iter().map(|(n, k)| json!({ "name": n, "kind": k })).collect();
        json!({ "packages": [{ "name": name, "dependencies": needs }] })
    }

    #[test]
    fn allowed_arrows() {
        let needs = [("flowz-api", None), ("flowz-engine", Some("dev")), ("itoa", None)];
        assert!(check(&package("flowz-plugins", &needs)).is_empty());
        assert!(check(&package("flowz", &[("flowz-engine", None)])).is_empty());
    }

    #[test]
    fn forbidden_arrows() {
        let found = check(&package("flowz-plugins", &[("flowz-engine", None)]));
        assert_eq!(found, [Finding::of("flowz-plugins", "must not depend on flowz-engine")]);
        assert_eq!(check(&package("flowz-api", &[("flowz-decode", None)])).len(), 1);
        assert_eq!(check(&package("flowz-tests", &[("flowz", Some("dev"))])).len(), 1);
    }
}
