//! Workload W5: real captures of the shared folder, one behind the other, again and again.
//!
//! Also the other way to a capture of some size: the project's own small ones, in the same manner.
//!
//! Only plain Ethernet captures of the classic format in little-endian microseconds take part. Each one is moved
//! in time so that it begins a second behind the end of the one before: time goes on, as in one capture.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// At least so many packets.
const PACKETS: u64 = 790_000;
/// Magic number, version 2.4.
const FORMAT: [u8; 8] = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;
const MICROS: u64 = 1_000_000;

/// Writes the mix.
pub(super) fn make(workspace: &Workspace, folder: &Path, file: &Path) -> Result<()> {
    let Some(shared) = workspace.shared() else {
        bail!("{} is missing, and so is ../shared with the captures it is made of", file.display());
    };
    let captures = captures(&shared.join("captures"))?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    eprintln!("making {} of {} captures", file.display(), captures.len());
    let unfinished = file.with_extension("part");
    write(&captures, (PACKETS, 1), &unfinished)
        .with_context(|| format!("cannot write {}", unfinished.display()))?;
    fs::rename(&unfinished, file).with_context(|| format!("cannot make {}", file.display()))
}

fn captures(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|e| Ok(e?.path())).collect::<Result<_>>()?;
    paths.sort();
    let all = paths.iter().map(|path| load(path)).collect::<Result<Vec<_>>>()?;
    let fit: Vec<_> = all.into_iter().filter(|bytes| fits(bytes)).collect();
    if fit.is_empty() {
        bail!("no capture in {} fits", folder.display());
    }
    Ok(fit)
}

/// Writes a capture of at least so many packets from these files, all of which must fit; `pause` is the time between
/// the end of one and the beginning of the next, in seconds.
pub(in crate::bench) fn repeat(
    files: &[PathBuf],
    (packets, pause): (u64, u64),
    file: &Path,
) -> Result<()> {
    let captures = files.iter().map(|path| load(path)).collect::<Result<Vec<_>>>()?;
    if let Some((path, _)) = files.iter().zip(&captures).find(|(_, bytes)| !fits(bytes)) {
        bail!("{} is no plain Ethernet capture with packets", path.display());
    }
    write(&captures, (packets, pause), file)
        .with_context(|| format!("cannot write {}", file.display()))
}

/// The head of a capture, which is also a capture without packets.
pub(in crate::bench) fn head() -> Vec<u8> {
    [&FORMAT[..], &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]].concat()
}

/// Number of packets.
pub(in crate::bench) fn packets(capture: &[u8]) -> u64 {
    records(capture).count() as u64
}

fn load(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Whether a capture has the right format and at least one packet.
fn fits(bytes: &[u8]) -> bool {
    let ethernet = bytes.get(20..FILE_HEADER) == Some(&[1, 0, 0, 0]);
    bytes.starts_with(&FORMAT) && ethernet && records(bytes).next().is_some()
}

/// The whole records: time in microseconds, and all bytes with their header.
fn records(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut rest = bytes.get(FILE_HEADER..).unwrap_or(&[]);
    std::iter::from_fn(move || {
        let header = rest.first_chunk::<RECORD_HEADER>()?;
        let word = |at: usize| {
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let (record, behind) = rest.split_at_checked(RECORD_HEADER + word(8) as usize)?;
        rest = behind;
        Some((u64::from(word(0)) * MICROS + u64::from(word(4)), record))
    })
}

fn write(captures: &[Vec<u8>], (at_least, pause): (u64, u64), file: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(fs::File::create(file)?);
    out.write_all(&head())?;
    let (mut packets, mut end) = (0, 1_700_000_000 * MICROS);
    while packets < at_least {
        for bytes in captures {
            let first = records(bytes).map(|(time, _)| time).min().unwrap_or(0);
            let begin = end + pause * MICROS;
            for (time, record) in records(bytes) {
                let moved = begin + (time - first);
                let stamp = [(moved / MICROS) as u32, (moved % MICROS) as u32];
                stamp.iter().try_for_each(|n| out.write_all(&n.to_le_bytes()))?;
                out.write_all(&record[8..])?;
                packets += 1;
                end = end.max(moved);
            }
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::{fits, head, records, repeat};
    use crate::bench::measure::Scratch;

    #[test]
    fn captures_of_one_kind() {
        let mut bytes = head();
        assert!(!fits(&bytes), "no packet");
        bytes.extend([2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 60, 0, 0, 0, 0xaa]);
        assert!(fits(&bytes));
        let all: Vec<_> = records(&bytes).collect();
        assert_eq!((all.len(), all[0].0, all[0].1.len()), (1, 2_000_003, 17));
        bytes[20] = 101;
        assert!(!fits(&bytes), "not Ethernet");
        assert_eq!(records(&bytes[..40]).count(), 0, "cut");
    }

    #[test]
    fn a_capture_behind_itself() {
        let scratch = Scratch::new().unwrap();
        let (one, many) = (scratch.path().join("one"), scratch.path().join("many"));
        let mut bytes = head();
        std::fs::write(&one, &bytes).unwrap();
        assert!(repeat(std::slice::from_ref(&one), (3, 1), &many).is_err(), "no packet");
        for second in [7, 9] {
            bytes.extend([second, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 60, 0, 0, 0, 0xaa]);
        }
        std::fs::write(&one, &bytes).unwrap();
        repeat(&[one], (3, 10), &many).unwrap();
        let made = std::fs::read(&many).unwrap();
        let times: Vec<_> = records(&made).map(|(time, _)| time / super::MICROS).collect();
        assert_eq!(times, [1_700_000_010, 1_700_000_012, 1_700_000_022, 1_700_000_024]);
    }
}
