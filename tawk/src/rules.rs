//! What the rules of a program print: whether whole rows, below which the header line is wanted.

use crate::lexer::{Kind, Word};
use crate::library;

/// What a program does, as far as its header line is concerned.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Rules {
    /// Whether a rule prints rows as they are.
    pub(crate) whole_rows: bool,
    /// Functions of the library that are a rule of their own: `aggr($srcIP)`.
    pub(crate) alone: Vec<String>,
    /// Whether there is a rule besides `BEGIN`, or an `END`: else no file is read.
    pub(crate) reads: bool,
}

/// Looks at the rules of a program.
pub(crate) fn rules(words: &[Word<'_>]) -> Rules {
    let words: Vec<_> = words.iter().filter(|w| w.counts()).copied().collect();
    let mut found = Rules { whole_rows: prints_rows(&words), ..Rules::default() };
    let mut rest = words.as_slice();
    while !rest.is_empty() {
        let (pattern, action, more) = rule(rest);
        rest = more;
        let begins = |word: &str| pattern.first().is_some_and(|w| w.is(word));
        let is_function = begins("function") || begins("func");
        if pattern.is_empty() && !action {
            continue;
        }
        found.reads |= !is_function && !begins("BEGIN");
        if is_function || action {
            continue;
        }
        match lone_call(pattern).filter(|name| library::find(name).is_some_and(|f| f.prints)) {
            Some(name) => found.alone.push(name.to_owned()),
            None => found.whole_rows = true,
        }
    }
    found
}

type Part<'a, 'w> = &'a [Word<'w>];

/// The pattern of the first rule, whether it has an action, and what comes behind the rule.
fn rule<'a, 'w>(words: Part<'a, 'w>) -> (Part<'a, 'w>, bool, Part<'a, 'w>) {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        let ends = word.kind == Kind::Newline || word.is(";");
        if word.is("(") || word.is("[") {
            depth += 1;
        } else if word.is(")") || word.is("]") {
            depth = depth.saturating_sub(1);
        } else if word.is("{") && depth == 0 {
            return (trimmed(&words[..at]), true, &words[at + action(&words[at..])..]);
        } else if ends && depth == 0 && !goes_on(&words[..at]) {
            return (trimmed(&words[..at]), false, &words[at + 1..]);
        }
    }
    (trimmed(words), false, &[])
}

/// Words of the action that begins here, brackets included.
fn action(words: Part<'_, '_>) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        if word.is("{") {
            depth += 1;
        } else if word.is("}") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + 1;
            }
        }
    }
    words.len()
}

/// Whether a line that ends so goes on in the next one; `function f(a)` may have its bracket there.
fn goes_on(words: Part<'_, '_>) -> bool {
    let words = trimmed(words);
    let open = words.last().is_some_and(|w| ["&&", "||", ","].iter().any(|sign| w.is(sign)));
    open || words.first().is_some_and(|w| w.is("function") || w.is("func"))
}

/// Without ends of lines in front and behind.
fn trimmed<'a, 'w>(words: Part<'a, 'w>) -> Part<'a, 'w> {
    let fine = |w: &Word<'_>| w.kind != Kind::Newline;
    let from = words.iter().position(fine).unwrap_or(words.len());
    let to = words.iter().rposition(fine).map_or(from, |n| n + 1);
    &words[from..to]
}

/// The name of the function, if the pattern is nothing but a call.
fn lone_call<'w>(pattern: Part<'_, 'w>) -> Option<&'w str> {
    let [name, open, rest @ ..] = pattern else { return None };
    if name.kind != Kind::Name || !open.is("(") {
        return None;
    }
    let mut depth = 1_usize;
    for (at, word) in rest.iter().enumerate() {
        if word.is("(") {
            depth += 1;
        } else if word.is(")") {
            depth -= 1;
            if depth == 0 {
                return (at + 1 == rest.len()).then_some(name.text);
            }
        }
    }
    None
}

/// Whether there is a `print` of the whole row.
fn prints_rows(words: Part<'_, '_>) -> bool {
    words.iter().enumerate().filter(|(_, w)| w.is("print")).any(|(at, _)| {
        match words.get(at + 1..) {
            None | Some([]) => true,
            Some([dollar, zero, rest @ ..]) if dollar.kind == Kind::Dollar && zero.text == "0" => {
                rest.first().is_none_or(ends_print)
            }
            Some([next, ..]) => ends_print(next),
        }
    })
}

fn ends_print(word: &Word<'_>) -> bool {
    word.kind == Kind::Newline || [";", "}", ">", ">>", "|"].iter().any(|sign| word.is(sign))
}

#[cfg(test)]
mod tests {
    use super::{Rules, rules};
    use crate::lexer::words;

    fn of(program: &str) -> Rules {
        rules(&words(program).unwrap())
    }

    #[test]
    fn programs_that_print_rows() {
        for program in [
            "port(80)",
            "$1 > 2 &&\n $2",
            "{ print }",
            "/x/ { print $0 }",
            "{ if (x) print; else n++ }",
            "{ print > \"file\" }",
            "function f(a)\n{ return a }\nf(2)",
            "BEGIN { x = 1 }; x, y",
            "aggr($1) || 1",
            "f(1) && f(2)",
        ] {
            assert!(of(program).whole_rows, "{program}");
        }
        for program in [
            "{ print $1 }",
            "$1 { print $0 \" x\" }",
            "BEGIN { print 1 }",
            "aggr($1)",
            "{ n++ } END { print n }",
            "function f(a)\n{ return a }",
            "",
            "\n;\n",
        ] {
            assert!(!of(program).whole_rows, "{program}");
        }
    }

    #[test]
    fn functions_that_are_rules() {
        assert_eq!(of("aggr($1, (2)); t2sort(3)\n{ x = mean($1) }").alone, ["aggr", "t2sort"]);
    }

    #[test]
    fn programs_that_read() {
        assert!(!of("BEGIN { print 1 }").reads && !of("function f() { }").reads);
        assert!(
            of("BEGIN { print 1 } END { print NR }").reads && of("1").reads && of("{ x }").reads
        );
    }
}
