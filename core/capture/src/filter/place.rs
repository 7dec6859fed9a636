//! Where a wrong expression is wrong: libpcap does not tell, so it is asked about beginnings of the expression.

use std::ops::Range;

/// What may be missing behind a beginning that is right so far.
const ENDS: [&str; 8] =
    ["", " 80", " 10.0.0.1", " tcp", " host 10.0.0.1", " = 1", "] = 1", " 00:00:5e:00:53:00"];

/// The expression with `>>` and `<<` around the first word with which it cannot go on, or behind its last word if something is
/// missing there. The reason may name the word.
pub(super) fn marked(text: &str, reason: &str, compiles: impl Fn(&str) -> bool) -> String {
    let words = words(text);
    let is_named = |word: &&Range<usize>| {
        let word = &text[(*word).clone()];
        ['\'', '"'].iter().any(|quote| reason.contains(&format!("{quote}{word}{quote}")))
    };
    let place =
        words.iter().find(is_named).cloned().or_else(|| first_wrong(text, &words, compiles));
    match place {
        Some(Range { start, end }) => {
            format!("{}>>{}<<{}", &text[..start], &text[start..end], &text[end..])
        }
        None => format!("{} >><<", text.trim_end()),
    }
}

/// The places of words, brackets apart.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut inside = false;
    for (at, sign) in text.char_indices() {
        let is_bracket = matches!(sign, '(' | ')');
        match words.last_mut() {
            Some(word) if inside && !is_bracket && !sign.is_whitespace() => {
                word.end = at + sign.len_utf8();
            }
            _ if !sign.is_whitespace() => words.push(at..at + sign.len_utf8()),
            _ => {}
        }
        inside = !is_bracket && !sign.is_whitespace();
    }
    words
}

/// The first word up to which no end helps. What is wrong stays wrong however it goes on, so that the middle tells on
/// which side to look.
fn first_wrong(
    text: &str,
    words: &[Range<usize>],
    compiles: impl Fn(&str) -> bool,
) -> Option<Range<usize>> {
    let can_go_on = |word: &Range<usize>| {
        let beginning = &text[..word.end];
        let open = beginning.matches('(').count().saturating_sub(beginning.matches(')').count());
        ENDS.iter().any(|end| compiles(&format!("{beginning}{end}{}", ")".repeat(open))))
    };
    let at = words.partition_point(can_go_on);
    words.get(at).cloned()
}

#[cfg(test)]
mod tests {
    use super::{marked, words};

    /// With a compiler that knows `tcp`, `and` and `port 80` only.
    #[test]
    fn places() {
        let mark = |text: &str| {
            let compiles = |text: &str| {
                text.split(" and ").all(|part| ["tcp", "port 80"].contains(&part.trim()))
            };
            marked(text, "syntax error", compiles)
        };
        assert_eq!(mark("tcp adn tcp"), "tcp >>adn<< tcp");
        assert_eq!(mark("tcp and"), "tcp and >><<");
        assert_eq!(mark("tcp and port "), "tcp and port >><<");
    }

    #[test]
    fn words_and_brackets() {
        let text = "(tcp or  udp[0:2]) and x";
        let found: Vec<_> = words(text).into_iter().map(|word| &text[word]).collect();
        assert_eq!(found, ["(", "tcp", "or", "udp[0:2]", ")", "and", "x"]);
        assert!(words("  ").is_empty());
    }
}
