//! Texts that are not free: whoever plants a file with settings must gain nothing by them.

use std::fmt;
use std::ops::Deref;

use super::ToggleValue;
use crate::text::without_passwords;

/// Defines a text that must pass a check.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $kind:literal, |$text:ident| $check:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct $name(String);

        /// As it is declared, without a check.
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ToggleValue for $name {
            const KIND: &'static str = $kind;

            fn parse(text: &str) -> Option<Self> {
                let text = <String as ToggleValue>::parse(text)?;
                let $text = text.as_str();
                if $check { Some(Self(text)) } else { None }
            }

            fn number(&self) -> Option<f64> {
                None
            }

            fn show(&self) -> String {
                self.0.show()
            }
        }
    )*};
}

texts! {
    /// What stands behind the prefix in the name of an output file; leads into no other folder.
    FileSuffix, "text of a file's name (without / and ..)", |text| {
        !text.contains("..") && !text.contains(|c: char| c == '/' || c.is_control())
    };
    /// A sign in front of a line: a single printable character, or nothing.
    Sign, "single printable character or nothing", |text| {
        let mut signs = text.chars();
        let is_printable = |sign: char| !sign.is_control() && !sign.is_whitespace();
        signs.next().is_none_or(is_printable) && signs.next().is_none()
    };
}

/// The address of a server, which may have a password in it: shown without, so that it stands in no log and no header.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerAddress(String);

impl ServerAddress {
    /// With the password.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ServerAddress {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_passwords(&self.0))
    }
}

impl fmt::Debug for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl ToggleValue for ServerAddress {
    const KIND: &'static str = "address of a server";

    fn parse(text: &str) -> Option<Self> {
        <String as ToggleValue>::parse(text).map(Self)
    }

    fn number(&self) -> Option<f64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{FileSuffix, ServerAddress, Sign};
    use crate::toggles::ToggleValue;

    #[test]
    fn suffixes_stay_in_the_folder() {
        for good in ["_flows.txt", ".tsv", "", "_a b", "\"_x\""] {
            assert!(FileSuffix::parse(good).is_some(), "{good}");
        }
        for bad in ["/../victim", "../x", "a/b", "..", "x\\ny", "\0", "\"/x\""] {
            assert_eq!(FileSuffix::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        let address = ServerAddress::parse("postgres://me:secret@host/db").unwrap();
        assert_eq!(address.secret(), "postgres://me:secret@host/db");
        assert_eq!(address.show(), "postgres://me:***@host/db");
        assert_eq!(format!("{address:?}"), "postgres://me:***@host/db");
    }

    #[test]
    fn signs_are_single() {
        for good in ["%", "#", "\"%\"", "", "§"] {
            assert!(Sign::parse(good).is_some(), "{good}");
        }
        for bad in ["##", "\\n", " ", "\u{1b}", "rm -rf ~ #"] {
            assert_eq!(Sign::parse(bad), None, "{bad}");
        }
        assert_eq!(Sign::from("%").show(), "%");
    }
}
