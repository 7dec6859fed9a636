//! The list of plugins of a file. The one before the last change is kept in a comment above it, so that a
//! change can be taken back.

use std::ops::Range;

use toml_edit::{Array, Document, Value};

use super::{Edit, EditError};
use crate::toml::PLUGINS;

/// Beginning of the line that keeps the list before the last change.
const BEFORE: &str = "# plugins before the last change (t2conf -q): ";
/// What it keeps if there was none.
const DEFAULT: &str = "default";

impl Edit {
    /// Names the plugins, or takes the list out. Yields whether that changes anything.
    pub fn set_plugins(&mut self, names: Option<&[String]>) -> Result<bool, EditError> {
        let before = list_of(&self.text);
        if before.as_deref() == names {
            return Ok(false);
        }
        if let Some(lines) = mark(&self.text) {
            self.text.replace_range(lines, "");
        }
        match (names, &before) {
            (Some(names), Some(_)) => self.replace_list(names)?,
            (Some(names), None) => self.text = on_top(&to_toml(names), &self.text),
            (None, _) => {
                let lines = list_lines(&self.text).unwrap_or_default();
                self.text.replace_range(lines, "");
            }
        }
        let kept = before.map_or_else(|| DEFAULT.to_owned(), |names| array(&names).to_string());
        let at = list_lines(&self.text).map_or(0, |lines| lines.start);
        self.text.insert_str(at, &format!("{BEFORE}{}\n", kept.trim()));
        Ok(true)
    }

    /// Brings back the list before the last change, and yields it.
    pub fn undo_plugins(&mut self) -> Result<Option<Vec<String>>, EditError> {
        let nothing = || EditError::NothingToUndo(self.named.clone());
        let line = mark(&self.text).map(|lines| &self.text[lines]).ok_or_else(nothing)?;
        let kept = line[BEFORE.len()..].trim();
        let names = if kept == DEFAULT {
            None
        } else {
            let value = kept.parse::<Value>().map_err(|_| nothing())?;
            Some(value.as_array().map(names_of).ok_or_else(nothing)?)
        };
        self.set_plugins(names.as_deref())?;
        Ok(names)
    }

    /// Changes a list that is there, order included; comments in it stay where their names do.
    fn replace_list(&mut self, names: &[String]) -> Result<(), EditError> {
        let mut document = self.document()?;
        if let Some(list) = document.get_mut(PLUGINS).and_then(|item| item.as_array_mut()) {
            let stays =
                |value: &Value| value.as_str().is_some_and(|n| names.iter().any(|w| w == n));
            list.retain(stays);
            arrange(list, names);
        }
        self.text = document.to_string();
        Ok(())
    }
}

/// Brings a list that has no other names into the order of these, and adds those that are missing.
fn arrange(list: &mut Array, names: &[String]) {
    for (at, name) in names.iter().enumerate() {
        let is_it = |place: &usize| list.get(*place).and_then(Value::as_str) == Some(name);
        match (at..list.len()).find(is_it) {
            Some(place) if place == at => {}
            Some(place) => {
                let value = list.remove(place);
                list.insert_formatted(at, value);
            }
            None => list.insert(at, name.as_str()),
        }
    }
    while list.len() > names.len() {
        list.remove(names.len());
    }
    for (at, value) in list.iter_mut().enumerate() {
        // A name that was the first one, or is it now.
        let (odd, blank) = if at == 0 { (" ", "") } else { ("", " ") };
        if value.decor().prefix().and_then(toml_edit::RawString::as_str) == Some(odd) {
            value.decor_mut().set_prefix(blank);
        }
    }
}

/// `plugins = [...]` in a text, with the names.
pub fn to_toml(names: &[String]) -> String {
    format!("{PLUGINS} = {}", array(names).to_string().trim())
}

fn array(names: &[String]) -> Array {
    names.iter().map(String::as_str).collect()
}

