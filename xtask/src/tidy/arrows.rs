//! Which package may need which: the arrows of ARCHITECTURE.md, over Cargo's metadata.
//!
//! Development dependencies are free, except that nothing at all needs the binary.

use serde_json::Value;

use super::Finding;

/// The binary.
const PROGRAM: &str = "flowz";
/// Packages of this project begin so.
const OURS: &str = "flowz";

/// Each package with those of the project that it may need. What is not here is denied: a new package, or a new
/// arrow, comes with a line here and a paragraph in ARCHITECTURE.md.
const ARROWS: [(&str, &[&str]); 30] = [
    ("flowz-api", &["flowz-checksum", "flowz-format", "flowz-macros", "flowz-prefetch"]),
    ("flowz-assigned", &[]),
    ("flowz-checksum", &[]),
    ("flowz-expr", &[]),
    ("flowz-format", &[]),
    ("flowz-macros", &[]),
    ("flowz-places", &[]),
    ("flowz-plot", &[]),
    ("flowz-prefetch", &[]),
    ("flowz-scaffold", &[]),
    ("flowz-decode", &["flowz-api"]),
    ("flowz-capture", &["flowz-api"]),
    ("flowz-live", &["flowz-api", "flowz-capture"]),
    ("flowz-registry", &["flowz-api"]),
    ("flowz-stream", &["flowz-api"]),
    ("flowz-config", &["flowz-api", "flowz-registry"]),
    ("flowz-host", &["flowz-api", "flowz-registry", "flowz-stream"]),
    (
        "flowz-engine",
        &[
            "flowz-api",
            "flowz-decode",
            "flowz-expr",
            "flowz-host",
            "flowz-prefetch",
            "flowz-registry",
        ],
    ),
    ("flowz-measure", &["flowz-api", "flowz-decode"]),
    ("flowz-monitor", &["flowz-api", "flowz-engine"]),
    ("flowz-runtime", &["flowz-api", "flowz-capture", "flowz-engine", "flowz-host", "flowz-live"]),
    ("flowz-slice", &["flowz-api", "flowz-capture"]),
    ("flowz-plugins", &["flowz-api", "flowz-assigned", "flowz-places", "flowz-plot"]),
    ("flowz-top", &["flowz-api", "flowz-assigned", "flowz-expr"]),
    ("flowz-sinks", &["flowz-api", "flowz-format"]),
    (PROGRAM, &CLI),
    ("t2conf", &CONF),
    ("tawk", &["flowz-config"]),
    ("tcol", &["flowz-config"]),
    ("xtask", &XTASK),
];
/// The program's commands use everything.
const CLI: [&str; 17] = [
    "flowz-api",
    "flowz-capture",
    "flowz-config",
    "flowz-engine",
    "flowz-host",
    "flowz-live",
    "flowz-measure",
    "flowz-monitor",
    "flowz-places",
    "flowz-plot",
    "flowz-plugins",
    "flowz-registry",
    "flowz-runtime",
    "flowz-scaffold",
    "flowz-sinks",
    "flowz-slice",
    "flowz-top",
];
/// The settings tool knows of no flows.
const CONF: [&str; 6] =
    ["flowz-api", "flowz-config", "flowz-host", "flowz-plugins", "flowz-registry", "flowz-sinks"];
/// House-keeping reads no captures: libpcap is not needed for it.
const XTASK: [&str; 7] = [
    "flowz-api",
    "flowz-engine",
    "flowz-host",
    "flowz-plugins",
    "flowz-registry",
    "flowz-scaffold",
    "flowz-sinks",
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
        let free = for_tests || !to.starts_with(OURS) || allowed.is_some_and(|a| a.contains(&to));
        (to == PROGRAM || !free).then(|| Finding::about(name, format!("must not depend on {to}")))
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
        assert_eq!(found, [Finding::about("flowz-plugins", "must not depend on flowz-engine")]);
        assert_eq!(check(&package("flowz-api", &[("flowz-decode", None)])).len(), 1);
        assert_eq!(check(&package("flowz-tests", &[("flowz", Some("dev"))])).len(), 1);
        let found = check(&package("flowz-new", &[("flowz-api", None), ("itoa", None)]));
        assert_eq!(found.len(), 1, "what is not in the list is denied");
    }
}
