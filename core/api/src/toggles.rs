//! Settings of plugins that change at run time what is counted and shown.
//!
//! A plugin's toggles are the fields of a struct with `derive(Toggles)`. The derive writes the table
//! that the command line, `t2conf`, the manual and the tests read, and the code that sets a field.

mod text;

use std::fmt::Display;

pub use text::{FileSuffix, ServerAddress, Sign};

/// What the table says of one toggle.
#[derive(Clone, Copy, Debug)]
pub struct ToggleInfo {
    /// The reference's name, upper case.
    pub name: &'static str,
    /// `bool`, `u8`, `f32`, `text` ...
    pub kind: &'static str,
    /// The default as one would type it.
    pub default: &'static str,
    /// Smallest and largest value, where there is a limit.
    pub range: Option<(f64, f64)>,
    /// The field's doc comment.
    pub doc: &'static str,
}

impl ToggleInfo {
    /// The value behind a word, `yes` and the like, if the toggle is a whole number that can only be 0 or
    /// 1. Whether a toggle is a number or a `bool` makes no difference to who sets it.
    pub fn word(&self, text: &str) -> Option<&'static str> {
        let is_switch = self.kind.starts_with("whole number") && self.range == Some((0.0, 1.0));
        switch(text).filter(|_| is_switch).map(|on| if on { "1" } else { "0" })
    }
}

/// Whether a text means on or off.
fn switch(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "yes" | "true" | "on" => Some(true),
        "0" | "no" | "false" | "off" => Some(false),
        _ => None,
    }
}

/// Why a toggle could not be set.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum ToggleError {
    /// Not a value of the toggle's type.
    #[error("'{value}' is not a value for {name}: a {kind} is needed")]
    Kind {
        /// Toggle.
        name: &'static str,
        /// What was given.
        value: String,
        /// What is needed.
        kind: &'static str,
    },
    /// Outside the range.
    #[error("{value} is out of range for {name}: {min} to {max} are allowed")]
    Range {
        /// Toggle.
        name: &'static str,
        /// What was given.
        value: String,
        /// Smallest value allowed.
        min: f64,
        /// Largest value allowed.
        max: f64,
    },
}

/// A struct of settings.
pub trait Toggles: Default + Clone + Send + 'static {
    /// All toggles, in the order of the fields.
    const TABLE: &'static [ToggleInfo];

    /// Sets the toggle with this index in the table from text.
    fn set(&mut self, index: usize, value: &str) -> Result<(), ToggleError>;

    /// The value of the toggle with this index, as text.
    fn get(&self, index: usize) -> String;
}

/// Toggles without their type: what the command line, files and lists work on.
pub trait AnyToggles: Send {
    /// All toggles.
    fn table(&self) -> &'static [ToggleInfo];

    /// Sets one by its index in the table.
    fn set(&mut self, index: usize, value: &str) -> Result<(), ToggleError>;

    /// The value of one, as text.
    fn get(&self, index: usize) -> String;
}

impl<T: Toggles> AnyToggles for T {
    fn table(&self) -> &'static [ToggleInfo] {
        T::TABLE
    }

    fn set(&mut self, index: usize, value: &str) -> Result<(), ToggleError> {
        Toggles::set(self, index, value)
    }

    fn get(&self, index: usize) -> String {
        Toggles::get(self, index)
    }
}

/// A struct without settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoToggles;

impl Toggles for NoToggles {
    const TABLE: &'static [ToggleInfo] = &[];

    fn set(&mut self, _: usize, _: &str) -> Result<(), ToggleError> {
        Ok(())
    }

    fn get(&self, _: usize) -> String {
        String::new()
    }
}

/// A type that a toggle can have.
pub trait ToggleValue: Sized + Display {
    /// Its name in tables and errors.
    const KIND: &'static str;

    /// The value of a text, if it is one.
    fn parse(text: &str) -> Option<Self>;

    /// The value as a number, for the range check.
    fn number(&self) -> Option<f64>;

    /// The value as one would type it.
    fn show(&self) -> String {
        self.to_string()
    }

    /// Parses and checks the range.
    fn checked(info: &ToggleInfo, text: &str) -> Result<Self, ToggleError> {
        let name = info.name;
        let value = Self::parse(info.word(text).unwrap_or(text))
            .ok_or_else(|| ToggleError::Kind { name, value: text.to_owned(), kind: Self::KIND })?;
        match (info.range, value.number()) {
            // Not a number is in no range.
            (Some((min, max)), Some(n)) if !(min..=max).contains(&n) => {
                Err(ToggleError::Range { name, value: text.to_owned(), min, max })
            }
            _ => Ok(value),
        }
    }
}

impl ToggleValue for bool {
    const KIND: &'static str = "bool (0 or 1)";

    fn parse(text: &str) -> Option<Self> {
        switch(text)
    }

    fn number(&self) -> Option<f64> {
        None
    }

