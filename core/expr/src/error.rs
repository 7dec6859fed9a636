//! What is wrong with a text, and where.

use std::fmt;
use std::ops::Range;

/// Characters of the text that are shown on either side of the place.
const AROUND: usize = 50;

/// A fault at some bytes of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub(crate) at: Range<usize>,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// Why a text is no condition: a sentence, and below it the text with carets under the place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    fault: Fault,
    /// The text around the place, and the carets.
    place: String,
}

impl Error {
    pub(crate) fn new(mut fault: Fault, text: &str) -> Self {
        let place = place(&fault.at, text);
        // A message may quote a name in backquotes, and that may hold any characters.
        fault.message = in_one_line(&fault.message);
        Self { fault, place }
    }

    /// The sentence alone.
    pub fn message(&self) -> &str {
        &self.fault.message
    }

    /// The bytes of the text that it is about.
    pub fn range(&self) -> Range<usize> {
        self.fault.at.clone()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.fault.message, self.place)
    }
}

impl std::error::Error for Error {}

/// The text with control characters as escapes, so that it is one line.
fn in_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_debug()) } else { line.push(c) }
    }
    line
}

/// Two lines: the text, shortened if it is long, and carets.
fn place(at: &Range<usize>, text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let chars = |range: Range<usize>| -> Vec<char> {
        text.get(range).unwrap_or_default().chars().map(shown).collect()
    };
    let (before, inside, behind) =
        (chars(0..at.start), chars(at.clone()), chars(at.end..text.len()));
    let cut = before.len().saturating_sub(AROUND);
    let mut line: String = if cut > 0 { "...".to_owned() } else { String::new() };
    line.extend(&before[cut..]);
    let blanks = line.chars().count();
    let carets = inside.len().clamp(1, AROUND);
    line.extend(inside.iter().take(AROUND));
    if inside.len() <= AROUND {
        line.extend(behind.iter().take(AROUND));
    }
    if inside.len() > AROUND || behind.len() > AROUND {
        line += "...";
    }
    format!("  {}\n  {}{}", line.trim_end(), " ".repeat(blanks), "^".repeat(carets))
}

#[cfg(test)]
mod tests {
    use super::{Error, Fault, place};

    #[test]
    fn a_message_is_one_line() {
        let error = Error::new(Fault::new(0..3, "no column 'a\n\u{b}'"), "`a\n`");
        assert_eq!(error.message(), r"no column 'a\n\u{b}'");
        assert_eq!(error.to_string().lines().count(), 3);
    }

    #[test]
    fn carets_under_the_place() {
        assert_eq!(place(&(2..4), "a bc d"), "  a bc d\n    ^^");
        assert_eq!(place(&(6..6), "a bc d"), "  a bc d\n        ^");
        assert_eq!(place(&(3..4), "ä\tb"), "  ä b\n    ^");
        let long = "x".repeat(500);
        let shown = place(&(250..252), &long);
        let x = "x".repeat(50);
        assert_eq!(shown, format!("  ...{x}xx{x}...\n  {}^^", " ".repeat(53)));
        assert!(place(&(0..500), &long).len() < 120);
    }
}
