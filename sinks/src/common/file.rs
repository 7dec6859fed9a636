//! Output files. A file is complete or absent: its bytes go to a temporary file beside it, which gets
//! the right name when all is written, and disappears if that never happens. Standard output, pipes
//! and devices cannot be renamed and are written in place.

use std::ffi::OsString;
use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use flowz_api::sink::{Executor, Patience, SinkError, behind_links};

use crate::common::patient_file::PatientFile;
use crate::common::queue::WriteQueue;

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct OutputFile {
    /// As the user knows it, for messages.
    path: PathBuf,
    queue: Arc<WriteQueue<Encoder>>,
    /// What is written into it.
    form: Form,
    /// Where the bytes are and the name they get, unless they are written in place.
    rename: Option<(PathBuf, PathBuf)>,
}

/// What becomes of the blocks that are written.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// They are the file's bytes.
    Plain,
    /// They are compressed.
    Gzip,
    /// They are rows, from which a writer makes a file of its own form.
    #[cfg_attr(
        not(any(feature = "arrow", feature = "parquet")),
        allow(dead_code, reason = "formats that are not text need it")
    )]
    Made(Arc<dyn Make>),
}

/// Makes the writer of a file.
pub(crate) trait Make: Debug + Send + Sync {
    /// A writer to this target, which is empty.
    fn make(&self, target: Target) -> io::Result<Box<dyn Format>>;
}

/// A writer that takes blocks of rows. Flushing writes the rows that it has.
pub(crate) trait Format: Write + Debug + Send {
    /// No more rows come: writes those that it has, and the end of the file.
    fn complete(&mut self) -> io::Result<()>;

    /// Where the bytes go.
    fn target(&self) -> &Target;
}

#[derive(Debug)]
enum Encoder {
    Plain(Target),
    Gzip(Box<GzEncoder<Target>>),
    Made(Box<dyn Format>),
}

fn encoder(target: Target, form: &Form) -> io::Result<Arc<WriteQueue<Encoder>>> {
    Ok(Arc::new(WriteQueue::new(match form {
        Form::Plain => Encoder::Plain(target),
        Form::Gzip => Encoder::Gzip(Box::new(GzEncoder::new(target, Compression::default()))),
        Form::Made(make) => Encoder::Made(make.make(target)?),
    })))
}

impl Write for Encoder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(target) => target.write(bytes),
            Self::Gzip(gzip) => gzip.write(bytes),
            Self::Made(format) => format.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(target) => target.flush(),
            Self::Gzip(gzip) => gzip.flush(),
            Self::Made(format) => format.flush(),
        }
    }
}

/// Where bytes end up.
#[derive(Debug)]
pub(crate) struct Target(Place);

#[derive(Debug)]
enum Place {
    File(File),
    Patient(PatientFile),
    Stdout(io::Stdout),
}

impl Encoder {
    /// What is said of the file behind it, if it waits for room.
    fn patient(&self) -> Option<&PatientFile> {
        let target = match self {
            Self::Plain(target) => target,
            Self::Gzip(gzip) => gzip.get_ref(),
            Self::Made(format) => format.target(),
        };
        if let Place::Patient(file) = &target.0 { Some(file) } else { None }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Place::File(file) => file.write(bytes),
            Place::Patient(file) => file.write(bytes),
            Place::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Place::File(file) => file.flush(),
            Place::Patient(file) => file.flush(),
            Place::Stdout(out) => out.flush(),
        }
    }
}

impl OutputFile {
    /// Opens the temporary file of `path`, or `path` itself if it is a pipe or a device.
    pub(crate) fn create(path: PathBuf) -> Result<Self, SinkError> {
        Self::open(path, Form::Plain, None)
    }

