//! Commands that change the file.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use flowz_config::edit::{Edit, list_to_toml};
use flowz_config::file::{self, File};
use flowz_registry::selection::Selection;
use flowz_registry::settings::{Origin, Place, Settings};

use crate::usage::{of_words, wrong};
use crate::{Context, count, lines, refuse};

/// The value that takes a toggle out of the file.
const DEFAULT: &str = "default";

/// The toggle of `--ip4`, `--ip6` and `--dual`.
const IP_VERSIONS: &str = "core.IPV6_ACTIVATE";

/// What is to be done with a toggle: a value, or none to take it out.
type Change = (Place, Option<String>);

/// Changes the file if the command line asks for that; yields what to tell.
pub(crate) fn run(cx: &Context) -> Result<Option<String>> {
    let args = &cx.args;
    let versions = [(args.ip4, "0"), (args.ip6, "1"), (args.dual, "2")];
    let version = versions.into_iter().find_map(|(is_wanted, value)| is_wanted.then_some(value));
    let mut list = None;
    let changes = if let Some(value) = version {
        vec![(cx.place(IP_VERSIONS)?, Some(value.to_owned()))]
    } else if !args.set.is_empty() {
        let changes = args.set.iter().map(|text| assignment(cx, text)).collect::<Result<Vec<_>>>();
        of_words(changes.and_then(|changes| check(cx, &changes).map(|()| changes)))?
    } else if let Some(path) = &args.apply {
        let file = checked_file(cx, path)?;
        list = file.plugins.as_ref().map(|l| l.names.iter().map(|n| n.0.clone()).collect());
        changes_of_file(cx, &file)?
    } else if let Some(path) = &args.patch {
        patch(cx, path, false)?
    } else if let Some(path) = &args.rpatch {
        patch(cx, path, true)?
    } else if args.reset {
        resets(cx)?
    } else {
        return Ok(None);
    };
    check(cx, &changes)?;
    write(cx, &target(cx)?, &changes, list).map(Some)
}

/// The file to be changed.
pub(crate) fn target(cx: &Context) -> Result<PathBuf> {
    if !cx.args.user {
        return Ok(flowz_config::target(&cx.request(), &cx.environment));
    }
    let path = cx.environment.user_file().context(
        "where is your own file? Neither XDG_CONFIG_HOME nor HOME says it; name it with --config",
    )?;
    let folder = path.parent().unwrap_or(&path);
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder '{}'", folder.display()))?;
    Ok(path)
}

/// `NAME=VALUE`
fn assignment(cx: &Context, text: &str) -> Result<Change> {
    let form = || format!("'{text}' is not a setting: NAME=VALUE is needed, as in BS_STATS=0");
    let (name, value) = text.split_once('=').with_context(form)?;
    let value = (value.trim() != DEFAULT).then(|| value.to_owned());
    Ok((cx.place(name.trim())?, value))
}

/// A file in which nothing is wrong.
fn checked_file(cx: &Context, path: &Path) -> Result<File> {
    let mut file = File::read(path)?;
    if let Some(owner) = &cx.args.plugin {
        file = file.for_owner(owner);
    }
    let mut settings = Settings::new(&cx.catalog);
    refuse(file.check(&mut settings))?;
    Selection::from_settings(&cx.catalog, settings)?;
    Ok(file)
}

/// All toggles of a file.
fn changes_of_file(cx: &Context, file: &File) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for setting in &file.settings {
        let places = file::places(setting, &cx.defaults)?;
        changes.extend(places.into_iter().map(|place| (place, Some(setting.value.clone()))));
    }
    Ok(changes)
}

/// The new or the old values of a patch.
fn patch(cx: &Context, path: &Path, reverse: bool) -> Result<Vec<Change>> {
    let text = file::text(path)?;
    let mut changes = Vec::new();
    for (n, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let at = || format!("in {}, line {}", path.display(), n + 1);
        let (name, value) = patch_line(line, reverse).map_err(|e| anyhow!(e)).with_context(at)?;
        let change = (|| {
            let place = cx.place(name)?;
            check(cx, &[(place, Some(value.to_owned()))])?;
            Ok::<_, anyhow::Error>((place, Some(value.to_owned())))
        })();
        changes.push(change.with_context(at)?);
    }
    Ok(changes)
}

/// Name and value of a line of a patch.
fn patch_line(line: &str, reverse: bool) -> Result<(&str, &str), &'static str> {
    let fields: Vec<_> = line.split('\t').map(str::trim).collect();
    match (fields.as_slice(), reverse) {
        ([name, new, _] | [name, new, _, _], false) => Ok((*name, *new)),
        ([name, _, old, _], true) => Ok((*name, *old)),
        ([_, _, _], true) => Err("the old value is missing: NAME, new value, old value, file"),
        _ => Err("NAME, new value, [old value,] file are needed, separated by tabulators"),
    }
}

/// All toggles of the plugin, or of all plugins.
fn resets(cx: &Context) -> Result<Vec<Change>> {
    if cx.args.plugin.is_none() && !cx.args.all {
        return Err(wrong("reset of what? Name a plugin, or all plugins with -a"));
    }
    let selected = cx.defaults.toggles().filter(|t| cx.is_selected(t.owner));
    selected.map(|t| Ok((cx.defaults.find(t.owner, t.info.name)?, None))).collect()
}

/// Refuses values that flowz would refuse.
fn check(cx: &Context, changes: &[Change]) -> Result<()> {
    let mut settings = Settings::new(&cx.catalog);
    for (place, value) in changes {
        let value = value.as_deref();
        value.map_or(Ok(()), |value| settings.set_at(*place, value, Origin::CommandLine))?;
    }
    Ok(())
}

fn write(
    cx: &Context,
    path: &Path,
    changes: &[Change],
    list: Option<Vec<String>>,
) -> Result<String> {
    let mut edit = Edit::open(path)?;
    let mut messages = Vec::new();
    if let Some(names) = list {
        edit.set_plugins(Some(&names))?;
        messages.push(list_to_toml(&names));
    }
    for (place, value) in changes {
        let toggle = cx.defaults.toggle(*place);
        let name = format!("{}.{}", toggle.owner, toggle.info.name);
        match value {
            Some(value) => {
                edit.set(&toggle, value)?;
                messages.push(format!("{name} = {}", value.trim()));
            }
            None if edit.unset(toggle.owner, toggle.info.name)? => {
                messages.push(format!("{name} = {} (default)", toggle.default));
            }
            None => {}
        }
    }
    edit.save()?;
    let sum = format!("{}: {} changed", path.display(), count(messages.len()));
    Ok(lines(messages.into_iter().chain([sum])))
}

#[cfg(test)]
mod tests {
    use super::patch_line;

    #[test]
    fn lines_of_patches() {
        assert_eq!(patch_line("A\t1\ta.h", false), Ok(("A", "1")));
        assert_eq!(patch_line("A\t1\t0\ta.h", false), Ok(("A", "1")));
        assert_eq!(patch_line("A\t1\t0\ta.h", true), Ok(("A", "0")));
        assert!(patch_line("A\t1\ta.h", true).is_err() && patch_line("A 1 a.h", false).is_err());
    }
}
