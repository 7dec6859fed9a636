//! The figures in the repository, and how new ones compare with them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};

/// What a figure may grow by, in percent.
pub(super) const LIMIT: f64 = 3.0;
/// Changes below this, in percent, are no reason to write another number.
const NOISE: f64 = 0.1;

/// Stands where the stage stands; its number is no count.
const CHECKSUM: &str = "checksum";

const HEAD: &str = "\
# Instructions of flowz, written and compared by `cargo xtask bench counts`: see README.md.
# capture\tstage\tinstructions
";

/// Capture and stage.
type Name = (String, String);

/// Instructions by capture and stage, in order of their names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Figures(BTreeMap<Name, u64>);

impl Figures {
    /// Reads the file's text.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut figures = Self::default();
        for (n, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let at = || format!("line {}: '{line}'", n + 1);
            let [capture, stage, number] =
                line.split('\t').collect::<Vec<_>>().try_into().ok().with_context(at)?;
            let number = number.parse().with_context(at)?;
            if figures.get(capture, stage).is_some() {
                bail!("{}: the second of this name", at());
            }
            figures.set(capture, stage, number);
        }
        Ok(figures)
    }

    /// The file's text.
    pub(super) fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for ((capture, stage), number) in &self.0 {
            let _ = writeln!(text, "{capture}\t{stage}\t{number}");
        }
        text
    }

    /// One figure.
    pub(super) fn get(&self, capture: &str, stage: &str) -> Option<u64> {
        self.0.get(&(capture.to_owned(), stage.to_owned())).copied()
    }

    /// Notes a figure.
    pub(super) fn set(&mut self, capture: &str, stage: &str, number: u64) {
        self.0.insert((capture.to_owned(), stage.to_owned()), number);
    }

    /// The checksum of the capture that was counted.
    pub(super) fn checksum(&self, capture: &str) -> Option<u64> {
        self.get(capture, CHECKSUM)
    }

    /// Notes the checksum of a capture.
    pub(super) fn set_checksum(&mut self, capture: &str, checksum: u64) {
        self.set(capture, CHECKSUM, checksum);
    }

    /// Takes over the new figures of the captures that were counted. What hardly changed stays, and so do the
    /// figures of other captures.
    pub(super) fn update(&mut self, new: &Self) {
        let counted = |capture: &str| new.0.keys().any(|(c, _)| c == capture);
        let old = std::mem::take(&mut self.0);
        self.0.extend(old.iter().filter(|((c, _), _)| !counted(c)).map(|(n, f)| (n.clone(), *f)));
        for (name, &figure) in &new.0 {
            let same = |&old: &u64| name.1 != CHECKSUM && percent(old, figure).abs() < NOISE;
            let kept = old.get(name).copied().filter(same);
            self.0.insert(name.clone(), kept.unwrap_or(figure));
        }
    }
}

/// How a figure relates to that in the repository.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Change {
    /// The repository has none.
    New,
    /// By so many percent more or less.
    By(f64),
}

impl Change {
    /// Of a figure.
    pub(super) fn between(old: Option<u64>, new: u64) -> Self {
        old.map_or(Self::New, |old| Self::By(percent(old, new)))
    }

    /// Whether it must not pass.
    pub(super) fn is_bad(self) -> bool {
        matches!(self, Self::New) || matches!(self, Self::By(p) if p > LIMIT)
    }

    /// Whether the figure in the repository could be lowered.
    pub(super) fn is_better(self) -> bool {
        matches!(self, Self::By(p) if p < -LIMIT)
    }

    /// For the table.
    pub(super) fn text(self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::By(p) => format!("{p:+.2} %"),
        }
    }
}

fn percent(old: u64, new: u64) -> f64 {
    if old == new { 0.0 } else { (new as f64 - old as f64) / old as f64 * 100.0 }
}

#[cfg(test)]
mod tests {
    use super::{Change, Figures};

    #[test]
    fn the_file() {
        let text = "# words\n\nw1\ttext\t70\nw1\tall\t100\n";
        let figures = Figures::parse(text).unwrap();
        assert_eq!(figures.get("w1", "text"), Some(70));
        assert_eq!(figures.get("w2", "text"), None);
        let written = figures.text();
        assert!(written.ends_with("instructions\nw1\tall\t100\nw1\ttext\t70\n"), "{written}");
        assert_eq!(Figures::parse(&written).unwrap(), figures);
        let refused = |text| Figures::parse(text).unwrap_err().to_string();
        assert_eq!(refused("#\nw1\ttext\tx"), "line 2: 'w1\ttext\tx'");
        assert_eq!(refused("w1 text 3"), "line 1: 'w1 text 3'");
        assert_eq!(refused("a\tb\t3\na\tb\t3"), "line 2: 'a\tb\t3': the second of this name");
    }

    #[test]
    fn what_counts_as_a_change() {
        let of = |old, new| Change::between(Some(old), new);
        assert!(!of(1000, 1000).is_bad() && !of(1000, 1000).is_better());
        assert!(!of(1000, 1029).is_bad() && of(1000, 1031).is_bad());
        assert!(!of(1000, 971).is_better() && of(1000, 969).is_better());
        assert!(Change::between(None, 3).is_bad() && of(0, 1).is_bad() && !of(0, 0).is_bad());
        assert_eq!(of(1000, 1031).text(), "+3.10 %");
        assert_eq!(Change::between(None, 3).text(), "new");
    }

    #[test]
    fn an_update_changes_what_was_counted() {
        let mut figures = Figures::parse("a\tx\t10000\na\ty\t10000\na\told\t1\nb\tx\t5").unwrap();
        figures.set_checksum("a", 70_000);
        let mut new = Figures::parse("a\tx\t10009\na\ty\t10011\na\tz\t7").unwrap();
        new.set_checksum("a", 70_001);
        figures.update(&new);
        assert_eq!(figures.checksum("a"), Some(70_001));
        let expected = "a\tx\t10000\na\ty\t10011\na\tz\t7\na\tchecksum\t70001\nb\tx\t5";
        assert_eq!(figures, Figures::parse(expected).unwrap());
    }
}