    /// The same in some form, perhaps waiting for room on the disk.
    pub(crate) fn open(
        path: PathBuf,
        form: Form,
        patience: Option<Arc<dyn Patience>>,
    ) -> Result<Self, SinkError> {
        let destination = behind_links(&path);
        let in_place = fs::metadata(&destination).is_ok_and(|found| !found.is_file());
        let (opened, rename) = if in_place {
            (OpenOptions::new().write(true).open(&destination), None)
        } else {
            let temporary = temporary_name(&destination);
            // Left behind by a process that died and had our number.
            let _ = fs::remove_file(&temporary);
            let opened = OpenOptions::new().write(true).create_new(true).open(&temporary);
            // Tells later runs that somebody is at work on it; there are systems without locks.
            let opened = opened.inspect(|file| drop(file.try_lock()));
            // Who may read the file that it replaces may read it, and nobody else.
            if let (Ok(file), Ok(found)) = (&opened, fs::metadata(&destination)) {
                drop(file.set_permissions(found.permissions()));
            }
            (opened, Some((temporary, destination)))
        };
        let made = opened.and_then(|file| {
            let has_lines = matches!(form, Form::Plain);
            encoder(
                Target(match patience {
                    Some(patience) => Place::Patient(PatientFile::new(file, patience, has_lines)),
                    None => Place::File(file),
                }),
                &form,
            )
        });
        match made {
            Ok(queue) => Ok(Self { path, queue, form, rename }),
            Err(error) => {
                if let Some((temporary, _)) = &rename {
                    let _ = fs::remove_file(temporary);
                }
                Err(SinkError::io("create", &path, error))
            }
        }
    }

    /// The file under the name that it has meanwhile, for who writes it by other means; none if it is written in place.
    #[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "databases need it"))]
    pub(crate) fn hidden(&self) -> Option<&Path> {
        self.rename.as_ref().map(|(hidden, _)| &**hidden)
    }

    /// Standard output, perhaps compressed.
    pub(crate) fn stdout(gzip: bool) -> Self {
        let (path, target) =
            (PathBuf::from("standard output"), Target(Place::Stdout(io::stdout())));
        let (form, encoder) = if gzip {
            let gzip = GzEncoder::new(target, Compression::default());
            (Form::Gzip, Encoder::Gzip(Box::new(gzip)))
        } else {
            (Form::Plain, Encoder::Plain(target))
        };
        Self { path, queue: Arc::new(WriteQueue::new(encoder)), form, rename: None }
    }

