//! The file or files of one table: counts rows and bytes, rotates to the next file at the limit
//! (`-W`), and remembers the first failure, so that nothing is written behind a gap.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowz_api::sink::{Destination, Executor, SinkError, Split};

use crate::common::file::{Form, OutputFile};

/// How many bytes are collected before they are written: what was formatted is still in the cache then, and the kernel
/// finds pages for it more quickly than for larger pieces.
pub(crate) const BLOCK: usize = 64 << 10;

/// End of the names of compressed files.
pub(crate) const GZIP_SUFFIX: &str = ".gz";

/// One table on its way to disk.
#[derive(Debug)]
pub(crate) struct RotatingFile {
    /// The file that is being written.
    file: Option<OutputFile>,
    /// Where the pieces of a split table go.
    destination: Destination,
    /// Others who could write.
    executor: Option<Arc<dyn Executor>>,
    /// The first failure.
    failed: Option<SinkError>,
    /// The limit, PREFIX with suffix, and the number of the current file.
    split: Option<(Split, PathBuf, u64)>,
    /// What is written into the files; if they are compressed, `.gz` is behind their numbers.
    form: Form,
    /// Where the current file tells its number of rows.
    rows_at: Option<u64>,
    /// Of the current file.
    bytes: u64,
    /// Of the current file.
    rows: u64,
}

impl RotatingFile {
    /// The flow table: standard output, one file or the first of several; perhaps compressed.
    pub(crate) fn flow_table(
        destination: &Destination,
        suffix: &str,
        gzip: bool,
    ) -> Result<Self, SinkError> {
        if destination.stdout {
            return Ok(Self::new(OutputFile::stdout(gzip)));
        }
        Self::pieces(destination, suffix, if gzip { Form::Gzip } else { Form::Plain })
    }

