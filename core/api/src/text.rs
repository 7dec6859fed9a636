//! Texts that people read on a terminal: file names, names in settings and what comes from the wire may hold anything,
//! and must neither steer the terminal nor look like another line.

use std::borrow::Cow;

pub use flowz_format::string::steers;

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

/// What secrets are called in lists of settings: `sasl.password`, `sasl.oauthbearer.client.secret`, `ssl.key.pem`.
const SECRETS: [&str; 3] = ["password=", "secret=", "key.pem="];

/// A text without the passwords of the addresses in it: `postgres://me:***@host/db`, and `password=***` in lists of settings.
pub fn without_passwords(text: &str) -> Cow<'_, str> {
    let mut by_word = text.to_owned();
    for word in SECRETS {
        // A semicolon may be part of a password; what is behind it is hidden too.
        by_word = hidden(&by_word, word, |rest| {
            rest.find(|c: char| c.is_whitespace() || matches!(c, '&' | ',')).unwrap_or(rest.len())
        });
    }
    let by_user = hidden(&by_word, "://", |rest| {
        let authority = rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#'));
        rest.get(..authority.unwrap_or(rest.len())).and_then(|all| all.rfind('@')).unwrap_or(0)
    });
    if by_user == text { Cow::Borrowed(text) } else { Cow::Owned(by_user) }
}

/// A text with `***` in the place of what is secret behind each occurrence of a word: so many bytes, without the name in front of a colon.
fn hidden(text: &str, word: &str, length: impl Fn(&str) -> usize) -> String {
    let mut parts = text.split(word);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(word);
        let (secret, rest) = part.split_at(length(part));
        let name =
            if word == "://" { secret.find(':').map_or(secret.len(), |at| at + 1) } else { 0 };
        out.push_str(&secret[..name]);
        if name < secret.len() {
            out.push_str("***");
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{harmless, without_passwords};
    use std::borrow::Cow;

    #[test]
    fn passwords_are_hidden() {
        for (text, shown) in [
            ("postgres://me:se:c@ret@host:1/db?x=a@b", "postgres://me:***@host:1/db?x=a@b"),
            ("-o a=nats://u:p@h -o b=http://u@h", "-o a=nats://u:***@h -o b=http://u@h"),
            ("host=h password=x y", "host=h password=*** y"),
            ("sasl.password=a;b,ssl.key.pem=c,x=d", "sasl.password=***,ssl.key.pem=***,x=d"),
            ("client.secret=a", "client.secret=***"),
            ("tcp://[::1]:80/a@b", "tcp://[::1]:80/a@b"),
            ("a://", "a://"),
            ("", ""),
        ] {
            assert_eq!(without_passwords(text), shown);
        }
    }

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
