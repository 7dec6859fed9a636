//! A file whose writer waits when the disk is full, and goes on when there is room again: no row is written in part.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::Arc;

use flowz_api::sink::{Patience, is_full};

/// The file.
#[derive(Debug)]
pub(super) struct PatientFile<F = File> {
    file: F,
    patience: Arc<dyn Patience>,
    /// It has lines, so that it can end behind one of them.
    has_lines: bool,
    /// Bytes written, and those of whole lines.
    written: u64,
    whole: u64,
    /// Whoever waits for room has given up: what comes is lost.
    given_up: bool,
    /// Lines that are lost.
    lost: u64,
}

/// A file that can be made shorter.
pub(super) trait Shorten {
    /// Leaves so many bytes.
    fn shorten(&mut self, length: u64) -> io::Result<()>;
}

impl Shorten for File {
    fn shorten(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)?;
        self.seek(SeekFrom::Start(length)).map(drop)
    }
}

impl<F: Write + Shorten> PatientFile<F> {
    /// A file that is empty.
    pub(super) fn new(file: F, patience: Arc<dyn Patience>, has_lines: bool) -> Self {
        Self { file, patience, has_lines, written: 0, whole: 0, given_up: false, lost: 0 }
    }

    /// Lines for which there was no room, and bytes that the file has without them, if there are such lines. Of a file that has
    /// no lines only the end is missing.
    pub(super) fn lost(&self) -> Option<(u64, u64)> {
        self.given_up.then_some((self.lost, self.whole))
    }

    /// The file itself.
    pub(super) fn inner(&mut self) -> &mut F {
        &mut self.file
    }

    fn count(&mut self, written: &[u8]) {
        if let Some(at) = memchr::memrchr(b'\n', written) {
            self.whole = self.written + at as u64 + 1;
        }
        self.written += written.len() as u64;
    }

    /// Nothing more is written: the file ends behind its last whole line, or where it is if it has none.
    fn give_up(&mut self) -> io::Result<()> {
        self.given_up = true;
        if self.has_lines {
            return self.file.shorten(self.whole);
        }
        self.whole = self.written;
        Ok(())
    }
}

impl<F: Write + Shorten> Write for PatientFile<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        while !self.given_up {
            match self.file.write(bytes) {
                Err(error) if is_full(&error) => {
                    if self.patience.wait() {
                        continue;
                    }
                    self.give_up()?;
                }
                Err(error) => return Err(error),
                Ok(length) => {
                    self.patience.goes_on();
                    self.count(bytes.get(..length).unwrap_or_default());
                    return Ok(length);
                }
            }
        }
        if self.has_lines {
            let lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
            self.lost += lines;
            self.patience.lost(lines);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use flowz_api::sink::Patience;

    use super::{PatientFile, Shorten};

    /// A disk with room for so many bytes, which grows when somebody has waited so often.
    #[derive(Debug, Default)]
    struct Disk {
        room: AtomicU64,
        waits: AtomicU64,
        grows_at: u64,
        gives_up_at: u64,
        lost: AtomicU64,
    }

    impl Patience for Disk {
        fn wait(&self) -> bool {
            let waits = self.waits.fetch_add(1, Relaxed) + 1;
            if waits == self.grows_at {
                self.room.store(1000, Relaxed);
            }
            waits < self.gives_up_at
        }

        fn goes_on(&self) {}

        fn lost(&self, rows: u64) {
            self.lost.fetch_add(rows, Relaxed);
        }
    }

    #[derive(Debug)]
    struct OnDisk(Vec<u8>, Arc<Disk>);

    impl Write for OnDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = self.1.room.load(Relaxed) as usize - self.0.len();
            if room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let length = room.min(bytes.len());
            self.0.extend_from_slice(&bytes[..length]);
            Ok(length)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Shorten for OnDisk {
        fn shorten(&mut self, length: u64) -> io::Result<()> {
            self.0.truncate(length as usize);
            Ok(())
        }
    }

    fn file(disk: Disk, has_lines: bool) -> (PatientFile<OnDisk>, Arc<Disk>) {
        let disk = Arc::new(disk);
        let on_disk = OnDisk(Vec::new(), Arc::clone(&disk));
        (PatientFile::new(on_disk, Arc::clone(&disk) as Arc<dyn Patience>, has_lines), disk)
    }

    #[test]
    fn goes_on_when_there_is_room() {
        let disk = Disk { room: 5.into(), grows_at: 3, gives_up_at: 9, ..Disk::default() };
        let (mut file, disk) = file(disk, true);
        file.write_all(b"ab\ncdef\ngh\n").unwrap();
        assert_eq!(file.file.0, b"ab\ncdef\ngh\n");
        assert_eq!((disk.waits.load(Relaxed), disk.lost.load(Relaxed)), (3, 0));
    }

    #[test]
    fn ends_behind_a_whole_line_if_there_never_is() {
        let disk = Disk { room: 5.into(), grows_at: 0, gives_up_at: 2, ..Disk::default() };
        let (mut file, disk) = file(disk, true);
        file.write_all(b"ab\ncdef\ngh\n").unwrap();
        file.write_all(b"ij\n").unwrap();
        assert_eq!(file.file.0, b"ab\n");
        assert_eq!((disk.lost.load(Relaxed), file.lost()), (3, Some((3, 3))));
    }

    #[test]
    fn what_has_no_lines_ends_where_it_is() {
        let disk = Disk { room: 5.into(), grows_at: 0, gives_up_at: 2, ..Disk::default() };
        let (mut file, disk) = file(disk, false);
        assert_eq!(file.lost(), None);
        file.write_all(b"ab\ndefg").unwrap();
        assert_eq!((&file.file.0[..], file.lost()), (&b"ab\nde"[..], Some((0, 5))));
        assert_eq!(disk.lost.load(Relaxed), 0);
    }
}