    /// Standard output in some form.
    #[cfg_attr(
        not(any(feature = "arrow", feature = "parquet")),
        allow(dead_code, reason = "formats that are not text need it")
    )]
    pub(crate) fn stdout_as(form: Form) -> Result<Self, SinkError> {
        let path = PathBuf::from("standard output");
        match encoder(Target(Place::Stdout(io::stdout())), &form) {
            Ok(queue) => Ok(Self { path, queue, form, rename: None }),
            Err(error) => Err(SinkError::io("write", &path, error)),
        }
    }

    /// Whether [`overwrite`](Self::overwrite) is possible: not in a stream, and not in compressed bytes.
    pub(crate) fn can_overwrite(&self) -> bool {
        self.rename.is_some() && matches!(self.form, Form::Plain)
    }

    /// Puts `bytes` in the place of others that were written before, `at` bytes behind the beginning.
    pub(crate) fn overwrite(&mut self, at: u64, bytes: &[u8]) -> Result<(), SinkError> {
        let changed = self.queue.with(|encoder| {
            let file = match encoder {
                Encoder::Plain(Target(Place::File(file))) => file,
                Encoder::Plain(Target(Place::Patient(file))) => file.inner(),
                _ => return Ok(()),
            };
            file.seek(SeekFrom::Start(at))?;
            file.write_all(bytes)?;
            file.seek(SeekFrom::End(0)).map(drop)
        });
        changed.map_err(|error| SinkError::io("write", &self.path, error))
    }

    /// Writes all of `bytes`.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        let written = self.queue.with(|encoder| encoder.write_all(bytes));
        written.map_err(|error| SinkError::io("write", &self.path, error))
    }

    /// Leaves it to others to write the first `used` bytes of a block. Fails if an earlier one could not be
    /// written. Yields a block to be filled, of any length and content.
    pub(crate) fn enqueue(
        &mut self,
        block: Vec<u8>,
        used: usize,
        executor: &dyn Executor,
    ) -> Result<Vec<u8>, SinkError> {
        let next = self.queue.push(block, used, executor);
        next.map_err(|error| SinkError::io("write", &self.path, error))
    }

    /// Waits until all is written that stands in the queue, and brings it on its way to whoever reads.
    #[cfg_attr(
        not(any(feature = "arrow", feature = "parquet")),
        allow(dead_code, reason = "formats that are not text need it")
    )]
    pub(crate) fn flush(&mut self) -> Result<(), SinkError> {
        let flushed = self.queue.with(Write::flush);
        flushed.map_err(|error| SinkError::io("write", &self.path, error))
    }

    /// No more comes: waits until all is written. The file has no name yet.
    pub(crate) fn complete(&mut self) -> Result<(), SinkError> {
        let flushed = self.queue.with(|encoder| match encoder {
            Encoder::Plain(target) => target.flush(),
            Encoder::Gzip(gzip) => gzip.try_finish().and_then(|()| gzip.get_mut().flush()),
            Encoder::Made(format) => format.complete(),
        });
        flushed.map_err(|error| SinkError::io("write", &self.path, error))
    }

    /// Lines for which there was no room at the end, and bytes that the file has without them, if the disk was full.
    pub(crate) fn lost(&self) -> Option<(u64, u64)> {
        self.queue.look(|encoder| encoder.patient().and_then(PatientFile::lost))
    }

    /// All is written: the file gets its name. If the disk was full at the end, it fails, and the file has what found room; it is
    /// absent if nothing did, or if it is of no use without its end.
    pub(crate) fn finish(mut self) -> Result<(), SinkError> {
        self.complete()?;
        let lost = self.lost();
        let full = SinkError::io("write", &self.path, io::ErrorKind::StorageFull.into());
        // Without its end, a file of rows is none.
        let is_nothing = |written| written == 0 || matches!(self.form, Form::Made(_));
        if lost.is_some_and(|(_, written)| is_nothing(written)) {
            return Err(full);
        }
        if let Some((temporary, destination)) = &self.rename {
            fs::rename(temporary, destination)
                .map_err(|error| SinkError::io("create", &self.path, error))?;
            self.rename = None;
        }
        lost.map_or(Ok(()), |_| Err(full))
    }
}

