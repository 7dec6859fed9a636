//! What programs say to people.

use std::borrow::Cow;

/// What the standard library puts behind the words of the system.
const BEGINNING: &str = " (os error ";

/// A sentence without the numbers that the system gives its errors, ` (os error 2)`: its words say the same.
#[must_use]
pub fn without_error_numbers(text: &str) -> Cow<'_, str> {
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
    use super::without_error_numbers;

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
}
