//! Reviewed texts in `tests/snapshots/` and in the folders of plugins. `cargo insta review` shows what has changed;
//! without it `INSTA_UPDATE=always` writes the new texts.

use std::fs;
use std::path::Path;

/// The text must be the reviewed one of this name.
#[track_caller]
pub(crate) fn golden(name: &str, text: &str) {
    golden_in(&super::workspace().join("tests/snapshots"), name, text);
}

/// The same, in this folder.
#[track_caller]
pub(crate) fn golden_in(folder: &Path, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The names of all reviewed texts in a folder, sorted.
pub(crate) fn golden_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> =
        names.filter_map(|name| name.strip_suffix(".snap").map(str::to_owned)).collect();
    names.sort();
    names
}
