//! t2conf: what can be set in flowz, read from the same tables that the program uses.
//!
//! It shows names, types, ranges, defaults and meanings. Values are set on the command line of flowz
//! (`-o PLUGIN.TOGGLE=VALUE`).
#![forbid(unsafe_code)]

mod args;
mod catalog;
mod json;
mod table;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::Args;
use catalog::{Catalog, NotFound};

fn main() -> ExitCode {
    let args = Args::parse();
    let told = match answer(&Catalog::new(), &args) {
        Ok(text) => io::stdout().write_all(text.as_bytes()).map_err(|e| output_error(&e)),
        Err(error) => Err(error.to_string()),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "t2conf: error: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for, as text for standard output.
fn answer(catalog: &Catalog, args: &Args) -> Result<String, NotFound> {
    let Some(name) = &args.plugin else {
        return Ok(match (args.json, args.names) {
            (true, _) => json::overview(catalog),
            (_, true) => lines(catalog.names()),
            _ => table::overview(catalog),
        });
    };
    let plugin = catalog.plugin(name)?;
    if let Some(toggle) = &args.get {
        return Ok(lines([plugin.toggle(toggle)?.default.as_str()]));
    }
    Ok(match (args.json, args.names) {
        (true, _) => json::plugin(plugin),
        (_, true) => lines(plugin.toggles.iter().map(|t| t.info.name)),
        _ => table::plugin(plugin),
    })
}

fn lines<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    items.into_iter().fold(String::new(), |mut out, item| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{item}");
        out
    })
}

fn output_error(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return "standard output was closed by its reader".to_owned();
    }
    format!("cannot write to standard output: {error}")
}

#[cfg(test)]
mod tests;
