//! Keys, as far as they mean something.

/// A key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Key {
    Char(char),
    Enter,
    Escape,
    Backspace,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    /// Ctrl-C: it is a key while the screen is up.
    Interrupt,
}

/// What the help says of them.
pub(crate) const HELP: [(&str, &str); 9] = [
    ("b p a r", "sort by bytes, packets, age, rate"),
    ("/", "filter: a condition as dstPort == 443 and bytes > 1e6"),
    ("", "Enter applies it, Escape leaves it; an empty one shows all"),
    ("Up Down", "select a flow; more of it stands below the table"),
    ("PgUp PgDn", "a page up or down"),
    ("Home End", "the first or last flow"),
    ("Space", "stop the picture, and let it go on"),
    ("h", "this help"),
    ("q", "quit"),
];
