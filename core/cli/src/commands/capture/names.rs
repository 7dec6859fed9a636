//! Names of files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;
use flowz_api::packet::Timestamp;
use jiff::Zoned;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::plan::Turn;
use crate::pattern::mind_signs;
use crate::usage::wrong;

/// How files are called.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Naming {
    /// As it stands there.
    Fixed(PathBuf),
    /// `NAME_00001_20261231235959.EXT`, as dumpcap does; time first if that is wanted.
    Ring { path: PathBuf, time_first: bool },
    /// `NAME`, `NAME1`, `NAME2`, or with so many digits from `NAME0` on, as tcpdump does; with `timed` the name is a format
    /// of strftime.
    Counted { path: PathBuf, timed: bool, digits: usize },
}

impl Naming {
    /// The name of a file.
    pub(super) fn name(&self, turn: Turn, zone: &TimeZone) -> Result<PathBuf> {
        match self {
            Self::Fixed(path) => Ok(path.clone()),
            Self::Ring { path, time_first } => {
                let time = strtime::format("%Y%m%d%H%M%S", &local(turn.time, zone)?)?;
                let number = turn.number;
                Ok(between(
                    path,
                    &if *time_first {
                        format!("_{time}_{number:05}")
                    } else {
                        format!("_{number:05}_{time}")
                    },
                ))
            }
            Self::Counted { path, timed, digits } => {
                let mut name = if *timed {
                    timed_name(path, turn.time, zone)?.into()
                } else {
                    path.clone().into_os_string()
                };
                if turn.within > 0 || *digits > 0 {
                    name.push(format!("{:0digits$}", turn.within));
                }
                Ok(name.into())
            }
        }
    }
}

/// Digits of the numbers of a ring of so many files; none for one file.
pub(super) fn digits(files: u64) -> usize {
    (files - 1).checked_ilog10().map_or(0, |log| log as usize + 1)
}

/// A name with something in front of its extension.
fn between(path: &Path, what: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    let mut new = OsString::new();
    new.push(path.file_stem().unwrap_or(name));
    new.push(what);
    if let Some(extension) = path.extension() {
        new.push(".");
        new.push(extension);
    }
    path.with_file_name(new)
}

fn timed_name(path: &Path, time: Timestamp, zone: &TimeZone) -> Result<String> {
    let format = path.to_str().ok_or_else(|| wrong("a name for -G must be text (UTF-8)"))?;
    let no_name = |why: String| wrong(format!("`{format}` is no name with times: {why}"));
    mind_signs(format, "").map_err(|why| no_name(format!("{why} of strftime for times")))?;
    strtime::format(format, &local(time, zone)?).map_err(|error| no_name(error.to_string()))
}

fn local(time: Timestamp, zone: &TimeZone) -> Result<Zoned> {
    Ok(jiff::Timestamp::from_second(time.seconds())?.to_zoned(zone.clone()))
}

#[cfg(test)]
mod tests {
    use super::{Naming, digits};
    use crate::commands::capture::plan::Turn;
    use flowz_api::packet::Timestamp;
    use jiff::tz::{Offset, TimeZone};

    fn names(naming: &Naming, turns: &[(u64, u64, i64)]) -> Vec<String> {
        let zone = TimeZone::fixed(Offset::constant(1));
        let name = |(number, within, seconds): &(u64, u64, i64)| {
            let time = Timestamp::new(*seconds, 999_999_999);
            let turn = Turn { number: *number, within: *within, time };
            naming.name(turn, &zone).unwrap().to_str().unwrap().to_owned()
        };
        turns.iter().map(name).collect()
    }

    #[test]
    fn rings() {
        let turns = [(1, 0, 0), (27, 0, 86_399), (123_456, 0, 0)];
        let ring = |path: &str, time_first| Naming::Ring { path: path.into(), time_first };
        assert_eq!(
            names(&ring("a.b/c.d.pcap", false), &turns),
            [
                "a.b/c.d_00001_19700101010000.pcap",
                "a.b/c.d_00027_19700102005959.pcap",
                "a.b/c.d_123456_19700101010000.pcap"
            ]
        );
        assert_eq!(names(&ring("/x/plain", true), &turns[..1]), ["/x/plain_19700101010000_00001"]);
    }

    #[test]
    fn counted() {
        let turns = [(1, 0, 0), (2, 1, 60), (13, 12, 3600)];
        let plain = Naming::Counted { path: "x-%H.pcap".into(), timed: false, digits: 0 };
        assert_eq!(names(&plain, &turns), ["x-%H.pcap", "x-%H.pcap1", "x-%H.pcap12"]);
        let padded = Naming::Counted { path: "x".into(), timed: false, digits: 2 };
        assert_eq!(names(&padded, &turns), ["x00", "x01", "x12"]);
        let timed = Naming::Counted { path: "x-%H%M%S.pcap".into(), timed: true, digits: 0 };
        assert_eq!(names(&timed, &turns), ["x-010000.pcap", "x-010100.pcap1", "x-020000.pcap12"]);
    }

    #[test]
    fn a_format_that_is_none() {
        for (path, says) in [
            ("x%!", "'%!' is no sign of strftime for times"),
            ("x%Q", "'%Q' is no sign of strftime for times"),
            ("x%i", "'%i' is no sign of strftime for times"),
            ("x%", "its % at the end is no sign of strftime for times"),
        ] {
            let naming = Naming::Counted { path: path.into(), timed: true, digits: 0 };
            let turn = Turn { number: 1, within: 0, time: Timestamp(0) };
            let error = naming.name(turn, &TimeZone::UTC).unwrap_err();
            assert_eq!(error.to_string(), format!("`{path}` is no name with times: {says}"));
        }
    }

    #[test]
    fn widths() {
        assert_eq!([1, 2, 10, 11, 100, 101].map(digits), [0, 1, 1, 2, 2, 3]);
    }
}
