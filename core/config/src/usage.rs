//! What the library of command lines says of wrong words, as all other errors are said: in one sentence.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use flowz_registry::names::near;

/// What stands behind the sentence.
const BEHIND: [&str; 2] = ["\nUsage:", "\nFor more information"];
/// Begins what may help.
const TIP: &str = "tip: ";

/// The sentence, without usage and with tips only if they fit. Fails with the error itself if it is none: help or version was asked
/// for, or stands in the place of a command that is missing.
pub fn sentence(mut error: Error) -> Result<String, Error> {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if is_help || !error.use_stderr() {
        return Err(error);
    }
    if is_far(&error) {
        error.remove(ContextKind::SuggestedArg);
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let end = BEHIND.iter().filter_map(|begin| text.find(begin)).min();
    let mut sentence = String::new();
    for line in text[..end.unwrap_or(text.len())].lines().map(str::trim).filter(|l| !l.is_empty()) {
        match line.strip_prefix(TIP) {
            Some(tip) => sentence = sentence + "; " + tip,
            None if sentence.is_empty() => line.clone_into(&mut sentence),
            None => sentence = sentence + " " + line,
        }
    }
    Ok(sentence)
}

/// Whether the option that is proposed looks unlike the one that was typed.
fn is_far(error: &Error) -> bool {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let names = text(ContextKind::InvalidArg).zip(text(ContextKind::SuggestedArg));
    names.is_some_and(|(typed, proposed)| near([proposed], typed).is_empty())
}

#[cfg(test)]
mod tests {
    use super::sentence;
    use clap::{Arg, Command};

    fn told(words: &[&str]) -> Option<String> {
        let count = Arg::new("n").long("flow-count").value_parser(clap::value_parser!(u8));
        let shell = Arg::new("shell").long("shell").value_parser(["bash", "zsh"]);
        let file = Arg::new("file").required(true);
        let command = Command::new("x").args([count, shell, file]);
        sentence(command.try_get_matches_from(words).unwrap_err()).ok()
    }

    #[test]
    fn one_sentence() {
        for (words, expected) in [
            (
                &["x", "f", "--flow-count", "a"][..],
                "invalid value 'a' for '--flow-count <n>': invalid digit found in string",
            ),
            (
                &["x", "f", "--flow-coun", "1"],
                "unexpected argument '--flow-coun' found; a similar argument exists: '--flow-count'",
            ),
            (
                &["x", "f", "--shell", "q"],
                "invalid value 'q' for '--shell <shell>' [possible values: bash, zsh]",
            ),
            (&["x"], "the following required arguments were not provided: <file>"),
        ] {
            assert_eq!(told(words).as_deref(), Some(expected));
        }
        let far = told(&["x", "f", "--foo"]).unwrap();
        assert!(
            far.starts_with("unexpected argument '--foo' found") && !far.contains("--flow-count")
        );
        assert_eq!(told(&["x", "--help"]), None);
    }
}