impl Drop for OutputFile {
    /// Not finished: nothing stays behind.
    fn drop(&mut self) {
        if let Some((temporary, _)) = &self.rename {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// `.NAME.tmpPID` in the same directory.
fn temporary_name(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".tmp{}", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::sync::Arc;

    use flowz_api::sink::{Patience, SinkError};

    use super::{Form, OutputFile};
    use crate::test_support::{TempDir, names};

    #[test]
    fn appears_when_complete() {
        let dir = TempDir::new("file-appears");
        let path = dir.path("out");
        let mut file = OutputFile::create(path.clone()).unwrap();
        file.write(b"abc").unwrap();
        assert!(!path.exists());
        assert_eq!(names(&dir), [format!(".out.tmp{}", std::process::id())]);
        file.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"abc");
        assert_eq!(names(&dir), ["out"]);
    }

    #[test]
    fn leaves_nothing_when_dropped() {
        let dir = TempDir::new("file-dropped");
        fs::write(dir.path("old"), "old").unwrap();
        let mut file = OutputFile::create(dir.path("old")).unwrap();
        file.write(b"new").unwrap();
        drop(file);
        assert_eq!(names(&dir), ["old"]);
        assert_eq!(fs::read(dir.path("old")).unwrap(), b"old");
    }

    #[test]
    fn replaces_an_older_one_also_behind_a_link() {
        let dir = TempDir::new("file-link");
        fs::write(dir.path("real"), "old").unwrap();
        std::os::unix::fs::symlink(dir.path("real"), dir.path("link")).unwrap();
        let mut file = OutputFile::create(dir.path("link")).unwrap();
        file.write(b"new").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read(dir.path("real")).unwrap(), b"new");
        assert!(fs::symlink_metadata(dir.path("link")).unwrap().is_symlink());
    }

    #[test]
    fn appears_behind_links_that_lead_to_nothing_yet() {
        let dir = TempDir::new("file-dangling");
        fs::create_dir(dir.path("there")).unwrap();
        std::os::unix::fs::symlink("there/link", dir.path("out")).unwrap();
        std::os::unix::fs::symlink("file", dir.path("there/link")).unwrap();
        let mut file = OutputFile::create(dir.path("out")).unwrap();
        file.write(b"new").unwrap();
        file.finish().unwrap();
        assert_eq!(dir.read("there/file"), "new");
        assert_eq!(names(&dir), ["out", "there"]);
        assert!(fs::symlink_metadata(dir.path("out")).unwrap().is_symlink());
    }

    #[test]
    fn missing_directory() {
        let dir = TempDir::new("file-missing");
        let error = OutputFile::create(dir.path("no/where")).unwrap_err();
        assert!(matches!(error, SinkError::Io { action: "create", .. }), "{error}");
        assert!(error.to_string().contains("no/where"));
    }

    #[test]
    fn devices_are_written_in_place() {
        let mut full = OutputFile::create("/dev/full".into()).unwrap();
        let error = full.write(b"abc").unwrap_err();
        assert_eq!(error.to_string(), "cannot write '/dev/full'");
        assert!(std::error::Error::source(&error).is_some(), "the cause goes with it");
        let mut null = OutputFile::create("/dev/null".into()).unwrap();
        null.write(b"abc").unwrap();
        null.finish().unwrap();
    }

    #[test]
    fn compressed() {
        let dir = TempDir::new("file-gzip");
        let mut file = OutputFile::open(dir.path("out.gz"), Form::Gzip, None).unwrap();
        assert!(!file.can_overwrite());
        file.write("a".repeat(100_000).as_bytes()).unwrap();
        file.finish().unwrap();
        let packed = fs::read(dir.path("out.gz")).unwrap();
        assert!(packed.len() < 1000, "{}", packed.len());
        let mut text = String::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "a".repeat(100_000));
    }

    #[test]
    fn a_full_disk_and_a_compressed_file() {
        let mut full = OutputFile::open("/dev/full".into(), Form::Gzip, None).unwrap();
        let told = full.write(b"abc").and_then(|()| full.finish()).unwrap_err();
        assert_eq!(told.to_string(), "cannot write '/dev/full'");
    }

    /// Somebody who gives up at once.
    #[derive(Debug)]
    struct Hurry;

    impl Patience for Hurry {
        fn wait(&self) -> bool {
            false
        }

        fn goes_on(&self) {}

        fn lost(&self, _: u64) {}
    }

    /// A device in the place of a file: only what is said of it can be seen.
    #[test]
    fn a_full_disk_at_the_end_is_told_when_all_is_done() {
        let patience: Arc<dyn Patience> = Arc::new(Hurry);
        let mut full = OutputFile::open("/dev/full".into(), Form::Gzip, Some(patience)).unwrap();
        assert_eq!(full.lost(), None);
        full.write(b"a\nb\n").unwrap();
        full.complete().unwrap();
        assert_eq!(full.lost(), Some((0, 0)));
        assert_eq!(full.finish().unwrap_err().to_string(), "cannot write '/dev/full'");
    }

    #[test]
    fn changed_at_the_beginning() {
        let dir = TempDir::new("file-change");
        let mut file = OutputFile::create(dir.path("out")).unwrap();
        assert!(file.can_overwrite());
        file.write(b"0123456789").unwrap();
        file.overwrite(2, b"ab").unwrap();
        file.write(b"!").unwrap();
        file.finish().unwrap();
        assert_eq!(dir.read("out"), "01ab456789!");
        assert!(!OutputFile::create("/dev/null".into()).unwrap().can_overwrite());
        assert!(!OutputFile::stdout(false).can_overwrite());
    }

    #[test]
    fn standard_output_has_a_name() {
        assert_eq!(OutputFile::stdout(false).path.display().to_string(), "standard output");
    }
}
