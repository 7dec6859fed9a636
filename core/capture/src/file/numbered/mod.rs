//! Numbered files, as `tcpdump -C` and its like write them: `EXPR[:SCHR][,STOP]` names the first
//! one, and counting goes up from the number in its name.

mod pattern;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::error::CaptureError;

/// Characters in front of the number if none are given: `x.pcap0`, `x.pcap1`, …
const USUAL: &str = "p";

/// Which numbered files to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Numbered {
    /// The first file; `*` and `?` in its last part stand for any characters, and the first match
    /// in alphabetic order is taken.
    pub first: PathBuf,
    /// The characters in front of the number. The number is that behind their last occurrence in
    /// the file name that has digits behind it.
    pub before: String,
    /// Number of the last file.
    pub stop: Option<u64>,
}

impl Numbered {
    /// From `EXPR[:SCHR][,STOP]`.
    ///
    /// STOP are the digits behind the last comma, SCHR what is behind the last colon; a comma or
    /// colon with anything else behind it (for SCHR: a digit or a slash) is part of EXPR.
    ///
    /// # Errors
    ///
    /// [`CaptureError::Numbered`] if EXPR or SCHR is empty or STOP has more than 64 bits.
    pub fn parse(text: &str) -> Result<Self, CaptureError> {
        let wrong =
            |reason: &str| CaptureError::Numbered { text: text.into(), reason: reason.into() };
        let (rest, stop) = match text.rsplit_once(',') {
            Some((rest, digits)) if is_number(digits) => {
                let stop = digits.parse().map_err(|_| wrong("the last number is too large"))?;
                (rest, Some(stop))
            }
            _ => (text, None),
        };
        let (first, before) = match rest.rsplit_once(':') {
            Some((_, "")) => return Err(wrong("there are no characters behind the colon")),
            Some((first, before)) if !before.contains(|c: char| c.is_ascii_digit() || c == '/') => {
                (first, before)
            }
            _ => (rest, USUAL),
        };
        if first.is_empty() {
            return Err(wrong("the name of the first file is empty"));
        }
        Ok(Self { first: first.into(), before: before.into(), stop })
    }

    /// The sequence of file names, from the first file that exists.
    pub(crate) fn sequence(&self) -> Result<Sequence, CaptureError> {
        let wrong =
            |reason| CaptureError::Numbered { text: self.first.display().to_string(), reason };
        let first = pattern::first_match(&self.first)?
            .ok_or_else(|| wrong("no file has such a name".into()))?;
        Sequence::from_first(&first, &self.before, self.stop).ok_or_else(|| {
            let reason =
                format!("there is no number behind `{}` in {}", self.before, first.display());
            wrong(reason)
        })
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// File names with a number that counts up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sequence {
    folder: PathBuf,
    prefix: String,
    suffix: String,
    /// At least so many digits.
    width: usize,
    next: Option<u64>,
    pub(crate) stop: Option<u64>,
}

impl Sequence {
    /// From the path of the first file; `None` if there is no number in it.
    fn from_first(first: &Path, before: &str, stop: Option<u64>) -> Option<Self> {
        let name = first.file_name()?.to_str()?;
        let digits = |at: &usize| name[*at..].bytes().take_while(u8::is_ascii_digit).count();
        let (at, count) = name
            .rmatch_indices(before)
            .map(|(at, found)| at + found.len())
            .map(|at| (at, digits(&at)))
            .find(|&(_, count)| count > 0)?;
        let (prefix, rest) = name.split_at(at);
        let (number, suffix) = rest.split_at(count);
        Some(Self {
            folder: first.parent().unwrap_or(Path::new("")).to_owned(),
            prefix: prefix.into(),
            suffix: suffix.into(),
            width: if number.starts_with('0') { count } else { 0 },
            next: Some(number.parse().ok()?),
            stop,
        })
    }

    /// The next name, whether or not there is such a file; `None` behind the last one.
    pub(crate) fn peek(&self) -> Option<PathBuf> {
        let number = self.next.filter(|&number| self.stop.is_none_or(|stop| number <= stop))?;
        let (prefix, suffix, width) = (&self.prefix, &self.suffix, self.width);
        Some(self.folder.join(format!("{prefix}{number:0width$}{suffix}")))
    }

    /// Goes on to the name behind the next one.
    pub(crate) fn advance(&mut self) {
        self.next = self.next.and_then(|number| number.checked_add(1));
    }
}