    /// The same in some form.
    #[cfg_attr(
        not(any(feature = "arrow", feature = "parquet")),
        allow(dead_code, reason = "formats that are not text need it")
    )]
    pub(crate) fn flow_table_as(
        destination: &Destination,
        suffix: &str,
        form: Form,
    ) -> Result<Self, SinkError> {
        if destination.stdout {
            return Ok(Self::new(OutputFile::stdout_as(form)?));
        }
        Self::pieces(destination, suffix, form)
    }

    /// One file or the first of several.
    fn pieces(destination: &Destination, suffix: &str, form: Form) -> Result<Self, SinkError> {
        let base = destination.file(suffix);
        let number = destination.split.map(|(_, first)| first);
        let mut file = Self::new(open(destination, &base, number, &form)?);
        file.form = form;
        file.split = destination.split.map(|(limit, first)| (limit, base, first));
        file.destination = destination.clone();
        Ok(file)
    }

    /// A table in one file: PREFIX with this suffix.
    pub(crate) fn single(destination: &Destination, suffix: &str) -> Result<Self, SinkError> {
        Self::single_as(destination, suffix, &Form::Plain)
    }

    /// The same in some form.
    pub(crate) fn single_as(
        destination: &Destination,
        suffix: &str,
        form: &Form,
    ) -> Result<Self, SinkError> {
        Ok(Self::new(open(destination, &destination.file(suffix), None, form)?))
    }

    fn new(file: OutputFile) -> Self {
        Self {
            file: Some(file),
            destination: Destination::default(),
            executor: None,
            failed: None,
            split: None,
            form: Form::Plain,
            rows_at: None,
            bytes: 0,
            rows: 0,
        }
    }

    /// Whether [`write_row_count_at`](Self::write_row_count_at) is possible.
    pub(crate) fn can_write_row_count(&self) -> bool {
        self.file.as_ref().is_some_and(OutputFile::can_overwrite)
    }

    /// The number of this file's rows, followed by blanks that are there already, goes to this place
    /// as soon as it is known.
    pub(crate) fn write_row_count_at(&mut self, place: u64) {
        self.rows_at = Some(place);
    }

    /// A header line of `length` bytes is on its way to this file.
    pub(crate) fn count_header(&mut self, length: usize) {
        self.bytes += length as u64;
    }

    /// A row of `length` bytes is on its way to this file; whether it must be the last one.
    #[inline]
    pub(crate) fn count_row(&mut self, length: usize) -> bool {
        self.bytes += length as u64;
        self.rows += 1;
        match self.split {
            None => false,
            Some((Split::Bytes(limit), ..)) => self.bytes >= limit,
            Some((Split::Flows(limit), ..)) => self.rows >= limit,
        }
    }

    /// Bytes of the current file, those that are still on their way too.
    pub(crate) fn size(&self) -> u64 {
        self.bytes
    }

    /// From now on others could write to the files.
    pub(crate) fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.executor = Some(Arc::clone(executor));
    }

    /// Writes the first `used` bytes of a block, whole lines, or leaves that to others. Yields a block to be filled,
    /// of any length and content.
    pub(crate) fn write_block(
        &mut self,
        block: Vec<u8>,
        used: usize,
    ) -> Result<Vec<u8>, SinkError> {
        if used == 0 {
            return Ok(block);
        }
        self.check()?;
        let next = match (&mut self.file, &self.executor) {
            (Some(file), Some(executor)) => file.enqueue(block, used, &**executor),
            (Some(file), None) => file.write(&block[..used]).map(|()| block),
            (None, _) => Ok(block),
        };
        self.remember(next)
    }

    /// Completes this file and opens the next one.
    pub(crate) fn rotate(&mut self) -> Result<(), SinkError> {
        self.finish()?;
        let Some((_, base, number)) = &mut self.split else { return Ok(()) };
        *number += 1;
        let opened = open(&self.destination, base, Some(*number), &self.form);
        (self.bytes, self.rows) = (0, 0);
        let opened = opened.map(|file| self.file = Some(file));
        self.remember(opened)
    }

    /// Brings what stands in the queue on its way to whoever reads.
    #[cfg_attr(
        not(any(feature = "arrow", feature = "parquet")),
        allow(dead_code, reason = "formats that are not text need it")
    )]
    pub(crate) fn flush(&mut self) -> Result<(), SinkError> {
        self.check()?;
        let flushed = self.file.as_mut().map_or(Ok(()), OutputFile::flush);
        self.remember(flushed)
    }

    /// No more comes: waits until all is written.
    pub(crate) fn prepare(&mut self) -> Result<(), SinkError> {
        self.check()?;
        let written = self.file.as_mut().map_or(Ok(()), OutputFile::complete);
        self.remember(written)
    }

    /// Completes the file. After a failure there is none any more, and the failure is told again.
    pub(crate) fn finish(&mut self) -> Result<(), SinkError> {
        self.check()?;
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let told = match self.rows_at.take() {
            Some(place) => match file.lost() {
                None => file.overwrite(place, self.rows.to_string().as_bytes()),
                // There is no header.
                Some((_, 0)) => Ok(()),
                Some((lost, _)) => {
                    let rows = self.rows.saturating_sub(lost).to_string();
                    file.overwrite(place, rows.as_bytes())
                }
            },
            None => Ok(()),
        };
        self.remember(told.and_then(|()| file.finish()))
    }

    /// The first failure, again.
    fn check(&self) -> Result<(), SinkError> {
        self.failed.as_ref().map_or(Ok(()), |error| Err(copy(error)))
    }

    /// Remembers a failure; what is incomplete disappears.
    fn remember<T>(&mut self, result: Result<T, SinkError>) -> Result<T, SinkError> {
        if let Err(error) = &result {
            self.failed = Some(copy(error));
            self.file = None;
        }
        result
    }
}

/// A file: PREFIX with suffix, the number if there is one, `.gz` if it is compressed.
fn open(
    destination: &Destination,
    base: &Path,
    number: Option<u64>,
    form: &Form,
) -> Result<OutputFile, SinkError> {
    let mut name = base.as_os_str().to_owned();
    if let Some(number) = number {
        name.push(number.to_string());
    }
    let end = if matches!(form, Form::Gzip) { GZIP_SUFFIX } else { "" };
    name.push(end);
    let path = PathBuf::from(name);
    match number {
        Some(_) => destination.claim_piece(&path, base, end)?,
        None => destination.claim(&path)?,
    }
    OutputFile::open(path, form.clone(), destination.patience.clone())
}