fn names_of(list: &Array) -> Vec<String> {
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn list_of(text: &str) -> Option<Vec<String>> {
    Document::parse(text).ok()?.get(PLUGINS)?.as_array().map(names_of)
}

/// A line in front of a text: a key that no table has must stand there.
fn on_top(line: &str, text: &str) -> String {
    let gap = if text.is_empty() || text.starts_with('\n') { "" } else { "\n" };
    format!("{line}\n{gap}{text}")
}

/// The lines of the list.
fn list_lines(text: &str) -> Option<Range<usize>> {
    let document = Document::parse(text).ok()?;
    let (key, item) = document.as_table().get_key_value(PLUGINS)?;
    Some(super::whole_lines(text, key.span()?.start, item.span()?.end))
}

/// The line that keeps the list before.
fn mark(text: &str) -> Option<Range<usize>> {
    let is_start = |at: &usize| *at == 0 || text[..*at].ends_with('\n');
    let start = text.match_indices(BEFORE).map(|(at, _)| at).find(is_start)?;
    Some(super::whole_lines(text, start, start + BEFORE.len()))
}

#[cfg(test)]
mod tests {
    use super::super::EditError;
    use super::super::tests::Scratch;
    use crate::edit::Edit;

    fn set(file: &Scratch, names: Option<&[&str]>) -> String {
        let names = names.map(|n| n.iter().map(ToString::to_string).collect::<Vec<_>>());
        let mut edit = Edit::open(&file.0).unwrap();
        edit.set_plugins(names.as_deref()).unwrap();
        edit.save().unwrap();
        file.text()
    }

    fn undo(file: &Scratch) -> Option<Vec<String>> {
        let mut edit = Edit::open(&file.0).unwrap();
        let names = edit.undo_plugins().unwrap();
        edit.save().unwrap();
        names
    }

    const MARK: &str = "# plugins before the last change (t2conf -q): ";

    #[test]
    fn lists_come_and_go() {
        let file = Scratch::new("list", "# mine\n[core]\nGRE = false\n");
        let text = set(&file, Some(&["a", "b"]));
        let rest = "\n# mine\n[core]\nGRE = false\n";
        assert_eq!(text, format!("{MARK}default\nplugins = [\"a\", \"b\"]\n{rest}"));
        let text = set(&file, Some(&["b", "c"]));
        assert_eq!(text, format!("{MARK}[\"a\", \"b\"]\nplugins = [\"b\", \"c\"]\n{rest}"));
        assert_eq!(set(&file, Some(&["b", "c"])), text, "no change is no change");
        assert_eq!(undo(&file).unwrap(), ["a", "b"]);
        assert_eq!(undo(&file).unwrap(), ["b", "c"], "what was taken back is brought back");
        assert_eq!(set(&file, None), format!("{MARK}[\"b\", \"c\"]\n{rest}"));
        assert_eq!(undo(&file).unwrap(), ["b", "c"]);
        assert_eq!(undo(&file), None);
        assert_eq!(
            set(&Scratch::new("list-empty", ""), Some(&[])),
            format!("{MARK}default\nplugins = []\n")
        );
    }

    #[test]
    fn comments_in_lists_stay() {
        let text = "# ours\nplugins = [ # all\n  'a', # one\n  'b', # two\n] # end\ncore.GRE = 0\n";
        let file = Scratch::new("list-comments", text);
        let expected = text.replace("plugins", &format!("{MARK}[\"a\", \"b\"]\nplugins"));
        let expected = expected.replace("  'b', # two\n", "  'b', \"c\", # two\n");
        assert_eq!(set(&file, Some(&["a", "b", "c"])), expected);
    }

    #[test]
    fn lists_have_the_order_that_was_asked_for() {
        let file = Scratch::new("list-order", "plugins = ['b', 'c', 'c']\n");
        let list = |text: &str| text.lines().nth(1).unwrap_or_default().to_owned();
        assert_eq!(list(&set(&file, Some(&["a", "b", "c"]))), "plugins = [\"a\", 'b', 'c']");
        assert_eq!(list(&set(&file, Some(&["c", "a"]))), "plugins = ['c', \"a\"]");
        assert_eq!(undo(&file).unwrap(), ["a", "b", "c"]);
        assert_eq!(list(&file.text()), "plugins = [\"a\", \"b\", 'c']");
        let file = Scratch::new("list-lines", "plugins = [\n  'a', # one\n  'b',\n]\n");
        let text = set(&file, Some(&["c", "a", "b"]));
        assert!(text.ends_with("plugins = [\"c\",\n  'a', # one\n  'b',\n]\n"), "{text}");
    }

    #[test]
    fn nothing_to_undo() {
        for text in ["plugins = []\n", &format!("{MARK}x y\nplugins = []\n")] {
            let file = Scratch::new("list-nothing", text);
            let error = Edit::open(&file.0).unwrap().undo_plugins().unwrap_err();
            assert!(matches!(error, EditError::NothingToUndo(_)), "{text}");
        }
    }
}
