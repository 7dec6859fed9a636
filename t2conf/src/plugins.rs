//! The list of plugins that take part: show, change, undo, save, restore.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use flowz_api::plugin::Info;
use flowz_api::text::harmless;
use flowz_api::toggles::ToggleInfo;
use flowz_config::edit::{Edit, list_to_toml};
use flowz_config::file;
use flowz_registry::plugin_list::{self, PluginList};
use flowz_registry::selection::Selection;
use flowz_registry::settings::{Origin, Settings, Toggle};

use crate::usage::{of_words, wrong};
use crate::{Context, change, json, lines, table};

/// The word that takes the list out of the file.
const DEFAULT: &str = "default";

/// The list beside the toggles in lists of what is set.
static LIST: ToggleInfo = ToggleInfo {
    name: "plugins",
    kind: "list of plugins",
    default: "those that are on by default",
    range: None,
    doc: "The plugins that take part.",
};

/// Does what the command line asks about the list; yields what to tell.
pub(crate) fn run(cx: &Context) -> Result<Option<String>> {
    let args = &cx.args.list;
    if args.show {
        return show(cx).map(Some);
    }
    if let Some(path) = &args.save {
        return save(cx, path).map(Some);
    }
    if args.undo {
        let path = change::target(cx)?;
        let mut edit = Edit::open(&path)?;
        let list = edit.undo_plugins()?;
        check(cx, list.as_deref())?;
        edit.save()?;
        return Ok(Some(message(cx, list.as_deref(), &path, true)));
    }
    let list = if args.none {
        Some(Vec::new())
    } else if let Some(path) = &args.restore {
        let words = plugin_list::of_lines(&file::text(path)?);
        Some(in_order(cx, Settings::new(&cx.catalog), &words)?)
    } else if let Some(words) = &args.set {
        from_words(cx, words)?
    } else {
        return Ok(None);
    };
    check(cx, list.as_deref())?;
    let path = change::target(cx)?;
    let mut edit = Edit::open(&path)?;
    let is_new = edit.set_plugins(list.as_deref())?;
    edit.save()?;
    Ok(Some(message(cx, list.as_deref(), &path, is_new)))
}

/// The plugins that flowz would use.
fn effective(cx: &Context) -> Result<(Vec<&'static Info>, Origin)> {
    let settings = cx.settings()?;
    let origin = settings.plugins().map(|list| list.origin.clone()).unwrap_or_default();
    Ok((Selection::from_settings(&cx.catalog, settings)?.infos().collect(), origin))
}

/// The sinks that the list names.
fn sinks(cx: &Context) -> Result<Vec<String>> {
    Ok(cx.settings()?.plugins().and_then(|list| list.sinks.clone()).unwrap_or_default())
}

/// The list as if it were a toggle: with the names in force and the place they are from.
pub(crate) fn as_toggle<'a>(value: String, default: &'a str, origin: &'a Origin) -> Toggle<'a> {
    Toggle { owner: "", info: &LIST, value, default, origin }
}

/// The names of the plugins that are on if nobody names others.
pub(crate) fn by_default(cx: &Context) -> Vec<String> {
    let all = cx.catalog.plugins().iter().map(|e| e.info).filter(|info| info.default);
    all.map(|info| info.name.to_owned()).collect()
}

fn show(cx: &Context) -> Result<String> {
    let (infos, origin) = effective(cx)?;
    let infos = cx.sorted(infos, |info| info.name);
    if cx.args.json {
        return Ok(json::plugins(&infos, &origin));
    }
    let origin = origin.to_string();
    let title = format!("# {} plugins ({})\n", infos.len(), harmless(&origin));
    Ok(title + &table::plugins(&infos))
}

/// Writes a list as `flowz -b` reads it.
fn save(cx: &Context, path: &Path) -> Result<String> {
    let (infos, _) = effective(cx)?;
    let names = infos.iter().map(|info| info.name.to_owned()).chain(sinks(cx)?);
    let head = "# Plugins of flowz, for flowz -b and t2conf -r.".to_owned();
    let text = lines([head].into_iter().chain(names));
    let failed = || format!("cannot write '{}'", path.display());
    // Not over a file that is there, as with -g.
    let mut file = File::create_new(path).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    Ok(format!("{} written\n", path.display()))
}

/// The plugins that words name, as in `--plugins` of flowz: all of them, or more and less than those in force; none to take the
/// list out.
fn from_words(cx: &Context, words: &[String]) -> Result<Option<Vec<String>>> {
    let words = plugin_list::of_words(&words.join(","));
    match &words[..] {
        [] => return Err(wrong("which plugins? -0 stands for none")),
        [only] if only == DEFAULT => return Ok(None),
        _ => {}
    }
    let is_change = plugin_list::is_change(&words);
    let settings = if is_change { cx.settings()? } else { Settings::new(&cx.catalog) };
    let list = in_order(cx, settings, &words);
    of_words(list.and_then(|list| check(cx, Some(&list)).map(|()| Some(list))))
}

/// What words make of the list in force, each name once, in the order of the plugins, then sinks; all must exist.
fn in_order(cx: &Context, mut now: Settings, words: &[String]) -> Result<Vec<String>> {
    now.choose(words, Origin::CommandLine)?;
    let names = now.plugins().map(PluginList::all_names).unwrap_or_default();
    let plugins = cx.catalog.plugins().iter().map(|e| e.info.name);
    let all = plugins.chain(cx.catalog.sinks().iter().map(|e| e.info.name));
    Ok(all.filter(|name| names.iter().any(|n| n == name)).map(str::to_owned).collect())
}

/// Refuses a list that flowz would refuse.
fn check(cx: &Context, list: Option<&[String]>) -> Result<()> {
    Selection::plugins(&cx.catalog, list)?;
    Ok(())
}

/// The part of a generated file about the list.
pub(crate) fn entry(cx: &Context, settings: &Settings) -> String {
    let doc = LIST.doc;
    match settings.plugins() {
        Some(list) => format!("\n# {doc}\n{}\n", list_to_toml(&list.all_names())),
        None => format!("\n# {doc}\n# {}\n", list_to_toml(&by_default(cx))),
    }
}

fn message(cx: &Context, list: Option<&[String]>, path: &Path, is_new: bool) -> String {
    let line = match list {
        Some(names) => list_to_toml(names),
        None => list_to_toml(&by_default(cx)) + " (default)",
    };
    let sum = format!("{}: {} changed", path.display(), crate::count(usize::from(is_new)));
    lines([line, sum].into_iter())
}
