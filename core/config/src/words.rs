//! What programs say to people.

use std::borrow::Cow;

use flowz_api::text::harmless;

/// What the standard library puts behind the words of the system.
const BEGINNING: &str = " (os error ";

/// An error, a warning or a remark as people read it: in one line, without the numbers that the system gives its errors, and
/// with escapes for what would steer a terminal, as in names of files and of what settings name.
#[must_use]
pub fn message(text: &str) -> String {
    harmless(&without_error_numbers(text)).into_owned()
}

/// A sentence without the numbers that the system gives its errors, ` (os error 2)`: its words say the same.
fn without_error_numbers(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    let mut out = String::new();
    while let Some((before, behind)) = rest.split_once(BEGINNING) {
        let number = behind.split_once(')').filter(|(number, _)| number.parse::<i32>().is_ok());
        out.push_str(before);
        rest = if let Some((_, behind)) = number {
            behind
        } else {
            out.push_str(BEGINNING);
            behind
        };
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{message, without_error_numbers};

    #[test]
    fn numbers_go_and_all_else_stays() {
        for (text, expected) in [
            (
                "cannot read 'x': No such file or directory (os error 2)",
                "cannot read 'x': No such file or directory",
            ),
            ("a (os error 13); b (os error 2): c", "a; b: c"),
            ("a file called ' (os error x)' (os error 2)", "a file called ' (os error x)'"),
            ("cut (os error 2", "cut (os error 2"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(without_error_numbers(text), expected);
        }
    }

    #[test]
    fn names_do_not_steer() {
        let text = "cannot read 'a\u{1b}[31m\n\u{9b}b': No such file or directory (os error 2)";
        let expected = r"cannot read 'a\u001B[31m\n\u009Bb': No such file or directory";
        assert_eq!(message(text), expected);
    }
}
