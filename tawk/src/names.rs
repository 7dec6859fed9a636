//! Names in awk programs: those of the language, variables, functions that a program defines.

use std::collections::BTreeSet;

use crate::lexer::{Kind, Word};

/// Words, variables and functions of the language that stand without brackets.
const OF_AWK: [&str; 49] = [
    "BEGIN",
    "END",
    "function",
    "func",
    "if",
    "else",
    "while",
    "for",
    "do",
    "break",
    "continue",
    "next",
    "nextfile",
    "exit",
    "return",
    "delete",
    "in",
    "getline",
    "print",
    "printf",
    "NF",
    "NR",
    "FNR",
    "FS",
    "OFS",
    "RS",
    "ORS",
    "FILENAME",
    "ARGC",
    "ARGV",
    "ENVIRON",
    "CONVFMT",
    "OFMT",
    "RSTART",
    "RLENGTH",
    "SUBSEP",
    "length",
    "BEGINFILE",
    "ENDFILE",
    "PROCINFO",
    "IGNORECASE",
    "FPAT",
    "FIELDWIDTHS",
    "RT",
    "ERRNO",
    "switch",
    "case",
    "default",
    "SYMTAB",
];

/// Signs that set what stands in front of them.
const SETTING: [&str; 11] = ["=", "+=", "-=", "*=", "/=", "%=", "^=", "**=", "++", "--", "["];

/// Functions of gawk alone.
const GAWK_FUNCTIONS: [&str; 16] = [
    "gensub",
    "strtonum",
    "and",
    "or",
    "xor",
    "lshift",
    "rshift",
    "compl",
    "asort",
    "asorti",
    "patsplit",
    "isarray",
    "typeof",
    "mkbool",
    "dcgettext",
    "bindtextdomain",
];
/// Names of gawk alone.
const GAWK_NAMES: [&str; 12] = [
    "BEGINFILE",
    "ENDFILE",
    "PROCINFO",
    "IGNORECASE",
    "FPAT",
    "FIELDWIDTHS",
    "RT",
    "SYMTAB",
    "switch",
    "ERRNO",
    "TEXTDOMAIN",
    "BINMODE",
];
/// What only gawk knows in regular expressions.
const GAWK_REGEX: [&str; 8] = ["\\y", "\\B", "\\<", "\\>", "\\w", "\\W", "\\s", "\\S"];

/// Whether the language has this name.
pub(crate) fn is_of_awk(name: &str) -> bool {
    OF_AWK.contains(&name)
}

/// Functions that a program defines.
pub(crate) fn functions(words: &[Word<'_>]) -> BTreeSet<String> {
    let words: Vec<_> = words.iter().filter(|w| w.counts()).collect();
    let pairs = words.windows(2).filter(|w| w[0].is("function") || w[0].is("func"));
    pairs.filter(|w| w[1].kind == Kind::Name).map(|w| w[1].text.to_owned()).collect()
}

/// Variables that a program sets, parameters of its functions among them.
pub(crate) fn variables(words: &[Word<'_>]) -> BTreeSet<String> {
    let mut found = parameters(words);
    let words: Vec<_> = words.iter().filter(|w| w.counts()).collect();
    let at = |n: Option<usize>| n.and_then(|n| words.get(n));
    for (n, word) in words.iter().enumerate() {
        if word.kind != Kind::Name || is_of_awk(word.text) {
            continue;
        }
        let before = at(n.checked_sub(1));
        if before.is_some_and(|w| w.kind == Kind::Dollar) {
            continue;
        }
        let after = at(n.checked_add(1));
        let set = after.is_some_and(|w| SETTING.iter().any(|sign| w.is(sign)) || w.is("in"));
        let by = before
            .is_some_and(|w| ["++", "--", "in", "getline", "delete"].iter().any(|sign| w.is(sign)));
        if set || by {
            found.insert(word.text.to_owned());
        }
    }
    found
}

/// Parameters of the functions that a program defines.
pub(crate) fn parameters(words: &[Word<'_>]) -> BTreeSet<String> {
    let words: Vec<_> = words.iter().filter(|w| w.counts()).collect();
    let mut found = BTreeSet::new();
    for (n, _) in words.iter().enumerate().filter(|(_, w)| w.is("function") || w.is("func")) {
        let list = words.iter().skip(n + 2).take_while(|w| !w.is(")"));
        found.extend(list.filter(|w| w.kind == Kind::Name).map(|w| w.text.to_owned()));
    }
    found
}

/// The text that quotes hold: `\"` and `\\` are one character.
pub(crate) fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    let mut out = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(next @ ('"' | '\\' | '/')) => out.push(next),
                Some(next) => out.extend(['\\', next]),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}

/// What in the program only gawk can do.
pub(crate) fn needs_gawk(words: &[Word<'_>]) -> Option<String> {
    let own = functions(words);
    let words: Vec<_> = words.iter().filter(|w| w.counts()).collect();
    let called = |n: usize| words.get(n + 1).is_some_and(|w| w.is("("));
    words.iter().enumerate().find_map(|(n, word)| match word.kind {
        Kind::Name
            if called(n) && GAWK_FUNCTIONS.contains(&word.text) && !own.contains(word.text) =>
        {
            Some(format!("{}()", word.text))
        }
        Kind::Name if GAWK_NAMES.contains(&word.text) => Some(word.text.to_owned()),
        Kind::Sign if word.text == "|&" || word.text == "@" => Some(word.text.to_owned()),
        Kind::Regex => gawk_regex(word.text),
        _ => None,
    })
}

fn gawk_regex(regex: &str) -> Option<String> {
    let known =
        GAWK_REGEX.iter().find(|part| regex.contains(**part)).map(|part| (*part).to_owned());
    // Braces that repeat: mawk knows them only in newer versions.
    let repeats = regex
        .match_indices('{')
        .any(|(at, _)| regex.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit));
    known.or_else(|| repeats.then(|| "{n} in a regular expression".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{functions, needs_gawk, unquoted, variables};
    use crate::lexer::words;

    #[test]
    fn variables_and_functions() {
        let program = "function f(a, b) { ++c } { d += 1; e[1]; for (g in h) i++; getline j; $k = 2; l == 1; delete m }";
        let words = words(program).unwrap();
        let found: Vec<_> = variables(&words).into_iter().collect();
        assert_eq!(found, ["a", "b", "c", "d", "e", "g", "h", "i", "j", "m"]);
        assert_eq!(functions(&words).into_iter().collect::<Vec<_>>(), ["f"]);
    }

    #[test]
    fn quotes() {
        assert_eq!(unquoted(r#""a \"b\" \\ \n""#), r#"a "b" \ \n"#);
    }

    #[test]
    fn what_only_gawk_can_do() {
        let needs = |program: &str| needs_gawk(&words(program).unwrap());
        assert_eq!(needs("{ print gensub(/a/, \"b\", 1) }").as_deref(), Some("gensub()"));
        assert_eq!(needs("$1 ~ /a{2}/").as_deref(), Some("{n} in a regular expression"));
        assert_eq!(needs("$1 ~ /\\<a/").as_deref(), Some("\\<"));
        assert_eq!(needs("BEGINFILE { x = 1 }").as_deref(), Some("BEGINFILE"));
        assert_eq!(
            needs("function and(a) { return a } { and(1); or = 2; print \"gensub(\" }"),
            None
        );
    }
}
