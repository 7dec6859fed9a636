//! New plugins from templates: what `cargo xtask new-plugin` writes inside of the project and
//! `flowz plugin new` outside of it.
//!
//! The templates are in `core/scaffold/templates`; words in double braces are filled in.
#![forbid(unsafe_code)]

mod names;
mod project;

pub use names::{NameError, check_name, pascal_case, snake_case};
pub use project::{Source, object, project};

/// The files of a plugin.
const PLUGIN: [(&str, &str); 3] = [
    ("mod.rs", include_str!("../templates/plugin/mod.rs.in")),
    ("row.rs", include_str!("../templates/plugin/row.rs.in")),
    ("toggles.rs", include_str!("../templates/plugin/toggles.rs.in")),
];

/// A file that is to be written: its name, and its text.
pub type File = (String, String);

/// The files of a plugin's folder inside of the project.
pub fn plugin_files(name: &str, number: u16) -> Vec<File> {
    let filled = |(file, text): (&str, &str)| (file.to_owned(), fill(text, name, number));
    PLUGIN.map(filled).into()
}

/// A template with the plugin's names in it.
fn fill(template: &str, name: &str, number: u16) -> String {
    let words = [
        ("{{name}}", name.to_owned()),
        ("{{Name}}", pascal_case(name)),
        ("{{NAME}}", snake_case(name).to_uppercase()),
        ("{{snake}}", snake_case(name)),
        ("{{number}}", number.to_string()),
    ];
    words.iter().fold(template.to_owned(), |text, (word, value)| text.replace(word, value))
}
