//! Files of periods: their names, a link to the newest complete ones, and which of them are kept.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::sink::{Destination, NameGuard, SinkError};
use flowz_engine::output::{Period, Rotation, Rule};
use jiff::tz::TimeZone;

use crate::args::Every;
use crate::clock::local_zone;
use crate::destination::make_parent;
use crate::free_names::FreeNames;
use crate::outputs::{Inputs, OutputNames, Use};
use crate::pattern::Pattern;

/// Names the files of one period after the other.
#[derive(Clone, Debug)]
pub(crate) struct Periods {
    base: Destination,
    /// What the names are made from.
    pattern: Pattern,
    free: FreeNames,
    every: Option<Every>,
    zone: TimeZone,
    /// Periods so far.
    number: u64,
    inputs: Arc<Inputs>,
    complete: Arc<Mutex<Complete>>,
}

/// What has become of the periods.
#[derive(Default, Debug)]
struct Complete {
    /// The complete ones whose files are still there, the oldest first.
    kept: VecDeque<Files>,
    most: Option<usize>,
    /// Those that are not over, or whose files wait for others to be completed.
    open: Vec<Weak<PeriodFiles>>,
    /// What stands behind the prefix in the names of the first one's files.
    suffixes: BTreeSet<OsString>,
}

/// The files of a period.
#[derive(Default, Debug)]
struct Files {
    files: Vec<PathBuf>,
    /// The folder of the files that plugins write.
    folder: PathBuf,
}

impl Periods {
    /// For files where the destination says, with names of a pattern. With `every` they end by a rule.
    pub(crate) fn new(
        (base, pattern): (Destination, Pattern),
        every: Option<Every>,
        most: Option<u32>,
        inputs: Arc<Inputs>,
    ) -> Self {
        let most = most.map(|most| most as usize);
        let suffixes = BTreeSet::from(["_files".into()]);
        let complete = Complete { most, suffixes, ..Complete::default() };
        let complete = Arc::new(Mutex::new(complete));
        let (free, zone) = (FreeNames::default(), local_zone());
        Self { base, pattern, free, every, zone, number: 0, inputs, complete }
    }

    /// Where the files of the next period go, which a time is in. No complete file has these names.
    pub(crate) fn next(&mut self, at: Timestamp) -> Result<Destination, SinkError> {
        self.number += 1;
        let start = match self.every {
            Some(Every::Time(length)) => beginning(at, length, &self.zone),
            _ => at,
        };
        let wanted = self.pattern.name(self.number, start, &self.zone);
        let made = make_parent(&wanted);
        if self.number == 1 {
            made.map_err(|error| SinkError::Settings(format!("{error:#}")))?;
        }
        let mut complete = locked(&self.complete);
        let open: Vec<_> = complete.open.iter().filter_map(Weak::upgrade).collect();
        // Numbers of pieces are no suffixes that each period has.
        let knows = self.number > 1 && self.base.split.is_none();
        let prefix = self.free.take(wanted, knows.then_some(&complete.suffixes), |prefix| {
            open.iter().any(|period| period.prefix == prefix)
        });
        let guard = Arc::new(PeriodFiles {
            names: OutputNames::for_inputs(Arc::clone(&self.inputs)),
            is_first: self.number == 1,
            prefix: prefix.clone(),
            latest: self.pattern.latest(),
            complete: Arc::clone(&self.complete),
        });
        complete.open.retain(|period| period.strong_count() > 0);
        complete.open.push(Arc::downgrade(&guard));
        Ok(Destination { prefix, guard: Some(guard), ..self.base.clone() })
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
            self.learn(path);
            return self.names.claim(path);
        }
        // A folder that could not be made, or is gone, is tried again with its files; if it cannot be made, they cannot.
        drop(make_parent(&self.prefix));
        // Suffixes are those of the first period. A file that could not be begun for want of room is tried again.
        self.names.claim_again(path, Use::Whole).map(drop)
    }

    fn check(&self, path: &Path) -> Result<(), SinkError> {
        self.names.check(path)
    }

    fn claim_piece(&self, path: &Path, base: &Path, end: &str) -> Result<(), SinkError> {
        if self.is_first {
            self.learn(path);
            return self.names.claim_piece(path, base, end);
        }
        drop(make_parent(&self.prefix));
        self.names.begin_series(base, end)?;
        self.names.claim_again(path, Use::Piece).map(drop)
    }

    fn complete(&self) {
        let files: Vec<_> = self.names.given().into_iter().filter(|file| file.is_file()).collect();
        for file in &files {
            self.link(file);
        }
        if files.is_empty() {
            // They could not be begun.
            return;
        }
        let folder = with_suffix(&self.prefix, "_files");
        locked(&self.complete).add(Files { files, folder });
    }
}

impl PeriodFiles {
    /// Files of later periods have this suffix too.
    fn learn(&self, path: &Path) {
        let suffix = path.to_str().zip(self.prefix.to_str());
        if let Some(suffix) = suffix.and_then(|(path, prefix)| path.strip_prefix(prefix)) {
            // Of files in a folder the folder is looked for.
            let suffix = suffix.split('/').next().unwrap_or(suffix);
            locked(&self.complete).suffixes.insert(suffix.into());
        }
    }

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
        // If somebody has taken the files of an earlier period away, a pattern may give a later one their names.
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

fn locked(complete: &Mutex<Complete>) -> MutexGuard<'_, Complete> {
    complete.lock().unwrap_or_else(PoisonError::into_inner)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use flowz_api::packet::{NANOS, Timestamp};
    use jiff::tz::{Offset, TimeZone};

    use super::beginning;

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
