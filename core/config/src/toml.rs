//! TOML: a table per plugin, a key per toggle; and `plugins = ["..."]`, the plugins that take part.

use std::ops::Range;

use toml_edit::{Document, Item, Table, Value};

use crate::file::{Listed, Setting, Wrong};

/// What must stand at the top.
const TABLE: &str = "a table per plugin is needed, as in [core]";

/// The key of the list of plugins.
pub(crate) const PLUGINS: &str = "plugins";

/// The settings of a text, and its list of plugins.
pub(crate) fn read(text: &str) -> Result<(Vec<Setting>, Option<Listed>), Wrong> {
    let lines = &Lines::of_text(text);
    let document = Document::parse(text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        (lines.line_of(error.span().as_ref()), message)
    })?;
    let mut settings = Vec::new();
    let mut plugins = None;
    for (owner, item) in document.as_table() {
        if owner == PLUGINS {
            let key = document.as_table().key(owner).and_then(toml_edit::Key::span);
            plugins = Some(list(lines, item, lines.line_of(key.as_ref()))?);
            continue;
        }
        let Item::Table(table) = item else {
            if let Some(table) = item.as_inline_table() {
                let pairs = table.iter().map(|(name, value)| (name, value, table.key(name)));
                for (name, value, key) in pairs {
                    let line = lines.line_of(key.and_then(toml_edit::Key::span).as_ref());
                    settings.push(setting(owner, name, value, line)?);
                }
                continue;
            }
            let span = document.as_table().key(owner).and_then(toml_edit::Key::span);
            return Err((
                lines.line_of(span.as_ref()),
                format!("'{owner}' has no plugin: {TABLE}"),
            ));
        };
        in_table(lines, owner, table, &mut settings)?;
    }
    settings.sort_by_key(|s| s.line);
    Ok((settings, plugins))
}

/// The names of a list, each with its line.
fn list(lines: &Lines, item: &Item, line: usize) -> Result<Listed, Wrong> {
    let needed = "a list of names is needed, as in plugins = [\"basicFlow\", \"basicStats\"]";
    let of_type = |kind: &str| format!("plugins is of type {kind}: {needed}");
    let array = item.as_array().ok_or_else(|| (line, of_type(item.type_name())))?;
    let mut names = Vec::new();
    for value in array {
        let line = lines.line_of(value.span().as_ref());
        let wrong =
            || (line, format!("a name in plugins is of type {}: {needed}", value.type_name()));
        names.push((value.as_str().ok_or_else(wrong)?.to_owned(), line));
    }
    Ok(Listed { names, line })
}

fn in_table(
    lines: &Lines,
    owner: &str,
    table: &Table,
    settings: &mut Vec<Setting>,
) -> Result<(), Wrong> {
    for (name, item) in table {
        let line = lines.line_of(table.key(name).and_then(toml_edit::Key::span).as_ref());
        let Item::Value(value) = item else {
            return Err((line, format!("{owner}.{name} is a table: a value is needed")));
        };
        settings.push(setting(owner, name, value, line)?);
    }
    Ok(())
}

fn setting(owner: &str, name: &str, value: &Value, line: usize) -> Result<Setting, Wrong> {
    let value = match value {
        Value::Boolean(on) => on.value().to_string(),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        Value::String(text) => text.value().clone(),
        other => {
            let kind = other.type_name();
            let text = format!("{owner}.{name} is of type {kind}: a single value is needed");
            return Err((line, text));
        }
    };
    let owner = Some(owner.to_owned());
    Ok(Setting { owner, section: None, name: name.to_owned(), value, line })
}

/// Where the lines of a text end.
struct Lines(Vec<usize>);

impl Lines {
    fn of_text(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line in which something begins, from 1.
    fn line_of(&self, span: Option<&Range<usize>>) -> usize {
        let start = span.map_or(0, |span| span.start);
        self.0.partition_point(|end| *end < start) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::file::Listed;

    #[test]
    fn values_of_all_kinds() {
        let text = "a.B = true\n[c]\nD = 0x10\nE = 1.5\nF = 'x y'\n\n[g]\nH = 2\n";
        let (settings, plugins) = read(text).unwrap();
        assert_eq!(plugins, None);
        let shown: Vec<_> = settings
            .iter()
            .map(|s| {
                let owner = s.owner.as_deref().unwrap();
                format!("{}: {owner}.{}={}", s.line, s.name, s.value)
            })
            .collect();
        assert_eq!(shown, ["1: a.B=true", "3: c.D=16", "4: c.E=1.5", "5: c.F=x y", "8: g.H=2"]);
        assert_eq!(read("a = { B = 1 }\n").unwrap().0[0].name, "B");
    }

    #[test]
    fn lists_of_plugins() {
        let list = |text| read(text).unwrap().1.unwrap();
        let names = vec![("a".to_owned(), 3), ("b".to_owned(), 4)];
        assert_eq!(list("\nplugins = [\n'a', # mine\n'b',\n]\n"), Listed { names, line: 2 });
        assert_eq!(list("plugins = []\n[a]\nB = 1\n"), Listed { names: vec![], line: 1 });
        let wrong = |text| read(text).unwrap_err();
        assert!(wrong("plugins = 'a'").1.starts_with("plugins is of type string: a list"));
        assert!(wrong("[plugins]\na = 1").1.starts_with("plugins is of type table: a list"));
        let (line, text) = wrong("plugins = ['a',\n1]");
        assert!(line == 2 && text.starts_with("a name in plugins is of type integer"), "{text}");
    }

    #[test]
    fn what_is_no_setting() {
        let wrong = |text| read(text).unwrap_err();
        assert_eq!(wrong("\nB = 1").0, 2);
        assert!(wrong("B = 1").1.contains("a table per plugin is needed"));
        assert_eq!(
            wrong("[a]\nB = [1]"),
            (2, "a.B is of type array: a single value is needed".to_owned())
        );
        assert_eq!(wrong("[a]\nB = 1\n[a.c]\nD = 1").1, "a.c is a table: a value is needed");
        assert_eq!(wrong("[a]\nB = 1\nB = 2").0, 3);
        assert_eq!(wrong("[a]\nB = \"x").0, 2);
        assert!(!wrong("[a\n").1.contains('\n'));
    }
}
