//! From a text to its words: names, signs, literals.

use std::ops::Range;

use crate::error::Fault;
use crate::literal::{self, Literal};

/// A word of a condition.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Token {
    /// A column, or a word that is none of the language's.
    Name(String),
    Literal(Literal),
    Sign(Sign),
    End,
}

/// Signs, and words that stand for one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sign {
    Open,
    Close,
    OpenSet,
    CloseSet,
    Comma,
    Range,
    BitAnd,
    And,
    Or,
    Not,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Contains,
    None,
}

/// Signs, those with two characters first.
const SIGNS: [(&str, Sign); 17] = [
    ("==", Sign::Equal),
    ("!=", Sign::NotEqual),
    ("<=", Sign::LessOrEqual),
    (">=", Sign::GreaterOrEqual),
    ("&&", Sign::And),
    ("||", Sign::Or),
    ("..", Sign::Range),
    ("<", Sign::Less),
    (">", Sign::Greater),
    ("!", Sign::Not),
    ("&", Sign::BitAnd),
    ("(", Sign::Open),
    (")", Sign::Close),
    ("{", Sign::OpenSet),
    ("}", Sign::CloseSet),
    (",", Sign::Comma),
    ("\u{ac}", Sign::Not),
];

/// Words of the language; columns of these names are written as `plugin.name`.
const WORDS: [(&str, Sign); 6] = [
    ("and", Sign::And),
    ("or", Sign::Or),
    ("not", Sign::Not),
    ("in", Sign::In),
    ("contains", Sign::Contains),
    ("none", Sign::None),
];

/// The words of a text, one after the other, each with its place.
#[derive(Debug)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next word, [`Token::End`] behind the last one.
    pub(crate) fn next(&mut self) -> Result<(Token, Range<usize>), Fault> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        let start = self.at;
        let token = self.token()?;
        Ok((token, start..self.at))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn token(&mut self) -> Result<Token, Fault> {
        let rest = self.rest();
        let mut chars = rest.chars();
        let (Some(first), second) = (chars.next(), chars.next()) else { return Ok(Token::End) };
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        match first {
            '"' | '\'' => self.quoted(first),
            '`' => self.backquoted(),
            ':' => self.word(),
            '-' if is_digit(second) => self.word(),
            _ if first.is_ascii_alphanumeric() || first == '_' => self.word(),
            _ => self.sign(),
        }
    }

    fn sign(&mut self) -> Result<Token, Fault> {
        let rest = self.rest();
        if let Some((sign, token)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            self.at += sign.len();
            return Ok(Token::Sign(*token));
        }
        let first = rest.chars().next().unwrap_or_default();
        let at = self.at..self.at + first.len_utf8();
        let help = match first {
            '=' => "; equal is ==",
            '|' => "; or is ||",
            '~' => "; there are no patterns, but parts of texts: hdrDesc contains \"ipv6\"",
            _ => "",
        };
        Err(Fault::new(at, format!("'{}' has no meaning here{help}", first.escape_debug())))
    }

    /// A name, a number, an address or a moment: what is written without blanks.
    fn word(&mut self) -> Result<Token, Fault> {
        let word = word_of(self.rest());
        let at = self.at..self.at + word.len();
        self.at = at.end;
        if let Some((_, sign)) = WORDS.iter().find(|(text, _)| *text == word) {
            return Ok(Token::Sign(*sign));
        }
        let first = word.as_bytes().first().copied().unwrap_or_default();
        let is_literal = first == b'-' || first.is_ascii_digit() || word.contains(':');
        if !is_literal {
            return Ok(Token::Name(word.to_owned()));
        }
        literal::of_word(word).map(Token::Literal).map_err(|message| Fault::new(at, message))
    }

    /// A text in quotes.
    fn quoted(&mut self, quote: char) -> Result<Token, Fault> {
        let start = self.at;
        let mut bytes = Vec::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((n, c)) = chars.next() {
            if c == quote {
                self.at = start + n + 1;
                return Ok(Token::Literal(Literal::Text(bytes)));
            }
            if c != '\\' {
                bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            let escaped = chars.next().map_or(' ', |(_, c)| c);
            match escaped {
                'x' => {
                    let digits: String = chars.by_ref().take(2).map(|(_, c)| c).collect();
                    let byte = u8::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 2);
                    let place = start + n..start + n + 2;
                    bytes.push(byte.ok_or_else(|| {
                        Fault::new(place, "\\x needs two hexadecimal digits behind it")
                    })?);
                }
                'n' => bytes.push(b'\n'),
                'r' => bytes.push(b'\r'),
                't' => bytes.push(b'\t'),
                '0' => bytes.push(0),
                '\\' | '"' | '\'' => bytes.push(escaped as u8),
                _ => {
                    let place = start + n..start + n + 1 + escaped.len_utf8();
                    let place = place.start..place.end.min(self.text.len());
                    return Err(Fault::new(
                        place,
                        "there are \\n, \\r, \\t, \\0, \\xHH, and \\ in front of \\, \" and '",
                    ));
                }
            }
        }
        Err(Fault::new(start..start + 1, "the text that begins here has no end"))
    }

    /// A name with any characters.
    fn backquoted(&mut self) -> Result<Token, Fault> {
        let (start, rest) = (self.at, self.rest());
        let inside = rest.get(1..).and_then(|rest| rest.split_once('`'));
        let Some((name, _)) = inside else {
            return Err(Fault::new(start..start + 1, "the name that begins here has no end"));
        };
        self.at += name.len() + 2;
        Ok(Token::Name(name.to_owned()))
    }
}