fn copy(error: &SinkError) -> SinkError {
    match error {
        SinkError::Closed => SinkError::Closed,
        SinkError::Settings(why) => SinkError::Settings(why.clone()),
        SinkError::Other(why) => SinkError::Other(why.to_string().into()),
        SinkError::Io { action, path, source } => {
            let source = match source.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(source.kind(), source.to_string()),
            };
            SinkError::Io { action, path: path.clone(), source }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use flowz_api::sink::{Destination, SinkError, Split};

    use super::RotatingFile;
    use crate::test_support::{TempDir, names};

    fn write(file: &mut RotatingFile, bytes: &[u8]) -> Result<(), SinkError> {
        file.write_block(bytes.to_vec(), bytes.len()).map(drop)
    }

    #[test]
    fn counts_from_the_given_number() {
        let dir = TempDir::new("file");
        let split = Some((Split::Bytes(6), 8));
        let destination = Destination { prefix: dir.path("p"), split, ..Destination::default() };
        let mut file = RotatingFile::flow_table(&destination, "_flows.txt", false).unwrap();
        file.count_header(2);
        assert!(!file.count_row(3));
        assert!(file.count_row(1));
        write(&mut file, b"%hrrr\n").unwrap();
        file.rotate().unwrap();
        assert!(!file.count_row(5));
        write(&mut file, b"rrrr\n").unwrap();
        file.finish().unwrap();
        file.finish().unwrap();
        assert_eq!(names(&dir), ["p_flows.txt8", "p_flows.txt9"]);
        assert_eq!(fs::read(dir.path("p_flows.txt9")).unwrap(), b"rrrr\n");
    }

    #[test]
    fn numbers_of_rows() {
        let dir = TempDir::new("file-rows");
        let split = Some((Split::Flows(12), 0));
        let destination = Destination { prefix: dir.path("p"), split, ..Destination::default() };
        let mut file = RotatingFile::flow_table(&destination, "_f", false).unwrap();
        assert!(file.can_write_row_count());
        file.write_row_count_at(1);
        write(&mut file, b"%   \n").unwrap();
        assert_eq!((0..12).filter(|_| file.count_row(1)).count(), 1);
        file.rotate().unwrap();
        write(&mut file, b"%   \n").unwrap();
        file.finish().unwrap();
        assert_eq!([dir.read("p_f0"), dir.read("p_f1")], ["%12 \n", "%   \n"]);
    }

    #[test]
    fn compressed_files() {
        let dir = TempDir::new("file-gzip");
        let split = Some((Split::Flows(1), 0));
        let destination = Destination { prefix: dir.path("p"), split, ..Destination::default() };
        let mut file = RotatingFile::flow_table(&destination, "_f", true).unwrap();
        assert!(!file.can_write_row_count());
        assert!(file.count_row(1));
        file.rotate().unwrap();
        file.finish().unwrap();
        assert_eq!(names(&dir), ["p_f0.gz", "p_f1.gz"]);
        assert!(fs::read(dir.path("p_f1.gz")).unwrap().starts_with(b"\x1f\x8b"));
    }

    #[test]
    fn tells_a_failure_again_and_writes_nothing_more() {
        let to = Destination { prefix: "/dev/full".into(), ..Destination::default() };
        let mut file = RotatingFile::single(&to, "").unwrap();
        let told = write(&mut file, b"abc").unwrap_err().to_string();
        assert_eq!(write(&mut file, b"def").unwrap_err().to_string(), told);
        assert_eq!(file.finish().unwrap_err().to_string(), told);
        assert!(told.contains("/dev/full"));
    }

    #[test]
    fn the_next_file_cannot_be_opened() {
        let dir = TempDir::new("file-gone");
        let split = Some((Split::Flows(1), 0));
        let destination = Destination { prefix: dir.path("p"), split, ..Destination::default() };
        let mut file = RotatingFile::flow_table(&destination, "_f", false).unwrap();
        fs::create_dir(dir.path("p_f1")).unwrap();
        assert!(file.count_row(1));
        let told = file.rotate().unwrap_err().to_string();
        assert!(told.starts_with("cannot create"), "{told}");
        assert_eq!(write(&mut file, b"x").unwrap_err().to_string(), told);
        assert_eq!(names(&dir), ["p_f0", "p_f1"]);
    }
}
