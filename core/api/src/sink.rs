//! Sinks take records out: text files, CSV, databases. They see [`Table`]s and [`Record`]s, never a
//! plugin.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cell_writer::TextStyle;
use crate::record::Record;
use crate::table::{Table, TableId};
use crate::toggles::{AnyToggles, ToggleError, ToggleInfo, Toggles};

pub use delivery::{Delivery, DeliveryLog};
pub use links::behind_links;
pub use renewed::Renewed;

mod delivery;
mod links;
mod renewed;

/// What is known of a sink before it is made.
#[derive(Clone, Copy, Debug)]
pub struct SinkInfo {
    /// Its name, as users type it.
    pub name: &'static str,
    /// The name of its toggles: `txtSink` for the sink `txt`, as plugins are called.
    pub toggles: &'static str,
    /// Its place in the order of calls (900 ..= 999).
    pub number: u16,
    /// One line for lists.
    pub summary: &'static str,
    /// Tables that it cannot do without; their plugins take part ([`Info::on_request`](crate::plugin::Info::on_request),
    /// [`Info::tables`](crate::plugin::Info::tables)).
    pub requests: &'static [&'static str],
    /// The settings that make flows those of another tool, `PLUGIN.TOGGLE=VALUE`, if the sink writes the tables of one
    /// (`--preset`).
    pub preset: Option<&'static [&'static str]>,
    /// It sends rows to a server: who wants that names it, `all` does not mean it.
    pub is_remote: bool,
}

/// When the flow file goes on in a next piece (`-W`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Split {
    /// After so many bytes.
    Bytes(u64),
    /// After so many flows.
    Flows(u64),
}

/// Where a run's files go.
#[derive(Clone, Default, Debug)]
pub struct Destination {
    /// Files are named PREFIX + suffix, also when flows go to standard output.
    pub prefix: PathBuf,
    /// The flow table goes to standard output (`-w -`).
    pub stdout: bool,
    /// No file is written that nobody asked for by name: no descriptions of columns, no tables of plugins, no
    /// files about the run.
    pub only_requested: bool,
    /// Texts keep what steers a terminal and is not ASCII, as the reference's do (`--compat`).
    pub raw: bool,
    /// Pieces of the flow file, and the number of the first one.
    pub split: Option<(Split, u64)>,
    /// Who watches over the names, if anybody does.
    pub guard: Option<Arc<dyn NameGuard>>,
    /// What a writer does for which there is no room; without, that is a failure.
    pub patience: Option<Arc<dyn Patience>>,
    /// Who is told what became of rows that were sent to a server.
    pub deliveries: Option<Arc<dyn DeliveryLog>>,
}

/// Waits for room on a disk that is full.
pub trait Patience: fmt::Debug + Send + Sync {
    /// There is no room: waits a little. Whether to try again; if not, the file stays as it is, up to the last whole
    /// line, and what comes behind is [lost](Self::lost).
    fn wait(&self) -> bool;

    /// Something could be written.
    fn goes_on(&self);

    /// So many rows will never be written.
    fn lost(&self, rows: u64);
}

/// Whether writing has failed for want of room: the disk is full, or what the user may have of it is used up.
pub fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

/// Sees to it that no output replaces what the run reads, or another output.
pub trait NameGuard: fmt::Debug + Send + Sync {
    /// A file of this name is going to be written. Refused if it is an input, or if another output has the name.
    fn claim(&self, path: &Path) -> Result<(), SinkError>;

    /// A file of this name will be claimed when the run ends. Refused if it would be refused now.
    fn check(&self, path: &Path) -> Result<(), SinkError> {
        let _ = path;
        Ok(())
    }

    /// A piece of a table is going to be written (`-W`), which is called as `base` with a number and this end behind it. As [`claim`](Self::claim),
    /// and from the first piece on all names of pieces are taken.
    fn claim_piece(&self, path: &Path, base: &Path, end: &str) -> Result<(), SinkError> {
        let _ = (base, end);
        self.claim(path)
    }

    /// All files that were claimed are complete and have their names: their period is over (`--rotate`).
    fn complete(&self) {}
}

impl Destination {
    /// To be called before a file is written, once for each file.
    pub fn claim(&self, path: &Path) -> Result<(), SinkError> {
        self.guard.as_ref().map_or(Ok(()), |guard| guard.claim(path))
    }

    /// To be called before a piece of a table is written, as [`claim`](Self::claim); `base` and a number with this end are its name.
    pub fn claim_piece(&self, path: &Path, base: &Path, end: &str) -> Result<(), SinkError> {
        self.guard.as_ref().map_or(Ok(()), |guard| guard.claim_piece(path, base, end))
    }

    /// To be called when the run begins for a file that will be claimed when it ends.
    pub fn check(&self, path: &Path) -> Result<(), SinkError> {
        self.guard.as_ref().map_or(Ok(()), |guard| guard.check(path))
    }

    /// PREFIX with a suffix behind its last component.
    pub fn file(&self, suffix: &str) -> PathBuf {
        let mut name = self.prefix.clone().into_os_string();
        name.push(suffix);
        PathBuf::from(name)
    }
}

