//! Changing a TOML file of settings: comments and order stay, nobody's change is lost.
//!
//! The file's folder is locked while it is read, changed and written, so that programs that use this wait for
//! each other. Who does not (an editor) is found by comparing: the file must be as it was read.
//! The new text is written beside the file and renamed, so that the file is the old one or the new one.

mod list;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flowz_api::toggles::ToggleValue;
use flowz_registry::settings::Toggle;
use toml_edit::{Document, DocumentMut, Item, Table, Value};

use crate::error::ConfigError;
use crate::file;
pub use list::to_toml as list_to_toml;

/// Why a file cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It cannot be read, or has not the form of TOML.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Not a file that can be changed.
    #[error("'{}' cannot be changed: only files that end in .toml can", .0.display())]
    Form(PathBuf),
    /// The folder or the file cannot be written.
    #[error("cannot write '{}'", .file.display())]
    Write {
        /// Which one.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its owner does not want it to be changed.
    #[error("'{}' is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// Somebody else has changed it meanwhile.
    #[error("'{}' was changed by another program meanwhile; nothing was written, try again", .0.display())]
    Changed(PathBuf),
    /// The list of plugins was never changed.
    #[error("'{}' does not say which plugins it named before: there is nothing to undo", .0.display())]
    NothingToUndo(PathBuf),
}

/// A file that is being changed.
#[derive(Debug)]
pub struct Edit {
    /// The name as it was given.
    named: PathBuf,
    /// The file itself, behind symbolic links.
    path: PathBuf,
    /// The folder, locked.
    _folder: File,
    before: Option<String>,
    text: String,
}

impl Edit {
    /// Begins to change a file; one that is not there is empty.
    pub fn open(path: &Path) -> Result<Self, EditError> {
        if !file::is_toml(path) {
            return Err(EditError::Form(path.to_owned()));
        }
        let failed = |source| EditError::Write { file: path.to_owned(), source };
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = match real.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let folder = File::open(folder).map_err(failed)?;
        folder.lock().map_err(failed)?;
        // It would be replaced, and for that the rights of the folder count alone.
        if fs::metadata(&real).is_ok_and(|file| file.permissions().readonly()) {
            return Err(EditError::ReadOnly(path.to_owned()));
        }
        let before = read(path, &real)?;
        let text = before.clone().unwrap_or_default();
        file::File::from_text(path, &text)?;
        Ok(Self { named: path.to_owned(), path: real, _folder: folder, before, text })
    }

    /// Sets a toggle.
    pub fn set(&mut self, toggle: &Toggle<'_>, value: &str) -> Result<(), EditError> {
        let mut document = self.document()?;
        let value = to_toml(toggle, value);
        let known = document.contains_key(toggle.owner);
        if !known {
            let mut table = Table::new();
            // What stands at the end of the file stays in front of the new table.
            let end = document.trailing().as_str().unwrap_or_default().to_owned();
            let gap = if self.text.trim().is_empty() { "" } else { "\n" };
            table.decor_mut().set_prefix(end + gap);
            document.set_trailing("");
            document.insert(toggle.owner, Item::Table(table));
        }
        let item = document.get_mut(toggle.owner).and_then(Item::as_table_like_mut);
        if let Some(table) = item {
            match table.get_mut(toggle.info.name).and_then(Item::as_value_mut) {
                Some(old) => {
                    let decor = old.decor().clone();
                    *old = value;
                    *old.decor_mut() = decor;
                }
                None => {
                    table.insert(toggle.info.name, Item::Value(value));
                }
            }
        }
        self.text = document.to_string();
        Ok(())
    }

    /// Takes a toggle out, so that it has its default again; comments above it stay. Yields whether it
    /// was there.
    pub fn unset(&mut self, owner: &str, name: &str) -> Result<bool, EditError> {
        if let Some(lines) = own_lines(&self.text, owner, name) {
            self.text.replace_range(lines, "");
            return Ok(true);
        }
        let mut document = self.document()?;
        let table = document.get_mut(owner).and_then(Item::as_table_like_mut);
        let was_there = table.and_then(|table| table.remove(name)).is_some();
        self.text = document.to_string();
        Ok(was_there)
    }

    fn document(&self) -> Result<DocumentMut, EditError> {
        // The text was read before, so it has the form of TOML.
        let wrong = |_| EditError::Changed(self.named.clone());
        self.text.parse().map_err(wrong)
    }

    /// Writes the file, if it is to be another one than before.
    pub fn save(self) -> Result<(), EditError> {
        if self.before.as_deref().unwrap_or_default() == self.text {
            return Ok(());
        }
        if read(&self.named, &self.path)? != self.before {
            return Err(EditError::Changed(self.named));
        }
        replace(&self.path, &self.text)
            .map_err(|source| EditError::Write { file: self.named, source })
    }
}