/// The word that a text begins with: letters, digits, `_`, `.` and `:` up to a range's `..`, with the signs that numbers,
/// dates and prefixes have.
fn word_of(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_part = |n: usize| match bytes.get(n) {
        Some(b'.') => bytes.get(n + 1) != Some(&b'.'),
        Some(c) => c.is_ascii_alphanumeric() || *c == b'_' || *c == b':',
        None => false,
    };
    let is_digit = |n: usize| bytes.get(n).is_some_and(u8::is_ascii_digit);
    let starts_with_digit = is_digit(0);
    let mut end = usize::from(bytes.first() == Some(&b'-'));
    loop {
        while is_part(end) {
            end += 1;
        }
        let word = &bytes[..end];
        let is_exponent = matches!(word.last(), Some(b'e' | b'E')) && !word.starts_with(b"0x");
        let is_date = end == 4 || end == 7 && word.get(4) == Some(&b'-');
        let has_time = word.contains(&b'T') && word.contains(&b':');
        let goes_on = match bytes.get(end) {
            Some(b'-') => starts_with_digit && (is_exponent || is_date || has_time),
            Some(b'+') => starts_with_digit && (is_exponent || has_time),
            Some(b'/') => word.contains(&b'.') || word.contains(&b':'),
            _ => false,
        };
        if !(goes_on && is_digit(end + 1)) {
            return text.get(..end).unwrap_or_default();
        }
        end += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexer, Token, word_of};

    #[test]
    fn words() {
        for (text, word) in [
            ("srcIP==1", "srcIP"),
            ("basicFlow.srcIP in", "basicFlow.srcIP"),
            ("10..20", "10"),
            ("1.5..2.5", "1.5"),
            ("fe80::1/64,", "fe80::1/64"),
            ("10.0.0.0/8}", "10.0.0.0/8"),
            ("10/8", "10"),
            ("2024-01-02T03:04:05.5+02:00 ", "2024-01-02T03:04:05.5+02:00"),
            ("2024-01-02..2024", "2024-01-02"),
            ("1e-6)", "1e-6"),
            ("1e+6)", "1e+6"),
            ("-5-3", "-5"),
            ("5-3", "5"),
            ("a-3", "a"),
            ("0xffe-1", "0xffe"),
            ("::1", "::1"),
        ] {
            assert_eq!(word_of(text), word);
        }
    }

    #[test]
    fn texts() {
        let token = |text| Lexer::new(text).next().map(|(token, _)| token);
        let is = |text, bytes: &[u8]| match token(text) {
            Ok(Token::Literal(super::Literal::Text(text))) => assert_eq!(text, bytes),
            other => panic!("{text}: {other:?}"),
        };
        is("'a\"b'", b"a\"b");
        is(r#""\x00\xfF\n\\\"ä""#, b"\x00\xff\n\\\"\xc3\xa4");
        for wrong in ["'abc", "'a\\", "'\\x1'", "'\\q'", "'\\xä1'", "`abc"] {
            assert!(token(wrong).is_err(), "{wrong}");
        }
        assert_eq!(token("`odd name`"), Ok(Token::Name("odd name".to_owned())));
    }
}
