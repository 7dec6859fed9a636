//! Functions that a program may use, and ready programs. Each stands in a file of its own in `awk/`, whose comment in front is
//! its help:
//!
//! ```text
//! # name(arguments): what it does.
//! # More about it.
//! # Prints: its own lines. (or: rows.)
//! # Example: tawk '...' FILE
//! ```
//!
//! Ready programs have `# Needs: plugins` in place of examples.

mod files;

use std::collections::{BTreeMap, BTreeSet};

use files::SOURCES;

use crate::rewrite::{Rewritten, Scope, rewrite};

/// The folder of functions that only other functions use.
const PARTS: &str = "parts";
/// The folder of ready programs.
const EXAMPLES: &str = "examples";

/// A function or a ready program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// What it is called by.
    pub(crate) name: &'static str,
    /// What it belongs to: the folder of its file.
    pub(crate) group: &'static str,
    /// Whether it prints by itself, so that a rule that only calls it prints no rows.
    pub(crate) prints: bool,
    /// Whether what it prints are rows.
    pub(crate) prints_rows: bool,
    source: &'static str,
}

impl Entry {
    fn new(&(name, group, source): &files::Source) -> Self {
        let prints = comment(source).find_map(|l| l.strip_prefix("Prints: "));
        let prints_rows = prints == Some("rows.");
        Self { name, group, prints: prints.is_some(), prints_rows, source }
    }

    /// The help: arguments, what it does, examples.
    pub(crate) fn help(&self) -> String {
        lines(comment(self.source).filter(|l| !l.starts_with("Prints: ")))
    }

    /// The first line of the help, up to the end of its first sentence.
    pub(crate) fn summary(&self) -> &'static str {
        let line = comment(self.source).next().unwrap_or_default();
        line.find(". ").map_or(line, |at| &line[..=at])
    }

    /// Command lines in the help.
    #[cfg(test)]
    pub(crate) fn examples(&self) -> impl Iterator<Item = &'static str> {
        comment(self.source).filter_map(|l| l.strip_prefix("Example: "))
    }

    /// The program without the comment in front.
    pub(crate) fn code(&self) -> String {
        lines(self.source.lines().skip_while(|l| l.starts_with('#')))
    }
}

/// Each line with its end.
pub(crate) fn lines(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::new();
    for item in items {
        text += item.as_ref();
        text.push('\n');
    }
    text
}

/// Lines of the comment in front of a file.
fn comment(source: &'static str) -> impl Iterator<Item = &'static str> {
    source.lines().map_while(|l| l.strip_prefix("# "))
}

/// The function of this name.
pub(crate) fn find(name: &str) -> Option<Entry> {
    let found = SOURCES.iter().find(|(known, group, _)| *known == name && *group != EXAMPLES);
    found.map(Entry::new)
}

/// The ready program of this name.
pub(crate) fn example(name: &str) -> Option<Entry> {
    examples().find(|e| e.name == name)
}

/// All functions that programs may use, by groups.
pub(crate) fn functions() -> impl Iterator<Item = Entry> {
    SOURCES.iter().filter(|(_, group, _)| ![PARTS, EXAMPLES].contains(group)).map(Entry::new)
}

/// All ready programs.
pub(crate) fn examples() -> impl Iterator<Item = Entry> {
    SOURCES.iter().filter(|(_, group, _)| *group == EXAMPLES).map(Entry::new)
}

/// The text of all functions that are called, and of those that they call, in the order of their names.
pub(crate) fn link(
    calls: &BTreeSet<String>,
    scope: &Scope<'_>,
) -> Result<(String, BTreeSet<String>), String> {
    let mut waiting: Vec<String> = calls.iter().cloned().collect();
    let mut used = BTreeSet::new();
    let mut texts = BTreeMap::new();
    while let Some(name) = waiting.pop() {
        let Some(entry) = find(&name).filter(|_| used.insert(name.clone())) else { continue };
        let scope = Scope { function: Some(entry.name), variables: &[], ..*scope };
        let Rewritten { text, calls } = rewrite(&entry.code(), &scope)?;
        waiting.extend(calls);
        texts.insert(name, text);
    }
    Ok((texts.into_values().collect(), used))
}

#[cfg(test)]
mod tests {
    use super::{SOURCES, examples, find, functions};

    #[test]
    fn each_file_of_the_folder_is_there_and_says_what_it_is() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("awk");
        let mut names = Vec::new();
        for group in std::fs::read_dir(&folder).unwrap() {
            let group = group.unwrap();
            for file in std::fs::read_dir(group.path()).unwrap() {
                let name = file.unwrap().file_name().into_string().unwrap();
                names.push((group.file_name().into_string().unwrap(), name.replace(".awk", "")));
            }
        }
        names.sort();
        let mut known: Vec<_> =
            SOURCES.iter().map(|(n, g, _)| ((*g).to_owned(), (*n).to_owned())).collect();
        known.sort();
        assert_eq!(names, known);
        for (name, group, text) in &SOURCES {
            let opens =
                if *group == "examples" { format!("# {name}: ") } else { format!("# {name}(") };
            assert!(text.starts_with(&opens), "{name}: {text}");
        }
    }

    #[test]
    fn each_function_has_an_example_and_each_program_its_plugins() {
        for function in functions() {
            assert!(function.examples().count() > 0, "{}", function.name);
            assert!(
                function.code().contains(&format!("function {}(", function.name)),
                "{}",
                function.name
            );
        }
        for program in examples() {
            assert!(program.help().contains("Needs: "), "{}", program.name);
        }
        assert!(find("aggr").unwrap().prints && !find("port").unwrap().prints);
        assert!(find("topTLD").is_none() && super::example("topTLD").is_some());
    }
}
