//! Reads what callgrind writes: how many instructions the code of each object took.
//!
//! The format is described in valgrind's manual. Needed of it is little: `ob=` lines name the object (a program or
//! a library) of the costs that follow; names are written out once and are numbers from then on; a line that
//! begins with a position holds a cost, which counts for the object unless the line before was `calls=`: then
//! it is the cost of what was called, which is listed with its own object.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

/// The event that is counted: instructions read.
const EVENT: &str = "events: Ir";

/// Instructions of each object, by its path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Profile(BTreeMap<String, u64>);

impl Profile {
    /// Reads the text of a profile with one event and one position a line.
    pub(super) fn parse(text: &str) -> Result<Self> {
        if !text.lines().any(|line| line == EVENT) {
            bail!("the profile counts no instructions: '{EVENT}' is missing");
        }
        let mut names = BTreeMap::new();
        let mut costs = BTreeMap::new();
        let mut object = String::new();
        let mut called = false;
        for (n, line) in text.lines().enumerate() {
            if let Some(name) = line.strip_prefix("ob=") {
                object = full_name(&mut names, name)?;
            } else if let Some(name) = line.strip_prefix("cob=") {
                full_name(&mut names, name)?;
            } else if line.starts_with("calls=") {
                called = true;
            } else if line.starts_with(|c: char| c.is_ascii_digit() || "+-*".contains(c)) {
                let cost = cost(line).with_context(|| format!("line {}: '{line}'", n + 1))?;
                if !std::mem::take(&mut called) {
                    *costs.entry(object.clone()).or_default() += cost;
                }
            }
        }
        Ok(Self(costs))
    }

    /// Instructions of an object.
    pub(super) fn instructions_of(&self, object: &str) -> u64 {
        self.0.get(object).copied().unwrap_or(0)
    }

    /// Instructions of all objects.
    pub(super) fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

/// `(3) name` the first time, `(3)` later, `name` where names are not numbered.
fn full_name(names: &mut BTreeMap<String, String>, text: &str) -> Result<String> {
    let numbered = text.strip_prefix('(').and_then(|t| t.split_once(')'));
    let Some((number, name)) = numbered else { return Ok(text.to_owned()) };
    let name = name.trim_start();
    if name.is_empty() {
        return names.get(number).cloned().with_context(|| format!("object {number} has no name"));
    }
    names.insert(number.to_owned(), name.to_owned());
    Ok(name.to_owned())
}

/// The number behind the position; none is 0.
fn cost(line: &str) -> Result<u64> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let Some(word) = words.next() else { return Ok(0) };
    if words.next().is_some() {
        bail!("more than a position and a cost");
    }
    word.parse().context("this is no cost")
}

#[cfg(test)]
mod tests {
    use super::Profile;

    const TEXT: &str = "\
# callgrind format
version: 1
cmd:  program -r 7
positions: line
events: Ir
summary: 66

ob=(1) /lib/libc.so.6
fl=(1) ???
fn=(1) malloc
0 5

ob=(2) /bin/program
fl=(2) main.rs
fn=(2) main
16 20
cob=(1)
cfn=(1)
calls=2 0
17 5
+3 30
cob=(3) /lib/libm.so.6
cfn=(3) log
calls=1 0
* 7
18

ob=(3)
fn=(3)
0 7
ob=(2)
fn=(4) other
-2 4

totals: 66
";

    #[test]
    fn costs_count_for_the_object_they_are_in() {
        let profile = Profile::parse(TEXT).unwrap();
        assert_eq!(profile.instructions_of("/bin/program"), 54);
        assert_eq!(profile.instructions_of("/lib/libc.so.6"), 5);
        assert_eq!(profile.instructions_of("/lib/libm.so.6"), 7);
        assert_eq!(profile.instructions_of("/bin/other"), 0);
        assert_eq!(profile.total(), 66, "as the summary says");
    }

    #[test]
    fn other_texts_are_refused() {
        let refused = |from: &str, to: &str| {
            let text = TEXT.replacen(from, to, 1);
            assert_ne!(text, TEXT);
            Profile::parse(&text).unwrap_err().to_string()
        };
        assert!(refused("events: Ir", "events: Ir Dr").contains("'events: Ir' is missing"));
        assert_eq!(refused("16 20", "16 20 3"), "line 16: '16 20 3'");
        assert_eq!(refused("+3 30", "+3 x"), "line 21: '+3 x'");
        assert_eq!(refused("(2) /bin/program", "(2)"), "object 2 has no name");
    }
}
