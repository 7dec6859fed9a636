//! `flowz plugin new NAME`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flowz_scaffold::{Source, check_name, object, project};

/// Where this program's own sources were.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// The crate below the sources of flowz.
const API: &str = "core/api";

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Name as users type it, in camel case: `dnsDecode`
    name: String,

    /// Place in the order of plugins
    #[arg(long, default_value_t = 700, value_parser = clap::value_parser!(u16).range(1..900))]
    number: u16,

    /// Write the project into this folder; without it, into a new folder named as the plugin
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,

    /// The sources of flowz are in this folder; without this and --git, where this program was built
    #[arg(long, value_name = "DIR", conflicts_with = "git")]
    sources: Option<PathBuf>,

    /// The sources of flowz are in this repository
    #[arg(long, value_name = "URL")]
    git: Option<String>,

    /// Commit of the repository that this program was built from
    #[arg(long, value_name = "COMMIT", requires = "git")]
    rev: Option<String>,
}

/// Writes the project; yields what to tell.
pub(super) fn run(args: &Args) -> Result<String> {
    let name = &args.name;
    check_name(name)?;
    if flowz_api::registry::plugins().iter().any(|p| p.info.name.eq_ignore_ascii_case(name)) {
        bail!("flowz has a plugin {name} itself: choose another name");
    }
    let root = match args.git {
        Some(_) => None,
        None => Some(sources(args.sources.as_deref())?),
    };
    let source = match (&root, &args.git) {
        (Some(root), _) => Source::Path(root.join(API)),
        (None, url) => Source::Git { url: url.clone().unwrap_or_default(), rev: args.rev.clone() },
    };
    let folder = args.folder.clone().unwrap_or_else(|| PathBuf::from(name));
    let mut files = project(name, args.number, &source);
    // The versions of everything else that this flowz was built with.
    if let Some(lock) = root.and_then(|root| fs::read_to_string(root.join("Cargo.lock")).ok()) {
        files.push(("Cargo.lock".to_owned(), lock));
    }
    write(&folder, &files)?;
    let shown = folder.display();
    let object = format!("target/release/{}", object(name));
    Ok(format!(
        "wrote {shown}; build it and try it:\n  \
         cd {shown} && cargo build --release\n  \
         flowz plugin check {object}\n  \
         flowz -p target/release -r trace.pcap -w results/ --plugins basicFlow,{name}\n"
    ))
}

/// The folder with the sources of flowz.
fn sources(named: Option<&Path>) -> Result<PathBuf> {
    let folder = named.unwrap_or(Path::new(SOURCES));
    let is_flowz = folder.join(API).join("Cargo.toml").is_file();
    match named {
        Some(folder) if !is_flowz => {
            bail!("'{}' are no sources of flowz: there is no {API} in it", folder.display())
        }
        None if !is_flowz => {
            bail!("where are the sources of flowz? Name them with --sources DIR or --git URL")
        }
        _ => {}
    }
    folder.canonicalize().with_context(|| format!("cannot find '{}'", folder.display()))
}

/// Writes new files into a folder that is new or empty.
fn write(folder: &Path, files: &[(String, String)]) -> Result<()> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("'{}' exists already and is not empty", folder.display());
    }
    for (name, text) in files {
        let path = folder.join(name);
        let failed = || format!("cannot write '{}'", path.display());
        fs::create_dir_all(path.parent().unwrap_or(folder)).with_context(failed)?;
        fs::write(&path, text).with_context(failed)?;
    }
    Ok(())
}
