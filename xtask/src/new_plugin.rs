//! `cargo xtask new-plugin NAME`: a folder with a plugin that works, and its line in the list.
//!
//! The templates are in `xtask/templates/plugin`; words in double braces are filled in.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flowz_api::registry;

use crate::workspace::Workspace;

/// Options of `new-plugin`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Name as users type it, in camel case: `dnsDecode`
    name: String,

    /// Place in the order of plugins; without it, behind all others
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..i64::from(FIRST_SINK)))]
    number: Option<u16>,
}

/// Numbers from here on are for sinks.
const FIRST_SINK: u16 = 900;
/// Longest name: columns begin with it.
const LONGEST: usize = 24;
/// Where plugins are.
const FOLDER: &str = "plugins/src";

/// The files of a plugin.
const TEMPLATES: [(&str, &str); 3] = [
    ("mod.rs", include_str!("../templates/plugin/mod.rs.in")),
    ("row.rs", include_str!("../templates/plugin/row.rs.in")),
    ("toggles.rs", include_str!("../templates/plugin/toggles.rs.in")),
];

/// Names that are words of the language or of the crate.
const RESERVED: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "core",
    "crate", "do", "dyn", "else", "enum", "extern", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "lib", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "std", "super", "testing", "tests", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Writes the plugin.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    flowz_plugins::link();
    let taken: Vec<_> = registry::plugins().iter().map(|p| (p.info.number, p.info.name)).collect();
    check_name(&args.name)?;
    if let Some((_, name)) = taken.iter().find(|(_, n)| n.eq_ignore_ascii_case(&args.name)) {
        bail!("there is a plugin {name} already");
    }
    let number = args.number.map_or_else(|| behind(taken.iter().map(|t| t.0)), Ok)?;
    if let Some((_, name)) = taken.iter().find(|t| t.0 == number) {
        bail!("number {number} is taken by {name}");
    }
    write(&workspace.path(FOLDER), &args.name, number)?;
    let folder = snake_case(&args.name);
    println!("wrote {FOLDER}/{folder}/ and its line in {FOLDER}/lib.rs; try it:");
    println!("  cargo run -- -r data/web.pcap -w - -q --plugins basicFlow,{} | head", args.name);
    Ok(())
}

/// The next round number behind all others.
fn behind(numbers: impl Iterator<Item = u16>) -> Result<u16> {
    let next = numbers.max().unwrap_or(0) / 10 * 10 + 10;
    if next >= FIRST_SINK {
        bail!("no number is free behind the other plugins: choose one with --number");
    }
    Ok(next)
}

/// Refuses names that make no good folder, type or column.
fn check_name(name: &str) -> Result<()> {
    let rest = name.strip_prefix(|c: char| c.is_ascii_lowercase());
    if !rest.is_some_and(|r| r.bytes().all(|b| b.is_ascii_alphanumeric())) {
        bail!(
            "'{name}' is no name for a plugin: camel case with letters and digits is, as in dnsDecode"
        );
    }
    if name.len() > LONGEST {
        bail!("'{name}' is too long: {LONGEST} characters are the most");
    }
    if RESERVED.contains(&snake_case(name).as_str()) {
        bail!("'{name}' has a meaning already: choose another name");
    }
    Ok(())
}

/// Writes folder and line below `folder`.
fn write(folder: &Path, name: &str, number: u16) -> Result<()> {
    let own = folder.join(snake_case(name));
    if own.exists() {
        bail!("{} exists already", own.display());
    }
    let list = folder.join("lib.rs");
    let text =
        fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let text = with_module(&text, &snake_case(name))
        .with_context(|| format!("there are no 'mod' lines in {}", list.display()))?;
    let failed = || format!("cannot write below {}", own.display());
    fs::create_dir_all(&own).with_context(failed)?;
    for (file, template) in TEMPLATES {
        fs::write(own.join(file), fill(template, name, number)).with_context(failed)?;
    }
    fs::write(&list, text).with_context(|| format!("cannot write {}", list.display()))
}

/// A template with the plugin's names in it.
fn fill(template: &str, name: &str, number: u16) -> String {
    let words = [
        ("{{name}}", name.to_owned()),
        ("{{Name}}", pascal_case(name)),
        ("{{NAME}}", snake_case(name).to_uppercase()),
        ("{{snake}}", snake_case(name)),
        ("{{number}}", number.to_string()),
    ];
    words.iter().fold(template.to_owned(), |text, (word, value)| text.replace(word, value))
}

/// The list with a further module, in alphabetical order.
fn with_module(list: &str, module: &str) -> Option<String> {
    let name = |line: &str| Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned());
    let lines: Vec<_> = list.lines().collect();
    let modules = || lines.iter().enumerate().filter_map(|(n, l)| Some((n, name(l)?)));
    let next = modules().find(|(_, m)| m.as_str() > module).map(|(n, _)| n);
    let at = next.or_else(|| modules().next_back().map(|(n, _)| n + 1))?;
    let line = format!("mod {module};");
    let mut all: Vec<_> = lines.clone();
    all.insert(at, &line);
    Some(all.join("\n") + "\n")
}

/// `dnsDecode` becomes `dns_decode`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// `dnsDecode` becomes `DnsDecode`.
pub(crate) fn pascal_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests;