/// The text of a file that may not be there.
fn read(named: &Path, path: &Path) -> Result<Option<String>, EditError> {
    let file = named.to_owned();
    match file::text(path) {
        Ok(text) => Ok(Some(text)),
        Err(ConfigError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(ConfigError::Read { source, .. }) => Err(ConfigError::Read { file, source }.into()),
        Err(ConfigError::Kind { .. }) => Err(ConfigError::Kind { file }.into()),
        Err(other) => Err(other.into()),
    }
}

/// Writes a text beside the file and puts it in the file's place.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    let beside = path.with_file_name(name);
    let written = File::create(&beside).and_then(|mut file| {
        if let Ok(old) = fs::metadata(path) {
            file.set_permissions(old.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// The lines of a setting that has its lines for itself.
fn own_lines(text: &str, owner: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let document = Document::parse(text).ok()?;
    let Item::Table(table) = document.as_table().get(owner)? else { return None };
    let (key, item) = table.get_key_value(name)?;
    Some(whole_lines(text, key.span()?.start, item.span()?.end))
}

/// The lines in which a part of a text stands.
fn whole_lines(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    start..end
}

/// A value of a toggle as TOML writes it.
pub fn to_toml(toggle: &Toggle<'_>, value: &str) -> Value {
    let (kind, text) = (toggle.info.kind, value);
    let value = value.trim();
    if kind.starts_with("bool") {
        let on = <bool as ToggleValue>::parse(value);
        return on.map_or_else(|| Value::from(value), Value::from);
    }
    let value = toggle.info.word(value).unwrap_or(value);
    let number = kind.starts_with("whole") || kind.starts_with("number");
    match value.parse::<Value>() {
        Ok(parsed @ (Value::Integer(_) | Value::Float(_))) if number => parsed,
        _ if number => Value::from(value),
        // Blanks of a text count.
        _ => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{Edit, EditError};
    use flowz_registry::catalog::Catalog;
    use flowz_registry::settings::Settings;
    use std::fs;
    use std::path::PathBuf;

    /// A file of its own, gone at the end.
    pub(super) struct Scratch(pub(super) PathBuf);

    impl Scratch {
        pub(super) fn new(name: &str, text: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("flowz-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            let file = folder.join("f.toml");
            fs::write(&file, text).unwrap();
            Self(file)
        }

        pub(super) fn text(&self) -> String {
            fs::read_to_string(&self.0).unwrap()
        }

        /// Sets and unsets (`default`) toggles of the engine.
        fn change(&self, changes: &[(&str, &str)]) -> String {
            let settings = Settings::new(&Catalog::default());
            let mut edit = Edit::open(&self.0).unwrap();
            for (name, value) in changes {
                let toggle = settings.toggle(settings.find("core", name).unwrap());
                if *value == "default" {
                    assert!(edit.unset("core", name).unwrap(), "{name}");
                } else {
                    edit.set(&toggle, value).unwrap();
                }
            }
            edit.save().unwrap();
            self.text()
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(self.0.parent().unwrap());
        }
    }

    #[test]
    fn comments_and_order_stay() {
        let text = "# mine\n\n[core]   # the engine\n# why\nGRE = false # so\nFLOW_TIMEOUT = 60\n\n\
                    # other\n[tcpWin]\nTMT_EST = 2\n# end\n";
        let file = Scratch::new("comments", text);
        let expected = text.replace("GRE = false", "GRE = true");
        assert_eq!(file.change(&[("GRE", "yes")]), expected);
        let expected = expected.replace("= 60\n", "= 60\nFDURLIMIT = 0x10\n");
        assert_eq!(file.change(&[("FDURLIMIT", "0x10")]), expected);
        let expected = expected.replace("GRE = true # so\n", "");
        assert_eq!(file.change(&[("GRE", "default")]), expected);
        let names = fs::read_dir(file.0.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1, "nothing is left beside it");
    }

    #[test]
    fn files_of_other_shapes() {
        let set = |name, text, expected| {
            assert_eq!(Scratch::new(name, text).change(&[("GRE", "0")]), expected);
        };
        set("empty", "", "[core]\nGRE = false\n");
        set("only", "# only\n", "# only\n\n[core]\nGRE = false\n");
        set("end", "[a]\nB = 1\n# end\n", "[a]\nB = 1\n# end\n\n[core]\nGRE = false\n");
        set("inline", "core = { FDURLIMIT = 1 }\n", "core = { FDURLIMIT = 1 , GRE = false }\n");
        set("dotted", "core.FDURLIMIT = 1\n", "core.FDURLIMIT = 1\ncore.GRE = false\n");
        let file = Scratch::new("inline-out", "core = { FDURLIMIT = 1, GRE = true }\n");
        let text = file.change(&[("FDURLIMIT", "default")]);
        assert_eq!(text, "core = { GRE = true }\n");
        let file = Scratch::new("dotted-out", "core.FDURLIMIT = 1\ncore.GRE = true\n");
        assert_eq!(file.change(&[("FDURLIMIT", "default")]), "core.GRE = true\n");
    }

    #[test]
    fn a_change_by_somebody_else_is_not_lost() {
        let file = Scratch::new("meanwhile", "[core]\nGRE = false\n");
        let settings = Settings::new(&Catalog::default());
        let mut edit = Edit::open(&file.0).unwrap();
        edit.set(&settings.toggle(settings.find("core", "MPLS").unwrap()), "0").unwrap();
        fs::write(&file.0, "[core]\nGTP = false\n").unwrap();
        let error = edit.save().unwrap_err();
        assert!(error.to_string().contains("was changed by another program"), "{error}");
        assert_eq!(file.text(), "[core]\nGTP = false\n");
        let names = fs::read_dir(file.0.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1, "nothing is left beside it");
    }

    #[test]
    fn who_comes_second_waits() {
        let file = Scratch::new("waits", "");
        std::thread::scope(|scope| {
            for name in ["GRE", "MPLS", "GTP", "VXLAN", "L2TP", "IPIP"] {
                let file = &file;
                scope.spawn(move || file.change(&[(name, "0")]));
            }
        });
        assert_eq!(file.text().matches(" = false").count(), 6, "{}", file.text());
    }

    #[test]
    fn what_cannot_be_changed() {
        let error = Edit::open(std::path::Path::new("x.config")).unwrap_err();
        assert!(matches!(error, EditError::Form(_)));
        let file = Scratch::new("broken", "[core\n");
        assert!(matches!(Edit::open(&file.0), Err(EditError::Config(_))));
    }
}
