//! The list of plugins that take part, if somebody names them.

use std::fmt;

use crate::settings::Origin;

/// Names of plugins, and who named them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PluginList {
    /// All exist.
    pub names: Vec<String>,
    /// Where the list comes from.
    pub origin: Origin,
}

/// `a,b`
impl fmt::Display for PluginList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names.join(","))
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
    use super::{of_lines, of_words};

    #[test]
    fn names() {
        assert_eq!(of_words(" a,b ,,c"), ["a", "b", "c"]);
        assert!(of_words("").is_empty());
        let lines = "# mine\n100_basicFlow.so\n\n tcpWin # off\nbasicStats.so\n";
        assert_eq!(of_lines(lines), ["basicFlow", "tcpWin", "basicStats"]);
    }
}
