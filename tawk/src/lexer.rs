//! Words of an awk program, with all that is between them: joined they are the program again.
//!
//! Only as much of the language is known as it takes to tell names from what is in strings, regular expressions and
//! comments (POSIX.1-2017, awk, "Grammar"; the division sign is told from the beginning of a regular expression by what
//! stands in front of it).

/// What a word is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Blanks, tabulators, continued lines, comments.
    Blank,
    /// The end of a line.
    Newline,
    /// A name or a word of the language.
    Name,
    /// A number.
    Number,
    /// A text in quotes, with them.
    Text,
    /// A regular expression between slashes, with them.
    Regex,
    /// `$`.
    Dollar,
    /// Everything else: operators, brackets, `;`.
    Sign,
}

/// A word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Word<'a> {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its letters in the program.
    pub(crate) text: &'a str,
}

impl Word<'_> {
    /// Whether it is this sign or word of the language.
    pub(crate) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Sign | Kind::Name) && self.text == text
    }

    /// Whether it means something.
    pub(crate) fn counts(&self) -> bool {
        !matches!(self.kind, Kind::Blank)
    }
}

/// Words behind which a value may begin, so that a slash there begins a regular expression.
const BEFORE_VALUE: [&str; 12] = [
    "in", "print", "printf", "return", "if", "while", "for", "do", "else", "case", "exit", "delete",
];

/// Signs of several characters, the longest first.
const SIGNS: [&str; 20] = [
    "**=", "**", "^=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", ">>", "&&", "||",
    "++", "--", "!~", "|&", "::",
];

/// The words of a program. An error says what has no end.
pub(crate) fn words(program: &str) -> Result<Vec<Word<'_>>, String> {
    let mut found: Vec<Word<'_>> = Vec::new();
    let mut rest = program;
    while !rest.is_empty() {
        let kind_length = next(rest, &found)?;
        let (kind, length) = kind_length;
        let (text, more) = rest.split_at(length);
        found.push(Word { kind, text });
        rest = more;
    }
    Ok(found)
}