    fn show(&self) -> String {
        u8::from(*self).to_string()
    }
}

/// Text, as it is or in quotes; `\t`, `\n`, `\r`, `\"` and `\\` are what they are in C. Blanks count.
impl ToggleValue for String {
    const KIND: &'static str = "text";

    fn parse(text: &str) -> Option<Self> {
        let quoted = text.trim().strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        let mut rest = quoted.unwrap_or(text).chars();
        let mut value = Self::new();
        while let Some(c) = rest.next() {
            if c != '\\' {
                value.push(c);
                continue;
            }
            match rest.next() {
                Some('t') => value.push('\t'),
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some(c @ ('"' | '\\')) => value.push(c),
                other => value.extend(std::iter::once('\\').chain(other)),
            }
        }
        Some(value)
    }

    fn number(&self) -> Option<f64> {
        None
    }

    fn show(&self) -> Self {
        let escape = |c| match c {
            '\t' => "\\t".to_owned(),
            '\n' => "\\n".to_owned(),
            '\r' => "\\r".to_owned(),
            '"' | '\\' => format!("\\{c}"),
            c => Self::from(c),
        };
        self.chars().map(escape).collect()
    }
}

/// Numbers; integers may be written in hexadecimal with `0x`.
macro_rules! numbers {
    ($($num:ty, $kind:literal, $show:literal, |$text:ident| $hex:expr;)*) => {$(
        impl ToggleValue for $num {
            const KIND: &'static str = $kind;

            fn parse(text: &str) -> Option<Self> {
                let $text = text.trim();
                $text.parse().ok().or_else(|| $hex)
            }

            #[allow(clippy::cast_lossless, reason = "one macro for all widths")]
            fn number(&self) -> Option<f64> {
                Some(*self as f64)
            }

            fn show(&self) -> String {
                format!($show, self)
            }
        }
    )*};
}

fn hex(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

numbers! {
    u8, "whole number of 8 bits", "{}", |t| hex(t)?.try_into().ok();
    u16, "whole number of 16 bits", "{}", |t| hex(t)?.try_into().ok();
    u32, "whole number of 32 bits", "{}", |t| hex(t)?.try_into().ok();
    u64, "whole number", "{}", |t| hex(t);
    f32, "number", "{:?}", |_t| None;
    f64, "number", "{:?}", |_t| None;
}

#[cfg(test)]
mod tests {
    use super::{ToggleError, ToggleInfo, ToggleValue};

    const INFO: ToggleInfo =
        ToggleInfo { name: "X", kind: "u8", default: "1", range: Some((0.0, 2.0)), doc: "" };

    #[test]
    fn values_and_ranges() {
        assert_eq!(u8::checked(&INFO, "0x02"), Ok(2));
        assert!(matches!(u8::checked(&INFO, "3"), Err(ToggleError::Range { .. })));
        assert!(matches!(u8::checked(&INFO, "red"), Err(ToggleError::Kind { .. })));
        assert!(matches!(f32::checked(&INFO, "nan"), Err(ToggleError::Range { .. })));
        assert_eq!(1.0f32.show(), "1.0");
        assert_eq!(bool::parse("Yes"), Some(true));
    }

    /// Only where 0 and 1 are all that there is.
    #[test]
    fn words_for_numbers() {
        let whole = ToggleInfo { kind: u8::KIND, range: Some((0.0, 1.0)), ..INFO };
        for (words, value) in [(["yes", "TRUE", "on ", "1"], 1), (["no", "False", "off", "0"], 0)] {
            for word in words {
                assert_eq!(u8::checked(&whole, word), Ok(value), "{word}");
            }
        }
        assert!(matches!(u8::checked(&whole, "maybe"), Err(ToggleError::Kind { .. })));
        assert!(u8::checked(&ToggleInfo { range: Some((0.0, 2.0)), ..whole }, "yes").is_err());
        assert!(u8::checked(&ToggleInfo { range: None, ..whole }, "yes").is_err());
        let share = ToggleInfo { kind: f32::KIND, ..whole };
        assert!(f32::checked(&share, "yes").is_err(), "a share is no switch");
    }

    #[test]
    fn texts() {
        let parse = |text: &str| String::checked(&INFO, text).unwrap();
        assert_eq!(parse("\"a b\""), "a b");
        assert_eq!(
            (parse("\t"), parse(r"\t"), parse(r#""\t""#)),
            ("\t".into(), "\t".into(), "\t".into())
        );
        assert_eq!(
            (parse(" "), parse(""), parse("\"\"")),
            (" ".into(), String::new(), String::new())
        );
        assert_eq!(parse(r#"\"\\n\n\r\d\"#), "\"\\n\n\r\\d\\");
        for text in ["", " ", "\t", "\"", "\"x\"", "\\", "\\t", "a\r\n", "é"] {
            let shown = text.to_owned().show();
            assert_eq!(parse(&shown), text);
        }
    }
}
