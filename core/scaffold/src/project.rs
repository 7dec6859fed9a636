//! A project of its own, outside of flowz, that builds to a shared object.

use std::path::PathBuf;

use crate::{File, PLUGIN, fill, snake_case};

/// Other files of a project.
const MANIFEST: &str = include_str!("../templates/project/Cargo.toml.in");
const README: &str = include_str!("../templates/project/README.md.in");
/// The compiler that flowz is built with.
const TOOLCHAIN: &str = include_str!("../../../rust-toolchain.toml");

/// Where the project finds the crate `flowz-api`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// In this folder.
    Path(PathBuf),
    /// In a repository, at a revision.
    Git {
        /// Its address.
        url: String,
        /// A commit, if not the newest.
        rev: Option<String>,
    },
}

impl Source {
    /// What stands behind `flowz-api =`.
    fn dependency(&self) -> String {
        match self {
            Self::Path(folder) => format!("{{ path = {:?} }}", folder.display().to_string()),
            Self::Git { url, rev: None } => format!("{{ git = {url:?} }}"),
            Self::Git { url, rev: Some(rev) } => format!("{{ git = {url:?}, rev = {rev:?} }}"),
        }
    }
}

/// What a plugin inside of the project says to be known, and what one outside says.
const INSIDE: [(&str, &str); 3] = [
    ("use flowz_api::inventory;\n", ""),
    ("use flowz_api::registry::PluginEntry;\n", ""),
    (
        "inventory::submit! { PluginEntry::new::<{{Name}}>() }",
        "flowz_api::export_plugins!({{Name}});",
    ),
];

/// The files of a project with one plugin.
pub fn project(name: &str, number: u16, source: &Source) -> Vec<File> {
    let dependency = source.dependency();
    let filled = |text: &str| fill(text, name, number).replace("{{dependency}}", &dependency);
    let mut files = vec![
        ("Cargo.toml".to_owned(), filled(MANIFEST)),
        ("README.md".to_owned(), filled(README)),
        ("rust-toolchain.toml".to_owned(), TOOLCHAIN.to_owned()),
        (".gitignore".to_owned(), "/target\n".to_owned()),
    ];
    files.extend(PLUGIN.map(|(file, text)| {
        let file = if file == "mod.rs" { "lib.rs" } else { file };
        (format!("src/{file}"), filled(&outside(text)))
    }));
    files
}

/// The name of the object that Cargo makes.
pub fn object(name: &str) -> String {
    format!("lib{}.so", snake_case(name))
}

fn outside(text: &str) -> String {
    let text = INSIDE.iter().fold(text.to_owned(), |t, (from, to)| t.replace(from, to));
    text.replacen("\nmod row;", "\n#![forbid(unsafe_code)]\n\nmod row;", 1)
}

#[cfg(test)]
mod tests {
    use super::{INSIDE, Source, project};
    use crate::PLUGIN;

    #[test]
    fn what_is_to_be_replaced_is_there() {
        let [(_, plugin), ..] = PLUGIN;
        assert!(INSIDE.iter().all(|(from, _)| plugin.contains(from)));
    }

    #[test]
    fn a_project() {
        let source =
            Source::Git { url: "https://example.org/flowz".into(), rev: Some("a1".into()) };
        let files = project("dnsDecode", 310, &source);
        let text = |name: &str| &files.iter().find(|(file, _)| file == name).unwrap().1;
        let manifest = text("Cargo.toml");
        let line = "flowz-api = { git = \"https://example.org/flowz\", rev = \"a1\" }\n";
        assert!(manifest.contains("name = \"dns_decode\"") && manifest.contains(line));
        let main = text("src/lib.rs");
        assert!(main.contains("flowz_api::export_plugins!(DnsDecode);"));
        assert!(main.contains("#![forbid(unsafe_code)]") && !main.contains("inventory"));
        assert!(files.iter().all(|(_, text)| !text.contains("{{")), "{files:?}");
        let path = project("a", 1, &Source::Path("/here/it is".into()));
        assert!(path[0].1.contains("flowz-api = { path = \"/here/it is\" }\n"), "{}", path[0].1);
    }
}
