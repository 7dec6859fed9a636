//! The manual page: options from the definition of the command line, functions from the library.

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;
use flowz_config::manual::{Section, complete};

use crate::args::{Args, EXAMPLES};

const LANGUAGE: Section = Section {
    title: "LANGUAGE",
    items: &[
        ("", "The program is one of awk(1), with some more:"),
        (
            "$name",
            "A column by its name. Letters of a name that awk does not know are _ (id.orig_h is $id_orig_h).",
        ),
        (
            "name",
            "Its number, if the program does not use the name as a variable: t2sort(duration).",
        ),
        ("0x12", "A number in hexadecimal; $ethType == 0x0800 compares as numbers."),
        (
            "function()",
            "The functions that tawk -l lists with examples: those that the program calls are added to it.",
        ),
        (
            "",
            "Numbers are printed with 15 digits (OFMT), columns with a tabulator between them (OFS). Bytes are bytes: awk runs with LC_ALL=C.",
        ),
    ],
};

const FILES: Section = Section {
    title: "FILES",
    items: &[
        (
            "PREFIX_flows.txt, PREFIX_packets.txt",
            "Tables of flowz: the line that begins with % names the columns. Of other files -s and -N say which line does; --csv and --zeek read those forms.",
        ),
        ("PROGRAM-FILE", "A program (-f), as awk has it, with columns by their names."),
    ],
};

const VARIABLES: Section = Section {
    title: "ENVIRONMENT",
    items: &[
        ("TAWK_AWK", "The awk to run, as --awk."),
        ("PATH", "Where awk is looked for: gawk, mawk, awk, busybox."),
        ("NO_COLOR", "If it is set, nothing is written in colour."),
    ],
};

const STATUS: Section = Section {
    title: "EXIT STATUS",
    items: &[
        ("1", "A file cannot be read, or there is no awk that can run the program."),
        (
            "2",
            "Something is wrong in the program, a name of a column, or the words of the command line.",
        ),
        ("", "Otherwise that of awk: 0, or what the program says with exit."),
    ],
};

const MORE: Section = Section {
    title: "SEE ALSO",
    items: &[("", "tcol(1), flowz(1), t2conf(1), mawk(1), gawk(1). All functions: docs/tawk.md.")],
};

/// The page.
pub(crate) fn page() -> io::Result<String> {
    let mut page = Vec::new();
    Man::new(Args::command()).render(&mut page)?;
    let sections = [LANGUAGE, FILES, VARIABLES, STATUS, MORE];
    Ok(complete(&String::from_utf8_lossy(&page), EXAMPLES, &sections))
}