/// What a sink gets when the run starts.
#[derive(Debug)]
pub struct SinkSetup<'a> {
    /// All tables: that of flows, that of packets if it is wanted, those of plugins. Behind them, for a sink that asks for
    /// some, those that were made on request.
    pub tables: &'a [Table],
    /// Where the files go.
    pub destination: &'a Destination,
    /// Lines about the run for headers: date, versions, command line (without comment signs).
    pub preamble: &'a [String],
}

/// Why a sink cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// Reading or writing failed.
    #[error("cannot {action} '{}'", path.display())]
    Io {
        /// `write`, `create` ...
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Toggles or names of files that contradict each other.
    #[error("{0}")]
    Settings(String),
    /// Anything else: a server that is not there, a value that has no place in a format.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
    /// The reader of standard output has gone: not a failure of ours.
    #[error("standard output was closed by its reader")]
    Closed,
}

impl SinkError {
    /// An input/output error with its file; a closed pipe becomes [`SinkError::Closed`].
    pub fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        if source.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::Closed;
        }
        Self::Io { action, path: path.to_owned(), source }
    }
}

/// Work that somebody else may do.
pub type Job = Box<dyn FnOnce() + Send>;

/// Threads that do jobs when they have time.
pub trait Executor: fmt::Debug + Send + Sync {
    /// Leaves a job to them. It may be done at once, late or, when the run is over, not at all.
    fn spawn(&self, job: Job);
}

/// A way out.
pub trait Sink: Send {
    /// The tables that it asks for, as its [`SinkInfo`] says: no other sink gets their records.
    fn requests(&self) -> &[&'static str] {
        &[]
    }

    /// The run starts: open files, write headers.
    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError>;

    /// All sinks have started: none of their files has a name that another one has or that of an input. Files that
    /// are complete now may appear.
    fn all_started(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let _ = setup;
        Ok(())
    }

    /// If records of a table may be rows of text ([`Record::text_row`]), how they are written. Asked once the run has
    /// started; records may be values all the same.
    fn text_style(&self, table: &Table) -> Option<TextStyle> {
        let _ = table;
        None
    }

    /// A table has one record more. [`Record::values`] walks over its values.
    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError>;

    /// The files of a period are complete: they get their names, and the next ones begin where the setup says. What users
    /// name is begun anew for that ([`Renewed`]); who stands in front of sinks passes it on.
    fn rotate(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let _ = setup;
        Ok(())
    }

    /// Whether [`Self::rotate`] returns before the files have their names; then the sink says to the guard of their
    /// [`Destination`] when they are complete.
    fn is_deferred(&self) -> bool {
        false
    }

    /// Bytes of its flow table's current file, as far as it counts them before they are compressed.
    fn size(&self) -> u64 {
        0
    }

    /// From now on there are threads that could write to files meanwhile. A sink that has no use for them
    /// need not know.
    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        let _ = executor;
    }

    /// The run is over: write all that is still held back, so that nothing but names is missing. Fails if anything
    /// could not be written; then no file of the run may appear, of no sink.
    fn prepare(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// All sinks are [prepared](Self::prepare): the files get their names. A sink that is dropped instead leaves none.
    fn finish(&mut self) -> Result<(), SinkError>;
}

/// A sink that users can name and set up with `-o`.
pub trait NamedSink: Sink + Sized + 'static {
    /// Names and number.
    const INFO: SinkInfo;
    /// Its toggles.
    type Toggles: Toggles;

    /// Makes it.
    fn new(toggles: &Self::Toggles) -> Self;
}

/// A sink that can be set up: its toggles by name. Made by the registry.
pub trait SinkSettings: AnyToggles {
    /// Names and number.
    fn info(&self) -> &'static SinkInfo;

    /// Makes the sink.
    fn make(&self) -> Box<dyn Sink>;

    /// Makes the sink, and makes it again for each period.
    fn make_renewed(&self) -> Renewed;
}

/// The toggles of sink `S` before the run.
#[derive(Debug)]
pub struct Settings<S: NamedSink> {
    toggles: S::Toggles,
}

impl<S: NamedSink> Settings<S> {
    /// The defaults, as a registry entry needs them.
    pub fn boxed() -> Box<dyn SinkSettings> {
        Box::new(Self { toggles: S::Toggles::default() })
    }
}

impl<S: NamedSink> AnyToggles for Settings<S> {
    fn table(&self) -> &'static [ToggleInfo] {
        S::Toggles::TABLE
    }

    fn set(&mut self, index: usize, value: &str) -> Result<(), ToggleError> {
        Toggles::set(&mut self.toggles, index, value)
    }

    fn get(&self, index: usize) -> String {
        Toggles::get(&self.toggles, index)
    }
}

impl<S: NamedSink> SinkSettings for Settings<S> {
    fn info(&self) -> &'static SinkInfo {
        &S::INFO
    }

    fn make(&self) -> Box<dyn Sink> {
        Box::new(S::new(&self.toggles))
    }

    fn make_renewed(&self) -> Renewed {
        let toggles = self.toggles.clone();
        Renewed::new(Box::new(move || Box::new(S::new(&toggles))))
    }
}
