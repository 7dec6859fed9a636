//! Sections of manual pages that programs with settings share, and how more of them are written (man(7)).

/// A section: its title and what is in it.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// In capitals, as manual pages have it.
    pub title: &'static str,
    /// Words with what they mean; without a word a paragraph.
    pub items: &'static [(&'static str, &'static str)],
}

/// The files that settings are read from.
pub const SETTINGS_FILES: [(&str, &str); 2] = [
    (
        "$XDG_CONFIG_HOME/flowz/flowz.toml",
        "Settings of the user; ~/.config/flowz/flowz.toml if the variable is not set.",
    ),
    ("flowz.toml", "Settings of the working directory; they win over those of the user."),
];

/// The variables that settings are read from.
pub const VARIABLES: Section = Section {
    title: "ENVIRONMENT",
    items: &[
        (
            "TOGGLE",
            "A variable with the name of a toggle sets it in all plugins that have it: BS_STATS=0.",
        ),
        ("FLOWZ_PLUGIN_TOGGLE", "Sets the toggle of one plugin: FLOWZ_basicStats_BS_STATS=0."),
        ("FLOWZ_PLUGINS", "The plugins that take part: NAME,NAME, +NAME, -NAME or all."),
        ("FLOWZ_CONFIG", "The file of settings to read in place of flowz.toml."),
        (
            "FLOWZ_NO_CONFIG",
            "If it is 1, settings are looked for neither in files nor in variables.",
        ),
        ("XDG_CONFIG_HOME, HOME", "Where the user's file of settings is."),
        ("NO_COLOR", "If it is set, nothing is written in colour."),
    ],
};

/// A page as it is made of a command line's definition, with examples and sections in the place of the text that
/// stands below the options (`EXTRA`).
#[must_use]
pub fn complete(page: &str, examples: &str, sections: &[Section]) -> String {
    let (options, rest) = page.split_once(".SH EXTRA\n").unwrap_or((page, ""));
    let version = rest.find(".SH VERSION\n").and_then(|at| rest.get(at..)).unwrap_or("");
    let sections: String = sections.iter().map(text).collect();
    format!("{options}{}{sections}{version}", lines("EXAMPLES", examples))
}

/// The text of a section.
fn text(section: &Section) -> String {
    let item = |(word, meaning): &(&str, &str)| {
        let meaning = escaped(meaning);
        if word.is_empty() {
            format!(".PP\n{meaning}\n")
        } else {
            format!(".TP\n\\fB{}\\fR\n{meaning}\n", escaped(word))
        }
    };
    let items: String = section.items.iter().map(item).collect();
    format!(".SH \"{}\"\n{items}", section.title)
}

/// A section whose lines stay as they are.
fn lines(title: &str, lines: &str) -> String {
    let lines = lines.lines().map(str::trim_start).map(escaped).collect::<Vec<_>>().join("\n");
    format!(".SH {title}\n.nf\n{lines}\n.fi\n")
}

/// Text in which nothing is an instruction.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::{Section, complete, lines, text};

    #[test]
    fn sections() {
        let section = Section { title: "EXIT STATUS", items: &[("0", ".done"), ("", "it's -x\\")] };
        let expected = ".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\n\\&.done\n.PP\nit\\(aqs \\-x\\e\n";
        assert_eq!(text(&section), expected);
        assert_eq!(lines("EXAMPLES", "  a -b\n  c"), ".SH EXAMPLES\n.nf\na \\-b\nc\n.fi\n");
        let page = "options\n.SH EXTRA\nhelp\n.SH VERSION\nv1\n";
        let expected =
            format!("options\n.SH EXAMPLES\n.nf\na\n.fi\n{}.SH VERSION\nv1\n", text(&section));
        assert_eq!(complete(page, "  a", &[section]), expected);
    }
}
