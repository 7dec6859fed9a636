//! Files of periods: their names, a link to the newest complete ones, and which of them are kept.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::sink::{Destination, NameGuard, SinkError};
use flowz_engine::output::{Period, Rotation, Rule};
use jiff::tz::TimeZone;

use crate::args::Every;
use crate::clock::local_zone;
use crate::destination::make_parent;
use crate::outputs::{Inputs, OutputNames};

/// Names the files of one period after the other.
#[derive(Clone, Debug)]
pub(crate) struct Periods {
    /// What the names are made from.
    base: Destination,
    every: Option<Every>,
    zone: TimeZone,
    /// Periods so far.
    number: u64,
    inputs: Arc<Inputs>,
    complete: Arc<Mutex<Complete>>,
}

/// The complete periods whose files are still there, the oldest first.
#[derive(Default, Debug)]
struct Complete {
    kept: VecDeque<Files>,
    most: Option<usize>,
}

/// The files of a period.
#[derive(Default, Debug)]
struct Files {
    files: Vec<PathBuf>,
    /// The folder of the files that plugins write.
    folder: PathBuf,
}

impl Periods {
    /// For files where the destination says; its prefix may be a pattern. With `every` they end by a rule.
    pub(crate) fn new(
        base: Destination,
        every: Option<Every>,
        most: Option<u32>,
        inputs: Arc<Inputs>,
    ) -> Self {
        let most = most.map(|most| most as usize);
        let complete = Arc::new(Mutex::new(Complete { most, ..Complete::default() }));
        Self { base, every, zone: local_zone(), number: 0, inputs, complete }
    }

    /// Where the files of the next period go, which a time is in.
    pub(crate) fn next(&mut self, at: Timestamp) -> Result<Destination, SinkError> {
        self.number += 1;
        let start = match self.every {
            Some(Every::Time(length)) => beginning(at, length, &self.zone),
            _ => at,
        };
        let prefix = name(&self.base.prefix, self.number, start, &self.zone);
        let made = make_parent(&prefix);
        if self.number == 1 {
            made.map_err(|error| SinkError::Settings(format!("{error:#}")))?;
        }
        let guard = PeriodFiles {
            names: OutputNames::for_inputs(Arc::clone(&self.inputs)),
            is_first: self.number == 1,
            prefix: prefix.clone(),
            latest: latest(&self.base.prefix),
            complete: Arc::clone(&self.complete),
        };
        Ok(Destination { prefix, guard: Some(Arc::new(guard)), ..self.base.clone() })
    }

    /// How the engine and the output are told.
    pub(crate) fn rotation(mut self) -> Rotation {
        let rule = match self.every {
            None => Rule::Asked,
            Some(Every::Rows(rows)) => Rule::Rows(rows),
            Some(Every::Bytes(bytes)) => Rule::Bytes(bytes),
            Some(Every::Time(length)) => Rule::Time(period(length, self.zone.clone())),
        };
        Rotation::new(rule, move |at| self.next(at))
    }
}

/// The end of the period that a time is in.
fn period(length: i64, zone: TimeZone) -> Period {
    Box::new(move |at| Timestamp(beginning(at, length, &zone).0.saturating_add(length)))
}

/// The beginning of the period that a time is in: a whole multiple of its length in local time.
fn beginning(at: Timestamp, length: i64, zone: &TimeZone) -> Timestamp {
    let moment = jiff::Timestamp::from_second(at.seconds());
    let offset = moment.map_or(0, |moment| zone.to_offset(moment).seconds());
    let offset = i64::from(offset) * NANOS;
    let local = at.0.saturating_add(offset);
    Timestamp(local.saturating_sub(local.rem_euclid(length)).saturating_sub(offset))
}

/// The prefix of a period's files: signs of strftime and `%i`, five digits of its number, in the last part of the pattern
/// and in its folders. Without any, number and time are added.
fn name(pattern: &Path, number: u64, start: Timestamp, zone: &TimeZone) -> PathBuf {
    let Some(text) = pattern.to_str().filter(|text| text.contains('%')) else {
        let mut name = OsString::from(pattern);
        name.push(in_calendar(&format!("_{number:05}_%Y%m%d%H%M%S"), start, zone));
        return PathBuf::from(name);
    };
    let numbered = text.replace("%%", "%\0").replace("%i", &format!("{number:05}"));
    PathBuf::from(in_calendar(&numbered.replace("%\0", "%%"), start, zone))
}

/// A pattern of strftime with a time; as it is if the pattern or the time is none.
fn in_calendar(pattern: &str, at: Timestamp, zone: &TimeZone) -> String {
    let moment = jiff::Timestamp::from_second(at.seconds()).map(|m| m.to_zoned(zone.clone()));
    let text = moment.and_then(|moment| jiff::fmt::strtime::format(pattern, &moment));
    text.unwrap_or_else(|_| pattern.to_owned())
}

