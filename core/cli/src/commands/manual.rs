//! The manual page: options from the definition of the command line, and what else a page has.

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;
use flowz_config::manual::{SETTINGS_FILES, Section, VARIABLES, complete};

use crate::args::{Cli, EXAMPLES};

const FILES: Section = Section {
    title: "FILES",
    items: &[
        (
            "PREFIX_flows.txt, PREFIX_flows.csv",
            "The flow table; with -W in pieces, numbered at the end.",
        ),
        ("PREFIX_headers.txt", "What the run was, and what the columns of the flow table mean."),
        ("PREFIX_packets.txt, PREFIX_packets.csv", "The packet table (-s)."),
        ("PREFIX_log.txt", "The report (-l)."),
        (
            "PREFIX_NAME.txt, PREFIX_NAME_headers.txt, PREFIX_NAME.csv",
            "Tables and statistics of plugins.",
        ),
        ("PREFIX_files/PLUGIN/", "Contents of flows that plugins save, if a toggle asks for it."),
        SETTINGS_FILES[0],
        SETTINGS_FILES[1],
        (
            "",
            "PREFIX is that of -w, or the name of the capture without its end. Files have other names, which begin with a dot, until they are complete.",
        ),
    ],
};

const STATUS: Section = Section {
    title: "EXIT STATUS",
    items: &[
        ("0", "All is done; also if whoever read standard output has seen enough."),
        ("1", "Something failed; what was computed before is written."),
        ("2", "The words of the command line or the settings are wrong; no table is written."),
        ("3", "All that could be read is written, but the input was cut or damaged."),
        (
            "129, 130, 143",
            "SIGHUP, SIGINT or SIGTERM ended the input; what was read before is written, with a report.",
        ),
    ],
};

const SIGNALS: Section = Section {
    title: "SIGNALS",
    items: &[(
        "SIGHUP, SIGINT, SIGTERM",
        "The first one ends the run as the end of the input does, with whole files and a report; a second one ends it at once.",
    )],
};

const MORE: Section = Section {
    title: "SEE ALSO",
    items: &[(
        "",
        "t2conf(1), tawk(1), tcol(1), pcap-filter(7), tcpdump(1). Columns and toggles: docs/plugins.md; conditions of --where: docs/expressions.md; settings: docs/settings.md; where the reference, Tranalyzer2 0.9.3, is provably wrong: docs/compat.md; what is where for those who know it: docs/coming-from-tranalyzer.md.",
    )],
};

/// The page.
pub(super) fn page() -> io::Result<String> {
    let mut page = Vec::new();
    Man::new(Cli::command()).render(&mut page)?;
    let page = String::from_utf8_lossy(&page);
    Ok(complete(&page, EXAMPLES, &[FILES, VARIABLES, STATUS, SIGNALS, MORE]))
}