/// Kind and bytes of the first word of `rest`, which is not empty.
fn next(rest: &str, before: &[Word<'_>]) -> Result<(Kind, usize), String> {
    let first = rest.as_bytes()[0];
    let span = |test: fn(u8) -> bool| rest.bytes().take_while(|b| test(*b)).count();
    Ok(match first {
        b'\n' => (Kind::Newline, 1),
        b' ' | b'\t' | b'\r' => (Kind::Blank, span(|b| matches!(b, b' ' | b'\t' | b'\r'))),
        b'\\' if rest.starts_with("\\\n") => (Kind::Blank, 2),
        b'\\' if rest.starts_with("\\\r\n") => (Kind::Blank, 3),
        b'#' => (Kind::Blank, rest.find('\n').unwrap_or(rest.len())),
        b'"' => (Kind::Text, text_length(rest)?),
        b'/' if begins_value(before) => (Kind::Regex, regex_length(rest)?),
        b'$' => (Kind::Dollar, 1),
        b'0'..=b'9' => (Kind::Number, number_length(rest)),
        b'.' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => {
            (Kind::Number, number_length(rest))
        }
        _ if is_letter(first) => (Kind::Name, span(|b| is_letter(b) || b.is_ascii_digit())),
        _ => (Kind::Sign, sign_length(rest)),
    })
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Whether a value may begin behind these words: then a slash begins a regular expression.
fn begins_value(before: &[Word<'_>]) -> bool {
    let Some(last) = before.iter().rev().find(|w| w.counts()) else { return true };
    match last.kind {
        Kind::Name => BEFORE_VALUE.contains(&last.text),
        Kind::Number | Kind::Text | Kind::Regex | Kind::Dollar => false,
        Kind::Sign => !matches!(last.text, ")" | "]" | "++" | "--"),
        Kind::Blank | Kind::Newline => true,
    }
}

/// Bytes of the text in quotes at the beginning.
fn text_length(rest: &str) -> Result<usize, String> {
    let end = end_of(rest, |b, _| b == b'"');
    end.ok_or_else(|| format!("the text {} has no closing quote", shown(rest)))
}

/// Bytes of the regular expression at the beginning. Slashes within brackets do not end it.
fn regex_length(rest: &str) -> Result<usize, String> {
    let end = end_of(rest, |b, in_list| b == b'/' && !in_list);
    end.ok_or_else(|| format!("the regular expression {} has no closing slash", shown(rest)))
}

/// Bytes up to and with the first byte behind the beginning for which `ends` holds, on the same line; what stands behind a
/// backslash does not count. `ends` is also told whether the byte is within a list in brackets.
fn end_of(rest: &str, ends: impl Fn(u8, bool) -> bool) -> Option<usize> {
    let bytes = rest.as_bytes();
    let (mut at, mut list) = (1, None::<usize>);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return None,
            _ if ends(byte, list.is_some()) => return Some(at + 1),
            b'[' if list.is_none() => list = Some(at),
            // A bracket right behind the beginning of a list is a member of it.
            b']' if list.is_some_and(|from| {
                at > from + 1 + usize::from(bytes.get(from + 1) == Some(&b'^'))
            }) =>
            {
                list = None;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The beginning of what has no end, for an error.
fn shown(rest: &str) -> String {
    let line: String = rest.lines().next().unwrap_or("").chars().take(30).collect();
    if line.len() < rest.trim_end().len() { format!("{line}...") } else { line }
}

fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let span = |from: usize, test: fn(&u8) -> bool| {
        from + bytes[from..].iter().take_while(|b| test(b)).count()
    };
    if rest.starts_with("0x") || rest.starts_with("0X") {
        let end = span(2, u8::is_ascii_hexdigit);
        if end > 2 {
            return end;
        }
    }
    let mut end = span(0, u8::is_ascii_digit);
    if bytes.get(end) == Some(&b'.') {
        end = span(end + 1, u8::is_ascii_digit);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let digits = span((end + 1 + sign).min(bytes.len()), u8::is_ascii_digit);
        if digits > end + 1 + sign {
            end = digits;
        }
    }
    end
}

fn sign_length(rest: &str) -> usize {
    let long = SIGNS.iter().find(|sign| rest.starts_with(**sign));
    long.map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |sign| sign.len())
}

#[cfg(test)]
mod tests {
    use super::{Kind, words};

    fn kinds(program: &str) -> Vec<(Kind, &str)> {
        let all = words(program).unwrap();
        assert_eq!(all.iter().map(|w| w.text).collect::<String>(), program);
        all.iter().filter(|w| w.counts()).map(|w| (w.kind, w.text)).collect()
    }

    #[test]
    fn words_of_all_kinds() {
        let found = kinds("$dstPort==443&&x_1 > 1.5e6 # $no \"\n{ print \"a\\\"$b\" }");
        let expected = [
            (Kind::Dollar, "$"),
            (Kind::Name, "dstPort"),
            (Kind::Sign, "=="),
            (Kind::Number, "443"),
            (Kind::Sign, "&&"),
            (Kind::Name, "x_1"),
            (Kind::Sign, ">"),
            (Kind::Number, "1.5e6"),
            (Kind::Newline, "\n"),
            (Kind::Sign, "{"),
            (Kind::Name, "print"),
            (Kind::Text, "\"a\\\"$b\""),
            (Kind::Sign, "}"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn slashes() {
        let regexes = |program| {
            let all = kinds(program).into_iter().filter(|(k, _)| *k == Kind::Regex);
            all.map(|(_, text)| text.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            regexes("/a\\/b/ && $x ~ /[/]c[]/]/ { n /= 2; m = a[1] / 2 / f(x) / 3 }"),
            ["/a\\/b/", "/[/]c[]/]/"]
        );
        assert_eq!(regexes("!/^%/ || /[^]/]x/"), ["/^%/", "/[^]/]x/"]);
        assert_eq!(
            regexes("{ print /x/; return /y/ ; a = 1 / 2 / 3; $3 / 2 / 1; i++ / 2 / 1 }"),
            ["/x/", "/y/"]
        );
        assert_eq!(regexes("BEGIN { x = /= 2/ }"), ["/= 2/"]);
    }

    #[test]
    fn numbers() {
        let texts =
            |program| kinds(program).into_iter().map(|(_, t)| t.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            texts("0x1Fg 1e 1e+ 1.e-3 .5 0x 12e5x"),
            ["0x1F", "g", "1", "e", "1", "e", "+", "1.e-3", ".5", "0", "x", "12e5", "x"]
        );
    }

    #[test]
    fn continued_lines() {
        assert_eq!(kinds("a &&\\\nb")[2], (Kind::Name, "b"));
        assert_eq!(kinds("é")[0], (Kind::Sign, "é"));
    }

    #[test]
    fn what_has_no_end() {
        assert_eq!(
            words("{ print \"abc }\n x").unwrap_err(),
            "the text \"abc }... has no closing quote"
        );
        assert_eq!(
            words("$x ~ /a[/").unwrap_err(),
            "the regular expression /a[/ has no closing slash"
        );
    }
}