/// What a name begins with that always names the newest complete file: `PREFIX_latest`, or `latest` in the folder
/// of a pattern.
fn latest(pattern: &Path) -> PathBuf {
    let text = pattern.to_string_lossy();
    let Some((literal, _)) = text.split_once('%') else {
        let mut name = OsString::from(pattern);
        name.push("_latest");
        return PathBuf::from(name);
    };
    let folder = literal.rfind('/').and_then(|at| literal.get(..=at));
    Path::new(folder.unwrap_or("")).join("latest")
}

/// The names of a period's files.
#[derive(Debug)]
struct PeriodFiles {
    names: OutputNames,
    is_first: bool,
    prefix: PathBuf,
    latest: PathBuf,
    complete: Arc<Mutex<Complete>>,
}

impl NameGuard for PeriodFiles {
    fn claim(&self, path: &Path) -> Result<(), SinkError> {
        if self.is_first {
            return self.names.claim(path);
        }
        // A folder that could not be made, or is gone, is tried again with its files; if it cannot be made, they cannot.
        drop(make_parent(&self.prefix));
        // Suffixes are those of the first period. A file that could not be begun for want of room is tried again.
        self.names.claim_again(path).map(drop)
    }

    fn complete(&self) {
        let files: Vec<_> = self.names.given().into_iter().filter(|file| file.is_file()).collect();
        for file in &files {
            self.link(file);
        }
        let folder = with_suffix(&self.prefix, "_files");
        let mut complete = self.complete.lock().unwrap_or_else(PoisonError::into_inner);
        complete.add(Files { files, folder });
    }
}

impl PeriodFiles {
    /// The link of the newest file of this kind leads to it. Where there are no links there is none.
    fn link(&self, file: &Path) {
        let (Some(name), Some(prefix)) = (file.file_name(), self.prefix.file_name()) else {
            return;
        };
        let suffix = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        let Some(suffix) = suffix.and_then(|suffix| str::from_utf8(suffix).ok()) else { return };
        let link = with_suffix(&self.latest, suffix);
        let folder = link.parent().unwrap_or(Path::new(""));
        let folder =
            fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
        let target =
            folder.ok().and_then(|folder| file.strip_prefix(folder).ok().map(Path::to_owned));
        let is_ours = fs::symlink_metadata(&link).map_or(true, |found| found.is_symlink());
        let new = with_suffix(&link, &format!(".tmp{}", std::process::id()));
        if is_ours && symlink(target.unwrap_or_else(|| file.to_owned()), &new).is_ok() {
            drop(fs::rename(&new, &link).inspect_err(|_| drop(fs::remove_file(&new))));
        }
    }
}

impl Complete {
    /// A period more is complete; files of the oldest ones go.
    fn add(&mut self, files: Files) {
        let Some(most) = self.most else { return };
        // A pattern may give a later period the names of an earlier one.
        for old in &mut self.kept {
            old.files.retain(|file| !files.files.contains(file));
        }
        self.kept.push_back(files);
        while self.kept.len() > most {
            let Some(old) = self.kept.pop_front() else { return };
            for file in old.files {
                drop(fs::remove_file(file));
            }
            if !self.kept.iter().any(|kept| kept.folder == old.folder) {
                drop(fs::remove_dir_all(old.folder));
            }
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use flowz_api::packet::{NANOS, Timestamp};
    use jiff::tz::{Offset, TimeZone};

    use super::{beginning, latest, name};

    #[test]
    fn names() {
        let at = Timestamp::new(1_700_000_000, 5);
        let of = |pattern: &str| name(Path::new(pattern), 7, at, &TimeZone::UTC);
        assert_eq!(of("r/eth0"), Path::new("r/eth0_00007_20231114221320"));
        assert_eq!(of("r/%Y/eth0-%H%M"), Path::new("r/2023/eth0-2213"));
        assert_eq!(of("x%i"), Path::new("x00007"));
        assert_eq!(of("100%%i"), Path::new("100%i"));
    }

    #[test]
    fn links() {
        assert_eq!(latest(Path::new("r/eth0")), Path::new("r/eth0_latest"));
        assert_eq!(latest(Path::new("r/eth0-%H")), Path::new("r/latest"));
        assert_eq!(latest(Path::new("%Y/eth0")), Path::new("latest"));
        assert_eq!(latest(Path::new("/%Y/eth0")), Path::new("/latest"));
    }

    #[test]
    fn periods_begin_at_multiples_in_local_time() {
        let begin = |seconds, length: i64, zone: &TimeZone| {
            beginning(Timestamp(seconds * NANOS), length * NANOS, zone).0 / NANOS
        };
        assert_eq!(begin(125, 60, &TimeZone::UTC), 120);
        assert_eq!(begin(120, 60, &TimeZone::UTC), 120);
        assert_eq!(begin(-1, 60, &TimeZone::UTC), -60);
        let east = TimeZone::fixed(Offset::from_hours(2).unwrap());
        assert_eq!(begin(86_400, 86_400, &east), 86_400 - 7200);
        assert_eq!(beginning(Timestamp(i64::MAX), 60, &TimeZone::UTC).0 % 60, 0);
    }
}
