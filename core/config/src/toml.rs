//! TOML: a table per plugin, a key per toggle.

use std::ops::Range;

use toml_edit::{Document, Item, Table, Value};

use crate::file::{Setting, Wrong};

/// What must stand at the top.
const TABLE: &str = "a table per plugin is needed, as in [core]";

/// The settings of a text.
pub(crate) fn read(text: &str) -> Result<Vec<Setting>, Wrong> {
    let document = Document::parse(text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        (line_of(text, error.span().as_ref()), message)
    })?;
    let mut settings = Vec::new();
    for (owner, item) in document.as_table() {
        let Item::Table(table) = item else {
            if let Some(table) = item.as_inline_table() {
                let pairs = table.iter().map(|(name, value)| (name, value, table.key(name)));
                for (name, value, key) in pairs {
                    let line = line_of(text, key.and_then(toml_edit::Key::span).as_ref());
                    settings.push(setting(owner, name, value, line)?);
                }
                continue;
            }
            let span = document.as_table().key(owner).and_then(toml_edit::Key::span);
            return Err((
                line_of(text, span.as_ref()),
                format!("'{owner}' has no plugin: {TABLE}"),
            ));
        };
        in_table(text, owner, table, &mut settings)?;
    }
    settings.sort_by_key(|s| s.line);
    Ok(settings)
}

fn in_table(
    text: &str,
    owner: &str,
    table: &Table,
    settings: &mut Vec<Setting>,
) -> Result<(), Wrong> {
    for (name, item) in table {
        let line = line_of(text, table.key(name).and_then(toml_edit::Key::span).as_ref());
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

/// The line in which something begins, from 1.
fn line_of(text: &str, span: Option<&Range<usize>>) -> usize {
    text.get(..span.map_or(0, |s| s.start)).unwrap_or(text).matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn values_of_all_kinds() {
        let text = "a.B = true\n[c]\nD = 0x10\nE = 1.5\nF = 'x y'\n\n[g]\nH = 2\n";
        let settings = read(text).unwrap();
        let shown: Vec<_> = settings
            .iter()
            .map(|s| {
                let owner = s.owner.as_deref().unwrap();
                format!("{}: {owner}.{}={}", s.line, s.name, s.value)
            })
            .collect();
        assert_eq!(shown, ["1: a.B=true", "3: c.D=16", "4: c.E=1.5", "5: c.F=x y", "8: g.H=2"]);
        assert_eq!(read("a = { B = 1 }\n").unwrap()[0].name, "B");
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
