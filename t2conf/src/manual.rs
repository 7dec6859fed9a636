//! The manual page: options from the definition of the command line, and what else a page has.

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;
use flowz_config::manual::{SETTINGS_FILES, Section, VARIABLES, complete};

use crate::args::{Args, EXAMPLES};

const FILES: Section = Section {
    title: "FILES",
    items: &[
        SETTINGS_FILES[0],
        SETTINGS_FILES[1],
        (
            "",
            "Changes go into the last file of --config, else into that of FLOWZ_CONFIG, else into flowz.toml of the working directory; with --user into the user's. A file whose name does not end in .toml has lines NAME = value, as default.config of the reference.",
        ),
    ],
};

const STATUS: Section = Section {
    title: "EXIT STATUS",
    items: &[
        ("0", "All is done."),
        ("1", "Something is wrong, and nothing was changed."),
        ("2", "The words of the command line are wrong."),
    ],
};

const MORE: Section = Section {
    title: "SEE ALSO",
    items: &[(
        "",
        "flowz(1), tawk(1), tcol(1). Toggles: docs/plugins.md; where values come from, and which options of the t2conf of the reference, Tranalyzer2 0.9.3, have no counterpart: docs/settings.md.",
    )],
};

/// The page.
pub(crate) fn page() -> io::Result<String> {
    let mut page = Vec::new();
    Man::new(Args::command()).render(&mut page)?;
    Ok(complete(&String::from_utf8_lossy(&page), EXAMPLES, &[FILES, VARIABLES, STATUS, MORE]))
}
