//! The list of plugins that take part, if somebody names them.

use std::fmt;

use crate::settings::Origin;

/// Names of plugins, and who named them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PluginList {
    /// All exist.
    pub names: Vec<String>,
    /// The sinks that are named too, as in the reference's lists; nothing if there is none among the names.
    pub sinks: Option<Vec<String>>,
    /// Where the list comes from.
    pub origin: Origin,
}

impl PluginList {
    /// The names of plugins, then those of sinks.
    pub fn all_names(&self) -> Vec<String> {
        self.names.iter().chain(self.sinks.iter().flatten()).cloned().collect()
    }
}

/// `a,b`
impl fmt::Display for PluginList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.all_names().join(","))
    }
}

/// The word for all that there are.
const ALL: &str = "all";
/// The word for those that are on by default.
const DEFAULT: &str = "default";

/// What words can mean.
pub(crate) struct Choice<'a> {
    /// All names.
    pub(crate) known: &'a [&'a str],
    /// Those that `all` stands for.
    pub(crate) all: &'a [&'a str],
    /// Those that are on by default.
    pub(crate) default: &'a [&'a str],
}

/// A word of a list without its sign, and whether it takes something out.
fn signed(word: &str) -> (&str, bool) {
    match word.strip_prefix('-') {
        Some(name) => (name, true),
        None => (word.strip_prefix('+').unwrap_or(word), false),
    }
}

/// The name in a word, without `+` and `-`.
pub fn bare(word: &str) -> &str {
    signed(word).0
}

/// Whether words say what is more and what is less than now, and not all that is to be.
pub fn is_change(words: &[String]) -> bool {
    words.first().is_some_and(|word| word.starts_with(['+', '-']))
}

impl Choice<'_> {
    /// Does what a word says to names; false if it says nothing to these.
    pub(crate) fn apply(&self, word: &str, names: &mut Vec<String>) -> bool {
        let (name, less) = signed(word);
        let meant = match name {
            ALL => self.all,
            DEFAULT => self.default,
            _ => match self.known.iter().position(|known| *known == name) {
                Some(at) => &self.known[at..=at],
                None => return false,
            },
        };
        names.retain(|name| !meant.contains(&name.as_str()));
        if !less {
            names.extend(meant.iter().map(|name| (*name).to_owned()));
        }
        true
    }
}

/// Names with commas between them.
pub fn of_words(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Names of a text with one a line, with or without number and `.so` as in the reference's lists; `#`
/// begins a comment.
pub fn of_lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(|l| l.split('#').next().unwrap_or("").trim());
    let name = |l: &str| {
        let l = l.strip_suffix(".so").unwrap_or(l);
        let bare = l.trim_start_matches(|c: char| c.is_ascii_digit());
        bare.strip_prefix('_').unwrap_or(l).to_owned()
    };
    lines.filter(|l| !l.is_empty()).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::{Choice, bare, of_lines, of_words};

    #[test]
    fn words_that_change() {
        let choice =
            Choice { known: &["a", "b", "c", "d"], all: &["a", "b", "c"], default: &["a", "b"] };
        let mut names = vec!["a".to_owned()];
        let mut after = |word| (choice.apply(word, &mut names), names.join(","));
        assert_eq!(after("+c"), (true, "a,c".to_owned()));
        assert_eq!(after("-a"), (true, "c".to_owned()));
        assert_eq!(after("all"), (true, "a,b,c".to_owned()));
        assert_eq!(after("-default"), (true, "c".to_owned()));
        assert_eq!(after("d"), (true, "c,d".to_owned()));
        assert_eq!(after("-d"), (true, "c".to_owned()));
        assert_eq!(after("e"), (false, "c".to_owned()));
        assert_eq!(bare("+x"), "x");
    }

    #[test]
    fn names() {
        assert_eq!(of_words(" a,b ,,c"), ["a", "b", "c"]);
        assert!(of_words("").is_empty());
        let lines = "# mine\n100_basicFlow.so\n\n tcpWin # off\nbasicStats.so\n";
        assert_eq!(of_lines(lines), ["basicFlow", "tcpWin", "basicStats"]);
    }
}
