//! Reads an index.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::chunk;
use super::number::{take, unfolded};
use super::{Entry, MAGIC, Way};

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// It is something else.
    #[error("it is no index of flowz")]
    Other,
    /// It was not finished, or something has changed it.
    #[error("it is not whole: {0}")]
    Damaged(io::Error),
}

impl From<io::Error> for IndexError {
    fn from(error: io::Error) -> Self {
        Self::Damaged(error)
    }
}

/// What is known from an index.
#[derive(Debug)]
pub enum Known<R> {
    /// It is about what was asked for.
    Same(Index<R>),
    /// It is about other captures, or the same with other settings.
    Different,
}

/// An index.
#[derive(Debug)]
pub struct Index<R> {
    from: BufReader<R>,
    /// Where the chunks behind the header begin.
    begin: u64,
    captures: Vec<Way>,
}

impl<R: Read + Seek> Index<R> {
    /// Opens an index, which should have this header.
    ///
    /// # Errors
    ///
    /// [`IndexError`] if it is none, or not whole.
    pub fn open(from: R, header: &[u8]) -> Result<Known<R>, IndexError> {
        let mut from = BufReader::new(from);
        let mut magic = [0; MAGIC.len()];
        if from.read_exact(&mut magic).is_err() || magic != MAGIC {
            return Err(IndexError::Other);
        }
        let head = chunk::head(&mut from)?;
        let mut found = Vec::new();
        chunk::read(&mut from, head, &mut found)?;
        let begin = from.stream_position()?;
        from.seek(SeekFrom::End(-8))?;
        let mut position = [0; 8];
        from.read_exact(&mut position)?;
        from.seek(SeekFrom::Start(u64::from_le_bytes(position)))?;
        let head = chunk::head(&mut from)?;
        if head.letter != b'E' {
            return Err(damaged("it has no end").into());
        }
        if found != header {
            return Ok(Known::Different);
        }
        chunk::read(&mut from, head, &mut found)?;
        let captures = ways(&found).ok_or_else(|| damaged("its end says nothing"))?;
        Ok(Known::Same(Self { from, begin, captures }))
    }

    /// How packets of the captures are reached.
    pub fn captures(&self) -> &[Way] {
        &self.captures
    }

    /// Shows all records of the flow table.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn records(&mut self, mut show: impl FnMut(&[u8])) -> io::Result<()> {
        self.chunks(b'R', |mut chunk| {
            while !chunk.is_empty() {
                let len = take(&mut chunk).and_then(|len| usize::try_from(len).ok());
                let record = len.and_then(|len| chunk.split_at_checked(len));
                let (record, rest) = record.ok_or_else(|| damaged("a record is cut"))?;
                show(record);
                chunk = rest;
            }
            Ok(())
        })
    }

    /// Shows all packets, those of each capture in order.
    ///
    /// # Errors
    ///
    /// If it cannot be read; what `show` says.
    pub fn packets<E: From<io::Error>>(
        &mut self,
        mut show: impl FnMut(Entry<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut flows = Vec::new();
        self.chunks(b'P', |mut chunk| {
            let cut = || damaged("a packet is cut");
            let mut next = || take(&mut chunk).ok_or_else(cut);
            let (capture, mut number, mut start) = (next()? as usize, next()?, next()?);
            let mut flow = 0;
            while !chunk.is_empty() {
                let len = take(&mut chunk).ok_or_else(cut)?;
                let end = start.checked_add(len).ok_or_else(cut)?;
                flows.clear();
                take_flows(&mut chunk, &mut flow, &mut flows).ok_or_else(cut)?;
                show(Entry { capture, number, start, end, flows: &flows })?;
                (start, number) = (end, number + 1);
            }
            Ok(())
        })
    }

    /// Shows all chunks with a letter.
    fn chunks<E: From<io::Error>>(
        &mut self,
        letter: u8,
        mut show: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.from.seek(SeekFrom::Start(self.begin))?;
        let mut chunk = Vec::new();
        loop {
            let head = chunk::head(&mut self.from)?;
            match head.letter {
                b'E' => return Ok(()),
                found if found == letter => {
                    chunk::read(&mut self.from, head, &mut chunk)?;
                    show(&chunk)?;
                }
                _ => self.from.seek_relative(head.stored as i64)?,
            }
        }
    }
}

/// The flows of a packet.
fn take_flows(chunk: &mut &[u8], flow: &mut u64, flows: &mut Vec<u64>) -> Option<()> {
    loop {
        let Some(value) = take(chunk)?.checked_sub(1) else { return Some(()) };
        *flow = flow.wrapping_add(unfolded(value >> 1) as u64);
        flows.push(*flow);
        if value & 1 == 0 {
            return Some(());
        }
    }
}

/// What the last chunk says.
fn ways(mut end: &[u8]) -> Option<Vec<Way>> {
    let mut captures = Vec::new();
    while !end.is_empty() {
        let may_jump = take(&mut end)? != 0;
        // Each has an octet at least.
        let count = usize::try_from(take(&mut end)?).ok()?.min(end.len());
        let mut before = 0_u64;
        let mut position = || {
            before = before.checked_add(take(&mut end)?)?;
            Some(before)
        };
        let described_at = (0..count).map(|_| position()).collect::<Option<Vec<_>>>()?;
        captures.push(Way { may_jump, described_at });
    }
    Some(captures)
}

fn damaged(what: &str) -> io::Error {
    io::Error::other(what)
}
