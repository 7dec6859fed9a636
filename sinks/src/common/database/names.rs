//! Names that a database takes.

/// What a database asks of names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Most bytes of a name.
    pub(crate) longest: usize,
    /// Small and large letters are the same.
    pub(crate) folds: bool,
    /// Names are written in small letters.
    pub(crate) lowers: bool,
}

impl Rules {
    /// The names as the database takes them, in their order, none of which is there twice or one of those that are taken: a longer one is
    /// cut, and one that is there already has `_2`, `_3` … behind it.
    pub(crate) fn unique<'a>(
        self,
        names: impl IntoIterator<Item = &'a str>,
        taken: &[&str],
    ) -> Vec<String> {
        let mut seen: Vec<String> = taken.iter().map(|name| self.key(name)).collect();
        let mut out = Vec::new();
        for name in names {
            let name = if self.lowers { name.to_lowercase() } else { name.to_owned() };
            let mut candidate = self.cut(&name, "");
            let mut number = 2;
            while seen.contains(&self.key(&candidate)) {
                candidate = self.cut(&name, &format!("_{number}"));
                number += 1;
            }
            seen.push(self.key(&candidate));
            out.push(candidate);
        }
        out
    }

    /// A name with an end, no longer than it may be.
    fn cut(self, name: &str, end: &str) -> String {
        let mut length = name.len().min(self.longest.saturating_sub(end.len()));
        while !name.is_char_boundary(length) {
            length -= 1;
        }
        format!("{}{end}", &name[..length])
    }

    /// What two names that are the same have in common.
    fn key(self, name: &str) -> String {
        if self.folds { name.to_ascii_lowercase() } else { name.to_owned() }
    }
}

/// A name in quotation marks of this kind, as SQL takes it: those inside of it are there twice.
pub(crate) fn quoted(name: &str, mark: char) -> String {
    let twice = [mark, mark].iter().collect::<String>();
    format!("{mark}{}{mark}", name.replace(mark, &twice))
}

#[cfg(test)]
mod tests {
    use super::{Rules, quoted};

    #[test]
    fn none_is_there_twice() {
        let rules = Rules { longest: 6, folds: true, lowers: false };
        let names =
            rules.unique(["aB", "Ab", "AB", "abcdefgh", "abcdefxy", "ééééé", "run"], &["RUN"]);
        assert_eq!(names, ["aB", "Ab_2", "AB_3", "abcdef", "abcd_2", "ééé", "run_2"]);
        let rules = Rules { longest: 63, folds: false, lowers: true };
        assert_eq!(rules.unique(["timeFirst", "timefirst"], &[]), ["timefirst", "timefirst_2"]);
        let rules = Rules { longest: 63, folds: false, lowers: false };
        assert_eq!(rules.unique(["a", "A"], &[]), ["a", "A"]);
    }

    #[test]
    fn quotation_marks() {
        assert_eq!(quoted("a\"b", '"'), "\"a\"\"b\"");
        assert_eq!(quoted("it's", '\''), "'it''s'");
    }
}
