//! Files of tables: their names, one for each interval or for several. A file has its name when it is complete.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use flowz_api::packet::Timestamp;
use flowz_measure::table::{Form, Table};
use flowz_measure::tuples::{Block, COLUMNS, rows, write};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use crate::clock::local_zone;
use crate::commands::measure::form::stdout;
use crate::commands::slice::SliceFile;
use crate::destination::make_parent;
use crate::output::stdout_error;
use crate::outputs::{OutputNames, Use};
use crate::pattern::mind_signs;
use crate::usage::wrong;

/// What tables say they are made by.
const MAKER: &str = concat!("flowz ", env!("CARGO_PKG_VERSION"), " t2");
/// The name of standard output.
const STDOUT: &str = "-";

/// A pattern that makes names.
pub(super) fn checked(pattern: &OsStr) -> Result<String> {
    let text = pattern.to_str().ok_or_else(|| wrong("a name for -O must be text (UTF-8)"))?;
    if text.is_empty() {
        return Err(wrong("-O needs a name: with %i for the number of an interval, or `-`"));
    }
    mind_signs(text, "i").map_err(|why| {
        wrong(format!(
            "-O '{text}': {why}; there are those of strftime for times, as %H and %M, %i for a number, and %% for a percent sign"
        ))
    })?;
    name(text, 1, Timestamp(0), &TimeZone::UTC)?;
    Ok(text.to_owned())
}

/// The name of an interval's file.
fn name(pattern: &str, number: u64, start: Timestamp, zone: &TimeZone) -> Result<PathBuf> {
    if !pattern.contains('%') {
        return Ok(PathBuf::from(pattern));
    }
    let numbered = pattern.replace("%%", "%\0").replace("%i", &number.to_string());
    let moment = jiff::Timestamp::from_second(start.seconds())?.to_zoned(zone.clone());
    let name = strtime::format(numbered.replace("%\0", "%%"), &moment);
    let name =
        name.map_err(|error| wrong(format!("`{pattern}` is no name with times: {error}")))?;
    Ok(PathBuf::from(name))
}

/// Writes tables into files.
pub(super) struct Files {
    pattern: String,
    /// None is the text of CoralReef.
    form: Option<Form>,
    zone: TimeZone,
    names: OutputNames,
    open: Option<Open>,
}

/// A file that is being written.
struct Open {
    path: PathBuf,
    content: Content,
}

enum Content {
    Text(Target),
    Table(Table<Target>),
}

enum Target {
    File(SliceFile),
    Stdout(Box<dyn Write>),
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stdout(out) => out.flush(),
        }
    }
}

impl Files {
    /// Files with such names, none of which may be one of `inputs`.
    pub(super) fn new(pattern: String, form: Option<Form>, inputs: &[PathBuf]) -> Self {
        let names = OutputNames::new(inputs.iter().map(PathBuf::as_path));
        Self { pattern, form, zone: local_zone(), names, open: None }
    }

    /// Writes a table, into a file of its own if that has another name than the last one.
    pub(super) fn block(&mut self, block: &Block) -> Result<()> {
        let path = name(&self.pattern, block.number, block.start, &self.zone)?;
        if self.open.as_ref().is_some_and(|open| open.path != path)
            && let Some(open) = self.open.take()
        {
            open.finish()?;
        }
        let open = match self.open.take() {
            Some(open) => open,
            None => self.begin(path)?,
        };
        let Open { path, content } = self.open.insert(open);
        let written = match content {
            Content::Text(out) => write(out, block, MAKER),
            Content::Table(table) => rows(block).try_for_each(|row| table.row(&row)),
        };
        written.map_err(|error| failed(path, error))
    }

    /// Completes the last file.
    pub(super) fn finish(self) -> Result<()> {
        self.open.map_or(Ok(()), Open::finish)
    }

    fn begin(&self, path: PathBuf) -> Result<Open> {
        let target = if path == Path::new(STDOUT) {
            Target::Stdout(stdout(true))
        } else {
            self.names.claim_again(&path, Use::Whole).map_err(|_| {
                let path = path.display();
                wrong(format!("'{path}' is read by this run: name another file with -O"))
            })?;
            make_parent(&path)?;
            Target::File(SliceFile::create(&path)?)
        };
        let content = match self.form {
            Some(form) => Content::Table(Table::new(target, form, &COLUMNS)),
            None => Content::Text(target),
        };
        Ok(Open { path, content })
    }
}

impl Open {
    fn finish(self) -> Result<()> {
        let Self { path, content } = self;
        let target = match content {
            Content::Text(target) => Ok(target),
            Content::Table(table) => table.finish(),
        };
        let done = target.and_then(|target| match target {
            Target::File(file) => file.finish(),
            Target::Stdout(mut out) => out.flush(),
        });
        done.map_err(|error| failed(&path, error))
    }
}

fn failed(path: &Path, error: io::Error) -> anyhow::Error {
    if path == Path::new(STDOUT) {
        return stdout_error(&error);
    }
    anyhow::Error::from(error).context(format!("cannot write '{}'", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{TimeZone, Timestamp, checked, name};

    #[test]
    fn names() {
        let name = |pattern: &str| {
            let name = name(pattern, 7, Timestamp::new(86_400 + 3_600, 5), &TimeZone::UTC);
            name.unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(name("%i.t2"), "7.t2");
        assert_eq!(name("%V-%u-%H%M.t2"), "01-5-0100.t2");
        assert_eq!(name("x/%s-%i%%i"), "x/90000-7%i");
        assert_eq!(name("all.t2"), "all.t2");
        let error = checked("x%!".as_ref()).unwrap_err().to_string();
        assert!(error.starts_with("-O 'x%!': '%!' is no sign"), "{error}");
        assert!(checked("".as_ref()).is_err());
    }
}
