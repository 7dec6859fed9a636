//! Names of the files of periods: a prefix, or a pattern of signs of strftime(3) and `%i` for the number.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;
use flowz_api::packet::Timestamp;
use jiff::tz::TimeZone;

use crate::usage::wrong;

/// Signs of strftime(3) that make parts of a name; no blanks of lines among them, and nothing that depends on a language.
const SIGNS: &str = "aAbBCdDeFgGhHIjklmMpPRsSTuUVwWXyYzZ";
/// What may stand between `%` and a sign: how numbers are filled up, and upper case.
const FLAGS: &str = "-_0^#";

/// What the names of periods are made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Pattern {
    /// Number and time come behind it.
    Prefix(PathBuf),
    /// It has signs.
    Signs(String),
}

impl Pattern {
    /// A pattern that the user has written.
    ///
    /// # Errors
    ///
    /// If it is no text, or if a `%` begins no sign.
    pub(crate) fn parse(path: &Path) -> Result<Self> {
        let Some(text) = path.to_str() else {
            let path = path.display();
            return Err(wrong(format!("-w '{path}': a pattern for --rotate must be text (UTF-8)")));
        };
        mind_signs(text, "i").map_err(|why| {
            wrong(format!(
                "-w '{text}': {why}; with --rotate there are those of strftime for times, as %H and %M, %i for a number, and %% for a percent sign"
            ))
        })?;
        Ok(Self::Signs(text.to_owned()))
    }

    /// The prefix of a period's files: signs for the time of its beginning and `%i`, five digits of its number, in the last part
    /// of the pattern and in its folders. Without signs, number and time are added.
    pub(crate) fn name(&self, number: u64, start: Timestamp, zone: &TimeZone) -> PathBuf {
        match self {
            Self::Prefix(path) => {
                let mut name = OsString::from(path);
                name.push(in_calendar(&format!("_{number:05}_%Y%m%d%H%M%S"), start, zone));
                PathBuf::from(name)
            }
            Self::Signs(text) => {
                let parts =
                    text.split("%%").map(|part| part.replace("%i", &format!("{number:05}")));
                PathBuf::from(in_calendar(&parts.collect::<Vec<_>>().join("%%"), start, zone))
            }
        }
    }

    /// What a name begins with that always names the newest complete file: `PREFIX_latest`, or `latest` in the last folder
    /// without signs.
    pub(crate) fn latest(&self) -> PathBuf {
        match self {
            Self::Prefix(path) => {
                let mut name = OsString::from(path);
                name.push("_latest");
                PathBuf::from(name)
            }
            Self::Signs(text) => {
                let literal = text.split('%').next().unwrap_or_default();
                let folder = literal.rfind('/').and_then(|at| literal.get(..=at));
                Path::new(folder.unwrap_or("")).join("latest")
            }
        }
    }
}

/// Tells what `%` begins no sign, where there are those of strftime for times and `more`.
pub(crate) fn mind_signs(text: &str, more: &str) -> Result<(), String> {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('%') {
        let flags = behind.chars().take_while(|c| FLAGS.contains(*c)).count();
        let sign = behind.get(flags..).and_then(|behind| behind.chars().next());
        rest = match sign {
            Some(sign) if SIGNS.contains(sign) => &behind[flags + 1..],
            Some(sign) if flags == 0 && (sign == '%' || more.contains(sign)) => &behind[1..],
            None if flags == 0 => return Err("its % at the end is no sign".to_owned()),
            _ => {
                let sign: String = behind.chars().take(flags + 1).collect();
                return Err(format!("'%{sign}' is no sign"));
            }
        };
    }
    Ok(())
}

/// A pattern of strftime with a time; as it is if the time is none of the calendar.
fn in_calendar(pattern: &str, at: Timestamp, zone: &TimeZone) -> String {
    let moment = jiff::Timestamp::from_second(at.seconds()).map(|m| m.to_zoned(zone.clone()));
    let text = moment.and_then(|moment| jiff::fmt::strtime::format(pattern, &moment));
    text.unwrap_or_else(|_| pattern.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use flowz_api::packet::Timestamp;
    use jiff::tz::TimeZone;

    use super::{FLAGS, Pattern, SIGNS};

    const AT: Timestamp = Timestamp(1_700_000_000_000_000_005);

    fn name(pattern: &Pattern) -> String {
        pattern.name(7, AT, &TimeZone::UTC).to_str().unwrap().to_owned()
    }

    #[test]
    fn names() {
        let of = |pattern: &str| name(&Pattern::parse(Path::new(pattern)).unwrap());
        assert_eq!(of("r/%Y/eth0-%H%M"), "r/2023/eth0-2213");
        assert_eq!([of("x%i"), of("100%%i"), of("%%%i%%")], ["x00007", "100%i", "%00007%"]);
        assert_eq!([of("%-j %e"), of("%^a")], ["318 14", "TUE"]);
        assert_eq!(name(&Pattern::Prefix("r/100%".into())), "r/100%_00007_20231114221320");
    }

    #[test]
    fn each_sign_and_flag_makes_a_name() {
        for sign in SIGNS.chars() {
            for flag in FLAGS.chars().map(String::from).chain([String::new()]) {
                let text = format!("x%{flag}{sign}");
                let name = name(&Pattern::parse(Path::new(&text)).unwrap());
                assert!(!name.contains('%') && name.len() > 1, "{text}: {name}");
            }
        }
    }

    #[test]
    fn what_is_no_sign() {
        for (text, says) in [
            ("x%", "its % at the end"),
            ("x%%%", "its % at the end"),
            ("x%Q", "'%Q' is no sign"),
            ("%H%-", "'%-' is no sign"),
            ("%5i/x", "'%5' is no sign"),
            ("%-i", "'%-i' is no sign"),
            ("%n", "'%n' is no sign"),
            ("%ä", "'%ä' is no sign"),
        ] {
            let error = Pattern::parse(Path::new(text)).unwrap_err().to_string();
            assert!(error.starts_with("-w '") && error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn links() {
        let of = |pattern: &str| Pattern::parse(Path::new(pattern)).unwrap().latest();
        assert_eq!(Pattern::Prefix("r/eth0".into()).latest(), Path::new("r/eth0_latest"));
        assert_eq!(of("r/eth0-%H"), Path::new("r/latest"));
        assert_eq!(of("%Y/eth0"), Path::new("latest"));
        assert_eq!(of("/%Y/eth0"), Path::new("/latest"));
    }
}
