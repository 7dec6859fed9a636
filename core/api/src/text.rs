//! Texts that people read on a terminal: file names, names in settings and what comes from the wire may hold anything,
//! and must neither steer the terminal nor look like another line.

use std::borrow::Cow;

/// Whether a character steers the terminal or the direction of the text (Unicode: Cc, Bidi_Control, line separators).
pub fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}');
    c.is_control() || turns || ('\u{2066}'..='\u{2069}').contains(&c)
}

/// A text in one line, with escapes for what [steers](steers): `\n`, `\r`, `\u001B`, `\u202E`. Tabulators stay, as do quotation marks
/// and backslashes.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let needs_escape = |c: char| c != '\t' && steers(c);
    if !text.contains(needs_escape) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|c| match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        _ if needs_escape(c) => format!("\\u{:04X}", u32::from(c)),
        _ => c.to_string(),
    });
    Cow::Owned(escaped.collect())
}

#[cfg(test)]
mod tests {
    use super::harmless;
    use std::borrow::Cow;

    #[test]
    fn what_steers_is_escaped() {
        let text = "a\x1b]0;x\x07\u{9b}31m\u{202e}é\u{2066}\u{2029}\n\r\0\x7f";
        let expected = r"a\u001B]0;x\u0007\u009B31m\u202Eé\u2066\u2029\n\r\u0000\u007F";
        assert_eq!(harmless(text), expected);
    }

    #[test]
    fn all_else_stays() {
        for text in ["", "cannot read 'x'", "Zürich €𝄞\t\"\\n\""] {
            assert!(matches!(harmless(text), Cow::Borrowed(same) if same == text));
        }
    }
}
